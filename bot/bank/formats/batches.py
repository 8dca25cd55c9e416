"""Where imported questions go, and what became of them. Separate from the readers, which are slow to load."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import field
from datetime import date

from bot.bank.faults import Fault
from bot.records import dataclass
from bot.study.questions import Case, Pack, Question


@dataclass(frozen=True)
class Batch:
    """What an import yields, with an account of everything in the file.

    An error names a unit that was left out, or what is wrong with the file; a change, what was altered in an accepted
    question; a warning, what an accepted question lacks. They come in this order, at most `FAULTS_MAX`, with a last one
    that counts the rest.
    """

    questions: tuple[Question, ...]
    cases: Mapping[str, Case]
    faults: tuple[Fault, ...]
    left_out: int = 0
    """Units that were rejected or could not be understood."""
    already_here: int = 0
    """Questions that the pack already has, word for word; nothing is wrong with them."""
    unread: int = 0
    """Units beyond the number that is read."""
    changed: frozenset[str] = frozenset()
    """Ids of the `questions` that were altered."""

    corrected: frozenset[str] = frozenset()
    """Ids of the `questions` that replace an existing question with that id."""

    @property
    def held(self) -> int:
        """How many units the file has: each was taken, is already here, was left out, or was not read."""
        return len(self.questions) + self.already_here + self.left_out + self.unread


@dataclass(frozen=True)
class Intake:
    """Where questions go. Without a pack, any section is accepted and facts are not checked."""

    on: date
    """The day used for `checked` if a file has none."""
    pack: Pack | None = None
    section: str | None = None
    """For questions whose file names no section."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Sections for categories of other programs, by their name or their whole path."""
    without_pictures: bool = False
    """Whether to keep a question that needs a picture, with words in its place, instead of leaving it out."""
    taken: Mapping[str, Question] = field(default_factory=dict)
    """Questions already in the same place, by id: an identical one is skipped, a different one rejected."""
    correctable: Container[str] = frozenset()
    """Ids of existing questions that their list may correct: imported ones, never hand-written ones."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Ids in use in other packs, with the pack's name."""
    rename: Callable[[str], str] = str
    """Maps a file's id to the id under which the question is kept."""
