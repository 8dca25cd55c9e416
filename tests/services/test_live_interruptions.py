"""Live rounds that are interrupted, repeated, large, or started by somebody who leaves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.services.leases import RETRY_AFTER_REFUSAL
from bot.services.live_steps import EDIT_WITHIN
from bot.services.posts import PostEnding, PostShown
from bot.storage import attempts, live, live_answers, privacy
from bot.storage.tables import live_answers as answer_rows
from bot.storage.tables import live_players, live_rounds
from bot.study.errors import LiveGoingOn, Refusal
from bot.study.live import LOBBY, LOBBY_AGAIN, MAX_OPEN, STALE, Ending, LiveState
from bot.study.members import Member
from bot.study.schedules import Trouble
from tests.refusals import refuses
from tests.services.channel import show_all
from tests.services.rounds import CHANNEL, GUILD, SECOND, SECONDS, Stage, player

ANA, BEN, CHIDI = 1, 2, 3


@pytest.fixture
def stage(services):
    return Stage(services)


async def recorded(stage):
    return await stage.services.db.read(lambda tx: list(attempts.in_order(tx, GUILD)))


# -- interruptions


async def test_after_a_restart_the_open_question_is_asked_again_and_answers_are_kept(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA, after=SECOND)
    stage.at += 2 * SECONDS * SECOND  # the bot is down when the question should close
    await stage.services.live_steps.resume(stage.at)
    await stage.tick()
    again = stage.scenes[-1]
    kept = await stage.answer(BEN, after=3 * SECOND)
    await stage.tick()

    assert (again.live.state, again.live.again, again.answered) == (LiveState.ASKING, True, 1)
    assert kept.time == 3 * SECOND
    assert await stage.points() == {ANA: 150, BEN: 147}


@pytest.mark.sqlite
async def test_a_press_before_the_question_is_shown_again_gains_nothing_by_the_new_clock(stage):
    await stage.begin(ANA, BEN)
    stage.at += 2 * SECONDS * SECOND
    await stage.services.live_steps.resume(stage.at)

    assert (await stage.answer(ANA)).time == SECONDS * SECOND


@pytest.mark.sqlite
async def test_a_lobby_stays_open_for_a_while_after_a_start(stage):
    await stage.open(ANA)
    stage.at += LOBBY
    await stage.services.live_steps.resume(stage.at)
    await stage.tick()
    lobby = (await stage.round()).state
    await stage.wait(LOBBY_AGAIN)

    assert lobby is LiveState.LOBBY
    assert (await stage.round()).state is LiveState.ASKING


@pytest.mark.sqlite
async def test_a_round_that_was_interrupted_for_long_ends_with_the_scores_so_far(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    stage.at += SECONDS * SECOND + STALE + SECOND
    await stage.services.live_steps.resume(stage.at)
    await stage.tick()

    assert stage.scenes[-1].live.ending is Ending.AWAY
    assert await stage.points() == {ANA: 150, BEN: 0}
    assert len(await recorded(stage)) == 1


@pytest.mark.sqlite
async def test_a_round_that_is_stopped_counts_the_answers_that_it_has(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.stop()

    assert (stage.scenes[-1].live.state, stage.scenes[-1].live.ending) == (LiveState.OVER, Ending.STOPPED)
    assert await stage.points() == {ANA: 150, BEN: 0}
    assert len(await recorded(stage)) == 1


async def test_a_message_that_is_deleted_ends_the_round_and_a_new_one_says_how_it_stood(stage):
    await stage.begin(ANA, BEN)
    stage.at += 3 * SECOND
    await stage.answer(ANA)
    await stage.services.posts.end(await stage.leased(), PostEnding.DELETED, at=stage.at)
    [put] = await show_all(stage.services, stage.at)

    assert (put.scene.live.ending, put.sent) == (Ending.DELETED, True)
    assert put.scene.lines[0].score.points == 147


async def test_a_channel_that_takes_no_message_ends_the_round_and_shows_its_end_when_it_does_again(stage):
    await stage.begin(ANA, BEN)
    stage.at += 3 * SECOND
    await stage.answer(ANA)
    unsent = await stage.services.posts.refuse(await stage.leased(), Trouble.NO_PERMISSION, at=stage.at)
    await stage.tick()

    assert (unsent.manager, unsent.scene.live.ending) == (ANA, Ending.UNREACHABLE)
    assert unsent.scene.lines[0].score.points == 147
    assert len(await recorded(stage)) == 1
    again = await stage.services.posts.acquire(stage.at + RETRY_AFTER_REFUSAL, limit=9)
    assert [await stage.services.posts.refuse(post, Trouble.NO_PERMISSION, at=stage.at) for post in again] == [None]
    await stage.wait(2 * RETRY_AFTER_REFUSAL)
    assert stage.scenes[-1].live.ending is Ending.UNREACHABLE


@pytest.mark.sqlite
async def test_a_failed_edit_is_retried_soon_and_an_end_that_cannot_be_shown_is_given_up_in_time(stage):
    posts = stage.services.posts
    await stage.open(ANA)
    await stage.services.live.stop(stage.id, player(ANA), manager=False, at=stage.at)
    began = stage.at
    post = await stage.leased()
    held = await posts.acquire(stage.at, limit=9)
    tries = 0
    while await posts.scene(post, at=stage.at) is not None:
        tries += 1
        await posts.fail(post, at=stage.at)
        while not (ready := await posts.acquire(stage.at, limit=9)):
            stage.at += SECOND
        [post] = ready

    assert held == []
    assert tries > STALE / (16 * SECOND), "players wait for it"
    assert stage.at - began <= STALE + EDIT_WITHIN + 120 * SECOND


@pytest.mark.sqlite
async def test_a_new_part_does_not_wait_for_the_numbers_to_be_old_enough(stage):
    await stage.open(ANA, BEN)
    await stage.wait(4 * SECOND)  # the lobby's numbers were updated just now

    await stage.services.live.begin(stage.id, player(ANA), manager=False)
    await stage.tick()

    assert stage.scenes[-1].live.state is LiveState.ASKING


@pytest.mark.sqlite
async def test_a_part_that_begins_while_numbers_are_on_their_way_is_shown_right_after_them(stage):
    await stage.open(ANA, BEN)
    stage.at += 4 * SECOND
    numbers = await stage.leased()
    scene = await stage.services.posts.scene(numbers, at=stage.at)
    await stage.services.live.begin(stage.id, player(ANA), manager=False)
    await stage.services.live_steps.advance_due(stage.at)

    await stage.services.posts.acknowledge(numbers, PostShown(1, stage.at, scene), at=stage.at)
    await stage.show()

    assert stage.scenes[-1].live.state is LiveState.ASKING


@pytest.mark.sqlite
async def test_the_counts_are_updated_at_most_every_few_seconds(stage):
    await stage.open(ANA)
    shown = len(stage.scenes)
    for user_id in range(10, 20):
        await stage.join(user_id)
        await stage.wait(timedelta(seconds=0.5))

    assert len(stage.scenes) - shown == 1
    assert stage.scenes[-1].players == 7


@pytest.mark.parametrize("who", [ANA, CHIDI])
async def test_the_message_names_those_who_have_answered_as_they_did(stage, who):
    await stage.begin(ANA, BEN, CHIDI, 4)
    for number, user_id in enumerate((BEN, who)):
        await stage.answer(user_id, after=(1 + number) * SECOND)
    await stage.wait(4 * SECOND)
    named = stage.scenes[-1].names
    await stage.services.privacy.hide(player(who), hidden=True, at=stage.at)
    await stage.leave(BEN)
    await stage.wait(4 * SECOND)

    assert named == ("member 2", f"member {who}")
    assert (stage.scenes[-1].names, stage.scenes[-1].answered) == ((), 2)


async def test_the_table_counts_the_places_that_a_question_has_moved(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.answer(BEN, right=False)
    await stage.tick()
    first = [line.climbed for line in await stage.table()]
    await stage.next()
    await stage.answer(ANA, right=False)
    await stage.answer(BEN)
    await stage.tick()
    level = [(line.user_id, line.climbed) for line in await stage.table()]

    assert first == [0, 0]
    assert level == [(ANA, 0), (BEN, 1)]


async def test_an_explanation_says_where_the_latest_question_has_left_whoever_asks(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.answer(BEN, right=False)
    await stage.tick()

    async def place(user_id, number):
        told = await stage.services.live.explain(stage.id, number, player(user_id), at=stage.at)
        return (told.line.rank, told.line.climbed, told.players) if told.line is not None else None

    first = [await place(ANA, 1), await place(BEN, 1), await place(CHIDI, 1)]
    await stage.next()
    kept = await stage.answer(ANA, right=False)
    while_open = await place(ANA, 1)
    await stage.answer(BEN)
    await stage.tick()

    assert first == [(1, 0, 2), (2, 0, 2), None]
    assert kept.points == 150
    assert while_open is None, "it is no longer the latest"
    assert [await place(ANA, 2), await place(BEN, 2)] == [(1, 0, 2), (1, 1, 2)]


# -- again


async def test_again_is_like_the_round_before_and_whoever_opens_it_is_its_host(stage):
    first = await stage.open(section="1.1", questions=3)
    await stage.stop()
    again = {"manager": False, "seed": 8, "at": stage.at}
    with refuses(Refusal.NOT_YOUR_LIVE):
        await stage.services.live.again(first.id, player(BEN), **again)
    elsewhere = Member(GUILD + 1, ANA, "ana")
    with refuses(Refusal.UNKNOWN_LIVE):
        await stage.services.live.again(first.id, elsewhere, **again)

    second = (await stage.services.live.again(first.id, player(BEN), **{**again, "manager": True})).live

    assert (second.section, second.questions, second.seconds) == ("1.1", 3, SECONDS)
    assert (second.channel_id, second.started_by, second.id != first.id) == (CHANNEL, BEN, True)
    with pytest.raises(LiveGoingOn):
        await stage.services.live.again(first.id, player(ANA), **again)


@pytest.mark.sqlite
async def test_again_opens_no_more_rounds_than_a_server_can_have(stage):
    first = await stage.open()
    await stage.stop()
    for number in range(MAX_OPEN):
        await stage.open(channel_id=CHANNEL + 1 + number)

    with refuses(Refusal.TOO_MANY_LIVE):
        await stage.services.live.again(first.id, player(ANA), manager=False, seed=1, at=stage.at)


# -- many


@pytest.mark.sqlite
async def test_500_members_play_one_round(stage):
    everyone = range(1, 501)
    await stage.open(questions=1)
    await asyncio.gather(*(stage.join(user_id) for user_id in everyone))
    await stage.wait(LOBBY)
    right = (await stage.answer(1)).place

    async def press(user_id: int) -> None:
        place = right if user_id % 5 else (right + 1) % 4
        at = stage.at + user_id * timedelta(milliseconds=40)
        await stage.services.live.answer(stage.id, 1, place, player(user_id), at=at)

    await asyncio.gather(*map(press, everyone))
    stage.at += SECOND
    await stage.services.live_steps.advance_due(stage.at)
    await stage.show()
    told = stage.scenes[-1]

    assert (told.live.state, told.players, told.answered) == (LiveState.TELLING, 500, 500)
    assert sum(told.spread.values()) == 500
    assert [line.user_id for line in told.lines[:3]] == [1, 2, 3]
    assert sum(score.right for _, _, score, _ in await stage.services.db.read(
        lambda tx: live_answers.scores(tx, told.live)
    )) == 400  # fmt: skip


# -- what is stored about members


async def test_a_person_is_exported_and_erased_and_the_round_continues_without_them(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.answer(BEN)
    await stage.tick()
    export = await stage.services.db.read(lambda tx: privacy.export(tx, ANA))
    await stage.services.privacy.erase(ANA, at=stage.at)
    await stage.next()

    assert {"live_players", "live_answers", "attempts"} <= export.keys()
    assert await stage.points() == {BEN: 150}
    assert (await stage.round()).started_by == privacy.NOBODY
    assert (await stage.round()).state is LiveState.ASKING


async def test_a_server_is_erased_with_its_rounds(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.services.db.write(lambda tx: privacy.erase_guild(tx, GUILD))

    def kept(tx):
        return [
            tx.execute(select(func.count()).select_from(table)).scalar()
            for table in (live_rounds, live_players, answer_rows, live.live_questions)
        ]

    assert await stage.services.db.read(kept) == [0, 0, 0, 0]


async def test_a_clock_that_is_set_back_by_hours_keeps_no_question_open(stage):
    await stage.begin(1, 2)
    asked = stage.scenes[-1].live

    stage.at -= timedelta(hours=2)
    await stage.tick()

    assert asked.state is LiveState.ASKING
    assert stage.scenes[-1].live.state is LiveState.TELLING
