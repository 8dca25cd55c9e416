"""The text of a question in a form. This module is separate so that startup does not import the file readers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question as it is edited in a form. `options` are as `formats.typed` reads them, but unmarked in an ordering or
    matching."""

    stem: str
    options: str
    explanation: str
    sources: str
    """The sources, one on each line."""
    tags: str
    """Facts, skills and exam versions."""
