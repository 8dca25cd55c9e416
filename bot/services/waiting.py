"""Answers that were given before something ended, and are yet to be counted: its result waits for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage import exams, held_answers, live_answers
from bot.storage.engine import Connection

LOOK_AGAIN = timedelta(minutes=1)


def counted_by(tx: Connection, guild_id: int, end: datetime, at: datetime) -> datetime | None:
    """When to look again; None if every answer that was given before `end` counts by now.

    Three kinds come in late: those that are told at a daily's close, those of a mock exam whose time ran out and that is about to
    be submitted, and those of a live round, which count once their question has closed.
    """
    told_at = held_answers.until(tx, guild_id, end)
    if told_at is None and not exams.overdue_in(tx, guild_id, end) and not live_answers.wait_for(tx, guild_id, end):
        return None
    return max(told_at or at, at + LOOK_AGAIN)
