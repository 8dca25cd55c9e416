"""Start and memory: the time from the start of the process to READY and to the first answered command, and the memory
at rest and under load, compared with the empty bot.

python -m benchmarks start
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.bots import Which, cpu_seconds, ready, resident_bytes, start
from benchmarks.report import Goal, Report
from bot.storage.engine import Database
from tests.discord_stub import BotProcess, DiscordStub

READY, AT_REST, UNDER_LOAD = 1.3, 1.4, 1.6
COMMAND = "quiz"
LOAD_SECONDS, IN_FLIGHT = 8.0, 32
PER_SHARD = 2_500
"""Servers per shard: the most that Discord allows. Each shard connects five seconds after the one before."""
WAITS = 2.0
"""discord.py's `guild_ready_timeout`, in seconds."""
SETTLE = 5.0
"""Seconds from READY until the memory is measured."""


FIGURES = ("seconds", "cpu", "memory", "loaded")


@dataclass(frozen=True, slots=True)
class Start:
    """The figures of one start: seconds until READY; CPU seconds until the first command is answered, which is sent as
    soon as the bot is connected; and bytes of memory, at rest some seconds later and after some seconds of commands."""

    seconds: float
    cpu: float
    memory: int
    loaded: int


async def begin(which: Which, folder: Path, stub: DiscordStub, settle: float) -> Start:
    """Measure a start that is not the first: the schema and the caches of Python and the bot already exist."""
    async with BotProcess(folder, stub, COHORT_BACKUPS_KEPT=0) as bot:
        bot.log.unlink(missing_ok=True)
        began = time.perf_counter()
        await start(bot, which)
        await stub.connected()
        if which is Which.EMPTY:  # it registers no commands, and answers all of them
            stub.world.commands = [{"id": "1", "name": COMMAND}]
        users = count(1_000)
        await ask(stub, next(users))
        cpu = cpu_seconds(bot)
        seconds = await ready(bot) - began
        await asyncio.sleep(settle)
        memory = resident_bytes(bot)
        await asyncio.gather(*(ask_on(stub, users, began + seconds + settle + LOAD_SECONDS) for _ in range(IN_FLIGHT)))
        loaded = resident_bytes(bot)
        bot.ask_to_stop()
        await bot.ended()
    await stub.gone()
    return Start(seconds, cpu, memory, loaded)


async def ask(stub: DiscordStub, number: int) -> None:
    """Send one member's command, and wait for the reply."""
    guild = stub.guilds[number % len(stub.guilds)]
    interaction = await stub.command(guild, number << 22, COMMAND)
    await interaction.reply(60)
    stub.world.forget(interaction)


async def ask_on(stub: DiscordStub, users: Iterator[int], until: float) -> None:
    while time.perf_counter() < until:
        await ask(stub, next(users))


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


def report(
    name: str, title: str, starts: Mapping[Which, Sequence[Start]], goals: Sequence[tuple[str, str, float]]
) -> Report:
    pairs = list(zip(starts[Which.COHORT], starts[Which.EMPTY], strict=True))

    def ratio(figure: str) -> float:
        return median(getattr(ours, figure) / getattr(empty, figure) for ours, empty in pairs)

    def row(which: Which) -> list[str]:
        middle = {name: median(getattr(one, name) for one in starts[which]) for name in FIGURES}
        bytes_held = (f"{middle[name] / 2**20:,.0f}" for name in ("memory", "loaded"))
        return [which.value, f"{middle['seconds']:.2f}", f"{middle['cpu']:.2f}", *bytes_held]

    without_wait = median((ours.seconds - WAITS) / (empty.seconds - WAITS) for ours, empty in pairs)
    return Report(
        name,
        title,
        ("", "seconds to READY", "CPU seconds to the first answer", "MiB at rest", "MiB under load"),
        [
            row(Which.EMPTY),
            row(Which.COHORT),
            ["median of the ratios", *(f"{ratio(each):.2f}" for each in FIGURES)],
        ],
        [Goal(name, ratio(figure), bound) for name, figure, bound in goals],
        [
            f"{len(pairs)} pairs, after one start each. The library waits {WAITS:.0f} seconds for servers that may still come before "
            f"it says READY; without them the ratio of the seconds is {without_wait:.2f}."
        ],
    )


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    pairs = 1 if quick else 5
    few = asyncio.run(measure(folder, 1_000, pairs, SETTLE))
    many = asyncio.run(measure(folder, 10_000, min(pairs, 3), SETTLE))  # memory hardly differs between starts
    return [
        report(
            "start",
            "Start and memory, 1,000 servers",
            few,
            [
                ("process start to READY", "seconds", READY),
                ("memory at rest", "memory", AT_REST),
                ("memory under load", "loaded", UNDER_LOAD),
            ],
        ),
        report("memory", "Start and memory, 10,000 servers", many, [("memory at rest", "memory", AT_REST)]),
    ]
