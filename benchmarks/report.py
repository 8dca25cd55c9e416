"""The report of a benchmark: a table with its goals, shown in the terminal and stored in docs/performance.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"


@dataclass(frozen=True)
class Goal:
    """A figure with a goal: `value` must be at most `bound`, or at least `bound` if `at_least`."""

    name: str
    value: float
    bound: float
    at_least: bool = False
    digits: int = 2

    @property
    def met(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        side = "at least" if self.at_least else "at most"
        verdict = "met" if self.met else "NOT MET"
        return f"{self.name}: {self.value:.{self.digits}f}, wanted {side} {self.bound:.{self.digits}f}: {verdict}"


@dataclass(frozen=True)
class Report:
    """A benchmark's table. `name` marks its place in the document, and is unique among all benchmarks."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    goals: Sequence[Goal] = field(default=())
    notes: Sequence[str] = field(default=())


def show(report: Report, console: Console) -> None:
    table = Table(title=report.title, title_justify="left")
    for place, column in enumerate(report.columns):
        table.add_column(column, justify="right" if place else "left")
    for row in report.rows:
        table.add_row(*map(str, row))
    console.print(table)
    for line in (*map(str, report.goals), *report.notes):
        console.print(line, style="red" if "NOT MET" in line else None, highlight=False)
    console.print()


def markdown(report: Report) -> str:
    lines = [
        "| " + " | ".join(report.columns) + " |",
        "|" + "|".join(["---"] + ["---:"] * (len(report.columns) - 1)) + "|",
        *("| " + " | ".join(map(str, row)) + " |" for row in report.rows),
    ]
    goals = [f"- {goal}" for goal in report.goals]
    notes = ["", *report.notes] if report.notes else []
    return "\n".join([*lines, *([""] if goals else []), *goals, *notes])


def write(sections: Iterable[tuple[str, str]], document: Path = DOCUMENT) -> None:
    """Write each text between its markers, `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`; if they are missing, at
    the end."""
    text = document.read_text(encoding="utf-8") if document.exists() else ""
    for name, body in sections:
        opening, closing = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
        place = re.compile(re.escape(opening) + ".*?" + re.escape(closing), re.DOTALL)
        block = f"{opening}\n{body}\n{closing}"
        found = place.search(text)
        text = text.replace(found[0], block) if found else f"{text.rstrip()}\n\n{block}\n"
    document.write_text(text, encoding="utf-8")
