"""The outcomes of actions on a server's own questions: drafted, saved, imported, exported, listed, moved."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.bank.faults import Fault
from bot.bank.formats import Batch
from bot.storage.questions import QuestionDraft
from bot.study.questions import Pack, Question


@dataclass(frozen=True, slots=True)
class Drafted:
    """A submitted form. `question` is None while something is wrong with the form."""

    draft: QuestionDraft
    pack: Pack
    question: Question | None
    faults: tuple[Fault, ...]
    already_here: bool
    """Whether the server already has this question, word for word."""


@dataclass(frozen=True, slots=True)
class Saved:
    pack: Pack
    question: Question
    own: int
    """How many questions of its own the server now has."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import added or, with `dry_run`, would add. `batch` accounts for the rest of the file."""

    added: tuple[Question, ...]
    batch: Batch
    already_here: int
    own: int
    dry_run: bool
    corrected: tuple[Question, ...] = ()
    """Questions that replace those from an earlier import of the same list."""

    @property
    def changed(self) -> int:
        """How many of the added questions were altered."""
        return sum(question.id in self.batch.changed for question in self.added)


@dataclass(frozen=True, slots=True)
class Exported:
    name: str
    data: bytes
    count: int
    lost: tuple[str, ...]
    """What the format cannot store, such as retired questions."""


class Condition(StrEnum):
    ASKED = "asked"
    RETIRED = "retired"
    RESTING = "resting"
    """Its section is missing from the server's pack."""


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    question: Question
    condition: Condition
    own: bool


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One page of the server's own questions, followed by the retired questions of the pack. Pages count from 1."""

    pack: Pack
    items: tuple[ListedQuestion, ...]
    page: int
    pages: int
    own: int
    asked: int
    retired_of_pack: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that was retired or restored. `already`: nothing changed."""

    pack: Pack
    question: Question
    already: bool
