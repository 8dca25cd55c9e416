"""Mock exams together with the server's daily, with a changing bank, and past exams."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import update

from bot.services import Services
from bot.services.late_answers import counted_by
from bot.services.schedules import SchedulePlan
from bot.storage import dailies, guilds, tables
from bot.storage.questions import Typed
from bot.study.errors import Refusal
from bot.study.exams import Length
from bot.study.grading import describe
from bot.study.members import ALONE
from bot.study.questions import Kind
from bot.study.schedules import Schedule
from tests.refusals import refuses
from tests.services.channel import put_up
from tests.services.sittings import (
    ANA,
    AT,
    BEN,
    GUILD,
    a_mistake,
    answer,
    minutes,
    scored,
    start,
    with_questions,
)


@pytest.fixture
def exams(services):
    return services.exams


# -- the daily of the server


async def open_daily(services, at=AT):
    """Post the server's daily, which is open until tomorrow."""
    plan = SchedulePlan(5, None, Schedule(at.time(), "UTC"), ())
    await services.schedules.set(GUILD, plan, by=9, rng=Random(3), at=at - timedelta(minutes=1))
    (post,) = await services.dailies.claim_due(at)
    await put_up(services, post, 6, at=at)
    return post


async def test_an_exam_does_not_ask_the_question_that_is_open_as_a_daily(exams, services):
    post = await open_daily(services)

    for seed in range(40):
        paper = await start(exams, seed=seed)
        assert post.question.id not in {entry.question.id for entry in paper.entries}
        await exams.submit(paper.exam.id, ANA, at=AT)


async def exam_with_todays_daily(exams, services):
    """Submit an exam with all answers right; the server's rotation then posts one of its questions."""
    paper = await start(exams)
    await answer(exams, paper, paper.entries)
    await exams.submit(paper.exam.id, ANA, at=AT)
    post = await open_daily(services)
    entry = paper.entries[0]

    def swap(tx):
        tx.execute(update(tables.dailies).values(question_id=entry.question.id, section=entry.question.section))
        return dailies.get(tx, post.daily.id)

    daily = await services.db.write(swap)
    return paper, entry, daily


async def test_a_review_keeps_the_key_of_today_s_daily_secret_until_it_is_answered(exams, services):
    paper, entry, daily = await exam_with_todays_daily(exams, services)

    before = await exams.review(paper.exam.id, entry.place, ANA, at=minutes(6))
    letters = describe(entry.question, entry.question.correct, tuple(range(len(entry.question.options))))
    await services.answers.submit(daily.id, ANA, letters, at=minutes(7))
    after = await exams.review(paper.exam.id, entry.place, ANA, at=minutes(8))

    assert before.result.seals(before.entry)
    assert [before.result.seals(other) for other in before.result.paper.entries].count(True) == 1
    assert not after.result.seals(after.entry)


async def test_a_review_shows_the_key_once_the_daily_is_closed(exams, services):
    paper, entry, daily = await exam_with_todays_daily(exams, services)

    review = await exams.review(paper.exam.id, entry.place, ANA, at=daily.closes_at)

    assert not review.result.seals(review.entry)


# -- a bank that changes


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


async def test_a_question_that_was_rebuilt_is_left_out_without_an_error(exams, services, packs):
    paper = await start(exams)
    await answer(exams, paper, paper.entries)
    changed = scored(paper)[0].question
    options = (*changed.options, replace(changed.options[0], text="a new one"))
    later = with_questions(
        services, packs, {**packs["aws-mla-c01"].questions, changed.id: replace(changed, options=options)}
    )

    result = await later.submit(paper.exam.id, ANA, at=AT)

    assert (result.outcome.scored, result.outcome.score) == (14, 1000)


async def test_a_key_that_is_corrected_later_does_not_change_a_past_score(exams, services, packs):
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
    history = await exams.history(ANA)
    assert (history.pack.name, history.size) == (other.name, 0)
    assert [(exam.id, own.name) for exam, own in history.other_packs] == [(paper.exam.id, pack.name)]


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
async def test_an_unknown_page_of_the_history_is_refused(exams, page):
    with refuses(Refusal.UNKNOWN_EXAM):
        await exams.history(ANA, page=page)


async def test_a_running_exam_is_not_history(exams):
    await start(exams)

    assert (await exams.history(ANA)).size == 0


async def test_questions_missed_in_an_exam_of_a_server_are_retried_there_even_from_a_direct_message(services):
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


@pytest.fixture
async def without(db, packs):
    """Return services without a pack, services with it, and the id of ana's exam on that pack, with every question
    answered."""
    other = {**packs, "other": replace(packs["aws-mla-c01"], name="other")}
    with_it, without = Services.over(db, other, "other"), Services.over(db, packs, "aws-mla-c01")
    paper = await start(with_it.exams)
    await answer(with_it.exams, paper, paper.entries)
    return without, with_it, paper.exam.id


async def test_an_exam_waits_for_a_missing_pack_and_is_graded_with_it(without):
    without, with_it, exam_id = without
    for look in (
        without.exams.resume(ANA, at=minutes(5)),
        without.exams.submit(exam_id, ANA, at=minutes(5)),
        without.exams.start(ANA, length=Length.SHORT, rng=Random(1), at=minutes(5)),
    ):
        with refuses(Refusal.EXAM_PACK_GONE):
            await look

    await without.exams.submit_due(minutes(500))
    await without.exams.grade_waiting(minutes(501))
    waiting = await without.exams.history(ANA)
    await with_it.exams.grade_waiting(minutes(502))
    [graded] = (await with_it.exams.history(ANA)).exams

    assert [(exam.id, exam.outcome, pack) for exam, pack in waiting.other_packs] == [(exam_id, None, None)]
    assert graded.outcome.correct == graded.outcome.scored > 0


async def test_an_exam_without_its_pack_whose_time_is_up_does_not_prevent_another_exam(without):
    without, with_it, exam_id = without
    await without.exams.submit_due(minutes(500))

    await without.exams.start(ANA, length=Length.SHORT, rng=Random(1), at=minutes(501))

    result = await with_it.exams.result(exam_id, ANA, at=minutes(502))
    assert result.outcome.correct == result.outcome.scored > 0


async def test_exams_without_their_pack_do_not_delay_others(without, monkeypatch):
    without, *_ = without
    monkeypatch.setattr("bot.services.exams.BATCH", 1)
    paper = await start(without.exams, BEN)

    await without.exams.submit_due(minutes(500))
    await without.exams.submit_due(minutes(501))

    assert (await without.exams.result(paper.exam.id, BEN, at=minutes(502))).timed_out


async def test_a_result_waits_at_most_a_week_for_an_exam_whose_pack_is_missing(without):
    without, *_ = without
    end = minutes(600)

    waits = [
        await without.db.read(lambda tx, at=at: counted_by(tx, GUILD, end, at) is not None)
        for at in (end, end + timedelta(days=6), end + timedelta(days=8))
    ]

    assert waits == [True, True, False]
