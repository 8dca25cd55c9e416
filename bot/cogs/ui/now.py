"""The time, where Discord is spoken."""

from __future__ import annotations

from datetime import datetime

from discord.utils import utcnow  # noqa: TID251  the one place

from bot import clock


def now() -> datetime:
    """Return the library's time, which a simulated Discord may set, unless the real one says otherwise."""
    return clock.right(utcnow())
