"""Start and memory: from the start of the process to READY, and what it holds then, beside the empty bot.

python -m benchmarks start
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.bots import Which, cpu_seconds, ready, resident_bytes, start
from benchmarks.report import Goal, Report
from bot.storage.engine import Database
from tests.discord_stub import BotProcess, DiscordStub

BOUND = 1.3
PER_SHARD = 2_500
"""The most that Discord allows; each shard waits five seconds for the one before."""
WAITS = 2.0
"""discord.py's `guild_ready_timeout`, in seconds."""
SETTLE = 5.0
"""Seconds after READY until the memory is read."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until READY and of CPU by then, and bytes some seconds later."""

    seconds: float
    cpu: float
    memory: int


async def begin(which: Which, folder: Path, stub: DiscordStub, settle: float) -> Start:
    """Not its first start: the schema is there, and so is what Python and the bot keep for the next one."""
    async with BotProcess(folder, stub) as bot:
        bot.log.unlink(missing_ok=True)
        began = time.perf_counter()
        await start(bot, which)
        seconds = await ready(bot) - began
        cpu = cpu_seconds(bot)
        await asyncio.sleep(settle)
        memory = resident_bytes(bot)
        bot.ask_to_stop()
        await bot.ended()
    return Start(seconds, cpu, memory)


async def measure(folder: Path, servers: int, pairs: int, settle: float) -> Mapping[Which, Sequence[Start]]:
    starts: dict[Which, list[Start]] = defaultdict(list)
    async with DiscordStub(guilds=servers) as stub:
        stub.rest.shards = max(1, servers // PER_SHARD)
        for which in Which:
            home = folder / f"{which.name.lower()}-{servers}"
            home.mkdir()
            db = Database(f"sqlite+aiosqlite:///{home / 'cohort.db'}")
            await db.migrate()
            await db.close()
            await begin(which, home, stub, 0)
        for pair in range(pairs):
            for which in list(Which)[:: 1 if pair % 2 else -1]:
                home = folder / f"{which.name.lower()}-{servers}"
                starts[which].append(await begin(which, home, stub, settle))
    return starts


def report(name: str, title: str, starts: Mapping[Which, Sequence[Start]], goal: str, figure: str) -> Report:
    pairs = list(zip(starts[Which.COHORT], starts[Which.EMPTY], strict=True))

    def ratio(figure: str) -> float:
        return median(getattr(ours, figure) / getattr(empty, figure) for ours, empty in pairs)

    def row(which: Which) -> list[str]:
        middle = {name: median(getattr(one, name) for one in starts[which]) for name in ("seconds", "cpu", "memory")}
        return [which.value, f"{middle['seconds']:.2f}", f"{middle['cpu']:.2f}", f"{middle['memory'] / 2**20:,.0f}"]

    without_wait = median((ours.seconds - WAITS) / (empty.seconds - WAITS) for ours, empty in pairs)
    return Report(
        name,
        title,
        ("", "seconds to READY", "CPU seconds by then", "resident MiB"),
        [
            row(Which.EMPTY),
            row(Which.COHORT),
            ["median of the ratios", *(f"{ratio(each):.2f}" for each in ("seconds", "cpu", "memory"))],
        ],
        [Goal(goal, ratio(figure), BOUND)],
        [
            f"{len(pairs)} pairs, after one start each. The library waits {WAITS:.0f} seconds for servers that may still come before "
            f"it says READY; without them the ratio of the seconds is {without_wait:.2f}."
        ],
    )


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    pairs = 1 if quick else 5
    few = asyncio.run(measure(folder, 1_000, pairs, SETTLE))
    many = asyncio.run(measure(folder, 10_000, min(pairs, 3), SETTLE))  # memory hardly differs from start to start
    return [
        report("start", "Start, 1,000 servers", few, "process start to READY", "seconds"),
        report("memory", "Memory, 10,000 servers", many, "resident memory", "memory"),
    ]
