"""Taking a mock exam: what is stored, what is graded when, and what happens if things change meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import update

from bot.services import Services
from bot.services.exam_papers import ExamResult, ExamTurn, Overview
from bot.services.schedules import SchedulePlan
from bot.storage import attempts, dailies, guilds, tables
from bot.storage.questions import Typed
from bot.study.errors import ExamRunning, NoExamRunning, Refusal, UnknownOption
from bot.study.exams import Length, Share
from bot.study.grading import describe
from bot.study.members import ALONE, Member
from bot.study.periods import Period
from bot.study.questions import Kind
from bot.study.schedules import Schedule
from bot.study.scoring import Mode
from bot.study.standings import By
from tests.refusals import refuses
from tests.services.channel import put_up

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
GUILD = 77
ANA, BEN = Member(GUILD, 1, "ana"), Member(GUILD, 2, "ben")


def minutes(count):
    return AT + timedelta(minutes=count)


@pytest.fixture
def exams(services):
    return services.exams


async def start(exams, member=ANA, *, length=Length.SHORT, seed=1, at=AT):
    return (await exams.start(member, length=length, rng=Random(seed), at=at)).paper


async def answer(exams, paper, entries, *, right=True, at=AT, member=ANA):
    for entry in entries:
        letters = describe(entry.question, entry.question.correct if right else a_mistake(entry), entry.shown)
        await exams.answer(paper.exam.id, entry.place, member, letters, at=at)


def a_mistake(entry):
    right = entry.question.correct
    if len(right) == len(entry.question.options) and not entry.question.prompts:
        return right[1:] + right[:1]
    other = next(index for index in range(len(entry.question.options)) if index not in right[:1])
    if entry.question.prompts:
        return (other, *right[1:])
    return (next(i for i in range(len(entry.question.options)) if i not in right), *right[1:])


def scored(paper):
    return [entry for entry in paper.entries if entry.scored]


async def test_all_right_is_a_thousand_and_every_answer_is_an_attempt(exams, db):
    paper = await start(exams)
    await answer(exams, paper, paper.entries)

    result = await exams.submit(paper.exam.id, ANA, at=minutes(30))

    kept = await db.read(lambda tx: list(attempts.in_order(tx, GUILD)))
    assert result.outcome.score == 1000
    assert {attempt.question_id for attempt in kept} == {entry.question.id for entry in paper.entries}
    assert {(attempt.mode, attempt.exam_id, attempt.answered_at) for attempt in kept} == {
        (Mode.EXAM, paper.exam.id, minutes(30))
    }
    assert result.points == sum(attempt.points for attempt in kept) > 0
    half = {1: 5, 2: 7, 3: 10}
    assert result.points == sum(half[entry.question.difficulty] for entry in paper.entries)


async def test_only_scored_questions_make_the_score_and_open_ones_are_wrong(exams, db):
    paper = await start(exams)
    counted = scored(paper)
    await answer(exams, paper, counted[:6])
    await answer(exams, paper, counted[6:9], right=False)
    await answer(exams, paper, [entry for entry in paper.entries if not entry.scored])

    result = await exams.submit(paper.exam.id, ANA, at=AT)

    assert (result.outcome.correct, result.outcome.scored, result.outcome.score) == (6, 15, 460)
    assert sum(share.total for share in result.by_domain.values()) == 15
    assert sum(share.right for share in result.by_section.values()) == 6
    assert len(await db.read(lambda tx: list(attempts.in_order(tx, GUILD)))) == 14
    assert len(result.paper.missed) == 9


async def test_domains_come_in_the_order_of_the_pack(exams):
    paper = await start(exams)

    result = await exams.submit(paper.exam.id, ANA, at=AT)

    assert list(result.by_domain.items()) == [
        ("D1", Share(0, 4)), ("D2", Share(0, 4)), ("D3", Share(0, 4)), ("D4", Share(0, 3)),
    ]  # fmt: skip


async def test_nothing_is_recorded_before_it_is_submitted(exams, db):
    paper = await start(exams)

    await answer(exams, paper, paper.entries)

    assert await db.read(lambda tx: list(attempts.in_order(tx, GUILD))) == []
    turn = await exams.turn(paper.exam.id, 0, ANA, at=AT)
    assert all(entry.correct is None for entry in turn.paper.entries)


async def test_an_answer_may_be_changed_until_the_end(exams):
    paper = await start(exams)
    await answer(exams, paper, paper.entries, right=False)
    await answer(exams, paper, paper.entries)

    result = await exams.submit(paper.exam.id, ANA, at=AT)

    assert result.outcome.correct == result.outcome.scored


async def test_an_answer_of_the_wrong_shape_changes_nothing(exams):
    paper = await start(exams)

    with pytest.raises(UnknownOption):
        await exams.answer(paper.exam.id, 0, ANA, "J J J", at=AT)

    assert (await exams.turn(paper.exam.id, 0, ANA, at=AT)).entry.answer is None


async def test_submitting_twice_counts_once(exams, db):
    paper = await start(exams)
    await answer(exams, paper, paper.entries)

    first = await exams.submit(paper.exam.id, ANA, at=minutes(5))
    second = await exams.submit(paper.exam.id, ANA, at=minutes(6))

    assert second.outcome == first.outcome
    assert len(await db.read(lambda tx: list(attempts.in_order(tx, GUILD)))) == 20


async def test_a_flag_is_kept_and_taken_away(exams):
    paper = await start(exams)

    flagged = await exams.flag(paper.exam.id, 3, ANA, flagged=True, at=AT)
    cleared = await exams.flag(paper.exam.id, 3, ANA, flagged=False, at=AT)

    assert [entry.place for entry in flagged.paper.flagged] == [3]
    assert cleared.paper.flagged == ()


async def test_resume_goes_to_the_first_open_question_and_then_to_the_overview(exams):
    paper = await start(exams)
    await answer(exams, paper, paper.entries[:4])
    elsewhere = Member(ALONE, ANA.user_id, "ana")

    halfway = await exams.resume(elsewhere, at=AT)
    await answer(exams, paper, paper.entries[4:])
    done = await exams.resume(elsewhere, at=AT)

    assert isinstance(halfway, ExamTurn)
    assert halfway.entry.number == 5
    assert isinstance(done, Overview)


async def test_a_person_sits_one_exam_at_a_time_wherever_they_are(exams):
    await start(exams)

    with pytest.raises(ExamRunning) as refusal:
        await start(exams, replace(ANA, guild_id=ALONE))

    assert refusal.value.ends_at == minutes(40)


async def test_of_two_starts_at_once_one_wins(exams):
    outcomes = await asyncio.gather(start(exams), start(exams, seed=2), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ExamRunning", "Paper"]


@pytest.mark.parametrize("action", ["turn", "answer", "flag", "overview", "submit", "result", "review"])
async def test_an_exam_belongs_to_the_member_who_started_it(exams, action):
    paper = await start(exams)
    actions = {
        "turn": lambda exam: exams.turn(exam, 0, BEN, at=AT),
        "answer": lambda exam: exams.answer(exam, 0, BEN, "A", at=AT),
        "flag": lambda exam: exams.flag(exam, 0, BEN, flagged=True, at=AT),
        "overview": lambda exam: exams.overview(exam, 0, BEN, at=AT),
        "submit": lambda exam: exams.submit(exam, BEN, at=AT),
        "result": lambda exam: exams.result(exam, BEN, at=AT),
        "review": lambda exam: exams.review(exam, 0, BEN, at=AT),
    }

    with refuses(Refusal.NOT_YOUR_EXAM):
        await actions[action](paper.exam.id)
    with refuses(Refusal.UNKNOWN_EXAM):
        await actions[action](paper.exam.id + 1)


async def test_an_exam_that_runs_has_no_result_and_no_review(exams):
    paper = await start(exams)

    with pytest.raises(ExamRunning):
        await exams.result(paper.exam.id, ANA, at=AT)
    with pytest.raises(ExamRunning):
        await exams.review(paper.exam.id, 0, ANA, at=AT)


@pytest.mark.parametrize("place", [20, 10**17])
async def test_a_place_that_the_exam_does_not_have_is_unknown(exams, place):
    paper = await start(exams)

    with refuses(Refusal.UNKNOWN_EXAM):
        await exams.turn(paper.exam.id, place, ANA, at=AT)


# -- the end of the time


async def test_the_tick_submits_what_is_due_dated_at_its_end(exams, db):
    paper = await start(exams)
    await start(exams, BEN, at=minutes(1))
    await answer(exams, paper, paper.entries[:3])

    await exams.submit_due(minutes(40))

    result = await exams.result(paper.exam.id, ANA, at=minutes(50))
    kept = await db.read(lambda tx: list(attempts.in_order(tx, GUILD)))
    assert result.outcome.submitted_at == minutes(40)
    assert result.timed_out
    assert [attempt.answered_at for attempt in kept] == [minutes(40)] * 3
    assert isinstance(await exams.resume(BEN, at=minutes(40)), ExamTurn)


async def test_a_tick_that_comes_days_late_changes_no_date(exams, db):
    paper = await start(exams)
    await answer(exams, paper, paper.entries[:1])

    await exams.submit_due(AT + timedelta(days=40))

    (attempt,) = await db.read(lambda tx: list(attempts.in_order(tx, GUILD)))
    assert attempt.day.isoformat() == "2026-11-23"


@pytest.mark.parametrize("action", ["turn", "answer", "flag", "overview", "submit", "resume", "result"])
async def test_whatever_is_pressed_after_the_end_finds_it_submitted(exams, action):
    paper = await start(exams)
    await answer(exams, paper, paper.entries[:2])
    id, late = paper.exam.id, minutes(40)

    result = await {
        "turn": lambda: exams.turn(id, 5, ANA, at=late),
        "answer": lambda: exams.answer(id, 5, ANA, "A", at=late),
        "flag": lambda: exams.flag(id, 5, ANA, flagged=True, at=late),
        "overview": lambda: exams.overview(id, 5, ANA, at=late),
        "submit": lambda: exams.submit(id, ANA, at=late),
        "resume": lambda: exams.resume(ANA, at=late),
        "result": lambda: exams.result(id, ANA, at=late),
    }[action]()

    assert isinstance(result, ExamResult)
    assert result.timed_out
    assert len(result.paper.open) == 18
    assert not result.paper.flagged


async def test_the_last_second_still_counts(exams):
    paper = await start(exams)

    turn = await exams.answer(paper.exam.id, 0, ANA, await letters(exams, paper), at=minutes(40) - timedelta(seconds=1))

    assert isinstance(turn, ExamTurn)
    assert turn.entry.answer is not None


async def letters(exams, paper):
    entry = paper.entries[0]
    return describe(entry.question, entry.question.correct, entry.shown)


async def test_starting_anew_after_the_end_submits_the_one_before(exams):
    first = await start(exams)

    second = await start(exams, at=minutes(41))

    assert second.exam.id != first.exam.id
    assert (await exams.history(ANA)).size == 1


async def test_without_an_exam_there_is_nothing_to_resume(exams):
    with pytest.raises(NoExamRunning) as never:
        await exams.resume(ANA, at=AT)
    paper = await start(exams)
    await exams.submit(paper.exam.id, ANA, at=minutes(3))
    with pytest.raises(NoExamRunning) as before:
        await exams.resume(ANA, at=minutes(9))

    assert never.value.last_ended_at is None
    assert before.value.last_ended_at == minutes(3)


async def test_one_exam_that_fails_leaves_the_others_alone(exams, monkeypatch):
    first, second = await start(exams), await start(exams, BEN)
    broken = first.exam.id
    paper_of = type(exams)._paper

    def fail_once(self, tx, exam):
        if exam.id == broken:
            raise RuntimeError("a page is torn")
        return paper_of(self, tx, exam)

    monkeypatch.setattr(type(exams), "_paper", fail_once)
    await exams.submit_due(minutes(40))
    monkeypatch.undo()

    assert (await exams.result(second.exam.id, BEN, at=minutes(41))).outcome.submitted_at == minutes(40)


# -- points


async def test_a_question_scores_once_a_season_and_counts_as_answered_once(exams, services, packs):
    first = await start(exams)
    await answer(exams, first, first.entries)
    before = await exams.submit(first.exam.id, ANA, at=AT)
    same = {entry.question.id: entry.question for entry in first.entries}
    exams = with_questions(services, packs, same)
    second = await start(exams, seed=2)
    await answer(exams, second, second.entries)

    after = await exams.submit(second.exam.id, ANA, at=AT)

    board = await services.standings.board(ANA, section="all", period=Period.SEASON, by=By.POINTS, page=1, at=AT)
    assert {entry.question.id for entry in second.entries} == same.keys()
    assert (after.outcome.score, after.points) == (1000, 0)
    assert (board.mine.tally.points, board.mine.tally.answered) == (before.points, 20)


async def test_alone_there_are_no_points(exams, db):
    alone = Member(ALONE, 1, "ana")
    paper = await start(exams, alone)
    await answer(exams, paper, paper.entries, member=alone)

    result = await exams.submit(paper.exam.id, alone, at=AT)

    assert result.outcome.score == 1000
    assert result.points == 0
    assert len(await db.read(lambda tx: list(attempts.in_order(tx, ALONE)))) == 20


async def test_standings_are_what_the_attempts_add_up_to(exams, services):
    paper = await start(exams)
    await answer(exams, paper, paper.entries)
    await exams.submit(paper.exam.id, ANA, at=AT)

    assert await services.standings.rebuild() == []


# -- the daily of the server


async def open_daily(services, at=AT):
    """Today's daily of the server is up until tomorrow."""
    plan = SchedulePlan(5, None, Schedule(at.time(), "UTC"), ())
    await services.schedules.set(GUILD, plan, by=9, rng=Random(3), at=at - timedelta(minutes=1))
    (post,) = await services.dailies.claim_due(at)
    await put_up(services, post, 6, at=at)
    return post


async def test_the_question_that_is_open_as_a_daily_is_not_asked(exams, services):
    post = await open_daily(services)

    for seed in range(40):
        paper = await start(exams, seed=seed)
        assert post.question.id not in {entry.question.id for entry in paper.entries}
        await exams.submit(paper.exam.id, ANA, at=AT)


async def exam_with_todays_daily(exams, services):
    """An exam in which the server's rotation then posts one of its questions; submitted, all right."""
    paper = await start(exams)
    await answer(exams, paper, paper.entries)
    post = await open_daily(services)
    entry = paper.entries[0]

    def swap(tx):
        tx.execute(update(tables.dailies).values(question_id=entry.question.id, section=entry.question.section))
        return dailies.get(tx, post.daily.id)

    daily = await services.db.write(swap)
    await exams.submit(paper.exam.id, ANA, at=minutes(5))
    return paper, entry, daily


async def test_a_review_keeps_the_key_of_todays_daily_until_it_is_answered(exams, services):
    paper, entry, daily = await exam_with_todays_daily(exams, services)

    before = await exams.review(paper.exam.id, entry.place, ANA, at=minutes(6))
    letters = describe(entry.question, entry.question.correct, tuple(range(len(entry.question.options))))
    await services.answers.submit(daily.id, ANA, letters, at=minutes(7))
    after = await exams.review(paper.exam.id, entry.place, ANA, at=minutes(8))

    assert before.result.seals(before.entry)
    assert [before.result.seals(other) for other in before.result.paper.entries].count(True) == 1
    assert not after.result.seals(after.entry)


async def test_a_review_tells_the_key_once_the_daily_is_closed(exams, services):
    paper, entry, daily = await exam_with_todays_daily(exams, services)

    review = await exams.review(paper.exam.id, entry.place, ANA, at=daily.closes_at)

    assert not review.result.seals(review.entry)


# -- a bank that changes


def with_questions(services, packs, questions):
    """The bot, started again over a changed bank."""
    pack = packs["aws-mla-c01"]
    return Services.over(services.db, {**packs, pack.name: replace(pack, questions=questions)}, pack.name).exams


async def test_a_question_that_was_withdrawn_is_left_out(exams, services, packs):
    paper = await start(exams)
    gone = scored(paper)[0].question.id
    rest = {id: question for id, question in packs["aws-mla-c01"].questions.items() if id != gone}
    later = with_questions(services, packs, rest)

    turn = await later.resume(ANA, at=AT)
    result = await later.submit(paper.exam.id, ANA, at=AT)

    assert gone not in {entry.question.id for entry in turn.paper.entries}
    assert [entry.number for entry in turn.paper.entries] == list(range(1, 20))
    assert result.outcome.scored == 14


async def test_a_question_that_was_rebuilt_is_left_out_and_nothing_fails(exams, services, packs):
    paper = await start(exams)
    await answer(exams, paper, paper.entries)
    changed = scored(paper)[0].question
    options = (*changed.options, replace(changed.options[0], text="a new one"))
    later = with_questions(
        services, packs, {**packs["aws-mla-c01"].questions, changed.id: replace(changed, options=options)}
    )

    result = await later.submit(paper.exam.id, ANA, at=AT)

    assert (result.outcome.scored, result.outcome.score) == (14, 1000)


async def test_a_key_that_is_mended_later_does_not_change_a_past_score(exams, services, packs):
    paper = await start(exams)
    await answer(exams, paper, paper.entries)
    before = await exams.submit(paper.exam.id, ANA, at=AT)
    wrong = {entry.question.id: replace(entry.question, correct=a_mistake(entry)) for entry in paper.entries}
    later = with_questions(services, packs, {**packs["aws-mla-c01"].questions, **wrong})

    after = await later.result(paper.exam.id, ANA, at=minutes(60))

    assert after.outcome == before.outcome
    assert after.by_domain == before.by_domain


async def test_an_exam_stays_with_its_pack_when_the_server_chooses_another(services, packs):
    pack = packs["aws-mla-c01"]
    turned = {
        id: replace(question, options=question.options[::-1]) if question.kind is Kind.CHOICE else question
        for id, question in pack.questions.items()
    }
    other = replace(pack, name="another-pack", questions=turned)
    exams = Services.over(services.db, {**packs, other.name: other}, pack.name).exams
    paper = await start(exams)
    await services.db.write(lambda tx: guilds.ensure(tx, GUILD, AT))
    await services.db.write(lambda tx: guilds.set_pack(tx, GUILD, other.name))
    await answer(exams, paper, paper.entries)

    result = await exams.submit(paper.exam.id, ANA, at=AT)

    assert result.outcome.score == 1000
    assert result.paper.pack.name == pack.name
    assert (await exams.history(ANA)).pack.name == other.name


# -- history


async def test_history_counts_pages_from_the_newest(exams):
    for _ in range(12):
        paper = await start(exams)
        await exams.submit(paper.exam.id, ANA, at=AT)

    first, second = await exams.history(ANA), await exams.history(ANA, page=2)

    assert (first.size, first.pages, len(first.exams)) == (12, 2, 10)
    assert (second.page, len(second.exams)) == (2, 2)
    assert first.exams[0].id == paper.exam.id
    assert first.trend == 0
    assert (await exams.history(BEN)).size == 0


@pytest.mark.parametrize("page", [0, 2, 10**17])
async def test_a_page_of_history_that_is_not_there_is_refused(exams, page):
    with refuses(Refusal.UNKNOWN_EXAM):
        await exams.history(ANA, page=page)


async def test_a_running_exam_is_not_history(exams):
    await start(exams)

    assert (await exams.history(ANA)).size == 0


async def test_what_an_exam_in_a_server_got_wrong_is_retried_there_from_a_direct_message_too(services):
    await with_own_questions(services, 60)
    paper = await start(services.exams, length=Length.FULL)
    own = [entry for entry in paper.entries if entry.question.id.startswith("own-")]
    assert own
    await answer(services.exams, paper, own, right=False)
    await services.exams.submit(paper.exam.id, ANA, at=minutes(5))

    turn = await services.exams.retry(paper.exam.id, replace(ANA, guild_id=ALONE), rng=Random(1), at=minutes(6))

    assert turn.progress.total >= len(own)


async def with_own_questions(services, count):
    for number in range(count):
        typed = Typed("1.1", 1, stem=f"Which of {number}?", options=f"* The {number}\nAnother")
        drafted = await services.questions.draft(GUILD, typed, by=9, at=AT)
        await services.questions.save(GUILD, drafted.draft.id, by=9, at=AT)


async def test_an_exam_keeps_the_questions_of_its_server_whatever_pack_that_studies_now(db, packs):
    packs = {**packs, "other": replace(packs["aws-mla-c01"], name="other")}
    services = Services.over(db, packs, "aws-mla-c01")
    await with_own_questions(services, 60)
    paper = await start(services.exams, length=Length.FULL)
    await answer(services.exams, paper, paper.entries)
    await services.packs.choose(GUILD, "other", at=AT)

    result = await services.exams.submit(paper.exam.id, ANA, at=minutes(5))

    assert any(entry.question.id.startswith("own-") for entry in paper.entries)
    assert len(result.paper.entries) == len(paper.entries)
    assert result.outcome.correct == result.outcome.scored


async def test_an_exam_waits_for_a_pack_that_is_not_there_and_is_submitted_with_it(db, packs):
    other = {**packs, "other": replace(packs["aws-mla-c01"], name="other")}
    with_it, without = Services.over(db, other, "other"), Services.over(db, packs, "aws-mla-c01")
    paper = await start(with_it.exams)
    await answer(with_it.exams, paper, paper.entries)

    for look in (
        without.exams.resume(ANA, at=minutes(5)),
        without.exams.submit(paper.exam.id, ANA, at=minutes(5)),
        without.exams.start(ANA, length=Length.SHORT, rng=Random(1), at=minutes(5)),
    ):
        with refuses(Refusal.EXAM_PACK_GONE):
            await look
    await without.exams.submit_due(minutes(500))
    result = await with_it.exams.resume(ANA, at=minutes(501))

    assert isinstance(result, ExamResult)
    assert result.outcome.correct == result.outcome.scored > 0
