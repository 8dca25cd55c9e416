"""The shape of pack.yaml, of a guide file and of a questions file. Editors' JSON Schema is generated from these models.

Nothing is coerced: a value that YAML reads as a number or as true is refused where text belongs. Only spaces are
tidied. `problems` checks what concerns several fields (exactly one right option, places 1 to n).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.bank.dialects import YAML, Dialect
from bot.bank.limits import (
    COVERS_MAX,
    EXAM_PATTERN,
    EXAMS_MAX,
    EXPLANATION_MAX,
    ID_PATTERN,
    OPTION_MAX,
    OPTIONS_MAX,
    OPTIONS_MIN,
    PACK_PATTERN,
    PROMPT_MAX,
    PROMPTS,
    RATIONALE_MAX,
    SCENARIO_MAX,
    SECTION_PATTERN,
    SKILL_PATTERN,
    SKILLS_MAX,
    SOURCE_MAX,
    SOURCES_MAX,
    STEM_MAX,
    STEPS,
)
from bot.study.code_blocks import FENCE, tidied
from bot.study.looks import looks

# Control characters, lone surrogates, and marks that reverse the direction of a line.
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


_CONTROL = "contains an invisible control character; type the text again"


def tidy(value: object) -> object:
    """Put a text on one line with single spaces, as Discord would show it."""
    if not isinstance(value, str):
        return value
    if _INVISIBLE.search(value):
        raise ValueError(_CONTROL)
    return _seen(" ".join(value.split()))


def tidy_text(value: object) -> object:
    """Do the same as `tidy`, but keep the lines of code: see `code_blocks`."""
    if not isinstance(value, str) or ("\n" not in value and "\r" not in value):
        return tidy(value)
    if _INVISIBLE.search(value):
        raise ValueError(_CONTROL)
    return _seen(tidied(value))


def _seen(shown: str) -> str:
    if shown.isascii() and not shown.startswith(FENCE):  # the ASCII characters that are left are all visible
        return shown
    if shown and not looks(shown.replace(FENCE, "")):
        raise ValueError("contains only invisible characters; type the text again")
    return shown


Text: TypeAlias = Annotated[str, BeforeValidator(tidy)]
Prose: TypeAlias = Annotated[str, BeforeValidator(tidy_text)]
"""Text of a question, which may contain code."""
SectionId: TypeAlias = Annotated[
    str, Field(pattern=SECTION_PATTERN, max_length=20, description='A section of the guide, quoted: "1.1"')
]
ItemId: TypeAlias = Annotated[
    str, Field(pattern=ID_PATTERN, description="Never changes: letters, digits, dots and dashes, at most 48")
]
ExamCode: TypeAlias = Annotated[
    str, Field(pattern=EXAM_PATTERN, description="The code of an exam version that pack.yaml describes: c02")
]
SkillId: TypeAlias = Annotated[
    str, Field(pattern=SKILL_PATTERN, description='A skill of the exam by its official number, quoted: "3.1.4"')
]
Why: TypeAlias = Annotated[
    Prose,
    Field(max_length=RATIONALE_MAX, description="Why it is right, or why it is wrong here and when it would be right"),
]
OptionText: TypeAlias = Annotated[Prose, Field(min_length=1, max_length=OPTION_MAX, description="What members choose")]
Source: TypeAlias = Annotated[Text, Field(min_length=1, max_length=SOURCE_MAX)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class PlainOption(_Model):
    text: OptionText
    why: Why = ""


class MarkedOption(PlainOption):
    correct: bool = False
    """`true` on each right option; leave it out of the others."""


class Step(PlainOption):
    place: Annotated[int, Field(ge=1, le=STEPS[1])]
    """The step's place in the right order, from 1. List the steps in a scrambled order."""


class Prompt(_Model):
    text: Annotated[Prose, Field(min_length=1, max_length=PROMPT_MAX)]
    match: OptionText
    """The exact text of the option that answers this prompt."""


class _Item(_Model):
    id: ItemId
    difficulty: Annotated[int, Field(ge=1, le=3)]
    """1 easy: recall; 2 medium: apply; 3 hard: weigh plausible choices under a constraint."""
    covers: Annotated[list[ItemId], Field(max_length=COVERS_MAX)] = []
    """The 1 to 3 facts of the guide that the question really tests."""
    exams: Annotated[list[ExamCode], Field(max_length=EXAMS_MAX)] = []
    """The exam versions that ask this question; if empty, all that the pack describes."""
    skills: Annotated[list[SkillId], Field(max_length=SKILLS_MAX)] = []
    """The skills of the exam that the question tests, by their official numbers."""
    case: ItemId | None = None
    """The case to which the question belongs."""
    stem: Annotated[Prose, Field(min_length=1, max_length=STEM_MAX)]
    """The situation and one question."""
    explanation: Annotated[Prose, Field(max_length=EXPLANATION_MAX)] = ""
    """Two to four sentences that teach why the key meets the need."""
    sources: Annotated[list[Source], Field(max_length=SOURCES_MAX)] = []
    """Pages of documentation (https://...), or books by name and chapter."""
    checked: date
    """The day on which somebody last checked the question against its sources: 2026-11-23."""
    retired: bool = False
    """`true`: the question is no longer asked, but its history is kept."""


class ChoiceItem(_Item):
    """A question with one right option."""

    kind: Literal["choice"]
    options: Annotated[list[MarkedOption], Field(min_length=OPTIONS_MIN, max_length=OPTIONS_MAX)]


class ResponseItem(_Item):
    """A question with several right options, all of which are needed."""

    kind: Literal["response"]
    options: Annotated[list[MarkedOption], Field(min_length=3, max_length=OPTIONS_MAX)]


class OrderingItem(_Item):
    """A question whose options are steps to put in order."""

    kind: Literal["ordering"]
    options: Annotated[list[Step], Field(min_length=STEPS[0], max_length=STEPS[1])]


class MatchingItem(_Item):
    """A question with several prompts, each answered by one of the options."""

    kind: Literal["matching"]
    prompts: Annotated[list[Prompt], Field(min_length=PROMPTS[0], max_length=PROMPTS[1])]
    options: Annotated[list[PlainOption], Field(min_length=OPTIONS_MIN, max_length=OPTIONS_MAX)]


Item: TypeAlias = Annotated[ChoiceItem | ResponseItem | OrderingItem | MatchingItem, Field(discriminator="kind")]


class CaseEntry(_Model):
    id: ItemId
    scenario: Annotated[Prose, Field(min_length=1, max_length=SCENARIO_MAX)]
    """The text that all questions of the case share."""


class QuestionsFile(_Model):
    """questions/<section>.yaml: the questions of one section."""

    section: SectionId
    cases: list[CaseEntry] = []
    questions: list[Item]


class FactEntry(_Model):
    id: ItemId
    topic: Annotated[Text, Field(min_length=1, max_length=100)]
    guide: Annotated[Text, Field(max_length=300)] = ""
    """What the guide says, word for word."""
    learn: Annotated[Text, Field(min_length=1, max_length=400)]
    """What a member must know."""


class GuideFile(_Model):
    """guide/<section>.yaml: what the section is about, and the facts that its questions cover."""

    section: SectionId
    points: list[Annotated[Text, Field(min_length=1, max_length=900)]] = []
    tips: list[Annotated[Text, Field(min_length=1, max_length=300)]] = []
    added: dict[ExamCode, dict[SkillId, Annotated[Text, Field(min_length=1, max_length=200)]]] = {}
    """What an exam version asks of this section beyond the guide, by the numbers of its skills."""
    facts: list[FactEntry] = []


class SectionEntry(_Model):
    id: SectionId
    title: Annotated[Text, Field(min_length=1, max_length=80)]
    minimum: Annotated[int, Field(ge=0)] = 0
    """How many questions of this section `check` requires."""


class DomainEntry(_Model):
    id: ItemId
    title: Annotated[Text, Field(min_length=1, max_length=100)]
    weight: Annotated[int, Field(ge=1, le=100)]
    """The domain's share of the exam in percent."""
    sections: dict[str, Annotated[int, Field(ge=1, le=100)]]
    """The domain's share, divided among the sections that cover the domain."""


class ClosedEntry(_Model):
    """A service that takes no new customers. Members are shown this once, under a question that names the service."""

    name: Annotated[Text, Field(min_length=1, max_length=60)]
    """The name as it is written in questions."""
    since: date
    """The first day on which the service took no new customers, or on which it was shut down."""
    instead: Annotated[Text, Field(min_length=1, max_length=160)]
    """What to use today: "CloudWatch and open-source drift tools"."""
    source: Source


class OfferEntry(_Model):
    """The languages in which the exam can be taken from `begins` to `ends`."""

    languages: Annotated[list[Annotated[Text, Field(min_length=2, max_length=40)]], Field(min_length=1)]
    begins: date
    ends: date | None = None
    """The last day; leave it out until one is announced."""


class KindShares(_Model):
    """Shares in percent; leave out the kinds that the exam does not ask."""

    choice: Annotated[int, Field(ge=0, le=100)] = 0
    response: Annotated[int, Field(ge=0, le=100)] = 0
    ordering: Annotated[int, Field(ge=0, le=100)] = 0
    matching: Annotated[int, Field(ge=0, le=100)] = 0


class ExamEntry(_Model):
    """One version of the exam. The first one listed is the default."""

    code: ExamCode
    name: Annotated[Text, Field(min_length=1, max_length=40)]
    """What people call the version, such as MLA-C02."""
    title: Annotated[Text, Field(min_length=1, max_length=90)]
    scored: Annotated[int, Field(ge=1, le=300)]
    unscored: Annotated[int, Field(ge=0, le=100)] = 0
    minutes: Annotated[int, Field(ge=1, le=600)]
    kinds: KindShares
    cases: Annotated[int, Field(ge=0, le=20)] = 0
    """How many scenarios with several questions a full exam has."""
    lowest: int = 0
    highest: int = 100
    passing: int
    """The passing score on the scale from `lowest` to `highest`."""
    offers: list[OfferEntry] = []
    domains: Annotated[list[DomainEntry], Field(min_length=1)]
    skills: dict[SkillId, Annotated[Text, Field(min_length=1, max_length=120)]] = {}
    """Skills by official number. `check` requires two questions on each."""
    news: Annotated[Text, Field(max_length=400)] = ""
    """What changed from the previous version, and when."""
    uncertain: list[Annotated[Text, Field(min_length=1, max_length=200)]] = []
    """What the exam's page does not say, each in one sentence."""
    source: Source
    checked: date
    """The day on which somebody last checked the page."""


class PackFile(_Model):
    """pack.yaml: the sections of the guide, and how much of the exam each covers."""

    pack: Annotated[str, Field(pattern=PACK_PATTERN)]
    """The name of the pack's folder."""
    title: Annotated[Text, Field(min_length=1, max_length=80)]
    exam: Annotated[Text, Field(max_length=100)] = ""
    notice: Annotated[Text, Field(max_length=600)] = ""
    omits: Annotated[Text, Field(max_length=400)] = ""
    """What the pack leaves out of the real exam, to complete the sentence "This guide leaves out ..."."""
    license: Annotated[Text, Field(max_length=60)] = ""
    strict: bool = False
    """`true`: `check` reports warnings as errors."""
    public: bool = False
    """`true`: if the bot has web pages, anyone may read the guide and the questions with their answers there."""
    closed: list[ClosedEntry] = []
    """Services that take no new customers. No key may make a new customer adopt one."""
    sections: Annotated[list[SectionEntry], Field(min_length=1)]
    exams: list[ExamEntry] = []
    """Versions of the exam, the default first."""
    domains: list[DomainEntry] = []
    """For a pack without `exams`: how much of the exam each section covers."""


def problems(item: Item, dialect: Dialect = YAML) -> list[tuple[tuple[str | int, ...], str, str]]:
    """Return contradictions between the fields of one item, each as path, problem and remedy."""
    found: list[tuple[tuple[str | int, ...], str, str]] = []
    seen: set[str] = set()
    for place, option in enumerate(item.options):
        shown = looks(option.text)
        if shown in seen:
            found.append((("options", place, "text"), "is the same as an option before it", "Write another option"))
        seen.add(shown)
    if isinstance(item, ChoiceItem | ResponseItem):
        right = sum(option.correct for option in item.options)
        if isinstance(item, ChoiceItem) and right != 1:
            found.append((("options",), f"has {right} correct options", dialect.one_right))
        if isinstance(item, ResponseItem) and not 2 <= right < len(item.options):
            found.append((("options",), f"has {right} correct options", dialect.several_right))
    if isinstance(item, OrderingItem):
        places = sorted(step.place for step in item.options)
        if places != list(range(1, len(places) + 1)):
            found.append((("options",), f"has the places {places}", dialect.order.format(count=len(places))))
    if isinstance(item, MatchingItem):
        texts = {option.text for option in item.options}
        asked: set[str] = set()
        for place, prompt in enumerate(item.prompts):
            if prompt.match not in texts:
                problem = f'is "{prompt.match}", which is not one of the options'
                found.append((("prompts", place, "match"), problem, dialect.match))
            if looks(prompt.text) in asked:
                found.append((("prompts", place, "text"), "is the same as a prompt before it", "Write another prompt"))
            asked.add(looks(prompt.text))
    return found
