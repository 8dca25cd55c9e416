"""Running an action for each of many servers does not delay members' answers."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.services.each import PORTION, each, write_each
from bot.services.recording import record_all
from bot.storage import members
from bot.storage.batches import PORTION_TAKES
from bot.storage.tables import seasons
from bot.study.answering import Given
from bot.study.grading import as_written
from bot.study.members import Member
from bot.study.questions import Kind
from bot.study.scoring import Mode
from tests.conftest import MONDAY

DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
SERVERS = range(1, 41)


async def presses_beside(work, press):
    """Make presses one after the other while the work runs; return their results."""
    task = asyncio.create_task(work)
    seen = []
    while not task.done():
        seen.append(await press())
    await task
    return seen


async def test_a_press_waits_for_only_a_few_of_many_heavy_writes(db):
    done = []

    def heavy(_tx, _key):
        time.sleep(PORTION_TAKES)
        done.append(1)

    async def press():
        return await db.write(lambda _tx: len(done))

    seen = await presses_beside(write_each(db, range(12), heavy), press)

    assert max(later - before for before, later in zip([0, *seen], seen, strict=False)) <= 2


async def test_quick_actions_are_run_together():
    together, running = [], 0

    async def quick(_key):
        nonlocal running
        running += 1
        await asyncio.sleep(0)
        together.append(running)
        running -= 1

    await each(range(200), quick)

    assert max(together) == PORTION


async def test_the_end_of_a_month_in_many_servers_does_not_delay_presses(services):
    pack = services.content.packs["aws-mla-c01"]
    question = next(question for question in pack.active if question.kind is Kind.CHOICE)

    def play(tx):
        for guild_id in SERVERS:
            member = Member(guild_id, guild_id, "ana")
            members.see(tx, guild_id, member.user_id, member.name)
            right = Given(member, pack, question, as_written(question), question.correct, Mode.QUIZ, "UTC", MONDAY)
            record_all(tx, [right])

    await services.db.write(play)

    async def press():
        return await services.db.write(lambda tx: tx.execute(select(func.count()).select_from(seasons)).scalar_one())

    closed = await presses_beside(services.seasons.close_due(DECEMBER + timedelta(minutes=1)), press)

    assert await press() == len(SERVERS)
    assert max(later - before for before, later in zip([0, *closed], closed, strict=False)) <= 1
