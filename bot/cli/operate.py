"""Commands for operators: backup, restore, health, doctor."""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

import click

from bot.cli.signals import cleaning_up
from bot.config import Settings, Unusable, load_settings
from bot.storage import backup as backups
from bot.storage.engine import sqlite_path

PG_DUMP = (
    "The database is PostgreSQL, which has its own tools: `pg_dump --format=custom --file=PATH` makes a backup while the bot "
    "runs, `pg_restore --clean --dbname=…` restores it."
)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("path", type=_FILE)
def backup(path: Path) -> None:
    """Copy the database to PATH. The copy is consistent even while the bot is running."""
    with click.progressbar(length=1, label="Copying", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def copied(left: int, total: int) -> None:
            bar.length = total
            bar.update(total - left - bar.pos)

        with cleaning_up():
            backups.copy(_database(load_settings()), path, copied)
    click.echo(f"Backed up to {path}. The copy was checked.")


@click.command()
@click.argument("path", type=_FILE)
@click.option("--yes", is_flag=True, help="Restore without asking for confirmation.")
def restore(path: Path, yes: bool) -> None:
    """Replace the database with the backup at PATH, after checking it. The bot must not be running."""
    database = _database(load_settings())
    version = backups.check(path)
    if not yes:
        click.confirm(f"{path} is sound, at version {version}. Replace {database} with it?", abort=True)
    with cleaning_up():
        moved = backups.restore(path, database)
    click.echo(f"Restored to {database}." + (f" The old database is now {moved}." if moved else ""))


def _database(settings: Settings) -> Path:
    path = sqlite_path(settings.database_url)
    if path is None:
        raise Unusable(PG_DUMP)
    return path


@click.command()
def health() -> None:
    """Check the health of the running bot. Exit with 1 if something is wrong; meant for container health checks."""
    settings = load_settings()
    if settings.health_port == 0:
        raise Unusable("COHORT_HEALTH_PORT is 0, so the bot has no health page. Set a port, and start the bot again.")
    host = "127.0.0.1" if settings.health_host == "0.0.0.0" else settings.health_host  # noqa: S104  a server on all addresses is also on this one
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.health_port}/healthz", timeout=5) as answer:
            parts = json.load(answer)
    except urllib.error.HTTPError as error:
        parts = json.load(error)
    except OSError as error:
        where = f"{host}, port {settings.health_port}"
        raise Unusable(
            f"Nothing answers at {where} ({error}). Check that the bot is running, with this COHORT_HEALTH_HOST."
        ) from error
    for part, state in parts.items():
        click.echo(f"{part}: {state}")
    sys.exit(0 if parts["healthy"] else 1)


@click.command()
def doctor() -> None:
    """Check the token, servers, permissions, schedules, database, clock and packs, and say what to do. Exit with 1 if
    anything is wrong."""
    from bot.cli.doctor import examine  # only this command needs Discord

    findings = asyncio.run(examine(load_settings()))
    for finding in findings:
        click.echo(str(finding))
    sys.exit(any(not finding.well for finding in findings))


COMMANDS = (backup, restore, health, doctor)
