"""Live rounds: joining, answering, scoring, coming and going, and what happens to them by themselves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.services import Services
from bot.services.posts import PostEnding, PostShown
from bot.storage import attempts, duels, live, live_answers, privacy
from bot.storage.tables import live_answers as answer_rows
from bot.storage.tables import live_players, live_rounds
from bot.study.errors import LiveGoingOn, Refusal, UnknownOption, UnknownSection
from bot.study.live import LOBBY, LOBBY_AGAIN, MAX_OPEN, STALE, Ending, LiveState
from bot.study.members import Member
from bot.study.questions import Kind
from bot.study.schedules import Trouble
from bot.study.scoring import Mode
from tests.builders import a_pack, a_question
from tests.refusals import refuses
from tests.services.channel import show_all
from tests.services.conftest import School
from tests.services.contests import Arena
from tests.services.rounds import CHANNEL, GUILD, SECOND, SECONDS, Stage, player
from tests.services.test_duels import Ring

ANA, BEN, CHIDI = 1, 2, 3
HALF = SECONDS * SECOND / 2


@pytest.fixture
def stage(services):
    return Stage(services)


async def recorded(stage):
    return await stage.services.db.read(lambda tx: list(attempts.in_order(tx, GUILD)))


# -- the course


async def test_a_round_is_played_from_its_lobby_to_its_end(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA, after=11 * SECOND)
    await stage.answer(BEN, right=False)
    await stage.tick()
    first = await stage.points()
    await stage.next()
    await stage.answer(BEN)
    await stage.close()
    await stage.next()

    assert [scene.live.state for scene in stage.scenes] == [
        LiveState.LOBBY, LiveState.ASKING, LiveState.TELLING, LiveState.ASKING, LiveState.TELLING, LiveState.OVER,
    ]  # fmt: skip
    assert first == {ANA: 125, BEN: 0}
    assert await stage.points() == {ANA: 125, BEN: 150}
    assert (await stage.round()).ending is Ending.PLAYED
    assert [line.user_id for line in stage.scenes[-1].lines] == [BEN, ANA]


@pytest.mark.sqlite
async def test_it_starts_early_when_its_host_says_so_and_somebody_is_in(stage):
    opened = await stage.open()
    with refuses(Refusal.NOBODY_JOINED):
        await stage.services.live.begin(opened.id, player(ANA), manager=False)
    await stage.join(BEN)
    with refuses(Refusal.NOT_YOUR_LIVE):
        await stage.services.live.begin(opened.id, player(BEN), manager=False)

    await stage.services.live.begin(opened.id, player(BEN), manager=True)
    await stage.tick()

    assert (await stage.round()).state is LiveState.ASKING
    with refuses(Refusal.LIVE_BEGUN):
        await stage.services.live.begin(opened.id, player(ANA), manager=False)


@pytest.mark.sqlite
async def test_a_lobby_that_nobody_joined_ends_and_says_so(stage):
    await stage.open(ANA)
    await stage.leave(ANA)
    await stage.wait(LOBBY)

    assert stage.scenes[-1].live.ending is Ending.NOBODY


async def test_a_question_closes_once_everybody_who_is_in_has_answered(stage):
    await stage.begin(ANA, BEN, CHIDI)
    await stage.answer(ANA)
    await stage.answer(BEN)
    await stage.wait(SECOND)
    waiting = (await stage.round()).state
    await stage.leave(CHIDI)
    await stage.wait(SECOND)

    assert waiting is LiveState.ASKING
    assert (await stage.round()).state is LiveState.TELLING


@pytest.mark.sqlite
async def test_nobody_is_passed_over_because_somebody_else_answered_and_left(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.leave(ANA)
    await stage.wait(SECOND)

    assert (await stage.round()).state is LiveState.ASKING


@pytest.mark.sqlite
async def test_the_clock_of_a_question_begins_when_the_channel_shows_it(stage):
    await stage.open(ANA)
    stage.at += LOBBY
    await stage.services.live_steps.advance_due(stage.at)
    stage.at += SECONDS * SECOND  # Discord takes its time
    await stage.tick()

    kept = await stage.answer(ANA, after=3 * SECOND)

    assert (await stage.round()).state is LiveState.ASKING
    assert kept.time == 3 * SECOND


@pytest.mark.sqlite
async def test_only_questions_of_one_letter_from_its_section_are_asked_each_once(stage):
    await stage.begin(ANA, questions=5, section="1.1")
    for _ in range(5):
        await stage.close()
        await stage.next()

    pack = await stage.services.pack_for(GUILD)
    asked = [pack.questions[question_id] for question_id in await stage.asked()]
    assert len({question.id for question in asked}) == 5
    assert {question.section for question in asked} == {"1.1"}
    assert {question.kind for question in asked} == {Kind.CHOICE}


async def test_the_next_round_asks_what_the_server_has_not_been_asked(stage):
    await stage.begin(ANA, questions=5, section="1.1")
    for _ in range(5):
        await stage.close()
        await stage.next()
    before = set(await stage.asked())
    await stage.begin(ANA, questions=5, section="1.1")
    for _ in range(5):
        await stage.close()
        await stage.next()

    assert before.isdisjoint(await stage.asked())


@pytest.mark.sqlite
async def test_what_is_open_in_a_duel_of_a_player_is_not_asked(services):
    """A section of seven questions, of which five are in a duel."""
    pack = a_pack([a_question(f"1.1-{number:03}") for number in range(1, 8)])
    services = Services.over(services.db, {pack.name: pack}, pack.name)
    ring = Ring(services, guild=GUILD)
    await ring.begun()
    in_duel = {id for _, id, _ in await services.db.read(lambda tx: duels.OPEN_QUESTIONS.read(tx, [ANA, BEN]))}
    stage = Stage(services, at=ring.at)
    await stage.begin(BEN, questions=5)
    for _ in range(3):
        await stage.close()
        await stage.next()

    assert len(in_duel) == 5
    assert set(await stage.asked()) == set(pack.questions) - in_duel


async def test_the_daily_that_is_open_is_never_asked(school):
    """All questions of its section, one after the other, with the daily among them."""
    stage = Stage(school.services)
    here = School(school.services, GUILD)
    await here.schedule(sections=("1.1",))
    post = await here.post(stage.at + timedelta(hours=1))
    stage.at += timedelta(hours=2)
    await stage.begin(ANA, questions=4, section="1.1")
    for _ in range(4):
        await stage.close()
        await stage.next()

    assert len(await stage.asked()) == 3
    assert post.question.id not in await stage.asked()
    assert (await stage.round()).ending is Ending.EMPTY


# -- who may


@pytest.mark.sqlite
async def test_what_cannot_be_started_is_refused(stage):
    with pytest.raises(UnknownSection):
        await stage.open(section="9.9")
    wanted = {"channel_id": 1, "section": "all", "questions": 1, "seconds": 20, "seed": 1}
    with refuses(Refusal.NEEDS_SERVER):
        await stage.services.live.start(School(stage.services, 0).member(), **wanted, at=stage.at)
    with refuses(Refusal.NO_LIVE):
        await stage.services.live.find(player(ANA), CHANNEL)


@pytest.mark.sqlite
async def test_a_section_without_a_question_of_one_letter_has_no_round(db):
    pack = a_pack([a_question("1.1-001", kind=Kind.RESPONSE, correct=(0, 1))])
    with refuses(Refusal.NO_LIVE_QUESTIONS):
        await Stage(Services.over(db, {pack.name: pack}, pack.name)).open()


async def test_a_channel_has_one_round_at_a_time_and_a_server_a_few(stage):
    first = await stage.open()
    with pytest.raises(LiveGoingOn) as told:
        await stage.open(host=BEN)
    for number in range(1, MAX_OPEN):
        await stage.open(channel_id=CHANNEL + number)
    with refuses(Refusal.TOO_MANY_LIVE):
        await stage.open(channel_id=CHANNEL + MAX_OPEN)
    stage.id = first.id
    await stage.stop()

    assert (told.value.channel_id, told.value.message_id) == (CHANNEL, 1001)
    assert (await stage.open()).id != first.id


@pytest.mark.sqlite
async def test_strangers_to_the_server_and_latecomers_get_a_sentence(stage):
    opened = await stage.open(ANA)
    elsewhere = School(stage.services, 7).member()
    with refuses(Refusal.UNKNOWN_LIVE):
        await stage.services.live.join(opened.id, elsewhere, at=stage.at)
    with refuses(Refusal.NOT_IN_LIVE):
        await stage.leave(BEN)
    with refuses(Refusal.LIVE_QUESTION_CLOSED):
        await stage.services.live.answer(opened.id, 1, 0, player(ANA), at=stage.at)
    with refuses(Refusal.NOT_YOUR_LIVE):
        await stage.stop(BEN)
    await stage.stop(BEN, manager=True)
    with refuses(Refusal.LIVE_OVER):
        await stage.join(BEN)


# -- answers


async def test_the_first_answer_stands(stage):
    await stage.begin(ANA, BEN)
    first = await stage.answer(ANA, right=False, after=SECOND)
    second = await stage.answer(ANA, right=True, after=2 * SECOND)
    await stage.close()

    assert not first.again
    assert (second.again, second.place, second.time) == (True, first.place, SECOND)
    assert await stage.points() == {ANA: 0, BEN: 0}


async def test_whoever_answers_has_joined(stage):
    await stage.begin(ANA)
    await stage.answer(BEN)
    await stage.close()

    assert await stage.points() == {ANA: 0, BEN: 150}


@pytest.mark.sqlite
async def test_an_answer_after_the_close_or_beyond_the_letters_is_refused(stage):
    await stage.begin(ANA)
    with pytest.raises(UnknownOption):
        await stage.services.live.answer(stage.id, 1, 9, player(ANA), at=stage.at)
    await stage.close()
    with refuses(Refusal.LIVE_QUESTION_CLOSED):
        await stage.answer(ANA)


async def test_nothing_tells_the_key_before_the_question_has_closed(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.tick()
    export = await stage.services.db.read(lambda tx: privacy.export(tx, ANA))
    with refuses(Refusal.LIVE_QUESTION_OPEN):
        await stage.services.live.explain(stage.id, 1, player(ANA), at=stage.at)
    look = await stage.services.live.look_back(stage.id, player(ANA), at=stage.at)

    assert [row["points"] for row in export["live_answers"]] == [None]
    assert "attempts" not in export
    assert look.questions == {}
    assert stage.scenes[-1].spread is None
    assert stage.scenes[-1].lines == ()


async def test_answers_count_like_any_other_once_their_question_has_closed(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA, after=5 * SECOND)
    await stage.answer(BEN, right=False)
    pressed = stage.at + 5 * SECOND
    await stage.close()
    by_user = {attempt.user_id: attempt for attempt in await recorded(stage)}

    assert {attempt.mode for attempt in by_user.values()} == {Mode.LIVE}
    assert (by_user[ANA].correct, by_user[ANA].points > 0, by_user[ANA].answered_at) == (True, True, pressed)
    assert (by_user[BEN].correct, by_user[BEN].points) == (False, 0)
    assert (await stage.services.live.look_back(stage.id, player(ANA), at=stage.at)).points == by_user[ANA].points
    assert await stage.services.standings.rebuild() == []


async def test_an_answer_counts_in_the_contests_that_one_is_in(stage):
    arena = Arena(stage.services)
    await arena.announce()
    await arena.join(player(ANA))
    await stage.begin(ANA)
    await stage.answer(ANA)
    await stage.close()

    assert (await arena.points())[ANA] > 0


@pytest.mark.sqlite
async def test_a_contest_waits_for_answers_whose_question_is_open_at_its_end(stage):
    arena = Arena(stage.services)
    await arena.announce(lasts=timedelta(hours=1))
    await arena.join(player(ANA))
    stage.at += timedelta(hours=1) - LOBBY - HALF
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    arena.at = stage.at + HALF
    await arena.tick()
    await stage.close()
    await arena.pass_time(timedelta(minutes=2))

    assert (await arena.points())[ANA] > 0


@pytest.mark.sqlite
async def test_explanations_and_the_look_back_are_each_ones_own(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.close()

    mine, none = [await stage.services.live.explain(stage.id, 1, player(id), at=stage.at) for id in (ANA, BEN)]
    look = await stage.services.live.look_back(stage.id, player(ANA), at=stage.at)

    assert mine.mine.points == 150
    assert none.mine is None
    assert look.line.rank == 1
    assert list(look.questions) == [1]
    with refuses(Refusal.UNKNOWN_LIVE):
        await stage.services.live.explain(stage.id, 5, player(ANA), at=stage.at)


# -- the table


@pytest.mark.sqlite
async def test_who_hides_plays_without_appearing(stage):
    await stage.services.privacy.hide(player(BEN), hidden=True, at=stage.at)
    await stage.open(ANA)
    joined = await stage.join(BEN)
    await stage.wait(LOBBY)
    await stage.answer(BEN)
    await stage.close()

    assert joined.hidden
    assert await stage.points() == {ANA: 0}
    assert [attempt.user_id for attempt in await recorded(stage)] == [BEN]
    assert (await stage.services.live.look_back(stage.id, player(BEN), at=stage.at)).line is None


async def test_who_leaves_is_off_the_table_and_finds_their_score_when_they_come_back(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.close()
    await stage.leave(ANA)
    away = await stage.points()
    await stage.join(ANA)

    assert away == {BEN: 0}
    assert await stage.points() == {ANA: 150, BEN: 0}


@pytest.mark.sqlite
async def test_those_who_are_level_share_a_place(stage):
    await stage.begin(ANA, BEN, CHIDI)
    for user_id in (ANA, BEN):
        await stage.answer(user_id, after=SECOND)
    await stage.close()

    assert [(line.rank, line.user_id) for line in await stage.table()] == [(1, ANA), (1, BEN), (3, CHIDI)]


# -- interruptions


async def test_after_a_start_the_open_question_is_asked_again_and_answers_stand(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA, after=SECOND)
    stage.at += 2 * SECONDS * SECOND  # down while the question should have closed
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
async def test_a_round_that_could_not_go_on_for_long_ends_with_what_was_scored(stage):
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


async def test_a_channel_that_takes_no_message_ends_the_round_and_is_not_tried_again(stage):
    await stage.begin(ANA, BEN)
    stage.at += 3 * SECOND
    await stage.answer(ANA)
    unsent = await stage.services.posts.refuse(await stage.leased(), Trouble.NO_PERMISSION, at=stage.at)
    await stage.tick()

    assert (unsent.manager, unsent.scene.live.ending) == (ANA, Ending.UNREACHABLE)
    assert unsent.scene.lines[0].score.points == 147
    assert await stage.services.posts.acquire(stage.at + STALE, limit=9) == []
    assert len(await recorded(stage)) == 1


@pytest.mark.sqlite
async def test_a_failed_edit_is_tried_again_soon_and_an_end_that_cannot_be_told_is_given_up_in_time(stage):
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
    assert stage.at - began <= 3 * STALE + 120 * SECOND


@pytest.mark.sqlite
async def test_a_new_part_does_not_wait_for_the_numbers_to_be_old_enough(stage):
    await stage.open(ANA, BEN)
    await stage.wait(4 * SECOND)  # the numbers of the lobby were renewed just now

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
async def test_the_numbers_are_renewed_no_more_than_every_few_seconds(stage):
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
async def test_again_opens_no_more_rounds_than_a_server_may_have(stage):
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


# -- what is kept of whom


async def test_a_person_is_exported_and_erased_and_the_round_goes_on_without_them(stage):
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
