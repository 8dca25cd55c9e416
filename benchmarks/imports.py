"""Imports: how long an import of 10,000 questions takes in each format that we write, and how much memory it needs.

    python -m benchmarks imports

Each format runs in its own process, so that its memory peak is its own. The questions are copies of the bank's
questions with other ids and stems. The goal is for CPU time, which does not depend on what else the machine is doing.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import count, islice
from pathlib import Path

from rich.progress import track

from benchmarks.growth import CONTENT, PACK
from benchmarks.report import Goal, Report
from bot.bank.formats import READABLE, WRITABLE, Format, Intake, parse, write
from bot.bank.limits import STEM_MAX
from bot.bank.loader import load_library

QUESTIONS = 10_000
QUICK = 300
MOST_SECONDS = 10.0
MOST_BYTES = 1 << 30
FORMATS = [format for format in WRITABLE if format in READABLE]


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    wanted = QUICK if quick else QUESTIONS
    rows: list[Sequence[object]] = []
    slowest = 0.0
    for format in track(FORMATS, "imports"):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.imports", format, str(wanted), str(folder / f"questions.{format}")],
            check=True,
            capture_output=True,
        )
        found = json.loads(done.stdout)
        slowest = max(slowest, found["read"])
        rows.append(
            (
                str(format),
                f"{found['taken']:,}",
                f"{found['bytes'] / 2**20:.1f}",
                f"{found['written']:.1f}",
                f"{found['read']:.1f}",
                f"{found['memory']:,}",
            )
        )
    columns = ("format", "taken", "MiB", "export, CPU s", "import, CPU s", "peak memory, MiB")
    goals = [Goal(f"seconds for {wanted:,} questions, the slowest format", slowest, MOST_SECONDS, digits=1)]
    return [Report("imports", f"{wanted:,} questions exported and imported", columns, rows, goals)]


def _measure(format: Format, wanted: int, file: Path) -> dict[str, float]:
    pack = load_library(CONTENT)[PACK]
    bank = [question for question in pack.questions.values() if not question.retired]
    copies = (
        replace(question, id=f"{number}-{question.id}", stem=f"{number}: {question.stem}"[:STEM_MAX], case=None)
        for number in count(1)
        for question in bank
    )
    began = time.process_time()
    file.write_bytes(write(islice(copies, wanted), pack.cases, format, pack))
    written = time.process_time() - began
    began = time.process_time()
    batch = parse(
        file.read_bytes(),
        file.name,
        Intake(on=date(2026, 11, 23)),
        format=format,
        most_bytes=MOST_BYTES,
        most_questions=wanted,
    )
    return {
        "taken": len(batch.questions),
        "bytes": file.stat().st_size,
        "written": written,
        "read": time.process_time() - began,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(_measure(Format(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
