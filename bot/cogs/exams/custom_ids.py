"""The custom ids of a mock exam."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId
from bot.study.exams import Length


@dataclass(frozen=True, slots=True)
class ExamBeginId(CustomId):
    """Begins an exam from a message older than exam versions, in the version that the member studies for."""

    VERB = "exam-begin"
    length: Length


@dataclass(frozen=True, slots=True)
class ExamStartId(CustomId):
    VERB = "exam-start"
    version: str
    length: Length


@dataclass(frozen=True, slots=True)
class ExamAboutId(CustomId):
    """Shows more about an exam version before the exam begins."""

    VERB = "exam-about"
    version: str
    length: Length


@dataclass(frozen=True, slots=True)
class ExamBriefingId(CustomId):
    """Goes back to the briefing that a member reads before an exam."""

    VERB = "exam-briefing"
    version: str
    length: Length


@dataclass(frozen=True, slots=True)
class ExamWordsId(CustomId):
    """Shows a result in words."""

    VERB = "exam-words"
    exam: int


@dataclass(frozen=True, slots=True)
class ExamGoId(CustomId):
    """Shows a question of a running exam. `by` names the button, because a message must not contain the same id
    twice."""

    VERB = "exam-go"
    exam: int
    item: int
    by: str


@dataclass(frozen=True, slots=True)
class ExamAnswerId(CustomId):
    VERB = "exam-answer"
    exam: int
    item: int
    place: int


@dataclass(frozen=True, slots=True)
class ExamFormId(CustomId):
    VERB = "exam-form"
    exam: int
    item: int


@dataclass(frozen=True, slots=True)
class ExamChangeId(CustomId):
    """Opens the form again, filled in with letters that could not be accepted."""

    VERB = "exam-change"
    exam: int
    item: int
    letters: str


@dataclass(frozen=True, slots=True)
class ExamRetryId(CustomId):
    """Starts a quiz on the missed questions of a result."""

    VERB = "exam-retry"
    exam: int


@dataclass(frozen=True, slots=True)
class ExamFlagId(CustomId):
    """`on` is 1 to flag and 0 to remove the flag, so that a repeated press changes nothing."""

    VERB = "exam-flag"
    exam: int
    item: int
    on: int


@dataclass(frozen=True, slots=True)
class ExamOverviewId(CustomId):
    VERB = "exam-all"
    exam: int
    item: int


@dataclass(frozen=True, slots=True)
class ExamJumpId(CustomId):
    """A menu of questions; `part` counts the menus of a message from 0."""

    VERB = "exam-jump"
    exam: int
    part: int


@dataclass(frozen=True, slots=True)
class ExamSubmitId(CustomId):
    """Asks for confirmation; `ExamSubmitNowId` submits."""

    VERB = "exam-submit"
    exam: int
    item: int


@dataclass(frozen=True, slots=True)
class ExamSubmitNowId(CustomId):
    VERB = "exam-submit-now"
    exam: int


@dataclass(frozen=True, slots=True)
class ExamResultId(CustomId):
    VERB = "exam-result"
    exam: int


@dataclass(frozen=True, slots=True)
class ExamReviewId(CustomId):
    """A question of a submitted exam; `missed` is 1 to skip those that were right; `by` names the button."""

    VERB = "exam-review"
    exam: int
    item: int
    missed: int
    by: str


@dataclass(frozen=True, slots=True)
class ExamReviewJumpId(CustomId):
    VERB = "exam-review-jump"
    exam: int
    part: int


@dataclass(frozen=True, slots=True)
class ExamHistoryId(CustomId):
    VERB = "exam-history"
    page: int


@dataclass(frozen=True, slots=True)
class ExamPastId(CustomId):
    """A menu of past exams."""

    VERB = "exam-past"
    page: int
