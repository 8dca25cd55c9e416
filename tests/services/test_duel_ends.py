"""How duels end: when time runs out, or when a player leaves; and each answer counts once on the boards."""

from __future__ import annotations

from collections import Counter
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.services.leases import RETRY_AFTER_REFUSAL
from bot.services.posts import PostShown
from bot.services.quiz_outcomes import QuizTurn
from bot.storage import privacy, tables
from bot.storage.posts import PostKind
from bot.study.duels import ACCEPT_WITHIN, PLAY_WITHIN, DuelOutcome, DuelState
from bot.study.errors import Refusal
from bot.study.grading import as_written, letters_of
from bot.study.schedules import Trouble
from bot.study.scoring import Mode
from tests.examples import examples
from tests.refusals import refuses
from tests.services.conftest import NINE, School
from tests.services.ring import DAY, HOUR, MINUTE, SECOND, Ring
from tests.services.students import a_daily, study

numbers = count(5000)
"""New numbers for the server and members of each example, because the examples share one database."""


@pytest.fixture
def ring(services):
    return Ring(services)


# -- time


async def test_a_challenge_that_is_not_answered_lapses_after_a_day(ring):
    duel_id = await ring.challenged()
    await ring.tick(ACCEPT_WITHIN - SECOND)
    assert (await ring.look(duel_id)).duel.open

    ring.at += SECOND
    with refuses(Refusal.DUEL_OVER):
        await ring.accept(duel_id)
    [shown] = await ring.tick()

    assert shown.duel.state is DuelState.LAPSED
    assert [kind for kind, *_ in ring.said] == [PostKind.CHALLENGE], "nothing is posted about it"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("ana", "ben", "expected"),
    [
        ((2, 0), None, DuelOutcome.FIRST),
        (None, (0, 5), DuelOutcome.TIE),
        (None, (1, 4), DuelOutcome.SECOND),
        ((3, 1), (2, 3), DuelOutcome.FIRST),
        ((1, 0), (1, 1), DuelOutcome.TIE),
        (None, None, DuelOutcome.NOBODY),
    ],
)
async def test_after_a_day_what_was_answered_counts(ring, ana, ben, expected):
    duel_id = await ring.begun()
    for who, played in ((1, ana), (2, ben)):
        if played is not None:
            await ring.play(duel_id, who, *played)
    await ring.tick(PLAY_WITHIN)

    scene = await ring.look(duel_id)

    assert scene.outcome is expected
    assert [kind for kind, *_ in ring.said] == [PostKind.CHALLENGE] + [PostKind.DUEL] * (
        expected is not DuelOutcome.NOBODY
    )


async def test_an_answer_that_comes_too_late_is_not_recorded(ring):
    duel_id = await ring.begun()
    turn = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    ring.at += PLAY_WITHIN

    with refuses(Refusal.DUEL_OVER):
        await ring.answer(turn, 1)
    await ring.tick()
    with refuses(Refusal.DUEL_OVER):
        await ring.answer(turn, 1)

    assert await ring.attempts() == []


async def test_a_new_challenge_does_not_wait_for_the_tick_that_ends_the_old_duel(ring):
    duel_id = await ring.begun()
    ring.at += PLAY_WITHIN

    assert (await ring.challenge()).fresh
    assert (await ring.look(duel_id)).duel.state is DuelState.OVER


# -- what the channel shows


async def test_a_quick_result_is_shown_in_the_message_of_the_challenge_and_a_late_one_is_posted(ring):
    quick = await ring.begun()
    for who in (1, 2):
        await ring.play(quick, who)
    [shown] = await ring.tick()
    slow = await ring.begun()
    ring.at += HOUR
    for who in (1, 2):
        await ring.play(slow, who)
    await ring.tick()

    assert (shown.duel.id, shown.outcome, shown.reposted) == (quick, DuelOutcome.TIE, False)
    assert [(kind, scene.duel.id) for kind, scene, _ in ring.said if kind is PostKind.DUEL] == [(PostKind.DUEL, slow)]


async def test_a_change_during_an_edit_of_a_message_is_shown_by_another_edit(ring):
    await ring.begun()
    posts = ring.services.posts
    [edited] = await posts.acquire(ring.at, limit=9)
    before = (await posts.scene(edited, at=ring.at)).scene
    await ring.play(1, 1)  # answering changes the message again

    await posts.acknowledge(edited, PostShown(7, ring.at, None), at=ring.at)

    [newer] = await ring.tick()
    assert before.duel.player(1).finished_at is None
    assert newer.duel.player(1).finished_at is not None
    assert await ring.tick(HOUR) == []


@pytest.mark.parametrize("gone", ["before the end", "at the end"])
async def test_a_result_that_no_channel_accepts_is_shown_to_each_player_once(ring, gone):
    duel_id = await ring.begun()
    if gone == "before the end":
        await ring.refused(Trouble.CHANNEL_GONE)
    for who in (1, 2):
        await ring.play(duel_id, who)
    await ring.refused(Trouble.CHANNEL_GONE)

    told = [[scene.duel.id for scene in (await ring.challenge(*pair)).unreported] for pair in ((1, 2), (1, 3), (2, 3))]

    assert told == [[duel_id], [], [duel_id]]


@pytest.mark.parametrize("when", ["before the end", "at the end"])
async def test_a_message_that_may_not_be_edited_for_a_while_shows_the_result_later(ring, when):
    duel_id = await ring.begun()
    if when == "before the end":
        await ring.refused()
    for who in (1, 2):
        await ring.play(duel_id, who)
    if when == "at the end":
        await ring.refused()

    [shown] = await ring.tick(RETRY_AFTER_REFUSAL)

    assert (shown.duel.id, shown.outcome) == (duel_id, DuelOutcome.TIE)
    assert (await ring.challenge()).unreported == ()


@pytest.mark.parametrize("when", ["before the end", "at the end"])
async def test_a_result_whose_challenge_was_deleted_gets_a_post_of_its_own(ring, when):
    duel_id = await ring.begun()
    if when == "before the end":
        await ring.deleted()
    for who in (1, 2):
        await ring.play(duel_id, who)
    if when == "at the end":
        await ring.deleted()

    await ring.tick()

    assert [(kind, scene.duel.id) for kind, scene, _ in ring.said[1:]] == [(PostKind.DUEL, duel_id)]


async def test_a_deleted_challenge_that_nobody_played_has_no_post(ring):
    await ring.begun()
    await ring.deleted()

    await ring.tick(PLAY_WITHIN)

    assert [kind for kind, *_ in ring.said] == [PostKind.CHALLENGE]


async def test_if_the_post_of_a_result_is_refused_the_message_of_the_challenge_shows_it(ring):
    duel_id = await ring.begun()
    await ring.tick(HOUR)
    for who in (1, 2):
        await ring.play(duel_id, who)
    [promised] = [(await ring.services.posts.scene(post, at=ring.at)).scene.reposted for post in await _edits(ring)]
    await ring.refused()

    [shown] = await ring.tick(RETRY_AFTER_REFUSAL)

    assert (promised, shown.reposted, shown.outcome) == (True, False, DuelOutcome.TIE)


async def _edits(ring):
    """Return the posts that are due to be edited, without keeping their leases."""
    posts = await ring.services.posts.acquire(ring.at, limit=9)
    await ring.services.posts.release(posts, at=ring.at)
    return [post for post in posts if post.message_id is not None]


async def test_a_challenge_that_its_channel_rejects_is_withdrawn_and_reported(ring):
    challenge = await ring.challenge()

    assert await ring.refused() == [None], "no manager is troubled"
    again = await ring.challenge()
    assert again.fresh, "it is not one of those that were left alone"
    assert [(s.duel.id, s.duel.state) for s in again.unreported] == [(challenge.scene.duel.id, DuelState.WITHDRAWN)]


# -- players who leave


@pytest.mark.parametrize("who", [1, 2])
@pytest.mark.parametrize("begun", [False, True])
async def test_a_player_who_is_erased_during_a_duel_leaves_no_trace_and_no_result(ring, who, begun):
    duel_id = await (ring.begun() if begun else ring.challenged())
    other = 3 - who
    if begun:
        await ring.play(duel_id, who, right=2, wrong=0)
        await ring.play(duel_id, other, right=1, wrong=0)
    await ring.tick()

    await ring.services.privacy.erase(who, at=ring.at)
    [shown] = await ring.tick()

    assert shown.duel.state is DuelState.VOID
    assert [player.user_id for player in shown.duel.players] == [other]
    assert await ring.services.db.read(lambda tx: privacy.export(tx, who)) == {}
    assert [attempt.user_id for attempt in await ring.attempts()] == ([other] if begun else [])
    if begun:
        assert (await ring.duels.review(duel_id, 0, ring.member(other), at=ring.at)).verdict.attempt.correct
    assert (await ring.challenge(other, 9)).fresh


@pytest.mark.sqlite
async def test_a_hidden_member_can_play_a_duel_and_is_named(ring):
    await ring.services.privacy.hide(ring.member(2), hidden=True, at=ring.at)
    duel_id = await ring.begun()
    for who in (1, 2):
        await ring.play(duel_id, who)

    assert [player.name for player in (await ring.look(duel_id)).duel.players] == ["member 1", "member 2"]


async def test_a_duel_is_erased_with_its_server(ring):
    duel_id = await ring.begun()
    await ring.play(duel_id, 1)

    await ring.services.db.write(lambda tx: privacy.erase_guild(tx, ring.guild))

    with refuses(Refusal.UNKNOWN_DUEL):
        await ring.look(duel_id)
    assert await ring.services.db.read(lambda tx: privacy.export(tx, 2)) == {}
    await ring.tick(DAY)


# -- nothing counts twice


NAMES = st.sampled_from(["answer"] * 4 + ["twice", "duel", "duel", "quiz", "wait"])


DEEDS = st.lists(st.tuples(NAMES, st.booleans(), st.booleans()), max_size=25)
"""Actions of the duel, each by the first or the second player, right or wrong."""


@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
async def test_no_order_of_answering_rejoining_or_switching_modes_scores_a_question_twice(school, deeds):
    ring = Ring(school.services, guild=next(numbers))
    pair = (next(numbers), next(numbers))
    duels: list[int] = []
    for deed, first, right in deeds:
        ring.at += MINUTE
        who, other = pair if first else pair[::-1]
        if deed == "quiz":
            await study(ring.services, ring.member(who), at=ring.at, right=right, questions=2, seed=len(duels))
        elif deed == "wait":
            await ring.tick(DAY)
        elif deed == "duel":
            challenge = await ring.challenge(who, other)
            duels.append(challenge.scene.duel.id)
            if challenge.fresh:
                await ring.accept(duels[-1], by=other)
        elif duels:
            turn = await ring.duels.play(duels[-1], ring.member(who), at=ring.at)
            if isinstance(turn, QuizTurn):
                await ring.answer(turn, who, right=right)
                if deed == "twice":
                    await ring.answer(turn, who, right=not right)

    given_ = await ring.attempts()
    scored = Counter((a.user_id, a.question_id) for a in given_ if a.points)
    in_duels = Counter((a.quiz_id, a.question_id) for a in given_ if a.mode is Mode.DUEL)

    assert set(scored.values()) <= {1}
    assert set(in_duels.values()) <= {1}
    for duel_id in set(duels):
        duel = (await ring.look(duel_id, pair[0])).duel
        for player in duel.players:
            mine = [a for a in given_ if a.quiz_id == player.quiz_id]
            assert player.right == sum(a.correct for a in mine)
            assert (0 if duel.open else player.answered) == len(mine)
    assert await ring.services.standings.rebuild() == []


async def _draw(ring, duel_id, question):
    """Put this question into the duel for both players."""
    turn = await ring.duels.play(duel_id, ring.member(1), at=ring.at)
    series = select(tables.duel_players.c.quiz_id).where(tables.duel_players.c.duel_id == duel_id)
    await ring.services.db.write(
        lambda tx: tx.execute(
            update(tables.quiz_items)
            .where(tables.quiz_items.c.quiz_id.in_(series), tables.quiz_items.c.place == turn.place)
            .values(question_id=question.id)
        )
    )


async def test_a_daily_with_immediate_feedback_keeps_the_key_of_an_open_duel_secret(ring):
    ring.at = NINE
    duel_id = await ring.begun()
    post = await a_daily(ring.services, ring.guild, at=NINE)
    await _draw(ring, duel_id, post.question)
    letters = letters_of(post.question, post.question.correct, as_written(post.question))

    told = await ring.services.answers.submit(post.daily.id, ring.member(1), letters, at=NINE)
    other = await ring.services.answers.submit(post.daily.id, ring.member(3), letters, at=NINE)

    assert told.sealed is not None
    assert told.sealed > NINE
    assert other.sealed is None


async def test_no_daily_is_chosen_whose_close_would_reveal_the_key_of_an_open_duel(ring):
    duel_id = await ring.begun()
    await School(ring.services, ring.guild).schedule(ring.at)
    first = (await ring.services.schedules.preview(ring.guild)).question
    elsewhere = ring.guild + 1
    await School(ring.services, elsewhere).schedule(ring.at)
    there = (await ring.services.schedules.preview(elsewhere)).question

    await _draw(ring, duel_id, first)

    assert (await ring.services.schedules.preview(ring.guild)).question != first
    assert (await ring.services.schedules.preview(elsewhere)).question == there
