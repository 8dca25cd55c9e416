"""SQLite connections are closed, however the work on them ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc

from bot.storage.sqlite import SqliteEngine


async def test_a_read_that_is_cancelled_while_it_connects_leaves_no_open_connection(tmp_path, caplog):
    """A rollback on a closed connection would cause a traceback at the first Ctrl-C."""
    for number in range(60):
        engine = SqliteEngine(str(tmp_path / "fresh.db"), "BEGIN", pool_size=1)
        visit = asyncio.create_task(_look(engine))
        await asyncio.sleep(number * 0.0001)
        visit.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await visit
        await engine.dispose()
        gc.collect()

    assert [record.getMessage() for record in caplog.records if record.name.startswith("sqlalchemy")] == []


async def _look(engine):
    async with engine.connect() as connection:
        await connection.run_sync(lambda tx: tx.exec_driver_sql("SELECT 1").scalar())
