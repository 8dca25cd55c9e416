"""Every message fits Discord's limits, for every question of the bank and for the largest question that the schema
allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import discord
import pytest
from discord import app_commands, ui
from hypothesis import given
from hypothesis import strategies as st

from bot.bank import limits
from bot.bank.faults import Fault
from bot.bank.formats import Batch
from bot.bank.question_text import QuestionText
from bot.cogs.answers import messages as answers
from bot.cogs.answers.custom_ids import FormId
from bot.cogs.dailies import messages as dailies
from bot.cogs.discussions import messages as discussions
from bot.cogs.exams import history as exam_history
from bot.cogs.exams import messages as exams
from bot.cogs.exams import results as exam_results
from bot.cogs.guide import messages as guide
from bot.cogs.help import messages as helping
from bot.cogs.live import messages as live
from bot.cogs.live import posts as live_posts
from bot.cogs.questions import messages as own
from bot.cogs.questions.custom_ids import PatchId
from bot.cogs.questions.patches import patch_form
from bot.cogs.questions.views import add_form, question_form
from bot.cogs.quizzes import messages as quizzes
from bot.cogs.reports import messages as flags
from bot.cogs.reports.custom_ids import FlagId
from bot.cogs.reports.views import flag_form
from bot.cogs.settings import messages as settings
from bot.cogs.standings import messages as standings
from bot.cogs.suggestions import messages as suggestions
from bot.cogs.suggestions.custom_ids import DeclineId, EditId
from bot.cogs.suggestions.views import decline_form, suggest_form
from bot.cogs.ui.access import NEEDED, Access
from bot.cogs.ui.cards import Card, Message, split
from bot.cogs.ui.custom_ids import BankId
from bot.cogs.ui.forms import answer_form
from bot.cogs.ui.layout import layout
from bot.cogs.ui.questions import body, option_line, sources
from bot.cogs.ui.text import FIELD, plain
from bot.services.answers import DailyExplained, ToAnswer
from bot.services.dailies import Closed, DailyPost, Missed, Problem
from bot.services.discussions import Discussed, Room
from bot.services.exam_papers import PAGE as EXAMS_PAGE
from bot.services.exam_papers import ExamResult, ExamReview, ExamTurn, History, Overview, Paper, PaperEntry
from bot.services.guide import BoardMastery, GuidePage
from bot.services.held_answers import DailyHeld
from bot.services.live import LiveExplained
from bot.services.live_parts import LiveLine
from bot.services.live_steps import LiveScene
from bot.services.question_outcomes import Condition, Drafted, Imported, ListedQuestion, Moved, QuestionPage, Saved
from bot.services.quiz_outcomes import Answered, QuizProgress, QuizTurn, Recall, Summary
from bot.services.recording import Verdict
from bot.services.reports import Flagged, FlagReport
from bot.services.schedules import Preview
from bot.services.standings import PAGE, Board
from bot.services.suggestions import Checked, Decided, OwnSuggestions, QueuePage
from bot.storage.dailies import Daily
from bot.storage.exams import Exam, ExamOutcome
from bot.storage.live import LiveRound
from bot.storage.live_answers import LiveAnswer
from bot.storage.questions import QuestionDraft, Typed
from bot.storage.reports import Flag
from bot.storage.standings import BoardPlace
from bot.storage.suggestions import Suggestion
from bot.study.attempts import Attempt
from bot.study.confidence import Confidence
from bot.study.dailies import DailyState, Feedback
from bot.study.discussions import Venue
from bot.study.exams import Length, Share
from bot.study.goals import Goal, GoalKind, GoalProgress, GoalWeek
from bot.study.grading import as_written, grade, letters_of, shuffled
from bot.study.live import LiveScore, LiveState
from bot.study.packs import Additions, change
from bot.study.periods import Period
from bot.study.questions import ALL, Kind, Option
from bot.study.reports import Learned, Reason, Response, Suspicion, figures
from bot.study.reviews import Forecast, Rating
from bot.study.schedules import Trouble
from bot.study.scoring import Mode, Points
from bot.study.standings import By, Tally
from bot.study.streaks import Streak
from bot.study.suggestions import SuggestionState
from tests.builders import a_pack, questions_of
from tests.components import V2, faults, walk
from tests.reading import card_of

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
FLAG = FlagId(BankId("x" * 48))
BIG = 10**18 - 1
RECALL = Recall(Rating.Good, 36_500, dict.fromkeys((Rating.Hard, Rating.Good, Rating.Easy), 36_500))

BUTTON_LABEL, CUSTOM_ID, CONTENT = 80, 100, 2000
MODAL_TITLE, MODAL_PARTS, LABEL, LABEL_TEXT, OPTIONS, OPTION, PLACEHOLDER = 45, 5, 45, 100, 25, 100, 150
MODAL_TEXT, BOXES = 4000, 10
"""Discord's limits, written down again here because the ones in the code are under test. `tests.components` has
others."""


def check(message):
    """Check that Discord accepts a message, both as a reply and as a post."""
    for page in split(message):
        check_layout(page)
    check_layout(message)
    assert message.card.title
    return message.card


def check_layout(message):
    view = layout(message)
    sent = {"content": "", "embeds": [], "flags": V2, "components": view.to_components()}
    sent["attachments"] = [{"filename": file.filename} for file in message.attachments]
    assert list(faults(sent)) == []
    for part in walk(sent["components"]):
        assert len(part.get("custom_id", "")) <= CUSTOM_ID
        assert len(part.get("label") or "") <= BUTTON_LABEL
        assert len(part.get("placeholder") or "") <= PLACEHOLDER
        options = part.get("options", [])
        assert len({option["value"] for option in options}) == len(options) <= OPTIONS
        assert all(0 < len(option["label"]) <= OPTION for option in options)
        assert all(len(option.get("description") or "") <= OPTION for option in options)
    assert all(block.name and block.text and "**" not in block.name for block in message.card.blocks)


def check_form(form):
    assert len(form.title) <= MODAL_TITLE
    assert len(form.custom_id) <= CUSTOM_ID
    assert 0 < len(form.children) <= MODAL_PARTS
    for label in form.children:
        if isinstance(label, ui.TextDisplay):
            assert 0 < len(label.content) <= MODAL_TEXT
            continue
        assert isinstance(label, ui.Label)
        assert 0 < len(label.text) <= LABEL
        assert len(label.description or "") <= LABEL_TEXT
        field = label.component
        if isinstance(field, ui.ChannelSelect | ui.TextInput):
            continue
        assert 0 < len(field.options) <= (OPTIONS if isinstance(field, ui.Select) else BOXES)
        assert len(getattr(field, "placeholder", None) or "") <= PLACEHOLDER
        assert len({option.value for option in field.options}) == len(field.options)
        assert all(0 < len(option.label) <= OPTION for option in field.options)


def a_daily(question, **changes):
    daily = Daily(
        id=BIG, guild_id=BIG, day=date(2026, 9, 30), question_id=question.id, section=question.section, state=DailyState.POSTED,
        feedback=Feedback.AT_CLOSE, channel_id=BIG, message_id=BIG, role_id=BIG, claimed_at=AT,
        closes_at=AT + timedelta(days=1), closed_at=None, answered=123_456,
    )  # fmt: skip
    return replace(daily, **changes)


def a_mistake(question):
    """Return a wrong answer of the right shape."""
    right = question.correct
    match question.kind:
        case Kind.ORDERING:
            return right[1:] + right[:1]
        case Kind.MATCHING:
            return tuple((index + 1) % len(question.options) for index in right)
        case _:
            other = next(index for index in range(len(question.options)) if index not in right)
            return tuple(sorted((other, *right[1:])))


def a_verdict(pack, question, answer, *, mode=Mode.DAILY, shown=None):
    result = grade(question, answer)
    points = Points(20, 5) if result.correct else Points()
    attempt = Attempt(
        guild_id=BIG, user_id=BIG, question_id=question.id, section=question.section, mode=mode, answer=answer,
        correct=result.correct, points=points.total, bonus=points.bonus, first=True, day=date(2026, 9, 30), answered_at=AT,
    )  # fmt: skip
    streak = Streak(days=1234, freezes=2)
    return Verdict(
        pack,
        question,
        shown or as_written(question),
        attempt,
        result,
        points,
        streak,
        100_000,
        100_000,
        repeated=True,
        asks_confidence=True,
        confidence=Confidence.GUESS,
    )


def every_message(pack, question):
    """Yield every message about one question that members and managers are shown."""
    daily, wrong = a_daily(question), a_mistake(question)
    progress = QuizProgress(total=20, answered=19, right=19, points=190)
    shown = shuffled(question, Random(1))
    goal = GoalProgress(Goal(GoalKind.ANSWERS, 1_000_000), GoalWeek(99_999, 999_999, 9, 9))
    yield dailies.post(DailyPost(replace(daily, weak=True), question, pack, credit="*" * 32, goal=goal))
    yield dailies.closed(Closed(daily, question, pack, ()))
    spread = [(question.correct, 99_999), (wrong, 99_999)]
    yield dailies.closed(Closed(daily, question, pack, spread))
    for venue in Venue:
        room = Room(BIG, venue)
        yield dailies.post(DailyPost(daily, question, pack, "*" * 64, "*" * 32, goal, room))
        yield dailies.closed(Closed(daily, question, pack, spread, name="*" * 32, room=room))
        yield discussions.first(Discussed(daily, question, pack, venue, BIG, spread, "*" * 32, closed=True))
        yield discussions.first(Discussed(daily, question, pack, venue, BIG, (), "", closed=False))
    yield dailies.preview(Preview(question, pack, AT))
    yield answers.answered(DailyHeld(daily, pack, question, wrong, question.correct))
    yield answers.explained(DailyExplained(daily, pack, question, spread, None, another_pack=False))
    turn = QuizTurn(BIG, 19, pack, question, shown, progress, Mode.REVIEW)
    yield quizzes.turn(turn)
    for chosen in (question.correct, wrong):
        letters = letters_of(question, chosen, shown)
        yield quizzes.not_sent(turn, letters, "x" * 100)
        yield answers.not_sent(ToAnswer(daily, pack, question, None), letters, "x" * 100)
    yield from every_exam_message(pack, question)
    if question.kind is Kind.CHOICE:
        yield from every_live_message(pack, question)
    for answer in (question.correct, wrong):
        verdict = a_verdict(pack, question, answer)
        yield answers.answered(verdict)
        yield answers.explained(DailyExplained(daily, pack, question, spread, verdict, another_pack=False))
        yield quizzes.answered(
            Answered(
                BIG, 19, a_verdict(pack, question, answer, mode=Mode.REVIEW, shown=shown), progress, Mode.REVIEW, RECALL
            )
        )


def a_round(**changes):
    """Return a live round at its last question but one, with the largest possible numbers."""
    live = LiveRound(
        id=BIG, guild_id=BIG, channel_id=BIG, started_by=BIG, section=ALL, questions=20, seconds=120, seed=BIG, created_at=AT,
        state=LiveState.ASKING, asked=19, step=39, shown_step=38, message_id=BIG, due_at=AT, again=True,
    )  # fmt: skip
    return replace(live, **changes)


def a_live_table(count=10):
    time = timedelta(minutes=40)
    return tuple(
        LiveLine(rank, BIG, "*" * 64, LiveScore(3_000, 20, time), 150, -99_999)
        for rank in range(99_990, 99_990 + count)
    )


def every_live_message(pack, question):
    shown = shuffled(question, Random(1))
    scene = LiveScene(a_round(), pack, 99_999, ("*" * 64,) * 20, (question, shown), 99_999)
    yield live_posts.post(scene)
    spread = {(index,): 99_999 for index in shown}
    told = replace(scene, live=a_round(state=LiveState.TELLING), spread=spread, lines=a_live_table())
    yield live_posts.post(told)
    for answer, points in ((question.correct, 150), (a_mistake(question), 0)):
        mine = LiveAnswer(BIG, BIG, 19, BIG, answer, AT, timedelta(seconds=120), points)
        yield live.explained(
            LiveExplained(a_round(state=LiveState.OVER), 19, pack, question, shown, mine, a_live_table(1)[0], 99_999)
        )
    yield live.explained(LiveExplained(a_round(), 19, pack, question, shown, None))


def an_exam_of(pack, question, count):
    """Return a submitted exam that repeats one question: unanswered, right, wrong, flagged, and not counted."""
    answers_given = (None, question.correct, a_mistake(question))
    outcome = ExamOutcome(AT, 50, 37, 766)
    exam = Exam(BIG, BIG, BIG, pack.name, Length.FULL, AT - timedelta(minutes=130), AT, outcome)
    entries = tuple(
        PaperEntry(
            number=place + 1, place=place, question=question, domain="D1", shown=shuffled(question, Random(place)),
            scored=place % 4 > 0, flagged=place % 2 == 1, answer=answers_given[place % 3], correct=place % 3 == 1,
        )
        for place in range(count)
    )  # fmt: skip
    return Paper(exam, pack, entries)


def every_exam_message(pack, question, count=6):
    paper = an_exam_of(pack, question, count)
    shares = {section: Share(99, 99) for section in pack.leaves}
    domains = {domain.id: Share(99, 99) for domain in pack.domains}
    result = ExamResult(paper, paper.exam.outcome, domains, shares, 9_999, {})
    for entry in paper.entries[:6]:
        yield exams.turn(ExamTurn(paper, entry))
    for entry in paper.entries[:3]:
        yield exam_results.review(ExamReview(result, entry, missed_only=entry.correct is False))
    yield exam_results.review(
        ExamReview(replace(result, sealed={question.id: AT}), paper.entries[1], missed_only=False)
    )
    yield exams.overview(Overview(paper, paper.entries[-1]))
    yield exams.confirm(Overview(paper, paper.entries[0]))
    yield exam_results.result(result)


def a_form(pack, question):
    shown = as_written(question)
    return answer_form(FormId(BIG), question, shown, question.correct, scenario=pack.scenario_of(question))


def every_message_to_managers(pack, question):
    """Yield the messages that managers are shown when a question is written, retired or flagged."""
    wrong = a_mistake(question)
    draft = QuestionDraft(BIG, BIG, BIG, Typed(question.section, 3, question.stem, ""))
    lacks = (Fault("the form", 0, "", "has no source, rationale for 10 of 10 options", "It is asked anyway"),)
    yield own.drafted(Drafted(draft, pack, question, lacks, already_here=False))
    yield own.saved(Saved(pack, question, 2_000))
    for already in (True, False):
        yield own.retired(Moved(pack, question, already))
        yield own.restored(Moved(pack, question, already))
    for condition in Condition:
        items = (ListedQuestion(question, condition, own=True),) * PAGE
        yield own.page(QuestionPage(pack, items, 7, 200, 2_000, 2_000, 2_000))
    yield flags.flagged(Flagged(question, Reason.WRONG_KEY, again=True))
    said = [Flag(BIG + n, BIG, question.id, Reason.OUTDATED, "**@everyone** [" * 20, AT) for n in range(10)]
    answers = [Response(question.correct, right=True)] * 1_000 + [Response(wrong, right=False)] * 999
    reckoned = figures(question, answers)
    for suspicion in (None, Suspicion(), Suspicion(wrong, 9_999, 9_999)):
        yield flags.report(
            FlagReport(
                pack, question, dict.fromkeys(Reason, 9_999), tuple(said), {BIG: "*" * 64}, reckoned,
                suspicion, Learned(9_999, 0.96, -0.5), 9_999, 9_999,
            )
        )  # fmt: skip


def test_every_message_of_every_question_fits(pack):
    for question in pack.questions.values():
        for message in (*every_message(pack, question), *every_message_to_managers(pack, question)):
            check(message)
        check_form(a_form(pack, question))


def test_every_message_about_our_own_questions_fits_in_one_and_is_complete(pack):
    for question in pack.questions.values():
        shown = as_written(question)
        told = quizzes.answered(
            Answered(BIG, 19, a_verdict(pack, question, a_mistake(question)), QuizProgress(20, 19, 19, 190))
        )
        asked = dailies.closed(Closed(a_daily(question), question, pack, ()))

        whole = [plain(question.stem), plain(question.explanation)]
        lesson = [*whole, *(plain(option.rationale) for option in question.options), sources(question)]
        options = [option_line(question, index, place) for place, index in enumerate(shown)]
        for message, parts in ((told, lesson), (asked, [*whole, *options])):
            assert len(split(message)) == 1
            assert [part for part in parts if part not in card_of(layout(message)).text] == []


def text(length, filling):
    words = {"words": "lorem ipsum ", "markup": "**@[_`~| ", "one word": "x", "lines": "1. line\n# "}[filling]
    return (words * length)[:length]


@pytest.mark.parametrize("filling", ["words", "markup", "one word", "lines"])
@pytest.mark.parametrize("kind", list(Kind))
def test_the_largest_question_that_the_schema_allows_fits(pack, kind, filling):
    ordinary = next(iter(pack.questions.values()))
    count = limits.STEPS[1] if kind is Kind.ORDERING else limits.OPTIONS_MAX
    correct = {
        Kind.CHOICE: (3,),
        Kind.RESPONSE: tuple(range(count - 1)),
        Kind.ORDERING: tuple(reversed(range(count))),
        Kind.MATCHING: tuple(range(limits.PROMPTS[1])),
    }[kind]
    case = replace(next(iter(pack.cases.values())), scenario=text(limits.SCENARIO_MAX, filling))
    question = replace(
        ordinary,
        kind=kind,
        stem=text(limits.STEM_MAX, filling),
        options=tuple(
            Option(text(limits.OPTION_MAX, filling), text(limits.RATIONALE_MAX, filling)) for _ in range(count)
        ),
        correct=correct,
        prompts=(text(limits.PROMPT_MAX, filling),) * limits.PROMPTS[1] if kind is Kind.MATCHING else (),
        explanation=text(limits.EXPLANATION_MAX, filling),
        sources=("https://docs.aws.amazon.com/" + "x" * (limits.SOURCE_MAX - 28),) * limits.SOURCES_MAX,
        case=case.id,
    )
    pack = replace(pack, cases={case.id: case})

    for message in (*every_message(pack, question), *every_message_to_managers(pack, question)):
        check(message)
    check_form(a_form(pack, question))


@pytest.mark.parametrize("count", [0, 1, 201])
@pytest.mark.parametrize("dry_run", [True, False])
def test_an_import_with_every_fault_fits(pack, count, dry_run):
    added = tuple(pack.questions.values())[:500]
    fault = Fault("x" * 60, 99_999, "one, option 2, text", "is **wrong** " * 20, "Mend it")
    batch = Batch(added, {}, (fault,) * count, left_out=count, already_here=500, unread=count)
    corrected = added[:count]
    outcome = Imported(added if count != 1 else (), batch, 500, 2_000, dry_run=dry_run, corrected=corrected)

    message = own.imported(outcome)

    check(message)
    assert bool(message.files) == (count > 20)


def test_a_form_with_every_fault_fits(pack):
    draft = QuestionDraft(BIG, BIG, BIG, Typed("1.1", 1, "", ""))
    faults = tuple(Fault("the form", 0, f"option {n}, text", "is **wrong** " * 20, "Mend it") for n in range(200))

    check(own.drafted(Drafted(draft, pack, None, faults, already_here=False)))


def test_the_forms_for_managers_and_for_flags_fit():
    full = Typed("x" * 20, 3, "s" * limits.STEM_MAX, "o" * 4000, "e" * limits.EXPLANATION_MAX, "u" * limits.SOURCE_MAX)
    forms = (
        add_form(full),
        add_form(Typed("1.1", 1, "", "")),
        suggest_form(full),
        question_form(full, EditId(BIG, BIG)),
        patch_form(PatchId(BankId("x" * 48)), QuestionText(*("x" * 99 for _ in range(5)))),
        flag_form(FLAG, "s" * limits.STEM_MAX),
    )
    for form in forms:
        assert len(form.title) <= MODAL_TITLE
        assert len(form.custom_id) <= CUSTOM_ID
        assert 0 < len(form.children) <= MODAL_PARTS
        for label in form.children:
            assert 0 < len(label.text) <= LABEL
            assert len(label.description or "") <= LABEL_TEXT


def test_a_suggestion_fits_for_its_author_and_for_managers_however_long_it_is(pack):
    form = decline_form(DeclineId(BIG, BIG), "*" * limits.STEM_MAX)
    assert len(form.title) <= MODAL_TITLE
    for question in (max(pack.active, key=lambda question: len(body(question, as_written(question)))), None):
        typed = Typed(
            "1.1", 3, "*" * limits.STEM_MAX, "_" * 4000, "#" * limits.EXPLANATION_MAX, "u" * limits.SOURCE_MAX
        )
        draft = QuestionDraft(BIG, BIG, BIG, typed)
        faults = tuple(Fault("the form", 0, f"options.{n}", "*" * 100, "_" * 100) for n in range(40))
        near = [(one, 0.99) for one in sorted(pack.active, key=lambda each: len(each.stem))[-3:]]
        checked = Checked(Drafted(draft, pack, question, faults, already_here=False), near if question else [])
        waits = Suggestion(BIG, BIG, BIG, typed, SuggestionState.DECLINED, "*" * 300, None, AT, AT)
        page = QueuePage(waits, "*" * 32, checked, 199, 200)
        for message in (
            suggestions.checked(checked),
            suggestions.queue(page),
            suggestions.decided(Decided(None, page)),
            suggestions.own(OwnSuggestions([waits] * 10, frozenset({BIG}))),
        ):
            check(message)
        assert len(suggestions.news([waits] * 10)) <= FIELD


@pytest.mark.parametrize("sections", [1, 60])
def test_the_changes_of_another_pack_fit(pack, sections):
    other = a_pack(questions_of({f"{n}.{'9' * 12}": 1 for n in range(1, sections + 1)}))
    found = change(pack, replace(other, title="*" * 80, exam="_" * 100), [(pack.leaves, 3), ((), 2)], Additions())

    check(settings.another_pack(found))
    check(settings.another_pack(replace(found, after=pack)))
    check(settings.another_pack(replace(found, stranded=("*" * 60,) * 10)))
    check(settings.another_pack(replace(found, lost_roles=(2**63,) * 25, lost_rounds=(AT,) * 5)))
    check(settings.pack_chosen(found))


def test_feedback_that_is_too_long_for_one_message_continues_in_a_second_without_loss(pack):
    ordinary = next(question for question in pack.questions.values() if question.kind is Kind.CHOICE)
    code = "```python\n" + "x = 1\n" * 40 + "```"
    options = tuple(Option(f"option {n}", f"why {n} " * 40 + f"\n{code}") for n in range(10))
    message = answers.answered(a_verdict(pack, replace(ordinary, options=options, correct=(9,)), (0,)))
    check(message)

    first, *others = split(message)

    assert len(others) == 1
    assert first.buttons == message.buttons
    assert not any(other.buttons for other in others)
    cards = [card_of(layout(page)) for page in (first, *others)]
    assert "".join(card.text for card in cards).replace("\n", "") == message.card.text.replace("\n", "")
    assert all(card.text.count("```") % 2 == 0 for card in cards), "no block of code is torn apart"
    assert [card.title for card in cards] == [message.card.title, ""]
    assert cards[-1].blocks == {block.name: block.text for block in message.card.blocks}


@given(
    text=st.lists(st.text(alphabet="ab \n", max_size=900), max_size=12).map("\n".join),
    blocks=st.lists(st.integers(1, 1000), max_size=8),
    footer=st.text(alphabet="xy", max_size=300),
)
def test_a_message_of_any_length_is_split_without_loss(text, blocks, footer):
    card = Card(title="Title", text=text, above="Above", footer=footer)
    for size in blocks:
        card.add("Name", "z" * size)

    pages = split(Message(card))

    assert all(len(page.card) <= 4000 for page in pages)
    assert "".join(page.card.text for page in pages).split() == text.split()
    assert [block for page in pages for block in page.card.blocks] == card.blocks
    assert [page.card.footer for page in pages if page.card.footer] == [footer][: len(footer)]


@pytest.mark.parametrize("known", [BoardMastery(1_234, 0, 0.0), BoardMastery(1_234, 1_000, 0.987), None])
def test_every_page_of_the_guide_fits(pack, known):
    for name in pack.boards:
        check(guide.page(GuidePage(pack, name, dict.fromkeys(pack.boards, known) if known else {})))


def test_the_list_of_commands_fits_with_many_more_than_there_are():
    async def nothing(interaction: discord.Interaction):
        pass

    many = [app_commands.Command(name=f"command-{n}", description="x" * 70, callback=nothing) for n in range(40)]

    card = check(helping.all_commands(many, manager=True, alone=False))

    assert all(f"`/{command.name}`" in "".join(block.text for block in card.blocks) for command in many)


def test_a_summary_with_everything_to_look_at_again_fits(pack):
    missed = [question for section in pack.leaves for question in pack.within(section)[:2]][:20]

    coming = Forecast(99_999, 99_999, 99_999)

    check(quizzes.summary(Summary(BIG, pack, ALL, QuizProgress(20, 20, 0, 0), tuple(missed), Mode.REVIEW, coming)))


def test_a_section_whose_missed_question_covers_no_fact_is_named_without_a_colon(pack):
    missed = replace(pack.active[0], covers=())
    summary = Summary(BIG, pack, ALL, QuizProgress(1, 1, 0, 0), (missed,), Mode.QUIZ, None)

    assert quizzes.look_again(summary) == f"**{pack.title_of(missed.section)}**"


def test_a_full_exam_fits(pack):
    for message in every_exam_message(pack, max(pack.active, key=lambda question: len(question.stem)), count=65):
        check(message)


@pytest.mark.parametrize("length", list(Length))
def test_the_briefing_and_the_history_of_exams_fit(pack, length):
    check(exams.briefing(replace(pack, exam="*" * 100, omits="@[_" * 133), length))
    taken = replace(an_exam_of(pack, pack.active[0], 1).exam, length=length)
    past = [replace(taken, id=BIG + number) for number in range(20)]

    check(exam_history.page(History(pack, tuple(past[:EXAMS_PAGE]), tuple(past), 500, 1_000, 9_999)))
    check(exam_history.page(History(pack, (), (), 1, 1, 0)))
    long = replace(pack, title="*" * 100)
    elsewhere = tuple((exam, long if exam.id % 2 else None) for exam in past[:EXAMS_PAGE])
    check(exam_history.page(History(pack, tuple(past[:EXAMS_PAGE]), tuple(past), 1, 1_000, 9_999, elsewhere)))
    ungraded = replace(taken, pack="p" * 64, outcome=None, submitted_at=AT)
    waiting = exam_history.page(History(pack, (), (), 1, 1, 0, ((ungraded, None),)))
    check(waiting)
    assert "will be graded once the pack is back" in "\n".join(block.text for block in waiting.card.blocks)
    assert not waiting.menus


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("name", ["*" * 32, "@everyone" * 3, "محمد" * 8, "👩‍🚀" * 30, "\u0301" * 64, ""])
def test_a_board_fits_whatever_its_members_are_called(pack, by, name):
    tally = Tally(points=9_999_999, correct=99_999, answered=100_000, reached_at=AT)
    places = tuple(BoardPlace(rank, BIG + rank, name, tally) for rank in range(1, PAGE + 1))
    section = max(pack.boards, key=lambda board: len(pack.title_of(board)))
    mine = BoardPlace(100_000, BIG, name, tally)

    card = check(
        standings.board(Board(pack, section, Period.SEASON, by, AT.date(), AT, 5, 10_000, 99_999, places, mine))
    )

    assert len(card.text.splitlines()) == PAGE + 2


@pytest.mark.parametrize("trouble", list(Trouble))
def test_messages_to_managers_fit_and_name_their_server_without_its_markup(trouble):
    server = "**@everyone** [free](https://evil.example)" + "x" * 60

    worst = Access(BIG, tuple(NEEDED.values()), tuple(NEEDED.values()), AT)
    told = dailies.problem(Problem(BIG, BIG, BIG, trouble, first=True), server, worst)

    assert len(told) <= CONTENT
    assert "\\*\\*@\u200beveryone\\*\\* \\[free](https:\\//evil.example)" in told


@pytest.mark.parametrize("days", [1, 3])
def test_messages_to_managers_about_missed_days_fit(days):
    missed = Missed(BIG, tuple(date(2026, 9, 28) + timedelta(days=n) for n in range(days)), BIG, AT)

    told = dailies.missed(missed, "x" * 100)

    assert len(told) <= CONTENT
    assert ("Monday, September 28 to Wednesday, September 30" in told) == (days == 3)


def test_feedback_says_right_or_wrong_in_words_and_not_only_by_color(pack):
    question = next(question for question in pack.questions.values() if question.kind is Kind.CHOICE)

    right = answers.answered(replace(a_verdict(pack, question, question.correct), repeated=False)).card
    wrong = answers.answered(replace(a_verdict(pack, question, a_mistake(question)), repeated=False)).card

    assert "Right!" in right.title
    assert "Not this time" in wrong.title
    assert "the right answer is" in wrong.text
