"""Taking a mock exam: what is stored, what is graded when, and what happens if things change meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.exam_grading import paper_of
from bot.services.exam_papers import ExamResult, ExamTurn, Overview
from bot.storage import attempts
from bot.study.errors import ExamRunning, NoExamRunning, Refusal, UnknownOption
from bot.study.exams import Share
from bot.study.members import ALONE, Member
from bot.study.periods import Period
from bot.study.scoring import Mode
from bot.study.standings import By
from tests.refusals import refuses
from tests.services.sittings import ANA, AT, BEN, GUILD, answer, letters, minutes, scored, start, with_questions


@pytest.fixture
def exams(services):
    return services.exams


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


async def test_starting_again_after_the_end_submits_the_previous_exam(exams):
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


async def test_a_failing_exam_does_not_affect_the_others(exams, monkeypatch):
    first, second = await start(exams), await start(exams, BEN)
    broken = first.exam.id

    def fail_once(tx, content, exam):
        if exam.id == broken:
            raise RuntimeError("a page is torn")
        return paper_of(tx, content, exam)

    monkeypatch.setattr("bot.services.exams.paper_of", fail_once)
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


async def test_in_direct_messages_an_exam_earns_no_points(exams, db):
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
