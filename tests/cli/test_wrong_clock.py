"""A bot on a machine with the wrong date."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import date, timedelta

from bot.clock import now
from tests.cli.conftest import schedule_now
from tests.discord_stub import BotProcess

WRONG_BY_DAYS = 40
PATIENCE = 60.0


async def test_a_machine_whose_clock_is_a_year_ahead_posts_the_daily_of_today(stub, tmp_path, packs):
    """The machine's clock battery is empty, or it was restored from a snapshot: a post with a date in the future would
    remain, and no other would follow for weeks."""
    script = tmp_path / "wrong.py"
    script.write_text(
        "import time_machine\n"
        "from bot.__main__ import main\n"
        "from datetime import datetime, timedelta, timezone\n"
        f"with time_machine.travel(datetime.now(timezone.utc) + timedelta(days={WRONG_BY_DAYS}), tick=True):\n"
        "    main()\n"
    )
    async with BotProcess(tmp_path, stub, COHORT_BACKUPS_KEPT=0) as process:
        await schedule_now(stub, process, packs)
        await process.start_script(script)
        await stub.connected()
        async with asyncio.timeout(PATIENCE):
            while not all(stub.posts(guild) for guild in stub.guilds):
                assert process.running, process.said()
                await asyncio.sleep(0.02)
    with closing(sqlite3.connect(tmp_path / "cohort.db")) as database:
        days = {day for (day,) in database.execute("SELECT day FROM dailies")}

    assert "this machine's clock is wrong by " in process.said()
    assert len(days) == 1
    assert abs(date.fromisoformat(days.pop()) - now().date()) <= timedelta(days=1)
