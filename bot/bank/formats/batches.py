"""Where questions out of a file go, and what has become of them. Apart from the readers, which take a while to load."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.bank.faults import Fault
from bot.study.questions import Case, Pack, Question


@dataclass(frozen=True)
class Batch:
    """What an import yields, and what has become of everything that the file holds.

    An error names a unit that was left out, or what is wrong with the file; a change, what was altered of an admitted question;
    a warning, what an admitted one lacks. They come in this order, and there are at most `FAULTS_MAX`, with a last one that
    counts the rest.
    """

    questions: tuple[Question, ...]
    cases: Mapping[str, Case]
    faults: tuple[Fault, ...]
    left_out: int = 0
    """Units that were refused or could not be understood."""
    already_here: int = 0
    """Questions that the pack has in the same words; nothing is wrong with them."""
    unread: int = 0
    """Units beyond the number that is read."""
    changed: frozenset[str] = frozenset()
    """Of `questions`, the ids of those that were not taken just as they stood."""

    corrected: frozenset[str] = frozenset()
    """Of `questions`, the ids of those that take the place of the question that has the id."""

    @property
    def held(self) -> int:
        """How many units the file holds: each was taken, here already, left out, or not read."""
        return len(self.questions) + self.already_here + self.left_out + self.unread


@dataclass(frozen=True)
class Intake:
    """Where questions go. Without a pack, any section will do and every fact is taken on trust."""

    on: date
    """The day that stands for `checked` where a file has none."""
    pack: Pack | None = None
    section: str | None = None
    """For questions whose file names no section."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Sections for categories of other programs, by their name or their whole path."""
    without_pictures: bool = False
    """Whether a question that needs a picture is kept, with the words that stand for it, instead of left out."""
    taken: Mapping[str, Question] = field(default_factory=dict)
    """Questions of the same place, by id: the same question again is passed over, another one refused."""
    correctable: Container[str] = frozenset()
    """Ids of those taken that the list they came from may correct: what was imported, and nothing that was written by hand."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Ids in use in other packs, with the pack's name."""
    rename: Callable[[str], str] = str
    """The id under which a question is kept, by the one that its file has."""
