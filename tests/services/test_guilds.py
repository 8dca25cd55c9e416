"""Servers that remove the bot and add it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.study.schedules import day_ended
from tests.conftest import MONDAY
from tests.services.conftest import NINE, TODAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


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
