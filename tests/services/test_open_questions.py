"""A question that a member can still answer somewhere is asked nowhere else, and its key is shown nowhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from bot.cogs.exams.results import summary
from bot.services.competitions import CompetitionPlan
from bot.services.daily_closes import settle
from bot.services.duels import Opponent
from bot.services.exam_papers import ExamReview
from bot.services.quiz_outcomes import QuizTurn
from bot.services.schedules import SchedulePlan
from bot.storage import attempts, competitions, dailies, duels, exams, guilds, members, tables
from bot.storage.exams import Exam, ExamItem
from bot.study.competitions import CompetitionState, EntryRule, Teams
from bot.study.errors import DailyStillOpen, KeySealed
from bot.study.exams import Length
from bot.study.grading import describe
from bot.study.members import ALONE, Member
from bot.study.reviews import Rating
from bot.study.schedules import Schedule
from tests.services.conftest import NINE, RIGHT
from tests.services.rounds import Stage, player

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SERVERS = (71, 72, 73)
ANA = Member(ALONE, 1, "ana")


async def dailies_elsewhere(services):
    """Create three servers in which ana has been seen, each with an open daily."""
    for server in SERVERS:
        plan = SchedulePlan(5, None, Schedule(AT.time(), "UTC"), ())
        await services.schedules.set(server, plan, by=9, rng=Random(server), at=AT - timedelta(minutes=1))
        await services.db.write(lambda tx, server=server: members.see(tx, server, ANA.user_id, ANA.name))
    posts = await services.dailies.claim_due(AT)
    assert len(posts) == len(SERVERS)
    return posts


async def become_daily(services, post, question):
    """Make this question the server's daily of today."""

    def swap(tx):
        tx.execute(
            update(tables.dailies)
            .where(tables.dailies.c.id == post.daily.id)
            .values(question_id=question.id, section=question.section)
        )
        return dailies.get(tx, post.daily.id)

    return await services.db.write(swap)


@pytest.mark.sqlite
async def test_two_hundred_full_papers_hold_no_daily_that_is_open_in_any_of_the_members_servers(services):
    posts = await dailies_elsewhere(services)
    open_ = {post.question.id for post in posts}
    places = [ANA, *(replace(ANA, guild_id=server) for server in (*SERVERS, 99))]

    for seed in range(200):
        place = places[seed % len(places)]
        turn = await services.exams.start(place, length=Length.FULL, rng=Random(seed), at=AT)
        assert open_.isdisjoint(entry.question.id for entry in turn.paper.entries), (place.guild_id, seed)
        await services.db.write(lambda tx: tx.execute(tables.exams.delete()) and None)


async def answered_exam(services):
    """Submit an exam in which one scored question is answered right."""
    turn = await services.exams.start(ANA, length=Length.SHORT, rng=Random(1), at=AT)
    entry = next(entry for entry in turn.paper.entries if entry.scored)
    letters = describe(entry.question, entry.question.correct, entry.shown)
    await services.exams.answer(turn.paper.exam.id, entry.place, ANA, letters, at=AT)
    return turn.paper.exam.id, entry


async def test_the_review_of_an_exam_never_shows_the_key_of_a_daily_of_another_server(services):
    exam_id, entry = await answered_exam(services)
    await services.exams.submit(exam_id, ANA, at=AT)
    post, *_ = await dailies_elsewhere(services)
    daily = await become_daily(services, post, entry.question)

    async def look(at):
        return await services.exams.review(exam_id, entry.place, ANA, at=at)

    before: ExamReview = await look(AT)
    answer = describe(entry.question, entry.question.correct, tuple(range(len(entry.question.options))))
    await services.answers.submit(daily.id, replace(ANA, guild_id=daily.guild_id), answer, at=AT)
    after: ExamReview = await look(AT)

    assert before.result.seals(before.entry)
    assert before.result.sealed[entry.question.id] == daily.closes_at
    assert not after.result.seals(after.entry)


async def test_a_second_look_at_a_quiz_keeps_the_key_secret_until_the_daily_closes(school):
    await school.schedule(sections=("1.1",))
    quizzes, member = school.services.quizzes, school.member()
    turn = await quizzes.start(member, section="1.1", count=4, difficulty=None, rng=Random(1), at=NINE)
    places = []
    while isinstance(turn, QuizTurn):
        places.append((turn.quiz_id, turn.place, turn.question))
        await quizzes.answer(turn.quiz_id, turn.place, member, RIGHT, at=NINE)
        turn = await quizzes.next(turn.quiz_id, member, at=NINE)
    post = await school.post(NINE)
    [(quiz, place, _)] = [one for one in places if one[2] == post.question]

    with pytest.raises(KeySealed) as sealed:
        await quizzes.answer(quiz, place, member, RIGHT, at=NINE)
    with pytest.raises(KeySealed):
        await school.services.reviews.rate(quiz, place, member, Rating.Good, at=NINE)
    told = await quizzes.answer(quiz, place, member, RIGHT, at=post.daily.closes_at)

    assert sealed.value.until == post.daily.closes_at
    assert told.verdict.question == post.question


async def test_a_second_look_at_a_live_question_keeps_the_key_secret_until_the_daily_closes(services):
    stage = Stage(services)
    await stage.begin(ANA.user_id)
    await stage.answer(ANA.user_id)
    await stage.close()
    ana = player(ANA.user_id)
    asked = (await services.live.explain(stage.id, 1, ana, at=AT)).question
    post, *_ = await dailies_elsewhere(services)
    await become_daily(services, post, asked)

    with pytest.raises(KeySealed):
        await services.live.explain(stage.id, 1, ana, at=AT)
    look = await services.live.look_back(stage.id, ana, at=AT)

    assert look.sealed == {1}


async def both_ask(services, posts):
    """Make the dailies of two servers ask the same question; return both dailies and the right answer."""
    first, second = posts[0].daily, (await become_daily(services, posts[1], posts[0].question))
    question = posts[0].question
    letters = describe(question, question.correct, tuple(range(len(question.options))))
    return first, second, letters


@pytest.mark.parametrize("again", [False, True], ids=["fresh", "answered again"])
async def test_a_daily_with_immediate_feedback_keeps_a_key_secret_that_another_server_s_daily_still_asks(
    services, again
):
    first, second, letters = await both_ask(services, await dailies_elsewhere(services))
    ana = replace(ANA, guild_id=first.guild_id)

    for _ in range(1 + again):
        told = await services.answers.submit(first.id, ana, letters, at=AT)
    with pytest.raises(DailyStillOpen):
        await services.answers.explain(first.id, ana, at=AT)
    with pytest.raises(KeySealed):
        await services.answers.question_to_answer(first.id, ana, at=AT)
    with pytest.raises(KeySealed):
        await services.discussions.enter(first.id, ana, at=AT)
    assert await services.db.read(lambda tx: tx.execute(select(tables.attempts)).all()) == []
    assert await services.db.read(lambda tx: tx.execute(select(tables.standings)).all()) == []
    there = await services.answers.submit(second.id, replace(ANA, guild_id=second.guild_id), letters, at=AT)
    after = await services.answers.submit(first.id, ana, "A" if letters != "A" else "B", at=AT)

    assert (told.sealed, told.previous) == (second.closes_at, None)
    assert (there.sealed, after.sealed) == (None, None)
    assert after.attempt.correct, "the first answer counts"
    assert after.points.total > 0
    assert (await services.answers.submit(first.id, ana, letters, at=AT)).repeated
    counted = await services.db.read(lambda tx: dailies.get(tx, first.id))
    assert counted.answered == 1


async def test_a_sealed_answer_is_graded_at_the_close_of_its_daily(services):
    first, _, letters = await both_ask(services, await dailies_elsewhere(services))
    ana = replace(ANA, guild_id=first.guild_id)
    await services.answers.submit(first.id, ana, letters, at=AT)

    await services.db.write(lambda tx: settle(tx, services.content, first, first.closes_at))

    attempt = await services.db.read(lambda tx: attempts.of_daily(tx, first.id, ana.user_id))
    assert attempt.correct
    assert attempt.answered_at == AT


async def answers_again(services, first, second, letters, at):
    await services.answers.submit(second.id, replace(ANA, guild_id=second.guild_id), letters, at=at)
    await services.answers.submit(first.id, replace(ANA, guild_id=first.guild_id), letters, at=at)


async def daily_closes_early(services, first, second, letters, at):
    await services.db.write(lambda tx: settle(tx, services.content, first, at))


async def erases_everything(services, first, second, letters, at):
    await services.privacy.erase(ANA.user_id, at=at)


@pytest.mark.parametrize("happens", [answers_again, daily_closes_early, erases_everything])
async def test_a_competition_ends_as_soon_as_it_waits_for_no_held_answer(services, happens):
    first, second, letters = await both_ask(services, await dailies_elsewhere(services))
    ana, end = replace(ANA, guild_id=first.guild_id), AT + timedelta(hours=1)
    plan = CompetitionPlan("One", AT, end, (), Teams.NONE, EntryRule.THROUGHOUT, 1)
    created = await services.competitions.create(first.guild_id, plan, by=1, at=AT)
    await services.answers.submit(first.id, ana, letters, at=AT)
    await services.competition_steps.advance_due(end)
    waiting = await services.db.read(lambda tx: competitions.get(tx, created.competition.id))

    await happens(services, first, second, letters, end)
    await services.competition_steps.advance_due(end)

    ended = await services.db.read(lambda tx: competitions.get(tx, created.competition.id))
    assert (waiting.counting, waiting.due_at) == (True, first.closes_at)
    assert ended.state is CompetitionState.ENDED


async def test_the_first_of_two_simultaneous_answers_to_a_sealed_daily_counts(services):
    first, second, letters = await both_ask(services, await dailies_elsewhere(services))
    ana, other = replace(ANA, guild_id=first.guild_id), "A" if letters != "A" else "B"

    one, two = await asyncio.gather(
        services.answers.submit(first.id, ana, other, at=AT), services.answers.submit(first.id, ana, letters, at=AT)
    )
    await services.answers.submit(second.id, replace(ANA, guild_id=second.guild_id), letters, at=AT)
    told = await services.answers.submit(first.id, ana, letters, at=AT)

    assert one.answer == two.answer
    assert not told.attempt.correct


async def test_among_answers_recorded_together_only_those_of_the_same_member_are_sealed(services):
    first, second, letters = await both_ask(services, await dailies_elsewhere(services))
    ben = Member(first.guild_id, 2, "ben")

    ana_told, ben_told = await asyncio.gather(
        services.answers.submit(first.id, replace(ANA, guild_id=first.guild_id), letters, at=AT),
        services.answers.submit(first.id, ben, letters, at=AT),
    )

    assert ana_told.sealed == second.closes_at
    assert ben_told.sealed is None


async def test_a_question_that_is_open_as_a_daily_when_an_exam_is_submitted_does_not_count(services):
    exam_id, entry = await answered_exam(services)
    post, *_ = await dailies_elsewhere(services)
    daily = await become_daily(services, post, entry.question)

    before = await services.exams.submit(exam_id, ANA, at=AT)
    after = await services.exams.result(exam_id, ANA, at=daily.closes_at)

    for result in (before, after):
        assert (result.outcome.correct, result.outcome.scored) == (0, 14)
        assert all(sum(share.total for share in by.values()) == 14 for by in (result.by_domain, result.by_section))
        assert entry.question.id not in {one.question.id for one in result.paper.entries}
        assert "1 question does not count" in "\n".join(summary(result))
    assert await services.db.read(lambda tx: tx.execute(select(tables.attempts)).all()) == []


async def test_the_figures_of_an_exam_leave_out_a_question_that_has_become_a_daily_since(services):
    exam_id, entry = await answered_exam(services)
    await services.exams.submit(exam_id, ANA, at=AT)
    post, *_ = await dailies_elsewhere(services)
    daily = await become_daily(services, post, entry.question)

    before = await services.exams.result(exam_id, ANA, at=AT)
    after = await services.exams.result(exam_id, ANA, at=daily.closes_at)

    def counted(result):
        return [sum(share.total for share in by.values()) for by in (result.by_domain, result.by_section)]

    assert counted(before) == [before.outcome.scored - 1] * 2
    assert counted(after) == [after.outcome.scored] * 2
    assert "open for you elsewhere" in "\n".join(summary(before))
    assert "open for you elsewhere" not in "\n".join(summary(after))


@pytest.mark.parametrize("how", ["exam", "duel elsewhere"])
async def test_a_daily_skips_questions_that_members_are_asked_in_an_exam_or_in_a_duel_elsewhere(school, how):
    services, ana = school.services, school.member()
    await school.schedule()
    await school.db.write(lambda tx: guilds.ensure(tx, school.id, AT))
    await school.db.write(lambda tx: members.see(tx, school.id, ana.user_id, ana.name))
    preview = await services.schedules.preview(school.id)
    asked = {preview.question.id}
    if how == "exam":
        exam = Exam(0, ALONE, ana.user_id, preview.pack.name, Length.SHORT, AT, AT + timedelta(hours=2))
        item = ExamItem(0, preview.question.id, "1", (0, 1, 2, 3), scored=True)
        await school.db.write(lambda tx: exams.add(tx, exam, [item]))
    else:
        there, ben = replace(ana, guild_id=99), Member(99, 8, "ben")
        challenged = await services.duels.challenge(
            there, Opponent(8), section="all", channel_id=5, rng=Random(1), at=AT
        )
        await services.duels.accept(challenged.scene.duel.id, ben, rng=Random(1), at=AT)
        asked = {row for _, row, _ in await school.db.read(lambda tx: duels.OPEN_QUESTIONS.read(tx, [ana.user_id]))}

    assert (await services.schedules.preview(school.id)).question.id not in asked
