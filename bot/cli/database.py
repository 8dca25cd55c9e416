"""Commands for the database: migrate, standings, reviews."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from bot.config import Settings, load_settings
from bot.services import reviews as cards
from bot.services.content import Content
from bot.services.standings import Standings, TallyDifference
from bot.storage.engine import Database
from bot.study.standings import Tally


@click.command()
def migrate() -> None:
    """Migrate the database to the newest version; `run` does this automatically."""
    settings = load_settings()
    asyncio.run(_migrate(settings))
    click.echo("The database is up to date.")


async def _migrate(settings: Settings) -> None:
    async with _newest(settings):
        pass


@asynccontextmanager
async def _newest(settings: Settings) -> AsyncIterator[Database]:
    """Open the database, migrated to the newest version."""
    db = Database(settings.database_url)
    try:
        await db.migrate()
        yield db
    finally:
        await db.close()


def _report(differences: int, what: str) -> None:
    """Report how many values differed, and exit with 1 if any did."""
    if not differences:
        click.echo(f"Every {what} was right.")
        return
    click.echo(f"{differences} {what}{'s' if differences > 1 else ''} differed; all are correct now.")
    sys.exit(1)


@click.command()
@click.option("--rebuild", is_flag=True, required=True, help="Recompute every leaderboard row from the attempts.")
def standings(rebuild: bool) -> None:  # noqa: ARG001  required, because there is no other mode yet
    """Recompute and fix the leaderboards, and report what differed. Exit with 1 if anything did."""
    differences = asyncio.run(_rebuild(load_settings()))
    for found in differences:
        kept, recounted = _figures(found.kept), _figures(found.recounted)
        click.echo(
            f"server {found.guild_id}, {found.period}, board {found.board}, member {found.user_id}: was {kept}, is {recounted}"
        )
    _report(len(differences), "standing")


def _figures(tally: Tally | None) -> str:
    if tally is None:
        return "missing"
    return (
        f"{tally.points} points, {tally.correct} of {tally.answered} right, since {tally.reached_at:%Y-%m-%d %H:%M:%S}"
    )


async def _rebuild(settings: Settings) -> list[TallyDifference]:
    async with _newest(settings) as db:
        # Only the answers are needed, so leaderboards can be fixed even if the packs are broken.
        return await Standings(db, Content({}, settings.pack)).rebuild()


@click.command()
@click.option("--rebuild", is_flag=True, required=True, help="Replay every answer and correct the cards.")
def reviews(rebuild: bool) -> None:  # noqa: ARG001  required, because there is no other mode yet
    """Recompute and fix the date on which each question comes back, and report what differed. Exit with 1 if anything
    did."""
    differences = asyncio.run(_replay(load_settings()))
    for found in differences:
        kept, replayed = (f"due on {card.due_on}" if card else "missing" for card in (found.kept, found.replayed))
        click.echo(f"member {found.key.user_id}, {found.key.pack}, {found.key.question_id}: was {kept}, is {replayed}")
    _report(len(differences), "card")


async def _replay(settings: Settings) -> list[cards.CardDifference]:
    async with _newest(settings) as db:
        return await cards.rebuild(db)


COMMANDS = (migrate, standings, reviews)
