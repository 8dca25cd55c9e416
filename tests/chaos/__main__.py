"""`python -m tests.chaos`: kill the bot `--kills` times. `make chaos` kills it 500 times."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from bot.storage.engine import Database
from tests.chaos.findings import Findings
from tests.chaos.harness import chaos
from tests.discord_stub import Nursery
from tests.postgres import MISSING, Cluster, programs

LANES = 2
"""Maximum number of runs at the same time, so that each busy bot has a core to itself."""
PER_RUN = 25
EMPTY = "chaos_empty"


async def many(kills: int, seed: int, folder: Path, cluster: Cluster | None) -> list[Findings]:
    """Kill the bot `kills` times, in several runs, and print the findings of each. Each run has a new database; if
    there is a PostgreSQL server, every second run uses it instead of SQLite."""
    runs = [min(PER_RUN, kills - done) for done in range(0, kills, PER_RUN)]
    turns = asyncio.Semaphore(LANES)
    empty = folder / "empty.db"
    await migrate(f"sqlite+aiosqlite:///{empty}")
    if cluster is not None:
        cluster.sql(f"CREATE DATABASE {EMPTY}")
        await migrate(cluster.url(EMPTY))

    async def one(number: int, count: int) -> Findings:
        async with turns:
            home = folder / f"run-{number}"
            home.mkdir()
            if cluster is not None and number % 2:
                cluster.sql(f"CREATE DATABASE chaos_{number} TEMPLATE {EMPTY}")
                url = cluster.url(f"chaos_{number}")
            else:
                shutil.copyfile(empty, home / "cohort.db")
                url = f"sqlite+aiosqlite:///{home / 'cohort.db'}"
            findings = await chaos(home, url, nursery=nursery, kills=count, seed=seed + number)
            click.echo(str(findings))
            return findings

    with Nursery() as nursery:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(one(number, count)) for number, count in enumerate(runs)]
    return [run.result() for run in running]


async def migrate(url: str) -> None:
    db = Database(url)
    try:
        await db.migrate()
    finally:
        await db.close()


@click.command()
@click.option("--kills", default=500, show_default=True, type=click.IntRange(1))
@click.option("--seed", type=int, help="A number that an earlier run printed, to do the same again.")
@click.option("--postgres/--no-postgres", default=True, show_default=True, help="Every second run on PostgreSQL.")
def main(kills: int, seed: int | None, postgres: bool) -> None:
    """Kill the bot under load, and check that nothing is lost or duplicated."""
    seed = secrets.randbelow(10**6) if seed is None else seed
    click.echo(f"{kills} kills, seed {seed}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cohort-chaos-")))
        cluster = None
        if postgres and programs() is None:
            click.echo(f"All on SQLite: {MISSING}.")
        elif postgres:
            cluster = Cluster()
            stack.callback(cluster.remove)
            cluster.start()
        found = asyncio.run(many(kills, seed, folder, cluster))
    wrong = sum(len(findings.problems) for findings in found)
    done = sum(findings.kills.total() for findings in found)
    told = sum(findings.members.recorded for findings in found if findings.members)
    click.echo(f"{done} kills, {told} answers told to be on record: {wrong or 'no'} problems.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
