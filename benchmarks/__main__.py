"""`python -m benchmarks [POINT …]`: measure, print the tables, and write them into docs/performance.md. `make bench`
runs all points."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console

from benchmarks import alone, answers, growth, idle, imports, machine, month_end, pictures, processes, rush, start
from benchmarks.report import Report, markdown, show, write
from bot.clock import now

POINTS: Mapping[str, Callable[..., Sequence[Report]]] = {
    "answers": answers.main,
    "alone": alone.main,
    "processes": processes.main,
    "growth": growth.main,
    "rush": rush.main,
    "month-end": month_end.main,
    "idle": idle.main,
    "start": start.main,
    "pictures": pictures.main,
    "imports": imports.main,
}
"""The benchmarks. Each takes a folder of its own for databases and logs, and `quick`. Each returns its reports."""
COMPARED = ("alone", "idle")
"""The benchmarks that can also measure another build."""


@click.command()
@click.argument("points", nargs=-1, type=click.Choice(list(POINTS)))
@click.option("--quick", is_flag=True, help="Run one short pair of each, to check that it works; write nothing.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the databases, which decides the disk that is measured.",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of another build to compare with; only for `alone` and `idle`.",
)
def main(points: Sequence[str], quick: bool, folder: Path | None, against: Path | None) -> None:
    """Measure, print, and write docs/performance.md. Exit with 1 if a figure misses its goal."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cohort-bench-", dir=folder) as name:
        about = machine.describe(Path(name))
        console.print(about, highlight=False)
        reports: list[Report] = []
        for point in points or POINTS:
            home = Path(name) / point
            home.mkdir()
            beside = {"against": against} if point in COMPARED else {}
            for report in POINTS[point](home, quick=quick, **beside):
                show(report, console)
                reports.append(report)
    if not quick:
        measured = f"Measured on {now():%Y-%m-%d}:\n\n{about}"
        write([("machine", measured), *((report.name, markdown(report)) for report in reports)])
    sys.exit(not all(goal.met for report in reports for goal in report.goals))


if __name__ == "__main__":
    main()
