"""Servers that remove the bot and add it again."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text

from bot.services.guilds import ERASED_AT_ONCE
from bot.storage import guilds
from bot.storage.tables import members
from bot.study.schedules import day_ended
from tests.conftest import MONDAY
from tests.services.conftest import NINE, TODAY
from tests.services.test_each import presses_beside

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LARGE, SMALL = 77, 78
MEMBERS = {LARGE: ERASED_AT_ONCE * 3, SMALL: 2}
ERASED = MONDAY + 31 * DAY


async def two_that_left(services):
    """Let a large and a small server remove the bot."""

    def join(tx):
        guilds.ensure_all(tx, MEMBERS, MONDAY)
        tx.execute(
            insert(members),
            [
                {"guild_id": guild_id, "user_id": user_id, "name": "a member"}
                for guild_id, count in MEMBERS.items()
                for user_id in range(1, count + 1)
            ],
        )

    await services.db.write(join)
    for guild_id in MEMBERS:
        await services.guilds.left(guild_id, at=MONDAY)


async def known(db, guild_id=LARGE):
    """Return how many members of a server are known."""
    of_server = select(func.count()).select_from(members).where(members.c.guild_id == guild_id)
    return await db.write(lambda tx: tx.execute(of_server).scalar_one())


async def fail_in(db, guild_id, user_id):
    """Make the database refuse to delete a member."""
    refused = f"WHEN OLD.guild_id = {guild_id} AND OLD.user_id = {user_id}"
    trigger = f"CREATE TRIGGER refusal BEFORE DELETE ON members {refused} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    await db.write(lambda tx: tx.execute(text(trigger)))


async def succeed_again(db):
    await db.write(lambda tx: tx.execute(text("DROP TRIGGER refusal")))


async def away(school, since, until):
    await school.services.guilds.left(school.id, at=since)
    await school.services.guilds.joined(school.id, at=until)


@pytest.mark.parametrize("hours", [2, 14])
async def test_a_daily_whose_hour_passed_while_the_bot_was_away_is_posted_while_its_date_lasts(school, hours):
    await school.schedule()
    back = MONDAY + hours * HOUR
    await away(school, MONDAY, back)

    post = await school.post(back)

    assert post.daily.day == TODAY
    assert not day_ended("UTC", post.daily.day, back)
    assert await school.claim(back) == []


async def test_dates_that_ended_while_the_bot_was_away_are_neither_posted_nor_reported(school):
    await school.schedule()
    back = MONDAY + 3 * DAY
    await away(school, MONDAY, back)

    assert await school.claim(back) == []
    assert (await school.post(back + HOUR)).daily.day == back.date()


async def test_a_date_that_had_its_daily_before_the_bot_was_removed_has_no_second_one(school):
    await school.schedule()
    await school.post(NINE)
    await away(school, NINE + HOUR, NINE + 2 * HOUR)

    assert await school.claim(NINE + 2 * HOUR) == []
    assert (await school.post(NINE + DAY)).daily.day == TODAY + DAY


# -- the end of their data


async def test_members_of_other_servers_wait_for_only_a_portion_of_the_erasure_of_a_large_one(services):
    await two_that_left(services)

    seen = await presses_beside(services.guilds.erase_left(ERASED), lambda: known(services.db))

    assert await known(services.db) == 0
    gone = [before - later for before, later in zip([MEMBERS[LARGE], *seen], seen, strict=False)]
    assert max(gone) <= ERASED_AT_ONCE


@pytest.mark.sqlite
async def test_a_server_that_cannot_be_erased_keeps_no_other_and_is_continued_the_next_time(services, caplog):
    await two_that_left(services)
    await fail_in(services.db, LARGE, user_id=MEMBERS[LARGE])

    with caplog.at_level(logging.ERROR):
        first = await services.guilds.erase_left(ERASED)
    left = await known(services.db)
    await succeed_again(services.db)
    second = await services.guilds.erase_left(ERASED + HOUR)

    assert "one of many failed" in caplog.text
    assert (first, second) == (1, 1)
    assert 0 < left < MEMBERS[LARGE]
    assert [await known(services.db, guild_id) for guild_id in MEMBERS] == [0, 0]


@pytest.mark.sqlite
async def test_a_server_that_returns_half_erased_starts_with_nothing(services):
    await two_that_left(services)
    await fail_in(services.db, LARGE, user_id=MEMBERS[LARGE])
    await services.guilds.erase_left(ERASED)
    await succeed_again(services.db)

    await services.guilds.left(LARGE, at=ERASED)  # Discord may say so again
    await services.guilds.joined(LARGE, at=ERASED + HOUR)

    assert await known(services.db) == 0
    assert not await services.db.read(lambda tx: guilds.has_left(tx, LARGE))
    assert await services.guilds.erase_left(ERASED + 31 * DAY) == 0


async def test_a_server_that_returns_before_its_erasure_has_begun_keeps_everything(services):
    await two_that_left(services)

    await services.guilds.joined(LARGE, at=ERASED)

    assert await services.guilds.erase_left(ERASED) == 1
    assert await known(services.db) == MEMBERS[LARGE]
