"""Interactions that a process has accepted, where several processes share the database."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from bot.storage.tables.base import Instant, metadata, snowflake

# Discord's id, new for each press, command and form: it identifies no person and no server.
interactions = Table(
    "interactions",
    metadata,
    snowflake("id", primary_key=True, autoincrement=False),
    Column("taken_at", Instant, nullable=False),
    Index("ix_interactions_taken_at", "taken_at"),
)
