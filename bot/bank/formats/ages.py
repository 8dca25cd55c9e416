"""How old the notes of an Anki deck are.

Anki updates a note only by one that is newer, whatever it holds, and an update takes the learner's own tags and remarks away. So a note
that is the same keeps its age, and one that is not must be newer than it was. What a question holds tells the one from the other, and
never which came first: that is known from the deck that was exported before, or from whoever corrected it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from bot.study.questions import Question


def seconds(day: date) -> int:
    """The stamp of a day's beginning."""
    return int(datetime.combine(day, time(), UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Earlier:
    """A note of the deck that was exported before."""

    fields: tuple[str, ...]
    tags: tuple[str, ...]
    changed: int


@dataclass(frozen=True, slots=True)
class Ages:
    """What is known of changes besides the day on which a question was last checked."""

    at: datetime | None = None
    """The time of this export: the age of what has changed since the one before."""
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    """By guid."""
    corrected: Mapping[str, datetime] = field(default_factory=dict)
    """When a question was corrected, by id."""

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
