"""The two bots side by side: ours, and an empty one of the same library, each a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path

from tests.discord_stub import BotProcess, DiscordStub

EMPTY_BOT = Path(__file__).with_name("empty_bot.py")
_LOOK_EVERY = 0.002
_TICKS = os.sysconf("SC_CLK_TCK")


class Which(StrEnum):
    EMPTY = "empty bot"
    COHORT = "Cohort"


@asynccontextmanager
async def started(which: Which, folder: Path, stub: DiscordStub) -> AsyncIterator[BotProcess]:
    """A bot that is ready, until the end; asked to stop then, as at any restart."""
    bot = BotProcess(folder, stub)
    async with bot:
        await start(bot, which)
        await ready(bot)
        yield bot
        bot.ask_to_stop()
        await bot.ended()


async def start(bot: BotProcess, which: Which) -> None:
    if which is Which.COHORT:
        await bot.start()
    else:
        await bot.start_script(EMPTY_BOT)


async def ready(bot: BotProcess, within: float = 120.0) -> float:
    """Wait for READY; the reading of `time.perf_counter` at which it was said."""
    deadline = time.perf_counter() + within
    while (now := time.perf_counter()) < deadline:
        if re.search(r"\bready: \d+ servers", bot.said()):
            return now
        assert bot.running, f"the bot has ended; it said:\n{bot.said()[-3000:]}"
        await asyncio.sleep(_LOOK_EVERY)
    raise TimeoutError(f"the bot is not ready; it said:\n{bot.said()[-3000:]}")


def cpu_seconds(bot: BotProcess) -> float:
    """All that the process has used so far, in all its threads."""
    fields = Path(f"/proc/{bot.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_bytes(bot: BotProcess) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{bot.pid}/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) * 1024
