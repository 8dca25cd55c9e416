"""Limits on questions that members suggest for their server."""

from __future__ import annotations

from enum import StrEnum

MAX_WAITING = 5
"""How many suggestions of one member may wait for a decision in a server."""
MAX_QUEUE = 200
"""How many suggestions may wait in one server."""
MAX_WORD = 300
"""How many characters a manager may write to the author of a suggestion."""


class SuggestionState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
