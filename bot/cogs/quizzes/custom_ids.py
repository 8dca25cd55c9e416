"""The custom ids of a quiz."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId
from bot.study.confidence import Confidence


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
class QuizRetryId(CustomId):
    """Starts a quiz on the questions missed in a finished quiz."""

    VERB = "quiz-retry"
    quiz: int


@dataclass(frozen=True, slots=True)
class QuizWhyId(CustomId):
    """Opens the rationales under the feedback on the member's answer."""

    VERB = "quiz-why"
    quiz: int
    item: int


@dataclass(frozen=True, slots=True)
class QuizNextId(CustomId):
    VERB = "quiz-next"
    quiz: int


@dataclass(frozen=True, slots=True)
class QuizAgainId(CustomId):
    """Starts another quiz of the same length, on one of the sections of the last one."""

    VERB = "quiz-again"
    section: str
    questions: int


@dataclass(frozen=True, slots=True)
class QuizStartId(CustomId):
    """Starts a quiz on a section, from another message."""

    VERB = "quiz-start"
    section: str


@dataclass(frozen=True, slots=True)
class QuizSureId(CustomId):
    """Records how sure the member was of an answer in a quiz or review. `whole`: 1 if the rationales
    are open, and stay open."""

    VERB = "quiz-sure"
    OPTIONAL = frozenset({"whole"})
    quiz: int
    item: int
    confidence: Confidence
    whole: int = 0
