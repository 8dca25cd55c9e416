"""Pictures: the cost of each, how long the event loop waits while a picture is drawn, and how much memory the first
picture takes.

    python -m benchmarks pictures

A task on the loop wakes every millisecond; when it wakes late, that is a delay that members would notice. The same task
on a loop that draws nothing shows how much of the delay comes from the machine.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median

from rich.progress import Progress

from benchmarks.growth import ANSWERS, CONTENT, MEMBERS, PACK, TODAY, made
from benchmarks.report import Goal, Report
from bot.bank.loader import load_library
from bot.cogs.exams import pictures as exam_pictures
from bot.cogs.progress import pictures as progress_pictures
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.podium import MOST, PodiumPlace, podium
from bot.services import Services
from bot.services.exam_papers import ExamResult
from bot.storage.engine import Database
from bot.study.exams import Length
from bot.study.grading import describe
from bot.study.members import Member

MOST_SECONDS = 0.3
MOST_STALL_OVER_IDLE = 0.005
MOST_MEMORY = 25
"""Maximum MiB that the first picture may add."""
ROUNDS = 60
WAKE_EVERY = 0.001
AFTERWARDS = 0.05
"""Seconds to keep watching after a picture, because its garbage may be collected then."""
MEMBER = Member(1 << 22, MEMBERS + 7, "Member")

Draw = Callable[[], Awaitable[Picture]]


async def stalls_while(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Return the seconds that the work took, and the longest delay of the loop until shortly after it."""
    late: list[float] = []

    async def sleep_on() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(WAKE_EVERY)
            late.append(max(0.0, time.perf_counter() - began - WAKE_EVERY))

    sleeper = asyncio.create_task(sleep_on())
    await asyncio.sleep(0)  # let the waking task start before the work
    try:
        began = time.perf_counter()
        await work()
        took = time.perf_counter() - began
        await asyncio.sleep(AFTERWARDS)
    finally:
        sleeper.cancel()
        with suppress(asyncio.CancelledError):
            await sleeper
    return took, max(late, default=0.0)


async def _sit_exam(services: Services, rng: Random) -> ExamResult:
    began = TODAY - timedelta(hours=2)
    paper = (await services.exams.start(MEMBER, length=Length.FULL, rng=rng, at=began)).paper
    for entry in paper.entries:
        letters = describe(entry.question, entry.question.correct, entry.shown)
        if rng.random() < 0.7:
            await services.exams.answer(paper.exam.id, entry.place, MEMBER, letters, at=began)
    return await services.exams.submit(paper.exam.id, MEMBER, at=TODAY)


async def _drawings(services: Services) -> Mapping[str, Draw]:
    report = await services.progress.own(MEMBER, at=TODAY)
    result = await _sit_exam(services, Random(5))
    places = [PodiumPlace(rank, f"Member {rank}", f"{900 - rank * 40} points") for rank in range(1, MOST + 1)]
    return {
        "progress": lambda: progress_pictures.of(report),
        "a mock exam": lambda: exam_pictures.of_result(result),
        "a podium": lambda: podium("Season November 2026", "ML study group", places),
    }


def resident() -> float:
    """Return the memory that this process uses now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True)
class Figures:
    """By picture: seconds from start to end, seconds of CPU, and the longest stall; "idle" has the stalls of a loop
    with nothing to do."""

    times: Mapping[str, list[float]]
    cpu: Mapping[str, list[float]]
    stalls: Mapping[str, list[float]]
    memory: float
    """MiB that the first picture added."""


async def measure(folder: Path, rounds: int) -> Figures:
    packs = load_library(CONTENT)
    db = Database(f"sqlite+aiosqlite:///{await made(folder, packs[PACK], MEMBERS * ANSWERS)}")
    try:
        drawings = await _drawings(Services.over(db, packs, PACK))
    finally:
        await db.close()
    before = resident()
    await drawings["progress"]()
    memory = resident() - before
    for draw in drawings.values():
        await draw()  # draw each picture once first, so that everything is loaded
    times: dict[str, list[float]] = {name: [] for name in drawings}
    cpu: dict[str, list[float]] = {name: [] for name in drawings}
    stalls: dict[str, list[float]] = {name: [] for name in ("idle", *drawings)}
    with Progress() as bar:
        for _ in bar.track(range(rounds), description="Drawing"):
            for name, draw in drawings.items():
                took, late = await stalls_while(draw)
                times[name].append(took)
                stalls[name].append(late)
                began = time.process_time()
                await draw()
                cpu[name].append(time.process_time() - began)
            _, late = await stalls_while(lambda: asyncio.sleep(median(times["progress"])))
            stalls["idle"].append(late)
    return Figures(times, cpu, stalls, memory)


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    figures = asyncio.run(measure(folder, 5 if quick else ROUNDS))
    idle = max(figures.stalls["idle"])

    def row(name: str) -> tuple[str, ...]:
        taken: tuple[str, ...] = ("", "", "")
        if name in figures.times:
            times = figures.times[name]
            taken = tuple(
                f"{seconds * 1000:.0f}"
                for seconds in (median(figures.cpu[name]), median(times), _percentile(times, 0.95))
            )
        late = figures.stalls[name]
        return name, *taken, f"{median(late) * 1000:.1f}", f"{max(late) * 1000:.1f}"

    return [
        Report(
            name="pictures",
            title="Pictures: milliseconds to draw one, and the longest stall of the event loop meanwhile",
            columns=("picture", "CPU, median", "median", "p95", "longest stall, median", "longest stall of all"),
            rows=[row(name) for name in figures.stalls],
            goals=[
                *(
                    Goal(f"p95 of {name}, in seconds", _percentile(of, 0.95), MOST_SECONDS)
                    for name, of in figures.times.items()
                ),
                *(
                    Goal(
                        f"longest stall by {name} above idle, in seconds",
                        max(0.0, max(figures.stalls[name]) - idle),
                        MOST_STALL_OVER_IDLE,
                        digits=3,
                    )
                    for name in figures.times
                ),
                Goal("memory that the first picture adds, in MiB", figures.memory, MOST_MEMORY, digits=0),
            ],
            notes=["Idle: the same sleeper on a loop that draws nothing, for as long as a picture takes."],
        )
    ]
