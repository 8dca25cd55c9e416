"""Live rounds: joining, answering, scoring and leaving, and their automatic steps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services import Services
from bot.storage import attempts, duels, privacy
from bot.study.errors import LiveGoingOn, Refusal, UnknownOption, UnknownSection
from bot.study.live import LOBBY, MAX_OPEN, Ending, LiveState
from bot.study.questions import Kind
from bot.study.scoring import Mode
from tests.builders import a_pack, a_question
from tests.refusals import refuses
from tests.services.conftest import School
from tests.services.contests import Arena
from tests.services.ring import Ring
from tests.services.rounds import CHANNEL, GUILD, SECOND, SECONDS, Stage, player

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
async def test_it_starts_early_if_its_host_says_so_and_somebody_has_joined(stage):
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


async def test_a_question_closes_once_all_players_have_answered(stage):
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
async def test_a_question_waits_for_every_player_even_if_one_answered_and_left(stage):
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
    stage.at += SECONDS * SECOND  # Discord is slow
    await stage.tick()

    kept = await stage.answer(ANA, after=3 * SECOND)

    assert (await stage.round()).state is LiveState.ASKING
    assert kept.time == 3 * SECOND


@pytest.mark.sqlite
async def test_only_questions_of_its_section_that_one_letter_answers_are_asked_and_each_once(stage):
    await stage.begin(ANA, questions=5, section="1.1")
    for _ in range(5):
        await stage.close()
        await stage.next()

    pack = await stage.services.pack_for(GUILD)
    asked = [pack.questions[question_id] for question_id in await stage.asked()]
    assert len({question.id for question in asked}) == 5
    assert {question.section for question in asked} == {"1.1"}
    assert {question.kind for question in asked} == {Kind.CHOICE}


async def test_the_next_round_asks_questions_that_the_server_has_not_been_asked(stage):
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
async def test_a_question_that_is_open_in_a_duel_of_a_player_is_not_asked(services):
    """Of a section's seven questions, five are in a duel."""
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


async def test_the_open_daily_is_never_asked(school):
    """The round is on a section whose questions include the daily."""
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
async def test_an_impossible_round_is_refused(stage):
    with pytest.raises(UnknownSection):
        await stage.open(section="9.9")
    wanted = {"channel_id": 1, "section": "all", "questions": 1, "seconds": 20, "seed": 1}
    with refuses(Refusal.NEEDS_SERVER):
        await stage.services.live.start(School(stage.services, 0).member(), **wanted, at=stage.at)
    with refuses(Refusal.NO_LIVE):
        await stage.services.live.find(player(ANA), CHANNEL)


@pytest.mark.sqlite
async def test_a_section_without_questions_that_one_letter_answers_has_no_round(db):
    pack = a_pack([a_question("1.1-001", kind=Kind.RESPONSE, correct=(0, 1))])
    with refuses(Refusal.NO_LIVE_QUESTIONS):
        await Stage(Services.over(db, {pack.name: pack}, pack.name)).open()


async def test_a_channel_has_one_round_at_a_time_and_a_server_has_a_few(stage):
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
async def test_presses_from_other_servers_and_late_presses_are_refused_in_a_sentence(stage):
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


async def test_the_first_answer_counts(stage):
    await stage.begin(ANA, BEN)
    first = await stage.answer(ANA, right=False, after=SECOND)
    second = await stage.answer(ANA, right=True, after=2 * SECOND)
    await stage.close()

    assert not first.again
    assert (second.again, second.place, second.time) == (True, first.place, SECOND)
    assert await stage.points() == {ANA: 0, BEN: 0}


async def test_answering_joins_the_round(stage):
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


async def test_nothing_reveals_the_key_before_the_question_has_closed(stage):
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


async def test_an_answer_counts_in_the_competitions_that_the_player_has_joined(stage):
    arena = Arena(stage.services)
    await arena.announce()
    await arena.join(player(ANA))
    await stage.begin(ANA)
    await stage.answer(ANA)
    await stage.close()

    assert (await arena.points())[ANA] > 0


@pytest.mark.sqlite
async def test_a_competition_waits_for_answers_to_questions_that_are_open_at_its_end(stage):
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
async def test_explanations_and_the_look_back_belong_to_each_player(stage):
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
async def test_a_hidden_member_plays_without_appearing(stage):
    await stage.services.privacy.hide(player(BEN), hidden=True, at=stage.at)
    await stage.open(ANA)
    joined = await stage.join(BEN)
    await stage.wait(LOBBY)
    await stage.answer(BEN)
    await stage.close()

    assert joined.hidden
    assert stage.scenes[-1].answered == 1
    assert stage.scenes[-1].spread == {}, "next to the table, it would tell how they answered"
    assert await stage.points() == {ANA: 0}
    assert [attempt.user_id for attempt in await recorded(stage)] == [BEN]
    assert (await stage.services.live.look_back(stage.id, player(BEN), at=stage.at)).line is None


async def test_a_player_who_leaves_is_off_the_table_and_has_their_score_when_they_come_back(stage):
    await stage.begin(ANA, BEN)
    await stage.answer(ANA)
    await stage.close()
    await stage.leave(ANA)
    away = await stage.points()
    await stage.join(ANA)

    assert away == {BEN: 0}
    assert await stage.points() == {ANA: 150, BEN: 0}


@pytest.mark.sqlite
async def test_players_with_equal_scores_share_a_place(stage):
    await stage.begin(ANA, BEN, CHIDI)
    for user_id in (ANA, BEN):
        await stage.answer(user_id, after=SECOND)
    await stage.close()

    assert [(line.rank, line.user_id) for line in await stage.table()] == [(1, ANA), (1, BEN), (3, CHIDI)]
