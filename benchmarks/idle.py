"""The cost of the bot when nothing is due: the ticks of 10,000 servers, as the scheduler runs them, without Discord's
gateway.

python -m benchmarks idle [--against FOLDER]
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.report import Goal, Report
from tests.discord_stub.process import ROOT

SERVERS, QUICK_SERVERS = 10_000, 200
SECONDS, QUICK_SECONDS = 60.0, 5.0
ROUNDS = 3
BOUND = 0.5
SCRIPT = Path(__file__).with_name("idle_bot.py")


def cpu_of(build: Path, folder: Path, servers: int, seconds: float) -> float:
    """Return the milliseconds of CPU that the ticks of a build take per second."""
    folder.mkdir(exist_ok=True)
    ran = subprocess.run(
        [sys.executable, SCRIPT, folder, str(servers), str(seconds)],
        cwd=build,
        env={**os.environ, "PYTHONPATH": str(build)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"the ticks of {build} do not run:\n{ran.stderr}")
    return float(ran.stdout.split()[-1]) / seconds * 1000


def name_of(build: Path) -> str:
    """Return the build's commit, or its folder's name if there is none."""
    asked = ["git", "-C", str(build), "describe", "--always", "--dirty"]
    named = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return named or build.name


def report(figures: Mapping[str, Sequence[float]], servers: int, seconds: float) -> Report:
    names = list(figures)
    goals = []
    if len(names) > 1:
        ratio = median(ours / theirs for ours, theirs in zip(figures[names[0]], figures[names[1]], strict=True))
        goals.append(Goal(f"CPU of an idle second, relative to {names[1]}", ratio, BOUND))
    return Report(
        "idle",
        f"Idle, {servers:,} servers",
        ("build", "CPU ms a second", "median"),
        [(name, ", ".join(f"{one:.2f}" for one in each), f"{median(each):.2f}") for name, each in figures.items()],
        goals,
        [
            f"{servers:,} servers with a schedule, an open question and a season each; {seconds:.0f} seconds at a time after a start, "
            "SQLite, without Discord's gateway; CPU of the whole process."
            + (" The builds took turns." if len(names) > 1 else "")
        ],
    )


def main(folder: Path, *, quick: bool = False, against: Path | None = None) -> Sequence[Report]:
    servers, seconds, rounds = (QUICK_SERVERS, QUICK_SECONDS, 1) if quick else (SERVERS, SECONDS, ROUNDS)
    builds = {name_of(build): build.resolve() for build in (ROOT, *filter(None, (against,)))}
    figures: dict[str, list[float]] = {name: [] for name in builds}
    for turn in range(rounds):
        for name in list(builds)[:: 1 if turn % 2 else -1]:
            figures[name].append(cpu_of(builds[name], folder / name, servers, seconds))
    return [report(figures, servers, seconds)]
