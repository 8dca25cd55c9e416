"""The queue of leased work: whatever happens at the same time, each piece of work is begun only once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace

from bot.cogs.ui.background import BackgroundTasks
from bot.cogs.ui.line import Errands, Line
from bot.cogs.ui.outgoing import Outgoing
from bot.cogs.ui.pace import Pace
from tests.conftest import MONDAY


class Desk:
    """A single piece of work, which stays leased until it is released or done."""

    def __init__(self) -> None:
        self.leased, self.done, self.failed = False, 0, []
        self.end: BaseException | None = None
        outgoing = Outgoing(SimpleNamespace(), per_second=10)
        outgoing.pace, outgoing.tasks = Pace(None), BackgroundTasks("test")
        self.line = Line(
            outgoing,
            Errands(
                "piece", key=lambda piece: piece, acquire=self.acquire, do=self.do, failed=self.fail,
                release=self.release, release_all=self.release_all,
            ),
        )  # fmt: skip

    async def acquire(self, _at, _room, busy):
        found = [] if self.leased or 1 in busy else [1]
        self.leased = True
        await asyncio.sleep(0.01)  # as if the database had answered, and this process had not noticed yet
        return found

    async def do(self, _held):
        await asyncio.sleep(0.05)
        if self.end is not None:
            raise self.end
        self.done += 1

    async def fail(self, piece, error):
        self.failed.append((piece, type(error)))

    async def release(self, _pieces, _at):
        self.leased = False

    async def release_all(self, _at, busy):
        self.leased = 1 in busy


async def test_a_startup_and_a_tick_at_the_same_moment_begin_a_piece_of_work_once():
    desk = Desk()

    await asyncio.gather(
        desk.line.tick(MONDAY), desk.line.recover(MONDAY), desk.line.tick(MONDAY + timedelta(seconds=1))
    )
    await desk.line.outgoing.tasks.finished()

    assert desk.done == 1


async def test_failed_work_is_retried_later_and_a_bug_is_also_logged(caplog):
    desk = Desk()
    for error in (ConnectionResetError(), ZeroDivisionError()):
        desk.end, desk.leased = error, False
        await desk.line.tick(MONDAY)
        await desk.line.outgoing.tasks.finished()

    assert desk.failed == [(1, ConnectionResetError), (1, type(None))]
    assert "piece 1 failed" in caplog.text


async def test_queued_work_is_released_at_shutdown_and_nothing_new_begins():
    desk = Desk()
    desk.line.outgoing.pace = Pace(1)
    async with desk.line.outgoing.pace:
        await desk.line.tick(MONDAY)
        await asyncio.sleep(0)  # let it enter the queue

    waiting = desk.line.stop()
    await desk.line.outgoing.tasks.stop(0, waiting=waiting)
    await desk.line.hand_over()
    await desk.line.tick(MONDAY)

    assert waiting == {("piece", 1)}
    assert (desk.leased, desk.done) == (False, 0)
