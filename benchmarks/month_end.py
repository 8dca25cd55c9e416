"""The end of a month: 1,000 servers of 40 members whose season closes at the same moment, and members who keep
answering.

python -m benchmarks month-end
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from benchmarks.bots import Which, started
from benchmarks.community import PACK, prepare, presses
from benchmarks.report import Goal, Report
from bot.bank.loader import load_library
from bot.clock import now
from bot.study.periods import first_day, season_of
from bot.study.questions import ALL
from tests.discord_stub import DiscordStub, user_ids
from tests.discord_stub.load import Figures, at_pace
from tests.discord_stub.process import ROOT

SERVERS, QUICK_SERVERS = 1_000, 50
MEMBERS = 40
ANSWERS_PER_SECOND = 50
USUAL_SECONDS, QUICK_SECONDS = 60.0, 10.0
WINDOW = 5.0
"""Seconds of presses between two checks of whether all seasons are closed."""
P99 = 1.5
WITHIN = 300.0
"""Seconds after which a season that is not closed counts as missing."""


@dataclass(frozen=True)
class MonthEnd:
    """The figures. `closed` and `posted`: seconds until every season was closed, and until every table was posted; None
    if they never were."""

    boards: int
    closed: float | None
    posted: float | None
    doubled: int
    missing: int
    limits_met: int
    meanwhile: Figures
    usual: Figures


def play(database: Path, servers: Sequence[int]) -> int:
    """Give each server a month that is over but not closed, with every member on every board; return the number of
    boards."""
    pack = load_library(ROOT / "content")[PACK]
    boards = [ALL, *pack.sections]
    month, rng, users = _last_month(), Random(5), user_ids(MEMBERS)
    names = "guild_id, period, board, user_id, points, correct, answered, accuracy, reached_at"
    with closing(sqlite3.connect(database)) as db, db:
        for guild_id in servers:
            rows = []
            for board in boards:
                for user_id in users:
                    answered = rng.randint(1, 40)
                    correct = rng.randint(0, answered)
                    reached = f"{month}-{rng.randint(1, 28):02} 12:00:00.000000"
                    points = 10 * correct
                    rows.append((guild_id, month, board, user_id, points, correct, answered, 0.5, reached))
            db.executemany(f"INSERT INTO standings ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return len(boards)


def _last_month() -> str:
    return season_of(first_day(season_of(now().date())) - timedelta(days=1))


def end_month(database: Path) -> None:
    """Move the end of every season to the current moment, while the bot runs."""
    with closing(sqlite3.connect(database, timeout=30)) as db, db:
        db.execute(
            "INSERT INTO season_clocks (guild_id, season, due_at) SELECT guild_id, ?1, ?2 FROM schedules WHERE true "
            "ON CONFLICT (guild_id) DO UPDATE SET season = ?1, due_at = ?2",
            (_last_month(), f"{now():%Y-%m-%d %H:%M:%S.%f}"),
        )


def open_seasons(database: Path) -> int:
    with closing(sqlite3.connect(database, timeout=30)) as db:
        found: int = db.execute("SELECT count(*) FROM season_clocks WHERE season = ?", (_last_month(),)).fetchone()[0]
        return found


async def measure(folder: Path, servers: int, usual_seconds: float) -> MonthEnd:
    database, rng = folder / "cohort.db", Random(6)
    async with DiscordStub(guilds=servers, requests_per_second=50) as stub:
        load = presses(await prepare(f"sqlite+aiosqlite:///{database}", stub, rng), 100_000, rng)
        boards = play(database, [guild.id for guild in stub.guilds])
        before = {guild.id: len(stub.posts(guild)) for guild in stub.guilds}
        async with started(Which.COHORT, folder, stub):
            await at_pace(stub, load, per_second=ANSWERS_PER_SECOND, seconds=WINDOW)  # warm up
            usual = await at_pace(stub, load, per_second=ANSWERS_PER_SECOND, seconds=usual_seconds)
            end_month(database)
            began, windows = time.monotonic(), []
            closed = posted = None
            while posted is None and time.monotonic() - began < WITHIN:
                windows.append(await at_pace(stub, load, per_second=ANSWERS_PER_SECOND, seconds=WINDOW))
                if closed is None and not open_seasons(database):
                    closed = time.monotonic() - began
                if all(len(stub.posts(guild)) > before[guild.id] for guild in stub.guilds):
                    posted = time.monotonic() - began
        more = [len(stub.posts(guild)) - before[guild.id] for guild in stub.guilds]
        return MonthEnd(
            boards=boards,
            closed=closed,
            posted=posted,
            doubled=sum(count > 1 for count in more),
            missing=sum(not count for count in more),
            limits_met=stub.rest.limits_met,
            meanwhile=Figures.of(windows),
            usual=usual,
        )


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    servers = QUICK_SERVERS if quick else SERVERS
    usual_seconds = QUICK_SECONDS if quick else USUAL_SECONDS
    found = asyncio.run(measure(folder, servers, usual_seconds))
    meanwhile, usual = (figures.percentile(0.99) for figures in (found.meanwhile, found.usual))
    return [
        Report(
            "month-end",
            f"{servers:,} servers whose month ends at the same moment",
            ("figure", "value"),
            [
                ("seconds until every month was closed", _seconds(found.closed)),
                ("seconds until every table was posted", _seconds(found.posted)),
                ("answers per second meanwhile", f"{found.meanwhile.per_second:.0f}"),
                ("median of an answer meanwhile, ms", f"{found.meanwhile.percentile(0.5) * 1000:.1f}"),
                ("median of an answer before, ms", f"{found.usual.percentile(0.5) * 1000:.1f}"),
                ("p99 of an answer meanwhile, ms", f"{meanwhile * 1000:.1f}"),
                ("p99 of an answer before, ms", f"{usual * 1000:.1f}"),
            ],
            [
                Goal("p99 meanwhile, relative to the usual", meanwhile / usual, P99),
                Goal("presses without a reply", found.meanwhile.unanswered, 0, digits=0),
                Goal("servers without a table", found.missing, 0, digits=0),
                Goal("servers with more than one", found.doubled, 0, digits=0),
                Goal("429 met", found.limits_met, 0, digits=0),
            ],
            [
                f"{servers:,} servers of {MEMBERS} members, each member on {found.boards} boards; {ANSWERS_PER_SECOND} presses a second, "
                f"{usual_seconds:.0f} seconds of them before; SQLite. Times are checked every {WINDOW:.0f} seconds."
            ],
        )
    ]


def _seconds(after: float | None) -> str:
    return "never" if after is None else f"{after:.0f}"
