"""The text of a question that somebody edits. Apart from the readers of files, which no start needs."""

from __future__ import annotations

from bot.records import dataclass


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question as it is edited in a form. `options` as `formats.typed` reads them; an ordering or matching has no marks."""

    stem: str
    options: str
    explanation: str
    sources: str
    """One on each line."""
    tags: str
    """Facts, skills and exam versions."""
