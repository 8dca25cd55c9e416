"""Messages after a mock exam: the result, and the review of every question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.cogs.evenings.custom_ids import EveningAgreeId
from bot.cogs.exams.custom_ids import (
    ExamHistoryId,
    ExamResultId,
    ExamRetryId,
    ExamReviewId,
    ExamReviewJumpId,
    ExamWordsId,
)
from bot.cogs.exams.messages import in_menus, left_out
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.menus import Menu, MenuLine
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.questions import BLUE, GREEN, GREY, RED, RIGHT, WRONG
from bot.cogs.ui.text import FIELD, bold, clip, human_join, plain, plural, stamp, when
from bot.services.exam_papers import ExamResult, ExamReview, HandedIn, PaperEntry
from bot.study.code_blocks import one_line
from bot.study.exams import Share, is_judged, likely_range, version_of
from bot.study.grading import describe
from bot.study.questions import ExamVersion, Pack, Question


def verdict(score: int, version: ExamVersion) -> str:
    if score == version.passing:
        return "at the passing score"
    return "above the passing score" if score > version.passing else "below the passing score"


def result(result: ExamResult, picture: Picture | None = None, *, pages: Sequence[Press] = ()) -> Message:
    """Show a result. Without the picture, add its figures in words. `pages`: buttons for the web pages."""
    if not result.outcome.scored:
        return _without_questions()
    card = _result_card(result)
    card.text = "\n".join(summary(result))
    card.picture = picture
    if picture is None:
        _add_figures(card, result)
    words = [Press(ExamWordsId(result.paper.exam.id), "In words")] if picture is not None else []
    return Message(card, [*_result_buttons(result), *words, *pages], menus=list(_review_menus(result)))


def _without_questions() -> Message:
    """Say that an exam has no questions left to score, instead of showing the lowest score."""
    text = (
        "Every question that counts was changed or removed after the exam began, or is still open for you elsewhere, so there is "
        "nothing to score, and your past exams do not list it. `/exam start` begins another."
    )
    return Message(Card(title="Mock exam: no score", text=text, color=GREY), [Press(ExamHistoryId(1), "Past exams")])


def handed_in(paper: HandedIn) -> Message:
    """Confirm a submitted exam of an evening while others are still taking the same paper."""
    card = Card(
        title="Submitted",
        text=(
            f"Your score, the table and the review will be shown once everybody has submitted, {when(paper.until)} at the latest. Until then, "
            "nobody sees the answers. After that, press My result on the post to see how you did."
        ),
        color=BLUE,
    )
    card.footer = "The table shows your score only if you press Show my score"
    evening = paper.exam.evening_id or 0
    return Message(
        card, [Press(EveningAgreeId(evening, 1), "Show my score"), Press(EveningAgreeId(evening, 0), "Keep it private")]
    )


def in_words(result: ExamResult) -> Message:
    """Show the figures of a result, and how its score is calculated."""
    card = _result_card(result)
    card.text = "\n".join(scaling(result))
    _add_figures(card, result)
    return Message(card, [Press(ExamResultId(result.paper.exam.id), "Back to the result", main=True)])


def _result_card(result: ExamResult) -> Card:
    score, version = result.outcome.score, version_of(result.paper.pack)
    if not is_judged(result.paper.pack):
        lost = plain(result.paper.pack.lost_version)
        card = Card(title=f"Mock exam: {score:,}", color=BLUE)
        card.add(
            "Its exam version is gone",
            f"This was a mock exam for `{lost}`, which is no longer in the pack, so its passing score is not shown.",
        )
        return card
    return Card(
        title=f"Mock exam: {score:,}, {verdict(score, version)} of {version.passing}",
        color=GREEN if score >= version.passing else BLUE,
    )


def _add_figures(card: Card, result: ExamResult) -> None:
    pack = result.paper.pack
    card.add("By domain", shares(domain_titles(pack), result.by_domain))
    titles = {section: pack.title_of(section) for section in result.by_section}
    card.add("By section", by_section(titles, result.by_section))
    if pack.omits:
        card.add("What this exam leaves out", left_out(pack))


def summary(result: ExamResult) -> Iterator[str]:
    outcome, paper, version = result.outcome, result.paper, version_of(result.paper.pack)
    right = f"You got **{outcome.correct} of the {outcome.scored}** scored questions right."
    if is_judged(paper.pack):
        low, high = likely_range(outcome.correct, outcome.scored, version)
        right += f" The score is an estimate: with better or worse luck, it could be anything from {low:,} to {high:,}."
    yield right
    if sealed := [entry for entry in paper.entries if result.seals(entry)]:
        until = max(result.sealed[entry.question.id] for entry in sealed)
        open_ = plural(len(sealed), "question is", "questions are")
        yield f"{open_} still open for you elsewhere. The figures by domain and section leave out such questions until {when(until)} at the latest."
    if paper.left_out:
        left_out = plural(len(paper.left_out), "question does", "questions do")
        yield (
            f"{left_out} not count. A question is left out if it has changed in the bank since, or if it was still open "
            "for you as a question of the day, in a duel or in an exam evening when you submitted."
        )
    if paper.open:
        yield f"You left {plural(len(paper.open), 'question')} open, and open questions count as wrong."
    yield (
        f"Submitted automatically {stamp(outcome.submitted_at)}, because time was up."
        if result.timed_out
        else f"Submitted {stamp(outcome.submitted_at)}, after {duration(outcome.submitted_at - paper.exam.started_at)}."
    )
    if result.points:
        yield f"It earned you **{plural(result.points, 'point')}**."


def scaling(result: ExamResult) -> Iterator[str]:
    """Say how the score is calculated."""
    outcome, version = result.outcome, version_of(result.paper.pack)
    yield (
        f"You got **{outcome.correct} of the {outcome.scored}** scored questions right, which I scale to **{outcome.score:,}** between "
        f"{version.lowest:,} and {version.highest:,}. It is an estimate, because the real scaling is not published."
    )
    others = [entry for entry in result.paper.entries if not entry.scored and entry.correct is not None]
    if others:
        right = sum(entry.correct is True for entry in others)
        yield f"You also got {right} of {plural(len(others), 'unscored question')} right."
    if result.points:
        yield f"It earned you **{plural(result.points, 'point')}**: half of what a daily earns, once for each question in a season."


def duration(time: timedelta) -> str:
    hours, minutes = divmod(round(time.total_seconds() / 60), 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min" if minutes else "less than a minute"


def domain_titles(pack: Pack) -> dict[str, str]:
    return {domain.id: f"{domain.id} {domain.title}" for domain in pack.domains}


def shares(titles: Mapping[str, str], by: Mapping[str, Share]) -> str:
    """Show a line for each key of `by`, with clipped titles if there are many."""
    room = max(20, FIELD // max(1, len(by)) - 25)
    lines = [
        f"{plain(clip(titles.get(key, 'All sections'), room))}: **{share.right} of {share.total}**"
        for key, share in by.items()
    ]
    return clip("\n".join(lines), FIELD) or "No question counts anymore, because the bank has changed."


def by_section(titles: Mapping[str, str], by: Mapping[str, Share]) -> str:
    """Show each section with mistakes on a line of its own, and name the others together."""
    missed = {section: share for section, share in by.items() if share.right < share.total}
    right = [section for section in by if section not in missed]
    lines = [shares(titles, missed)] if missed or not right else []
    return "\n".join([*lines, f"No mistakes in {human_join(right)}."] if right else lines)


def _result_buttons(result: ExamResult) -> Iterator[Press]:
    paper = result.paper
    missed = _walk(result, missed_only=True)
    if any(not entry.question.retired for entry in missed):
        yield Press(ExamRetryId(paper.exam.id), "Retry what I missed", main=True)
    if paper.entries:
        yield Press(ExamReviewId(paper.exam.id, paper.entries[0].place, 0, "start"), "Review all", main=not missed)
    if missed:
        yield Press(ExamReviewId(paper.exam.id, missed[0].place, 1, "missed"), f"Review the {len(missed)} missed")
    yield Press(ExamHistoryId(1), "Past exams")


def _review_menus(result: ExamResult) -> Iterator[Menu]:
    paper = result.paper
    for part, entries in enumerate(in_menus(paper)):
        yield Menu(
            ExamReviewJumpId(paper.exam.id, part),
            f"Review a question from {entries[0].number} to {entries[-1].number}",
            [
                MenuLine(entry.place, f"Question {entry.number}: {mark(result, entry)}", one_line(entry.question.stem))
                for entry in entries
            ],
        )


def mark(result: ExamResult, entry: PaperEntry) -> str:
    if result.seals(entry):
        return "revealed later"
    answered = "right" if entry.correct else "left open" if entry.answer is None else "not right"
    return answered if entry.scored else f"{answered}, does not count"


# -- every question


def _walk(result: ExamResult, *, missed_only: bool) -> Sequence[PaperEntry]:
    """Return the questions to step through. Sealed questions are never among the missed ones, because that would reveal their result."""
    if not missed_only:
        return result.paper.entries
    return [entry for entry in result.paper.missed if not result.seals(entry)]


def review(review: ExamReview, *, pages: Sequence[Press] = ()) -> Message:
    result, entry = review.result, review.entry
    question, paper = entry.question, result.paper
    card = Card(color=GREY if result.seals(entry) else GREEN if entry.correct else RED)
    card.above = f"Mock exam · question {entry.number} of {len(paper.entries)}"
    card.title = _review_title(result, entry)
    scenario = paper.pack.scenario_of(question)
    if result.seals(entry):
        card.text = f"{_seal(result, entry)}\n\n{questions.body(question, entry.shown, scenario)}"
    else:
        opening = [*_asked(question, scenario, entry), *_answered(entry)]
        card.text = questions.lesson(question, entry.shown, opening, entry.answer or ())
    card.footer = (
        f"{questions.heading(paper.pack, question)} · {'counts' if entry.scored else 'does not count'}"
        f"{' · flagged' if entry.flagged else ''}"
    )
    return Message(card, [*_review_buttons(review), *pages])


def _review_title(result: ExamResult, entry: PaperEntry) -> str:
    if result.seals(entry):
        return "Still open for you elsewhere"
    if entry.answer is None:
        return f"{WRONG} Left open"
    return f"{RIGHT} Right" if entry.correct else f"{WRONG} Not right"


def _seal(result: ExamResult, entry: PaperEntry) -> str:
    return (
        "This question is still open for you as a question of the day, in one of your duels or in an exam evening. I will show "
        f"your result here once that is over for you, {when(result.sealed[entry.question.id])} at the latest."
    )


def _asked(question: Question, scenario: str | None, entry: PaperEntry) -> Iterator[str]:
    if scenario:
        yield "\n".join(f"> {line}" for line in plain(scenario).splitlines())
    yield bold(question.stem)
    if question.prompts and entry.answer is None:
        yield "\n".join(f"{number}. {plain(prompt)}" for number, prompt in enumerate(question.prompts, start=1))


def _answered(entry: PaperEntry) -> Iterator[str]:
    question, shown = entry.question, entry.shown
    key = questions.key_line(question, shown)
    if entry.answer is None:
        yield f"You gave no answer; the right one is {key}."
        return
    yours = f"**{describe(question, entry.answer, shown)}**"
    yield f"{yours} is the answer." if entry.correct else f"You answered {yours}; the right answer is {key}."
    yield questions.parts(question, shown, entry.answer)


def _review_buttons(review: ExamReview) -> Iterator[Press]:
    result, entry = review.result, review.entry
    exam = result.paper.exam.id
    only = int(review.missed_only)
    walk = _walk(result, missed_only=review.missed_only)
    before = [other for other in walk if other.number < entry.number]
    after = [other for other in walk if other.number > entry.number]
    back, ahead = before[-1] if before else entry, after[0] if after else entry
    yield Press(ExamReviewId(exam, back.place, only, "previous"), "Previous", disabled=not before)
    yield Press(ExamReviewId(exam, ahead.place, only, "next"), "Next", main=bool(after), disabled=not after)
    missed = _walk(result, missed_only=True)
    if review.missed_only:
        yield Press(ExamReviewId(exam, entry.place, 0, "walk"), "Review all")
    elif missed:
        target = next((other for other in missed if other.number >= entry.number), missed[0])
        yield Press(ExamReviewId(exam, target.place, 1, "walk"), f"Only the {len(missed)} missed")
    yield Press(ExamResultId(exam), "Result", main=not after)
    if entry.answer is not None and not result.seals(entry):
        # In an exam, Flag marks a question to come back to, so this label is longer.
        yield from questions.flag(result.paper.exam.guild_id, entry.question, label="Report as faulty")
