"""The league: opt-in only, each month closed once, and opting out takes effect at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.services.schedules import SchedulePlan
from bot.shards import Shards
from bot.storage import leagues, privacy, questions
from bot.storage.engine import Database
from bot.storage.tables import league_places, league_seasons
from bot.study.errors import LeagueNotOpen, Refusal, UnknownLeagueSeason
from bot.study.leagues import RESTS_AFTER, Band, LeagueMark
from bot.study.members import ALONE, Member
from bot.study.schedules import Schedule
from tests.conftest import MONDAY
from tests.examples import examples
from tests.refusals import refuses
from tests.services.channel import show_all
from tests.services.leagues import CLOSED, CROWS, DECEMBER, LARKS, NAMES, NOVEMBER, OWLS, Country

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REUSED = settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def country(services):
    return Country(services)


async def two_in(country):
    """Put Owls and Larks in one division, with Owls in front."""
    await country.study(OWLS, right=9)
    await country.study(LARKS, right=4)
    await country.join(OWLS)
    await country.join(LARKS)


async def set_zone(country, server, zone):
    plan = SchedulePlan(5, None, Schedule(time(9), zone), ())
    await country.services.schedules.set(server, plan, by=9, rng=Random(1), at=country.at)
    await country.services.schedules.pause(server, at=country.at)


def kept(country, table=league_places):
    return country.db.read(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar_one())


# -- who is in it, and what is seen


async def test_servers_of_a_division_see_names_and_averages(country):
    await two_in(country)

    seen = await country.table(LARKS)

    assert [(line.rank, line.name, line.score.mean, line.mine) for line in seen.lines] == [
        (1, "Owls", 45.0, False),
        (2, "Larks", 20.0, True),
    ]
    assert (seen.band, seen.division, seen.season, seen.closed_at) == (Band.SMALL, 1, NOVEMBER, None)


async def test_a_server_that_has_not_opted_in_sees_nothing_and_is_not_seen(country):
    await two_in(country)
    await country.study(CROWS)

    with pytest.raises(LeagueNotOpen):
        await country.table(CROWS)
    with refuses(Refusal.NEEDS_SERVER):
        await country.table(ALONE)
    with refuses(Refusal.NOT_IN_LEAGUE):
        await country.services.leagues.leave(CROWS)
    assert await country.names(OWLS) == ["Owls", "Larks"]


async def test_an_opt_in_form_that_is_not_sent_shows_nothing_to_anybody(country):
    await country.study(OWLS, people=20)

    offer = await country.services.leagues.offer(OWLS, at=MONDAY)

    assert (offer.band, offer.score.active, offer.score.mean, offer.entry) == (Band.MEDIUM, 20, 50.0, None)
    assert await country.db.read(lambda tx: leagues.get(tx, OWLS)) is None


async def test_asking_again_changes_the_name_and_nothing_else(country):
    await two_in(country)
    before = await country.db.read(lambda tx: leagues.get(tx, OWLS))
    country.at += DAY

    joined = await country.join(OWLS, "Night  owls ")

    assert joined.again
    assert joined.entry == replace(before, name="Night owls")
    assert await country.names(LARKS) == ["Night owls", "Larks"]


# -- the score


async def test_only_active_members_count_in_the_average(country):
    await country.join(OWLS)
    await country.study(OWLS, right=8)
    await country.study(OWLS, people=3, answers=9, right=0, first=50)

    (line,) = (await country.table(OWLS)).lines

    assert (line.score.active, line.score.mean) == (5, 40.0)


async def test_a_server_with_four_active_members_is_listed_as_not_ranked_yet(country):
    await two_in(country)
    await country.study(CROWS, people=4)
    await country.join(CROWS)

    assert [(line.name, line.rank) for line in (await country.table(OWLS)).lines] == [
        ("Owls", 1),
        ("Larks", 2),
        ("Crows", None),
    ]


async def test_hidden_members_do_not_count_until_they_come_back(country):
    await country.join(OWLS)
    await country.study(OWLS, people=6)
    who = Member(OWLS, OWLS + 1, "member 1")

    await country.services.privacy.hide(who, hidden=True, at=country.at)
    hidden = (await country.table(OWLS)).lines[0].score.active
    await country.services.privacy.hide(who, hidden=False, at=country.at)

    assert hidden == 5
    assert (await country.table(OWLS)).lines[0].score.active == 6


async def test_a_servers_own_questions_make_nobody_active_and_earn_nothing(country):
    await country.join(OWLS)
    mine = [replace(question, id=f"own-{question.id}") for question in country.questions]
    await country.db.write(lambda tx: questions.add(tx, OWLS, mine, {}, by=9, at=MONDAY))
    await country.study(OWLS, right=8)
    await country.study(OWLS, answers=20, questions=mine)
    await country.study(OWLS, people=3, answers=20, questions=mine, first=50)

    (line,) = (await country.table(OWLS)).lines

    assert (line.score.active, line.score.mean) == (5, 40.0)


# -- the end of a month


async def test_a_month_closes_once_and_the_top_and_bottom_servers_change_places(country):
    for server, division, right in ((OWLS, 1, 3), (LARKS, 1, 9), (CROWS, 2, 5)):
        await country.study(server, right=right)
        await country.seat(server, division)
    for number in range(4, 20):
        # Ten more servers above and three more below, in which nobody studies.
        await country.seat(number << 22, 1 if number < 14 else 2, name=f"server {number}")
    await country.tick(CLOSED - timedelta(seconds=1))
    early = await kept(country)

    await country.tick(CLOSED)
    await country.tick(CLOSED + HOUR)

    assert early == 0
    assert await kept(country) == 19
    assert await kept(country, league_seasons) == 1
    final = await country.table(LARKS, NOVEMBER)
    assert [(line.name, line.rank, line.mark) for line in final.lines[:2]] == [
        ("Larks", 1, LeagueMark.STAYS),
        ("Owls", 2, LeagueMark.STAYS),
    ]
    assert final.closed_at == CLOSED
    assert (await country.table(CROWS, NOVEMBER)).lines[0].mark is LeagueMark.UP
    assert [await country.division_of(server) for server in (LARKS, OWLS, CROWS, 4 << 22, 19 << 22)] == [1, 1, 1, 1, 2]
    assert (await country.table(LARKS)).season == DECEMBER


async def test_a_server_that_outgrows_its_band_is_marked_alike_before_and_after_the_close(country):
    for server, division, people in ((OWLS, 1, 5), (LARKS, 2, 40), (CROWS, 2, 5)):
        await country.study(server, people=people)
        await country.seat(server, division)

    running = await country.table(LARKS)
    await country.tick(CLOSED)

    final = await country.table(LARKS, NOVEMBER)
    assert [(line.name, line.mark) for line in (running.lines[0], final.lines[0])] == [("Larks", LeagueMark.LEAVES)] * 2


async def test_a_frozen_table_stays_as_it_is(country):
    await two_in(country)
    await country.tick(CLOSED)
    before = await country.table(OWLS, NOVEMBER)

    await country.study(LARKS, people=9, answers=20)
    await country.services.privacy.hide(Member(OWLS, OWLS + 1, "member 1"), hidden=True, at=country.at)
    await country.tick(CLOSED + DAY)

    assert (await country.table(OWLS, NOVEMBER)).lines == before.lines


async def test_each_server_plays_the_month_of_its_own_clock(country):
    """At noon UTC on the thirtieth, it is December in Kiritimati and still morning in Pago Pago."""
    for server, zone in ((OWLS, "Pacific/Kiritimati"), (LARKS, "Pacific/Pago_Pago")):
        await country.join(server)
        await set_zone(country, server, zone)
    country.at = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    await country.study(OWLS)
    await country.study(LARKS)

    november = {line.name: line.score.active for line in (await country.table(OWLS)).lines}
    await country.tick(CLOSED)

    assert november == {"Owls": 0, "Larks": 5}
    assert {line.name: line.score.active for line in (await country.table(OWLS)).lines} == {"Owls": 5, "Larks": 0}


async def test_the_close_waits_for_a_server_whose_season_is_not_final_but_not_forever(country):
    await two_in(country)
    country.at = CLOSED

    await country.services.leagues.close_due(CLOSED + 2 * DAY)
    waiting = await kept(country, league_seasons)
    await country.services.leagues.close_due(CLOSED + 3 * DAY)

    assert waiting == 0
    assert [line.name for line in (await country.table(OWLS, NOVEMBER)).lines] == ["Owls", "Larks"]


async def test_months_that_ended_while_the_bot_was_down_close_in_order_and_old_results_are_not_posted(country):
    await two_in(country)
    await country.services.seasons.set_plan(OWLS, channel_id=7, at=country.at)

    for _ in range(3):
        await country.tick(datetime(2027, 2, 3, tzinfo=UTC))

    assert await kept(country, league_seasons) == 3
    assert [place.season for place in (await country.table(OWLS)).past] == ["2027-01", DECEMBER, NOVEMBER]
    assert [put.post.subject for put in await country.sent()] == ["2027-01"]
    assert (await country.table(OWLS)).season == "2027-02"


async def test_a_server_that_joins_while_a_month_waits_to_be_closed_begins_with_the_next(country):
    await two_in(country)
    country.at = CLOSED + HOUR
    await country.study(CROWS)
    await country.join(CROWS)
    before = await country.names(OWLS)

    await country.tick()

    assert before == ["Owls", "Larks"]
    assert "Crows" not in await country.names(OWLS, NOVEMBER)
    assert "Crows" in await country.names(OWLS)
    with pytest.raises(UnknownLeagueSeason):
        await country.table(CROWS, NOVEMBER)


async def test_after_three_months_without_a_rank_a_server_rests_until_it_is_brought_back(country):
    await two_in(country)
    await country.services.seasons.set_plan(LARKS, channel_id=7, at=country.at)
    shown, posts = [], 0
    for month in range(RESTS_AFTER + 1):
        await country.tick(datetime(2026 + (11 + month) // 12, (11 + month) % 12 + 1, 1, 13, tzinfo=UTC))
        shown.append("Larks" in await country.names(OWLS))
        posts += len(await country.sent())
        if month < RESTS_AFTER:
            await country.study(OWLS)

    resting = await country.table(LARKS)
    joined = await country.join(LARKS)

    assert shown == [True, True, True, False], "ranked in November, then three months without"
    assert (resting.division, resting.lines, len(resting.past)) == (None, (), 4)
    assert posts == 4
    assert (joined.again, joined.entry.division, joined.entry.unranked) == (False, 1, 0)
    assert await country.names(OWLS) == ["Owls", "Larks"]


# -- what is posted


async def test_the_result_is_announced_once_where_the_end_of_the_season_is_posted(country):
    await two_in(country)
    await country.services.seasons.set_plan(OWLS, channel_id=7, at=country.at)
    await country.services.seasons.set_plan(LARKS, channel_id=8, posts=False, at=country.at)

    await country.tick(CLOSED)
    await country.tick(CLOSED + HOUR)

    (put,) = await country.sent()
    assert (put.post.guild_id, put.post.channel_id) == (OWLS, 7)
    assert (put.scene.place.rank, put.scene.place.ranked) == (1, 2)
    assert await country.sent() == []


@pytest.mark.sqlite
async def test_the_close_reads_no_more_often_however_many_servers_take_part(country):
    written = []

    async def closed(servers, season, at):
        """Close a month with servers in as many divisions; return how many queries that took."""
        for division, server in enumerate(servers, start=1):
            await country.seat(server, division, name="Server")
            await country.services.seasons.set_plan(server, channel_id=7, at=country.at)
        written.clear()
        await country.services.leagues.close_due(at)
        final = select(func.count()).where(league_places.c.season == season)
        assert await country.db.read(lambda tx: tx.execute(final).scalar()) == len(servers)
        return sum(statement.startswith("SELECT") for statement in written)

    await country.db.write(lambda tx: tx.connection.dbapi_connection.set_trace_callback(written.append))
    few = await closed(range(1 << 22, 4 << 22, 1 << 22), NOVEMBER, CLOSED + timedelta(days=4))
    many = await closed(range(1 << 22, 31 << 22, 1 << 22), DECEMBER, CLOSED + timedelta(days=36))

    assert many == few
    assert len({put.post.guild_id for put in await show_all(country.services, CLOSED + timedelta(days=36))}) == 30


async def test_nothing_is_announced_for_a_server_that_has_left(country):
    await two_in(country)
    await country.services.seasons.set_plan(OWLS, channel_id=7, at=country.at)
    await country.tick(CLOSED)

    await country.services.leagues.leave(OWLS)

    assert await country.sent() == []


# -- opting out


async def test_opting_out_removes_a_server_from_past_tables_at_once(country):
    await two_in(country)
    await country.tick(CLOSED)
    await country.services.leagues.leave(OWLS)

    now, past = await country.table(LARKS), await country.table(LARKS, NOVEMBER)
    everything = await country.db.read(lambda tx: [tuple(row) for row in tx.execute(select(league_places))])

    assert [line.name for line in now.lines] == ["Larks"]
    assert [(line.name, line.rank) for line in past.lines] == [("Larks", 2)]
    assert past.gone == 1
    assert OWLS not in {row[0] for row in everything}
    with pytest.raises(LeagueNotOpen):
        await country.table(OWLS, NOVEMBER)


async def test_a_server_that_comes_back_starts_without_a_past_in_the_lowest_division(country):
    await two_in(country)
    await country.tick(CLOSED)
    await country.services.leagues.leave(OWLS)

    await country.join(OWLS)

    assert (await country.table(OWLS)).past == ()
    assert await country.names(LARKS, NOVEMBER) == ["Larks"]


async def test_a_server_that_removed_the_bot_is_shown_to_nobody_until_it_is_back(country):
    await two_in(country)
    await country.services.guilds.left(OWLS, at=country.at)
    away = await country.names(LARKS)
    await country.tick(CLOSED)
    past = await country.table(LARKS, NOVEMBER)

    await country.services.guilds.joined(OWLS, at=country.at)

    assert away == ["Larks"]
    assert ([line.name for line in past.lines], past.lines[0].rank) == (["Larks"], 1)
    assert sorted(await country.names(LARKS)) == ["Larks", "Owls"]


async def test_a_server_that_is_invited_again_after_the_close_has_its_month(country):
    await two_in(country)
    await country.services.seasons.set_plan(OWLS, channel_id=7, at=country.at)
    await country.services.guilds.left(OWLS, at=CLOSED - HOUR / 12)
    await country.tick(CLOSED)
    away = await country.table(LARKS, NOVEMBER)
    unseen = await country.sent()

    await country.services.guilds.joined(OWLS, at=CLOSED + HOUR / 12)

    back = await country.table(OWLS, NOVEMBER)
    assert [(line.name, line.rank) for line in away.lines] == [("Larks", 2)]
    assert (away.gone, unseen) == (1, [])
    assert [(line.name, line.rank) for line in back.lines] == [("Owls", 1), ("Larks", 2)]
    assert (await country.db.read(lambda tx: leagues.get(tx, OWLS))).unranked == 0
    assert [put.post.guild_id for put in await country.sent()] == [OWLS]


async def test_a_server_that_is_erased_leaves_nothing_in_the_league(country):
    await two_in(country)
    await country.tick(CLOSED)

    await country.db.write(lambda tx: privacy.erase_guild(tx, OWLS))

    assert await country.db.read(lambda tx: leagues.get(tx, OWLS)) is None
    assert await kept(country) == 1
    assert (await country.table(LARKS, NOVEMBER)).gone == 1


# -- several processes


async def test_only_the_process_with_shard_0_closes_the_league(country):
    await two_in(country)
    await country.services.seasons.close_due(CLOSED)
    db = Database(country.db.url, Shards(2, frozenset({1})))
    other = type(country.services.leagues)(db)

    await other.close_due(CLOSED)
    before = await kept(country, league_seasons)
    await country.services.leagues.close_due(CLOSED)
    await db.close()

    assert (before, await kept(country, league_seasons)) == (0, 1)


@pytest.mark.postgres
async def test_two_processes_that_overlap_close_the_league_once(country):
    await two_in(country)
    await country.services.seasons.set_plan(OWLS, channel_id=7, at=country.at)
    await country.services.seasons.close_due(CLOSED)
    db = Database(country.db.url)
    other = type(country.services.leagues)(db)

    await asyncio.gather(country.services.leagues.close_due(CLOSED), other.close_due(CLOSED))
    await db.close()

    country.at = CLOSED
    assert (await kept(country, league_seasons), await kept(country)) == (1, 2)
    assert len(await country.sent()) == 1


# -- properties

DEEDS = st.lists(
    st.tuples(st.sampled_from(["join", "leave", "remove the bot", "add the bot", "month"]), st.sampled_from([*NAMES])),
    max_size=14,
)


@REUSED
@given(deeds=DEEDS)
@pytest.mark.sqlite
async def test_no_table_ever_names_a_server_that_is_not_in_the_league(league_of, deeds):
    country = await league_of()
    inside, here = set(), set(NAMES)
    month = 0
    for deed, server in deeds:
        match deed:
            case "join":
                await country.join(server)
                inside.add(server)
            case "leave" if server in inside:
                await country.services.leagues.leave(server)
                inside.discard(server)
            case "remove the bot":
                await country.services.guilds.left(server, at=country.at)
                here.discard(server)
            case "add the bot":
                await country.services.guilds.joined(server, at=country.at)
                here.add(server)
            case "month":
                await country.tick(datetime(2026 + (11 + month) // 12, (11 + month) % 12 + 1, 1, 13, tzinfo=UTC))
                month += 1
        allowed = {NAMES[id] for id in inside & here}
        for viewer in inside & here:
            tables = [await country.table(viewer)]
            tables += [await country.table(viewer, place.season) for place in tables[0].past]
            assert {line.name for table in tables for line in table.lines} <= allowed
    for server in inside:
        await country.services.leagues.leave(server)

    assert await kept(country) == 0


@pytest.fixture
def league_of(services):
    async def fresh():
        """Return the same database with an empty league and no closed months."""
        country = Country(services)
        await services.db.write(lambda tx: tx.execute(league_seasons.delete()) and None)
        for server in NAMES:
            await services.guilds.joined(server, at=country.at)
        return country

    return fresh
