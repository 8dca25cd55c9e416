"""Timestamps of the notes in an Anki deck.

Anki replaces a note only with a newer one, regardless of their contents, and the learner's own tags and remarks are
lost. So an unchanged note keeps its timestamp, and a changed one must become newer. Comparing contents shows that a
question changed, but not which version came first: that is known from the previous export, or from the date of the
correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from bot.study.questions import Question


def seconds(day: date) -> int:
    """Return the timestamp of the start of a day."""
    return int(datetime.combine(day, time(), UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Earlier:
    """A note of the previously exported deck, with the time of its last change."""

    fields: tuple[str, ...]
    tags: tuple[str, ...]
    changed: int


@dataclass(frozen=True, slots=True)
class Ages:
    """What is known about when questions changed, apart from the day on which each was last checked."""

    at: datetime | None = None
    """The time of this export, used for notes that changed since the previous one."""
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    """The notes of the previous deck, by guid."""
    corrected: Mapping[str, datetime] = field(default_factory=dict)
    """When questions were corrected, by question id."""

    def of(self, question: Question, guid: str, fields: tuple[str, ...], tags: tuple[str, ...]) -> int:
        age = seconds(question.checked)
        if question.id in self.corrected:
            age = max(age, int(self.corrected[question.id].timestamp()))
        before = self.earlier.get(guid)
        if before is None:
            return age
        if (before.fields, before.tags) == (fields, tags):
            return before.changed
        return max(age, int(self.at.timestamp()) if self.at else 0, before.changed + 1)
