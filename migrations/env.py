"""Alembic's entry point, with the same migrations for the command line, the bot's startup and the tests.

The bot hands over a live connection; `alembic` on the command line reads DATABASE_URL.
"""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.config import Settings
from bot.storage.tables import metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True
    )
    # Batch mode copies and drops tables; with foreign keys enforced, a drop would cascade to the rows that refer to it.
    enforce_foreign_keys(connection, False)
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        enforce_foreign_keys(connection, True)


def enforce_foreign_keys(connection: Connection, enforced: bool) -> None:
    if connection.dialect.name == "sqlite":
        # Bypass SQLAlchemy: it would begin a transaction first, and inside a transaction SQLite silently ignores this
        # pragma.
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if enforced else 'OFF'}")
        cursor.close()


async def connect_and_run() -> None:
    engine = create_async_engine(make_url(Settings().database_url).difference_update_query(["pooler"]))
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if (live := context.config.attributes.get("connection")) is not None:
    run(live)
else:
    asyncio.run(connect_and_run())
