"""Servers and their settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select, update

from bot.storage.sql import insert
from bot.storage.tables import guilds


class Feedback(StrEnum):
    """When a daily tells whether an answer was right."""

    AT_ONCE = "at-once"
    AT_CLOSE = "at-close"


@dataclass(frozen=True, slots=True)
class Guild:
    id: int
    zone: str = "UTC"
    feedback: Feedback = Feedback.AT_ONCE
    pack: str | None = None
    """None: the pack of the settings."""
    questions_version: int = 0
    """Changes with what the server adds to its pack or leaves out of it; 0 while there is nothing."""


def get(tx: Connection, guild_id: int) -> Guild:
    """A server that we have not met has the settings of a new one."""
    row = tx.execute(select(guilds).where(guilds.c.guild_id == guild_id)).one_or_none()
    if row is None:
        return Guild(guild_id)
    return Guild(row.guild_id, row.zone, Feedback(row.feedback), row.pack, row.questions_version)


def ensure(tx: Connection, guild_id: int, at: datetime) -> None:
    tx.execute(insert(tx, guilds).values(guild_id=guild_id, created_at=at).on_conflict_do_nothing())


def set_zone(tx: Connection, guild_id: int, zone: str) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(zone=zone))


def set_feedback(tx: Connection, guild_id: int, feedback: Feedback) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(feedback=feedback.value))


def set_pack(tx: Connection, guild_id: int, pack: str) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(pack=pack))


def set_questions_version(tx: Connection, guild_id: int, version: int) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(questions_version=version))
