"""Answers that were given before a season or competition ended but are not counted yet: its result waits for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage import competitions, exams, held_answers, live_answers, seasons
from bot.storage.engine import Connection

LOOK_AGAIN = timedelta(minutes=1)


def counted_by(tx: Connection, guild_id: int, end: datetime, at: datetime) -> datetime | None:
    """Return when to check again; None if every answer given before `end` is counted.

    Three kinds are counted late: answers revealed at a daily's close, answers of an expired mock exam that is about to
    be submitted, and answers of a live round, which count once their question has closed.
    """
    closes_at = held_answers.until(tx, guild_id, end)
    if (
        closes_at is None
        and not exams.overdue_in(tx, guild_id, end, at)
        and not live_answers.wait_for(tx, guild_id, end)
    ):
        return None
    return max(closes_at or at, at + LOOK_AGAIN)


def look_again(tx: Connection, guild_id: int, at: datetime) -> None:
    """Check again now whether a server's seasons and competitions can end, because held answers have been counted or
    erased."""
    competitions.look_again(tx, guild_id, at)
    seasons.look_again(tx, guild_id, at)
