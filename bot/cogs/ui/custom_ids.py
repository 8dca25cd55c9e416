"""The ids on buttons and forms: one codec writes and reads each. They carry numbers, never state and never the key."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import ClassVar, Self, get_type_hints

from bot.study.periods import Period
from bot.study.standings import By

VERSION = "v1"

_PATTERNS: dict[type, str] = {int: "0|[1-9][0-9]{0,17}", str: "[a-z0-9.-]{1,32}"}


class CustomId:
    """Subclasses are frozen dataclasses of ints, short words and enumerations. `parse(str(x)) == x`, and nothing else parses."""

    VERB: ClassVar[str]

    @classmethod
    @cache
    def template(cls) -> re.Pattern[str]:
        parts = [f"(?P<{name}>{_pattern(kind)})" for name, kind in cls._kinds().items()]
        return re.compile(":".join([VERSION, re.escape(cls.VERB), *parts]), re.ASCII)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        match = cls.template().fullmatch(text)
        return cls.from_match(match) if match else None

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        kinds = cls._kinds()
        return cls(**{name: kinds[name](text) for name, text in match.groupdict().items()})

    @classmethod
    @cache
    def _kinds(cls) -> dict[str, type]:
        kinds = get_type_hints(cls)
        return {field.name: kinds[field.name] for field in fields(cls)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        values = (str(getattr(self, field.name)) for field in fields(self))  # type: ignore[arg-type]
        return ":".join([VERSION, self.VERB, *values])


def _pattern(kind: type) -> str:
    return "|".join(map(re.escape, kind)) if issubclass(kind, StrEnum) else _PATTERNS[kind]


@dataclass(frozen=True, slots=True)
class AnswerId(CustomId):
    """One option of a daily, by the place that it is shown at, from 0."""

    VERB = "answer"
    daily: int
    place: int


@dataclass(frozen=True, slots=True)
class FormId(CustomId):
    """The answer form of a daily: the button that opens it, and the form itself."""

    VERB = "form"
    daily: int


@dataclass(frozen=True, slots=True)
class SendId(CustomId):
    """Sends the answer that a form has put together: its letters as shown, in lower case."""

    VERB = "send"
    daily: int
    letters: str


@dataclass(frozen=True, slots=True)
class ChangeId(CustomId):
    """Opens the form again, filled in with these letters."""

    VERB = "change"
    daily: int
    letters: str


@dataclass(frozen=True, slots=True)
class ExplainId(CustomId):
    VERB = "explain"
    daily: int


@dataclass(frozen=True, slots=True)
class QuizAnswerId(CustomId):
    VERB = "quiz"
    quiz: int
    item: int
    place: int


@dataclass(frozen=True, slots=True)
class QuizFormId(CustomId):
    VERB = "quiz-form"
    quiz: int
    item: int


@dataclass(frozen=True, slots=True)
class QuizSendId(CustomId):
    VERB = "quiz-send"
    quiz: int
    item: int
    letters: str


@dataclass(frozen=True, slots=True)
class QuizChangeId(CustomId):
    VERB = "quiz-change"
    quiz: int
    item: int
    letters: str


@dataclass(frozen=True, slots=True)
class QuizNextId(CustomId):
    VERB = "quiz-next"
    quiz: int


@dataclass(frozen=True, slots=True)
class QuizStartId(CustomId):
    """Starts a series on a section, from another message."""

    VERB = "quiz-start"
    section: str


@dataclass(frozen=True, slots=True)
class ReviewStartId(CustomId):
    """Starts a review of what is due in a section, from another message."""

    VERB = "review"
    section: str


@dataclass(frozen=True, slots=True)
class RateId(CustomId):
    """What a member says of a right answer in a review: a rating of FSRS, 2 hard, 3 good, 4 easy."""

    VERB = "rate"
    quiz: int
    item: int
    rating: int


@dataclass(frozen=True, slots=True)
class PortionId(CustomId):
    """Starts a quiz on what the study plan sets for today."""

    VERB = "portion"


@dataclass(frozen=True, slots=True)
class EraseId(CustomId):
    """Confirms that everything of the one who presses is erased."""

    VERB = "erase"


@dataclass(frozen=True, slots=True)
class BoardId(CustomId):
    VERB = "board"
    section: str
    period: Period
    by: By
    page: int


ALL: tuple[type[CustomId], ...] = (
    AnswerId,
    FormId,
    SendId,
    ChangeId,
    ExplainId,
    QuizAnswerId,
    QuizFormId,
    QuizSendId,
    QuizChangeId,
    QuizNextId,
    QuizStartId,
    ReviewStartId,
    RateId,
    PortionId,
    BoardId,
    EraseId,
)


def known(text: str) -> bool:
    return any(kind.parse(text) is not None for kind in ALL)
