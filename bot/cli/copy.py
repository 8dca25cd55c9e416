"""The command that moves a community from SQLite to PostgreSQL: copy."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from typing import Any

import click

from bot.storage.copying import CopyOutcome
from bot.storage.copying import copy as copy_database


@click.command()
@click.option("--from", "source", required=True, help="sqlite+aiosqlite:///data/cohort.db")
@click.option("--to", "target", required=True, help="postgresql+asyncpg://user:password@host/name, an empty database")
def copy(source: str, target: str) -> None:
    """Move a community from SQLite to PostgreSQL. Stop the bot first. If the copy is interrupted, run the same command
    again to continue. At the end, both databases are compared row by row; the bot starts on the new one only if they
    are identical."""
    with ExitStack() as shown:
        bars: dict[str, Any] = {}

        def show(what: str, rows: int, total: int) -> None:
            if what not in bars:
                shown.close()  # end one bar when the next begins
                bar = click.progressbar(length=total, label=f"Rows {what}", show_pos=True, file=sys.stderr)
                bars[what] = shown.enter_context(bar)
            bars[what].update(rows - bars[what].pos)

        outcome = asyncio.run(copy_database(source, target, show))
    _tell(outcome)


def _tell(outcome: CopyOutcome) -> None:
    for found in outcome.differences:
        click.echo(
            f"{found.table}: {found.source.rows} rows here and {found.target.rows} there, which differ.", err=True
        )
    if outcome.differences:
        click.echo("Do not use this copy. Copy again, into an empty database.", err=True)
        sys.exit(1)
    click.echo(
        f"{outcome.rows} rows in {outcome.tables} tables: counts and checksums agree. "
        "Set DATABASE_URL to the new address, and start the bot."
    )


COMMANDS = (copy,)
