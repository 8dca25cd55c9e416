"""Answers one at a time, compared with an earlier build, and on boards of two lengths.

    git worktree add --detach ../before a14b921
    python -m benchmarks alone --against ../before

Most answers arrive alone: nobody else presses in the same hundredth of a second, so they share no commit with others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TypeAlias

from benchmarks.report import Goal, Report
from tests.discord_stub.process import ROOT

SCRIPT = Path(__file__).with_name("one_build.py")
SHORT, LONG = 500, 100_000
"""The number of members on the board, in each of the two variants."""
PACE = 100
CPU, MEDIAN, PACED, GROWTH = 0.4, 0.5, 0.35, 1.2
"""Goals for the ratios to the earlier build, and for the ratio of the longer board to the shorter one."""
FIGURES = ("cpu", "loop", "database", "median", "paced")

Turns: TypeAlias = Mapping[tuple[Path, int], Sequence[Mapping[str, float]]]


def turn(build: Path, folder: Path, board: int, *, quick: bool) -> Mapping[str, float]:
    """Measure a build in a process that imports nothing from another build."""
    wanted = {"board": board, "alone": 100 if quick else 500, "pace": PACE, "seconds": 3 if quick else 12}
    folder.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), json.dumps(wanted)],
        cwd=build,
        env={**os.environ, "PYTHONPATH": str(build)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(folder: Path, builds: Sequence[Path], *, quick: bool) -> Turns:
    turns: dict[tuple[Path, int], list[Mapping[str, float]]] = defaultdict(list)
    for number in range(1 if quick else 3):
        # Alternate the order, so that no build always runs on the warmer machine.
        for build in builds[:: 1 if number % 2 else -1]:
            for board in (SHORT, LONG):
                home = folder / f"{number}-{builds.index(build)}-{board}"
                turns[build, board].append(turn(build, home, board, quick=quick))
    return turns


def report(turns: Turns, before: Path | None) -> Report:
    def ratio(figure: str, one: tuple[Path, int], other: tuple[Path, int]) -> float:
        return median(a[figure] / b[figure] for a, b in zip(turns[one], turns[other], strict=True))

    def row(build: Path, board: int) -> list[str]:
        middle = [median(one[figure] for one in turns[build, board]) for figure in FIGURES]
        return ["Cohort" if build == ROOT else "before", f"{board:,}", *(f"{value * 1000:.2f}" for value in middle)]

    goals = [
        Goal("CPU of an answer, the longer board / the shorter", ratio("cpu", (ROOT, LONG), (ROOT, SHORT)), GROWTH)
    ]
    rows = [row(build, board) for build, board in turns]
    if before is not None:
        now, then = (ROOT, SHORT), (before, SHORT)
        goals += [
            Goal("CPU of an answer alone, relative to before", ratio("cpu", now, then), CPU),
            Goal("median alone, relative to before", ratio("median", now, then), MEDIAN),
            Goal(f"median at {PACE} a second, relative to before", ratio("paced", now, then), PACED),
        ]
    return Report(
        "alone",
        "Answers one at a time",
        (
            "",
            "on the board",
            "CPU ms",
            "of it the event loop",
            "the database's thread",
            "median ms",
            f"median ms at {PACE}/s",
        ),
        rows,
        goals,
        [
            f"{len(turns[ROOT, SHORT])} rounds. A press, its reply, the next press; all in one server. The ratios are medians over the rounds."
        ],
    )


def main(folder: Path, *, quick: bool = False, against: Path | None = None) -> Sequence[Report]:
    earlier = against.resolve() if against is not None else None
    builds = [ROOT, earlier] if earlier is not None else [ROOT]
    return [report(measure(folder, builds, quick=quick), earlier)]
