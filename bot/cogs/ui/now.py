"""The current time, for code that talks to Discord."""

from __future__ import annotations

from datetime import datetime

from discord.utils import utcnow  # noqa: TID251  the one place

from bot import clock


def now() -> datetime:
    """Return discord.py's time, which tests may set, corrected by the time that Discord sends."""
    return clock.right(utcnow())
