"""The tables of `python -m bot stats` and `python -m bot import`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bot.bank.formats import Batch
from bot.bank.limits import GUESSER_MARGIN
from bot.bank.stats import Stats
from bot.services.reports import Judged
from bot.study.questions import DIFFICULTIES, Kind
from bot.study.reports import MIN_FOR_REVERSED


def print_stats(figures: Stats, console: Console) -> None:
    table = Table(title=f"{figures.pack}: questions by section, kind and difficulty", title_justify="left")
    table.add_column("section", no_wrap=True, overflow="ellipsis", max_width=34)
    for name in ("all", *Kind, "in cases", *DIFFICULTIES.values()):
        table.add_column(name, justify="right", no_wrap=True)
    for row in (*figures.rows, figures.total):
        name = "all" if row is figures.total else f"{row.section} {row.title}"
        cells = map(str, (row.questions, *row.kinds.values(), row.cases, *row.difficulties.values()))
        table.add_row(name, *cells, end_section=bool(figures.rows) and row is figures.rows[-1])
    console.print(table)
    console.print(
        f"{figures.cases} cases, {figures.retired} questions retired. "
        f"Keys at the places 1 to 4 of choices: {', '.join(map(str, figures.positions))}.",
        highlight=False,
    )
    _print_coverage(figures, console)
    _print_guessers(figures, console)


def print_account(batch: Batch, console: Console) -> None:
    """Print what became of everything in a file."""
    rows = [
        ("taken", len(batch.questions) - len(batch.corrected)),
        ("  of those changed", len(batch.changed)),
        ("corrected", len(batch.corrected)),
        ("already here", batch.already_here),
        ("left out", batch.left_out),
        ("not read", batch.unread),
    ]
    table = Table(show_header=False, show_footer=False)
    table.add_column()
    table.add_column(justify="right")
    for place, (name, number) in enumerate(rows):
        table.add_row(name, f"{number:,}", end_section=place == len(rows) - 1)
    table.add_row("held by the file", f"{batch.held:,}")
    console.print(table)


def print_judged(pack: str, judged: Sequence[Judged], console: Console) -> None:
    """Print what first answers say about each question; suspicious ones come first, with the reason."""
    table = Table(title=f"{pack}: questions with {MIN_FOR_REVERSED} first answers or more", title_justify="left")
    for name in ("question", "level", "answers", "right", "discrimination", "look at"):
        table.add_column(name, justify="left" if name in ("question", "level", "look at") else "right", no_wrap=True)
    for one in sorted(judged, key=lambda one: (not _why_look(one), one.question.id)):
        found = one.learned.discrimination
        table.add_row(
            one.question.id,
            DIFFICULTIES[one.question.difficulty],
            f"{one.learned.answers:,}",
            f"{one.learned.share:.0%}",
            f"{found:+.2f}" if found is not None else "-",
            _why_look(one),
        )
    console.print(table)
    waiting = sum(bool(_why_look(one)) for one in judged)
    console.print(f"{len(judged)} questions judged, {waiting} for their authors to look at.", highlight=False)


def _why_look(one: Judged) -> str:
    if one.suspicion is not None:
        return "the key may be wrong"
    return "too easy" if one.learned.too_easy else ""


def _print_coverage(figures: Stats, console: Console) -> None:
    if not figures.total.facts:
        return
    table = Table(title="Facts by the number of questions that cover them", title_justify="left")
    for name in ("section", "facts", "by none", "by 1", "by 2", "by 3 or more"):
        table.add_column(name, justify="left" if name == "section" else "right")
    for row in (*figures.rows, figures.total):
        table.add_row(row.section, str(row.facts), *map(str, row.covered.values()), end_section=row is figures.rows[-1])
    console.print(table)


def _print_guessers(figures: Stats, console: Console) -> None:
    """By section the numbers are small: one section far above chance is worth a look, not yet a fault."""
    if not figures.total.guessers:
        return
    table = Table(title="What guessers score over the choice questions", title_justify="left", padding=(0, 0))
    table.add_column("guesser", min_width=40)
    for name in ("all", *(row.section for row in figures.rows)):
        table.add_column(name, justify="right")
    for place, score in enumerate(figures.total.guessers):
        cells = [f"{row.guessers[place].share:.0%}" if row.guessers else "" for row in figures.rows]
        style = "red" if score.excess > GUESSER_MARGIN else ""
        table.add_row(score.guesser, f"{score.share:.1%}", *cells, style=style)
    console.print(table)
    console.print(f"Blind chance: {figures.total.guessers[0].chance:.1%}.", highlight=False)
