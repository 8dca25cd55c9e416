"""The parts of a pack: sections, facts, cases and questions. Plain data, which `bot.bank` reads from files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

ALL = "all"
"""The name of the whole pack, as a board and as a choice of sections."""

LETTERS = "ABCDEFGHIJ"
"""The letters of options, in the order in which they are shown."""


class Kind(StrEnum):
    CHOICE = "choice"
    RESPONSE = "response"
    ORDERING = "ordering"
    MATCHING = "matching"


DIFFICULTIES: Mapping[int, str] = {1: "easy", 2: "medium", 3: "hard"}


@dataclass(frozen=True, slots=True)
class Option:
    text: str
    rationale: str
    """Why the option is right; or why it is wrong here, and when it would be right."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a pack or server.

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
    """The codes of the exam versions that ask the question; empty means all."""
    skills: tuple[str, ...] = ()
    """The exam skills that the question tests, by official number: `"3.1.4"`."""
    closed: tuple[ClosedService, ...] = field(default=(), compare=False)
    """The services that the question names and that the pack lists as closed to new customers."""
    since: datetime | None = field(default=None, compare=False)
    """When the question's options or prompts last changed; None if they have not changed since it was first loaded."""

    @property
    def edition(self) -> int:
        """A number that identifies this version of the options; 0 for the first."""
        return int(self.since.timestamp()) if self.since is not None else 0

    def naming(self, services: Iterable[ClosedService]) -> Question:
        """Return this question with `closed` set to those of the services that its texts name."""
        texts = [self.stem, self.explanation, *self.prompts]
        texts += [text for option in self.options for text in (option.text, option.rationale)]
        found = tuple(service for service in services if any(service.is_named_in(text) for text in texts))
        return replace(self, closed=found) if found else self


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario that several questions share."""

    id: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the guide. `guide`: what the guide says; `learn`: what a member must know."""

    id: str
    section: str
    topic: str
    guide: str
    learn: str


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the guide. `"1"` has no questions itself; `"1.1"` belongs to it."""

    id: str
    title: str
    weight: int = 0
    """The section's share of the exam in percent, summed over the exam's domains; 0 for a parent."""
    points: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()
    added: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What each exam version asks beyond the guide, by version and skill number."""

    @property
    def parent(self) -> str | None:
        return parent_of(self.id)


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of the real exam, with the guide's sections that cover it and their shares in percent."""

    id: str
    title: str
    weight: int
    sections: Mapping[str, int]

    @property
    def number(self) -> str:
        """The prefix of the domain's skill numbers: `"3"` for `"D3"`."""
        return self.id.lstrip("D")


@dataclass(frozen=True, slots=True)
class Offer:
    """The languages in which an exam can be taken from `begins` to `ends`, both included. `ends` is None until an end
    is announced."""

    languages: tuple[str, ...]
    begins: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class ExamVersion:
    """One version of an exam, as its publisher describes it."""

    code: str
    """A short, stable code, as items name it: `c02`."""
    name: str
    """What people call the version, such as MLA-C02."""
    title: str
    scored: int
    unscored: int
    minutes: int
    kinds: Mapping[Kind, int]
    """The exam's question types, with their shares in percent."""
    lowest: int
    highest: int
    passing: int
    cases: int = 0
    """How many scenarios with several questions a full exam has."""
    offers: tuple[Offer, ...] = ()
    domains: tuple[Domain, ...] = ()
    skills: Mapping[str, str] = field(default_factory=dict)
    """Skills by official number, in the publisher's order; each number begins with the number of its domain."""
    news: str = ""
    """What changed from the previous version, and when, in one or two sentences."""
    uncertain: tuple[str, ...] = ()
    """What the exam's page does not say, each in one sentence."""
    source: str = ""
    checked: date = date.min

    @property
    def questions(self) -> int:
        return self.scored + self.unscored

    @property
    def full_name(self) -> str:
        return f"{self.title} ({self.name})"

    def offered_on(self, day: date) -> bool:
        """Return whether this version can be taken on a day in some language; True if it lists no offers."""
        return not self.offers or any(
            offer.begins <= day and (offer.ends is None or day <= offer.ends) for offer in self.offers
        )

    def asks(self, question: Question) -> bool:
        """Return whether a question belongs to this version. The question type does not matter: a daily may use types
        that the exam lacks."""
        return not question.exams or self.code in question.exams

    def domain_of(self, question: Question) -> str | None:
        """Return the domain of the question's first skill; None if this version lists no skills."""
        for skill in question.skills:
            if skill in self.skills:
                number = skill.partition(".")[0]
                return next((domain.id for domain in self.domains if domain.number == number), None)
        return None


@dataclass(frozen=True, slots=True)
class ClosedService:
    """A service that accepts no new customers. Members are shown this once, under a question that names the service."""

    name: str
    since: date
    instead: str
    """What to use today, to complete "Use ... instead"."""
    source: str

    def is_named_in(self, text: str) -> bool:
        # Check the substring first: every text is checked for every service, and few contain the name.
        return self.name in text and re.search(rf"\b{re.escape(self.name)}\b", text) is not None


@dataclass(frozen=True)
class Pack:
    """The content for one exam, complete and checked. Mappings keep the order of the files."""

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
    """What the pack leaves out of the real exam, as a noun phrase; empty if unknown."""
    exams: Mapping[str, ExamVersion] = field(default_factory=dict)
    """The versions of the exam by code, the default first; none if the pack describes no exam."""
    version: ExamVersion | None = None
    """The version that this pack is limited to; None for the questions of all versions."""
    closed: tuple[ClosedService, ...] = ()
    public: bool = False
    """Whether anyone may read the pack's guide and questions on the web."""
    lost_version: str = ""
    """The code of the exam version that was chosen, if the pack no longer has it."""

    def seen_for(self, code: str | None) -> Pack:
        """Return this pack for one exam version: its domains and weights, with only its questions active.

        An unknown or missing code means the default version; an unknown one is kept as `lost_version`. A pack without
        versions is returned unchanged.
        """
        version = self.exams.get(code or "") or next(iter(self.exams.values()), None)
        lost = code if code and code not in self.exams else ""
        if version is None or (version is self.version and lost == self.lost_version):
            return self
        if (view := self._views.get((version.code, lost))) is None:
            view = self._views[version.code, lost] = replace(self._view(version), lost_version=lost)
        return view

    def _view(self, version: ExamVersion) -> Pack:
        weights = section_weights(version.domains)
        sections = {name: replace(section, weight=weights.get(name, 0)) for name, section in self.sections.items()}
        return replace(self, exam=version.full_name, domains=version.domains, sections=sections, version=version)

    @cached_property
    def _views(self) -> dict[tuple[str, str], Pack]:
        return {}

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
        """The questions that can still be asked, in id order."""
        return tuple(
            question
            for _, question in sorted(self.questions.items())
            if not question.retired and (self.version is None or self.version.asks(question))
        )

    def within(self, section: str) -> tuple[Question, ...]:
        """Return the active questions of a section, of a parent's sections, or of `all`."""
        return tuple(question for question in self.active if section in boards_of(question.section))

    def scenario_of(self, question: Question) -> str | None:
        """Return the scenario of a question's case."""
        case = self.cases.get(question.case) if question.case else None
        return case.scenario if case else None

    @cached_property
    def weights(self) -> Mapping[str, int]:
        """The share of the exam that each section covers."""
        return {name: section.weight for name, section in self.sections.items()}

    def title_of(self, board: str) -> str:
        """Return a section's title, or say that the pack lacks the section, as can happen after the server switched
        packs."""
        if board == ALL:
            return "All sections"
        return f"{board} {self.sections[board].title}" if board in self.sections else f"{board} (not in your pack)"


def section_weights(domains: Iterable[Domain]) -> dict[str, int]:
    """Return each section's share of the exam, summed over the domains."""
    weights: Counter[str] = Counter()
    for domain in domains:
        weights.update(domain.sections)
    return dict(weights)


def parent_of(section: str) -> str | None:
    """Return the parent: `"1"` for `"1.2"`, None for `"1"`."""
    head, dot, _ = section.rpartition(".")
    return head if dot else None


def boards_of(section: str) -> tuple[str, ...]:
    """Return the boards on which an answer in this section counts, widest first: `all`, `1`, `1.2`."""
    if section == ALL:
        return (ALL,)
    chain = [section]
    while (parent := parent_of(chain[-1])) is not None:
        chain.append(parent)
    return (ALL, *reversed(chain))
