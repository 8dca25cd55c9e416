"""What a pack is made of: sections, facts, cases and questions. Plain data; `bot.bank` reads it from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

ALL = "all"
"""The board, and the choice of sections, that takes in the whole pack."""

LETTERS = "ABCDEFGHIJ"
"""The names that members give to the options, in the order in which they are shown."""


class Kind(StrEnum):
    CHOICE = "choice"
    RESPONSE = "response"
    ORDERING = "ordering"
    MATCHING = "matching"


DIFFICULTIES: Mapping[int, str] = {1: "recall", 2: "apply", 3: "weigh"}


@dataclass(frozen=True, slots=True)
class Option:
    text: str
    rationale: str
    """Why it is right, or why not here and when it would be."""


@dataclass(frozen=True, slots=True)
class Question:
    """One item of the bank.

    `correct` holds indexes into `options`. Choice: one. Response: two or more, ascending. Ordering: every option once,
    in the right order. Matching: one for each prompt, in the order of `prompts`.
    """

    id: str
    section: str
    kind: Kind
    difficulty: int
    stem: str
    options: tuple[Option, ...]
    correct: tuple[int, ...]
    explanation: str
    sources: tuple[str, ...]
    covers: tuple[str, ...]
    checked: date
    prompts: tuple[str, ...] = ()
    case: str | None = None
    retired: bool = False
    exams: tuple[str, ...] = ()
    """The exam versions that ask this, by code; empty: all."""
    skills: tuple[str, ...] = ()
    """The skills of the exam that it tests, by their official numbers: `"3.1.4"`."""


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario that several questions share."""

    id: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the guide: what it says, and what a member must be able to tell."""

    id: str
    section: str
    topic: str
    guide: str
    learn: str


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the guide. `"1"` has no questions of its own; `"1.1"` belongs to it."""

    id: str
    title: str
    weight: int = 0
    """Its share of the exam in percent, summed over the exam's domains; 0 for a parent."""
    points: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()

    @property
    def parent(self) -> str | None:
        return parent_of(self.id)


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of the real exam, with the guide's sections that stand for it and their shares in percent."""

    id: str
    title: str
    weight: int
    sections: Mapping[str, int]


@dataclass(frozen=True)
class Pack:
    """The content for one exam, whole and checked. Mappings keep the order of the files."""

    name: str
    title: str
    exam: str
    notice: str
    license: str
    sections: Mapping[str, Section]
    domains: tuple[Domain, ...]
    facts: Mapping[str, Fact]
    cases: Mapping[str, Case]
    questions: Mapping[str, Question] = field(repr=False)
    omits: str = ""
    """What of the real exam the pack leaves out, as a noun phrase; empty if nobody has said."""

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The sections that hold questions, in the guide's order."""
        parents = {section.parent for section in self.sections.values()}
        return tuple(name for name in self.sections if name not in parents)

    @cached_property
    def boards(self) -> tuple[str, ...]:
        return (ALL, *self.sections)

    @cached_property
    def active(self) -> tuple[Question, ...]:
        """The questions that may still be asked, in the order of their ids."""
        return tuple(question for _, question in sorted(self.questions.items()) if not question.retired)

    def within(self, section: str) -> tuple[Question, ...]:
        """The active questions of a section, of a parent's sections, or of `all`."""
        return tuple(question for question in self.active if section in boards_of(question.section))

    def scenario_of(self, question: Question) -> str | None:
        """The scenario of the case that a question belongs to."""
        case = self.cases.get(question.case) if question.case else None
        return case.scenario if case else None

    @cached_property
    def weights(self) -> Mapping[str, int]:
        """The share of the exam that each section stands for."""
        return {name: section.weight for name, section in self.sections.items()}

    def title_of(self, board: str) -> str:
        return f"{board} {self.sections[board].title}" if board in self.sections else "All sections"


def parent_of(section: str) -> str | None:
    """`"1.2"` belongs to `"1"`; `"1"` to nothing."""
    head, dot, _ = section.rpartition(".")
    return head if dot else None


def boards_of(section: str) -> tuple[str, ...]:
    """The boards on which an answer in this section counts, widest first: `all`, `1`, `1.2`."""
    chain = [section]
    while (parent := parent_of(chain[-1])) is not None:
        chain.append(parent)
    return (ALL, *reversed(chain))
