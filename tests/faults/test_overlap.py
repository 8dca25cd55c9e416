"""Two processes that hold the same shards, as in a rolling restart: Discord sends every event to both, and only one
handles it."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from bot.clock import now
from bot.services.interactions import Interactions
from bot.services.schedules import SchedulePlan
from bot.services.upkeep import INTERACTIONS_KEPT, Upkeep
from bot.shards import Shards
from bot.storage.engine import Database
from bot.storage.tables import competitions, interactions, schedules
from bot.study.schedules import Schedule
from tests.conftest import MONDAY
from tests.discord_stub.payloads import EVERYDAY, MANAGE_GUILD
from tests.faults.conftest import ANA, SOON

pytestmark = pytest.mark.postgres

MANAGER = EVERYDAY | MANAGE_GUILD


async def finished(*processes):
    for process in processes:
        assert await process.bot.intake.finish(SOON) == 0


async def count(db, table):
    return await db.read(lambda tx: tx.execute(select(func.count()).select_from(table)).scalar())


async def test_a_day_is_skipped_once(live, other):
    plan = SchedulePlan(live.guild.channels[0], None, Schedule((MONDAY - timedelta(hours=1)).time(), "UTC"), ())
    await live.services.schedules.set(live.guild.id, plan, by=ANA, rng=Random(7), at=now())
    before = await live.db.read(lambda tx: tx.execute(select(schedules.c.next_post_at)).scalar())

    asked = await live.stub.command(live.guild, ANA, "daily skip", permissions=MANAGER)
    await asked.reply()
    await finished(live, other)

    after = await live.db.read(lambda tx: tx.execute(select(schedules.c.next_post_at)).scalar())
    assert after - before == timedelta(days=1)
    assert (len(asked.shown), asked.again) == (1, 0)


async def test_a_competition_is_announced_once(live, other):
    asked = await live.stub.command(
        live.guild, ANA, "competition create", permissions=MANAGER, name="Autumn", start="in 1 hour", end="in 2 days"
    )
    await asked.reply()
    await finished(live, other)

    assert await count(live.db, competitions) == 1
    assert (len(asked.shown), asked.again) == (1, 0)


async def test_an_idempotent_press_is_handled_by_both_processes_and_the_second_reply_is_ignored(live, other, caplog):
    post = await live.daily()
    caplog.set_level(logging.WARNING)

    pressed = await live.stub.press(post, "A", ANA)
    await pressed.reply()
    await finished(live, other)

    assert len(await live.recorded(ANA)) == 1
    assert (len(pressed.shown), pressed.again) == (1, 1)
    assert await count(live.db, interactions) == 0
    assert not caplog.records


async def test_a_stopping_process_accepts_only_presses_that_both_may_handle(live):
    post = await live.daily()
    live.bot.intake.close()

    asked = await live.stub.command(live.guild, ANA, "guide")
    pressed = await live.stub.press(post, "A", ANA)
    await pressed.reply()
    await finished(live)

    assert (len(pressed.shown), len(asked.shown)) == (1, 0)
    assert await count(live.db, interactions) == 0


async def test_the_other_process_handles_what_arrives_at_a_stopping_one(live, other):
    live.bot.intake.close()

    asked = [await live.stub.command(live.guild, ANA, "guide") for _ in range(5)]
    for one in asked:
        await one.reply()
    await finished(live, other)

    assert [(len(one.shown), one.again) for one in asked] == [(1, 0)] * 5


async def test_if_the_owner_of_a_command_is_unknown_the_member_is_asked_to_try_again(live, caplog):
    await live.db.close()

    asked = await live.stub.command(live.guild, ANA, "guide")
    await asked.reply()
    await finished(live)

    assert "nothing was recorded. Please try again" in asked.text
    assert "Traceback" not in caplog.text


async def test_each_interaction_is_given_to_only_one_of_two_processes_that_ask_at_once(db, database_url):
    successor = Database(database_url)
    old, new = Interactions(db), Interactions(successor)

    given = await asyncio.gather(*(one.take(id, at=MONDAY) for id in range(100) for one in (old, new)))
    await successor.close()

    assert [old + new for old, new in zip(given[::2], given[1::2], strict=True)] == [1] * 100


async def test_an_accepted_interaction_is_forgotten_once_discord_accepts_no_reply_to_it(db, database_url):
    taking = Interactions(db)
    await taking.take(1, at=MONDAY)
    await taking.take(2, at=MONDAY + timedelta(seconds=1))
    elsewhere = Database(database_url, Shards(2, frozenset({1})))

    await Upkeep(elsewhere, backups_kept=0).tidy(MONDAY + 2 * INTERACTIONS_KEPT)
    both = await count(db, interactions)
    await Upkeep(db, backups_kept=0).tidy(MONDAY + INTERACTIONS_KEPT + timedelta(seconds=1))
    await elsewhere.close()

    assert both == 2
    assert await db.read(lambda tx: tx.execute(select(interactions.c.id)).scalars().all()) == [2]
