"""What a quiz shows: a turn, an answered question, and the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.services.duel_scenes import DuelScene
from bot.services.recording import Verdict
from bot.study.grading import Shown
from bot.study.members import ALONE
from bot.study.questions import Pack, Question
from bot.study.reviews import Forecast, Rating
from bot.study.scoring import Mode


@dataclass(frozen=True, slots=True)
class QuizProgress:
    """Progress through a quiz."""

    total: int
    answered: int
    right: int
    points: int


@dataclass(frozen=True, slots=True)
class QuizTurn:
    """The current question of a quiz. `place` counts from 0."""

    quiz_id: int
    place: int
    pack: Pack
    question: Question
    shown: Shown
    progress: QuizProgress
    mode: Mode = Mode.QUIZ
    first: bool = False
    """Whether the member has never answered a question before."""


@dataclass(frozen=True, slots=True)
class Recall:
    """In a review: the rating of the answer, and in how many days the question comes back.

    `choices`: the same for each rating the member can choose instead; empty after a wrong answer.
    """

    rating: Rating
    days: int
    choices: Mapping[Rating, int]


@dataclass(frozen=True, slots=True)
class Answered:
    quiz_id: int
    place: int
    verdict: Verdict
    progress: QuizProgress
    mode: Mode = Mode.QUIZ
    recall: Recall | None = None
    """None outside a review."""

    @property
    def finished(self) -> bool:
        return self.progress.answered == self.progress.total


@dataclass(frozen=True, slots=True)
class QuizHeld:
    """A recorded answer in a duel. Its result stays secret until the duel is over."""

    after: QuizTurn | DuelScene


@dataclass(frozen=True, slots=True)
class SetAside:
    """An answer that was not accepted: the question has meanwhile become open as a daily or in a duel, so its key must
    stay secret. The quiz continues without it."""

    after: QuizTurn | Summary


@dataclass(frozen=True, slots=True)
class Summary:
    quiz_id: int
    pack: Pack
    section: str
    progress: QuizProgress
    missed: tuple[Question, ...]
    mode: Mode = Mode.QUIZ
    coming: Forecast | None = None
    """After a review: how many questions of all sections come back soon."""
    set_aside: int = 0
    """How many questions were left out: gone, changed, retired, or open as a daily or in one of the member's duels."""
    guild_id: int = ALONE
    """The server where the quiz was started."""
