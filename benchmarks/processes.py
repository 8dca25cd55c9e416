"""Several processes on one PostgreSQL: how many answers they handle together, and what one answer costs.

python -m benchmarks processes
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.bots import cpu_seconds, ready
from benchmarks.community import prepare, presses
from benchmarks.report import Report
from tests.discord_stub import BotProcess, DiscordStub
from tests.discord_stub.load import Press, at_pace, saturate
from tests.postgres import Cluster

PROCESSES = (1, 2, 3)
SHARDS = 6
SERVERS = 600
MEMBERS = 100_000
IN_FLIGHT = 128
WARM_UP = 3.0


@dataclass(frozen=True, slots=True)
class Turn:
    """The figures of one run. `cpu`: CPU seconds of all processes per answer at saturation. Latencies are in seconds,
    at half of the saturation rate."""

    per_second: float
    cpu: float
    median: float
    p99: float
    unanswered: int


async def turn(count: int, folder: Path, url: str, stub: DiscordStub, load: Iterator[Press], seconds: float) -> Turn:
    async with AsyncExitStack() as stack:
        bots = []
        for number in range(count):
            settings = {"DATABASE_URL": url, "SHARD_COUNT": SHARDS, "SHARD_IDS": f"{number}/{count}"}
            bot = await stack.enter_async_context(BotProcess(folder / f"process-{number}", stub, **settings))
            await bot.start()
            bots.append(bot)
        for bot in bots:
            await ready(bot)
        await saturate(stub, load, in_hand=IN_FLIGHT, seconds=WARM_UP)
        before = sum(map(cpu_seconds, bots))
        full = await saturate(stub, load, in_hand=IN_FLIGHT, seconds=seconds)
        spent = sum(map(cpu_seconds, bots)) - before
        half = await at_pace(stub, load, per_second=full.per_second / 2, seconds=seconds)
        for bot in bots:
            bot.ask_to_stop()
        for bot in bots:
            await bot.ended()
    return Turn(
        full.per_second,
        spent / len(full.latencies),
        half.percentile(0.5),
        half.percentile(0.99),
        full.unanswered + half.unanswered,
    )


async def measure(folder: Path, rounds: int, seconds: float) -> Mapping[int, Sequence[Turn]]:
    turns: dict[int, list[Turn]] = {count: [] for count in PROCESSES}
    cluster = Cluster(durable=True)
    try:
        cluster.start()
        cluster.sql("CREATE DATABASE prepared")
        async with DiscordStub(guilds=SERVERS) as stub:
            posts = await prepare(cluster.url("prepared"), stub, Random(1))
            for number in range(rounds):
                for count in PROCESSES[:: 1 if number % 2 else -1]:
                    name = f"turn_{count}_{number}"
                    cluster.sql(f"CREATE DATABASE {name} TEMPLATE prepared")
                    load = presses(posts, MEMBERS, Random(number))
                    turns[count].append(await turn(count, folder / name, cluster.url(name), stub, load, seconds))
                    cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        cluster.remove()
    return turns


def report(turns: Mapping[int, Sequence[Turn]]) -> Report:
    def row(count: int) -> list[object]:
        middle = {
            name: median(getattr(one, name) for one in turns[count]) for name in ("per_second", "cpu", "median", "p99")
        }
        return [
            count,
            f"{middle['per_second']:,.0f}",
            f"{middle['cpu'] * 1000:.3f}",
            f"{middle['median'] * 1000:.2f}",
            f"{middle['p99'] * 1000:.2f}",
        ]

    lost = sum(one.unanswered for each in turns.values() for one in each)
    return Report(
        "processes",
        "Several processes on one PostgreSQL",
        ("processes", "a second at saturation", "CPU ms each", "median ms at half", "p99 ms at half"),
        [row(count) for count in turns],
        notes=[
            f"{len(turns[1])} rounds; {SERVERS:,} servers on {SHARDS} shards; {IN_FLIGHT} in flight at saturation; {lost} presses without a reply. "
            "PostgreSQL (fsync on), the stub and the load share the same cores: with two of them the third process has none of its own."
        ],
    )


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    rounds, seconds = (1, 5.0) if quick else (3, 12.0)
    return [report(asyncio.run(measure(folder, rounds, seconds)))]
