"""Commands for the database: migrate, standings."""

from __future__ import annotations

import asyncio
import sys

import click

from bot.cli.packs import load_packs
from bot.config import Settings, load_settings
from bot.services import Services
from bot.services.standings import Difference
from bot.storage.engine import Database


@click.command()
def migrate() -> None:
    """Bring the database to the newest version; `run` does it by itself."""
    settings = load_settings()
    asyncio.run(_migrate(settings))
    click.echo("The database is up to date.")


async def _migrate(settings: Settings) -> None:
    db = Database(settings.database_url)
    try:
        await db.migrate()
    finally:
        await db.close()


@click.command()
@click.option("--rebuild", is_flag=True, required=True, help="Recompute every standing from the attempts.")
def standings(rebuild: bool) -> None:  # noqa: ARG001  the flag says it; there is no other way yet
    """Recompute the boards and report what differed. Exit code 1 if anything did; it is mended then."""
    differences = asyncio.run(_rebuild(load_settings()))
    for found in differences:
        kept, reckoned = _figures(found.kept), _figures(found.reckoned)
        click.echo(
            f"server {found.guild_id}, {found.period}, board {found.board}, member {found.user_id}: was {kept}, is {reckoned}"
        )
    click.echo(
        f"{len(differences)} standings differed and were mended." if differences else "Every standing was right."
    )
    sys.exit(bool(differences))


def _figures(tally: object) -> str:
    return "missing" if tally is None else str(tally)


async def _rebuild(settings: Settings) -> list[Difference]:
    db = Database(settings.database_url)
    try:
        await db.migrate()
        return await Services.over(db, load_packs(settings), settings.pack).standings.rebuild()
    finally:
        await db.close()


COMMANDS = (migrate, standings)
