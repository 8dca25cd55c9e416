"""`python -m tests.chaos`: as many deaths as one likes. `make chaos` runs it with 500."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import click

from bot.storage.engine import Database
from tests.chaos.harness import Findings, chaos

LANES = 2
"""Runs side by side: a bot that starts, or is pressed, has a core to itself."""
PER_RUN = 25


async def many(kills: int, seed: int, folder: Path) -> list[Findings]:
    """So many kills, in runs of a fresh database each; prints what each found."""
    empty = folder / "empty.db"
    await migrate(f"sqlite+aiosqlite:///{empty}")
    runs = [min(PER_RUN, kills - done) for done in range(0, kills, PER_RUN)]
    turns = asyncio.Semaphore(LANES)

    async def one(number: int, count: int) -> Findings:
        async with turns:
            home = folder / f"run-{number}"
            home.mkdir()
            shutil.copyfile(empty, home / "cohort.db")
            findings = await chaos(home, kills=count, seed=seed + number)
            click.echo(str(findings))
            return findings

    return await asyncio.gather(*(one(number, count) for number, count in enumerate(runs)))


async def migrate(url: str) -> None:
    db = Database(url)
    await db.migrate()
    await db.close()


@click.command()
@click.option("--kills", default=500, show_default=True, type=click.IntRange(1))
@click.option("--seed", type=int, help="A number that an earlier run printed, to do the same again.")
def main(kills: int, seed: int | None) -> None:
    """Kill the bot under load, and check that nothing was lost and nothing came twice."""
    seed = secrets.randbelow(10**6) if seed is None else seed
    click.echo(f"{kills} kills, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="cohort-chaos-") as folder:
        found = asyncio.run(many(kills, seed, Path(folder)))
    wrong = sum(len(findings.problems) for findings in found)
    done = sum(findings.kills.total() for findings in found)
    told = sum(findings.members.recorded for findings in found if findings.members)
    click.echo(f"{done} kills, {told} answers told to be on record: {wrong or 'no'} problems.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
