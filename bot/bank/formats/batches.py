"""The settings and the result of an import. This module is separate because the readers are slow to load."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.bank.faults import Fault
from bot.study.questions import Case, Pack, Question


@dataclass(frozen=True)
class Batch:
    """The result of an import, which accounts for everything in the file.

    In `faults`, errors name a unit that was left out or a problem with the file, changes say what was altered in an
    accepted question, and warnings say what an accepted question lacks. They come in this order, at most `FAULTS_MAX`
    of them, and then one that counts the rest.
    """

    questions: tuple[Question, ...]
    cases: Mapping[str, Case]
    faults: tuple[Fault, ...]
    left_out: int = 0
    """Units that were rejected or could not be understood."""
    already_here: int = 0
    """Questions that the pack already has, word for word; nothing is wrong with them."""
    unread: int = 0
    """Units beyond the maximum, which were not read."""
    changed: frozenset[str] = frozenset()
    """Ids of the `questions` that were altered."""

    corrected: frozenset[str] = frozenset()
    """Ids of the `questions` that replace an existing question with that id."""

    @property
    def held(self) -> int:
        """How many units the file has: accepted, already here, left out or unread."""
        return len(self.questions) + self.already_here + self.left_out + self.unread


@dataclass(frozen=True)
class Intake:
    """Settings of an import. Without a pack, any section is accepted and facts are not checked."""

    on: date
    """The date for `checked` if a file gives none."""
    pack: Pack | None = None
    section: str | None = None
    """The section of questions for which the file names none."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Maps categories of other programs, by name or full path, to sections."""
    without_pictures: bool = False
    """Whether to keep a question that needs a picture, with a description in its place, instead of leaving it out."""
    taken: Mapping[str, Question] = field(default_factory=dict)
    """Existing questions of the target, by id. An identical question is skipped; a different one with the same id is
    rejected."""
    correctable: Container[str] = frozenset()
    """Ids of existing questions that an import may correct: imported ones, never hand-written ones."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Ids used in other packs, each with the pack's name."""
    rename: Callable[[str], str] = str
    """Maps an id in the file to the id under which the question is stored."""
