"""Answers: presses on dailies, graded, recorded and answered in full, compared with the empty bot's acknowledgements.

python -m benchmarks answers
"""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.bots import Which, cpu_seconds, started
from benchmarks.community import prepare, presses
from benchmarks.report import Goal, Report
from tests.discord_stub import DiscordStub
from tests.discord_stub.load import Press, at_pace, saturate

SERVERS = 1_000
MEMBERS = 100_000
IN_FLIGHT = 128
"""Presses in flight at saturation: two full group commits."""
WARM_UP = 3.0
THROUGHPUT, CPU, P99 = 0.65, 1.7, 3.0


@dataclass(frozen=True, slots=True)
class Turn:
    """The figures of one run. `cpu`: CPU seconds per interaction at saturation. Latencies are in seconds, at half of
    Cohort's saturation."""

    per_second: float
    cpu: float
    median: float
    p99: float
    unanswered: int


async def turn(
    which: Which, folder: Path, stub: DiscordStub, load: Iterator[Press], seconds: float, pace: float | None
) -> Turn:
    """Measure one bot at saturation, then at `pace`, or at half of its saturation if `pace` is None."""
    async with started(which, folder, stub) as bot:
        await saturate(stub, load, in_hand=IN_FLIGHT, seconds=WARM_UP)
        before = cpu_seconds(bot)
        full = await saturate(stub, load, in_hand=IN_FLIGHT, seconds=seconds)
        spent = cpu_seconds(bot) - before
        half = await at_pace(stub, load, per_second=pace or full.per_second / 2, seconds=seconds)
    return Turn(
        full.per_second,
        spent / len(full.latencies),
        half.percentile(0.5),
        half.percentile(0.99),
        full.unanswered + half.unanswered,
    )


async def measure(folder: Path, pairs: int, seconds: float) -> Mapping[Which, Sequence[Turn]]:
    turns: dict[Which, list[Turn]] = defaultdict(list)
    prepared = folder / "prepared.db"
    async with DiscordStub(guilds=SERVERS) as stub:
        posts = await prepare(f"sqlite+aiosqlite:///{prepared}", stub, Random(1))
        for pair in range(pairs):
            # Alternate the order, so that neither bot always runs on the warmer machine.
            for which in list(Which)[:: 1 if pair % 2 else -1]:
                home = folder / f"{which.name.lower()}-{pair}"
                home.mkdir()
                shutil.copyfile(prepared, home / "cohort.db")
                load = presses(posts, MEMBERS, Random(pair))
                # Cohort comes first in the first pair, because the empty bot is measured at half of Cohort's
                # saturation.
                pace = turns[Which.COHORT][-1].per_second / 2 if which is Which.EMPTY else None
                turns[which].append(await turn(which, home, stub, load, seconds, pace))
                shutil.rmtree(home)
    return turns


def report(turns: Mapping[Which, Sequence[Turn]]) -> Report:
    pairs = list(zip(turns[Which.COHORT], turns[Which.EMPTY], strict=True))

    def ratio(figure: str) -> float:
        return median(getattr(ours, figure) / getattr(empty, figure) for ours, empty in pairs)

    def row(which: Which) -> list[Any]:
        middle = {
            name: median(getattr(one, name) for one in turns[which]) for name in ("per_second", "cpu", "median", "p99")
        }
        return [
            which.value,
            f"{middle['per_second']:,.0f}",
            f"{middle['cpu'] * 1000:.3f}",
            f"{middle['median'] * 1000:.2f}",
            f"{middle['p99'] * 1000:.2f}",
        ]

    ratios = ["median of the ratios", *(f"{ratio(name):.2f}" for name in ("per_second", "cpu", "median", "p99"))]
    throughput = ratio("per_second")
    return Report(
        "answers",
        "Answers, compared with the empty bot",
        ("", "a second at saturation", "CPU ms each", "median ms at half", "p99 ms at half"),
        [row(Which.EMPTY), row(Which.COHORT), ratios],
        [
            Goal("throughput", throughput, THROUGHPUT, at_least=True),
            Goal("CPU of an answer at saturation", ratio("cpu"), CPU),
            Goal("p99 at half of our saturation", ratio("p99"), P99),
            Goal("presses without a reply", sum(one.unanswered for one in turns[Which.COHORT]), 0, digits=0),
        ],
        [
            f"{len(pairs)} pairs; {SERVERS:,} servers, presses of {MEMBERS:,} members, each a new answer; {IN_FLIGHT} in flight at "
            "saturation. Half is half of Cohort's saturation, for both."
        ],
    )


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    pairs, seconds = (1, 5.0) if quick else (5, 12.0)
    return [report(asyncio.run(measure(folder, pairs, seconds)))]
