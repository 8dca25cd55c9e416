"""What the web pages store."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from bot.storage.tables.base import Instant, metadata

# One row: the key that signs links to private pages, shared by all processes.
web_keys = Table(
    "web_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # In hexadecimal digits.
    Column("key", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
)
