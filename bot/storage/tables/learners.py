"""What people have set for themselves, in every server, as learners."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table

from bot.storage.tables.base import member_id, metadata

learners = Table(
    "learners",
    metadata,
    member_id("user_id", primary_key=True, autoincrement=False),
    # Whether they want to be asked how sure they were of an answer; NULL follows the server.
    Column("asks_confidence", Boolean),
)
