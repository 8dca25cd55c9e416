"""The two bots to compare: ours, and an empty one that uses the same library, each in its own process."""

from __future__ import annotations

import asyncio
import gc
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
    """Run a bot that is ready when the context begins; at the end, ask it to stop, as a restart does."""
    bot = BotProcess(folder, stub, COHORT_BACKUPS_KEPT=0)  # otherwise a nightly backup would distort the figures
    async with bot:
        await start(bot, which)
        await ready(bot)
        # Collecting the simulated servers would stop this process for a tenth of a second, and requests that arrive
        # meanwhile would be counted in the wrong second.
        gc.collect()
        gc.freeze()
        try:
            yield bot
        finally:
            gc.unfreeze()
        bot.ask_to_stop()
        await bot.ended()


async def start(bot: BotProcess, which: Which) -> None:
    if which is Which.COHORT:
        await bot.start()
    else:
        await bot.start_script(EMPTY_BOT)


async def ready(bot: BotProcess, within: float = 120.0) -> float:
    """Wait until the bot is ready; return the `time.perf_counter` value at that moment."""
    deadline = time.perf_counter() + within
    while (now := time.perf_counter()) < deadline:
        if re.search(r"\bready: \d+ servers", bot.said()):
            return now
        assert bot.running, f"the bot has exited; its output:\n{bot.said()[-3000:]}"
        await asyncio.sleep(_LOOK_EVERY)
    raise TimeoutError(f"the bot is not ready; its output:\n{bot.said()[-3000:]}")


def cpu_seconds(bot: BotProcess) -> float:
    """Return the CPU time that the process has used so far, in all threads."""
    fields = Path(f"/proc/{bot.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_bytes(bot: BotProcess) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{bot.pid}/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) * 1024
