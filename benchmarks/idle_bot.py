"""The ticks of one build when nothing is due: `python idle_bot.py FOLDER SERVERS SECONDS`, run in the folder of the
build that it imports. It prints the CPU seconds that the whole process takes in SECONDS seconds.

It uses few names of the build, so that it also runs with earlier builds.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from bot import jobs
from bot.app import build
from bot.bank.loader import load_library
from bot.cli import lifecycle
from bot.config import Settings
from bot.storage.engine import Database

TABLES = ("guilds", "schedules", "dailies", "posts", "season_clocks")
WARM_UP = 15.0
"""Seconds after which every tick that runs more than once a minute has run."""


def fill(database: Path, servers: int, at: datetime) -> None:
    """Give each server a schedule, a question that is open until tomorrow, and a running season."""
    tomorrow = f"{at + timedelta(days=1):%Y-%m-%d %H:%M:%S.%f}"
    said = {
        "state": "posted",
        "feedback": "at_once",
        "next_post_at": tomorrow,
        "closes_at": tomorrow,
        "due_at": tomorrow,
        "kind": "daily",
        "wanted_revision": 1,
        "shown_revision": 1,
        "zone": "UTC",
        "days": "0123456",
        "at": "09:00:00.000000",
        "day": f"{at:%Y-%m-%d}",
        "season": f"{at:%Y-%m}",
    }
    with closing(sqlite3.connect(database)) as db, db:
        for table in TABLES:
            columns = db.execute(f"PRAGMA table_info({table})").fetchall()  # cid, name, type, not null, default, key
            chosen = {
                name: said.get(name, tomorrow if kind == "DATETIME" else 0)
                for _, name, kind, required, default, _ in columns
                if name in said or (required and default is None)
            }
            if not chosen:
                continue  # an earlier build does not have this table
            rows = [_row(chosen, number) for number in range(1, servers + 1)]
            names, places = ", ".join(chosen), ", ".join("?" * len(chosen))
            db.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def _row(chosen: Mapping[str, object], number: int) -> list[object]:
    own = {"id": number, "subject": str(number), "guild_id": (1_000_000 + number) << 22}
    return [own.get(name, value) for name, value in chosen.items()]


async def main(folder: Path, servers: int, seconds: float) -> None:
    path = folder / "cohort.db"
    url = f"sqlite+aiosqlite:///{path}"
    db = Database(url)
    try:
        if not path.exists():
            await db.migrate()
            fill(path, servers, datetime.now().astimezone())  # noqa: TID251  must run with any build
        settings = Settings(database_url=url, backups_kept=0)
        bot = build(db, load_library(Path("content")), settings, shard_count=1)
        make = getattr(lifecycle, "ticks_of", lambda bot: jobs.schedule(at_start={}, ticks=bot.ticks()))
        ticks = make(bot)
        ticks.start()
        await asyncio.sleep(WARM_UP)
        began = time.process_time()
        await asyncio.sleep(seconds)
        print(time.process_time() - began)
        await ticks.stop(1)
    finally:
        await db.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
