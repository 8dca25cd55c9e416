"""The tables of `python -m bot stats` and `python -m bot import`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import click

from bot.bank.formats import Batch
from bot.bank.limits import GUESSER_MARGIN
from bot.bank.stats import Stats
from bot.services.reports import Judged
from bot.study.questions import DIFFICULTIES, Kind
from bot.study.reports import MIN_FOR_REVERSED

WIDEST = 40
"""The maximum number of characters in a cell; longer text is cut."""


def print_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    title: str = "",
    left: Collection[int] = (0,),
    total: bool = False,
    red: Collection[int] = (),
) -> None:
    """Print rows in columns of equal width.

    `left`: the columns that are aligned left. `total`: whether the last row is a sum, below a line. `red`: rows to
    highlight.
    """
    cut = [[cell if len(cell) <= WIDEST else f"{cell[: WIDEST - 1]}…" for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    if title:
        click.echo(title)
    for place, row in enumerate(cut, start=-1):
        if place == -1 and not any(head):
            continue
        if total and place == len(rows) - 1:
            click.echo(rule)
        cells = (
            cell.ljust(width) if number in left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        click.secho("  ".join(cells).rstrip(), fg="red" if place in red else None)
        if place == -1:
            click.echo(rule)
    click.echo()


def print_stats(figures: Stats) -> None:
    rows = []
    for row in (*figures.rows, figures.total):
        name = "all" if row is figures.total else f"{row.section} {row.title}"
        rows.append([name, *map(str, (row.questions, *row.kinds.values(), row.cases, *row.difficulties.values()))])
    print_table(
        ("section", "all", *Kind, "in cases", *DIFFICULTIES.values()),
        rows,
        title=f"{figures.pack}: questions by section, kind and difficulty",
        total=bool(figures.rows),
    )
    click.echo(
        f"{figures.cases} cases, {figures.retired} questions retired. "
        f"Keys in positions 1 to 4 of choice questions: {', '.join(map(str, figures.positions))}.\n"
    )
    _print_coverage(figures)
    _print_guessers(figures)


def print_account(batch: Batch) -> None:
    """Print how many questions of a file were added, corrected, left out and so on."""
    rows = [
        ("added", len(batch.questions) - len(batch.corrected)),
        ("  of those changed", len(batch.changed)),
        ("corrected", len(batch.corrected)),
        ("already here", batch.already_here),
        ("left out", batch.left_out),
        ("not read", batch.unread),
    ]
    listed = [(name, f"{number:,}") for name, number in (*rows, ("in the file", batch.held))]
    print_table(("", ""), listed, total=True)


def print_judged(pack: str, judged: Sequence[Judged]) -> None:
    """Print what first answers say about each question. Suspicious questions come first, with the reason."""
    rows = []
    for one in sorted(judged, key=lambda one: (not _why_look(one), one.question.id)):
        found = one.learned.discrimination
        rows.append(
            (
                one.question.id,
                DIFFICULTIES[one.question.difficulty],
                f"{one.learned.answers:,}",
                f"{one.learned.share:.0%}",
                f"{found:+.2f}" if found is not None else "-",
                _why_look(one),
            )
        )
    print_table(
        ("question", "level", "answers", "right", "discrimination", "look at"),
        rows,
        title=f"{pack}: questions with {MIN_FOR_REVERSED} first answers or more",
        left=(0, 1, 5),
    )
    waiting = sum(bool(_why_look(one)) for one in judged)
    click.echo(f"{len(judged)} questions judged; {waiting} need a look from their authors.")


def _why_look(one: Judged) -> str:
    if one.suspicion is not None:
        return "the key may be wrong"
    return "too easy" if one.learned.too_easy else ""


def _print_coverage(figures: Stats) -> None:
    if not figures.total.facts:
        return
    print_table(
        ("section", "facts", "by none", "by 1", "by 2", "by 3 or more"),
        [(row.section, str(row.facts), *map(str, row.covered.values())) for row in (*figures.rows, figures.total)],
        title="Facts by the number of questions that cover them",
        total=bool(figures.rows),
    )


def _print_guessers(figures: Stats) -> None:
    """Print how well guessers do. Sections have few questions, so a guesser far above chance is worth a look, but not
    yet a fault."""
    if not figures.total.guessers:
        return
    rows = []
    for place, score in enumerate(figures.total.guessers):
        cells = (f"{row.guessers[place].share:.0%}" if row.guessers else "" for row in figures.rows)
        rows.append((score.guesser, f"{score.share:.1%}", *cells))
    print_table(
        ("guesser", "all", *(row.section for row in figures.rows)),
        rows,
        title="What guessers score on the choice questions",
        red=[place for place, score in enumerate(figures.total.guessers) if score.excess > GUESSER_MARGIN],
    )
    click.echo(f"Blind chance: {figures.total.guessers[0].chance:.1%}.")
