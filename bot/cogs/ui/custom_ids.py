"""The ids on buttons and forms: one codec writes and reads each. They carry numbers, never state and never the key."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import ClassVar, Self, get_type_hints

from bot.study.exams import Length
from bot.study.periods import Period
from bot.study.standings import By

VERSION = "v1"


class BankId(str):
    """The id of a question or the name of a pack, as the bank's schema takes them."""

    __slots__ = ()


_PATTERNS: dict[type, str] = {
    int: "0|[1-9][0-9]{0,17}",
    str: "[a-z0-9.-]{1,32}",
    BankId: "[A-Za-z0-9][A-Za-z0-9._-]{0,47}",
}


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
class ExamBeginId(CustomId):
    VERB = "exam-begin"
    length: Length


@dataclass(frozen=True, slots=True)
class ExamGoId(CustomId):
    """Shows a question of an exam that runs. `by` names the button: a message must not bear one id twice."""

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
class ExamFlagId(CustomId):
    """`on` is 1 to flag and 0 to take the flag away, so that pressing twice does it once."""

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
    """Asks once more; `ExamSubmitNowId` does it."""

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
    """A question of a submitted exam; `missed` is 1 to walk over those that were not right; `by` names the button."""

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
class BoardId(CustomId):
    VERB = "board"
    section: str
    period: Period
    by: By
    page: int


@dataclass(frozen=True, slots=True)
class EraseId(CustomId):
    """Confirms that everything of the one who presses is erased."""

    VERB = "erase"


@dataclass(frozen=True, slots=True)
class FlagId(CustomId):
    """Says what is wrong with a question: the button that opens the form, and the form itself."""

    VERB = "flag"
    question: BankId


@dataclass(frozen=True, slots=True)
class ReportPageId(CustomId):
    """A page of what members have flagged."""

    VERB = "reports"
    page: int


@dataclass(frozen=True, slots=True)
class ResolveId(CustomId):
    """Closes the flags on a question, up to the last that was shown."""

    VERB = "resolve"
    question: BankId
    last: int
    page: int


@dataclass(frozen=True, slots=True)
class QuestionFormId(CustomId):
    """The form in which a manager types a question."""

    VERB = "question"
    section: str
    difficulty: int


@dataclass(frozen=True, slots=True)
class DraftSaveId(CustomId):
    VERB = "draft-save"
    draft: int


@dataclass(frozen=True, slots=True)
class DraftEditId(CustomId):
    """Opens the form again, as it was typed."""

    VERB = "draft-edit"
    draft: int


@dataclass(frozen=True, slots=True)
class DraftDropId(CustomId):
    VERB = "draft-drop"
    draft: int


@dataclass(frozen=True, slots=True)
class QuestionsPageId(CustomId):
    """A page of a server's own questions."""

    VERB = "questions"
    page: int


@dataclass(frozen=True, slots=True)
class PackId(CustomId):
    """Confirms that a server studies another pack."""

    VERB = "pack"
    pack: BankId


@dataclass(frozen=True, slots=True)
class SeasonId(CustomId):
    """The table of a closed season, from its post."""

    VERB = "season"
    season: str


@dataclass(frozen=True, slots=True)
class SeasonBoardId(CustomId):
    """A page of a closed season."""

    VERB = "season-board"
    season: str
    section: str
    by: By
    page: int


@dataclass(frozen=True, slots=True)
class CompetitionPostId(CustomId):
    """The table of a contest, from a post about it; `kind` tells its posts apart."""

    VERB = "contest"
    kind: str
    competition: int


@dataclass(frozen=True, slots=True)
class CompetitionPageId(CustomId):
    VERB = "contest-page"
    competition: int
    page: int


@dataclass(frozen=True, slots=True)
class CompetitionJoinId(CustomId):
    VERB = "join"
    competition: int


@dataclass(frozen=True, slots=True)
class CompetitionTeamId(CustomId):
    """The form that asks for a team."""

    VERB = "team"
    competition: int


@dataclass(frozen=True, slots=True)
class CompetitionLeaveId(CustomId):
    VERB = "leave"
    competition: int


@dataclass(frozen=True, slots=True)
class CompetitionFileId(CustomId):
    """The result of a contest as a file, for managers."""

    VERB = "contest-file"
    competition: int


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
    ExamBeginId,
    ExamGoId,
    ExamAnswerId,
    ExamFormId,
    ExamFlagId,
    ExamOverviewId,
    ExamJumpId,
    ExamSubmitId,
    ExamSubmitNowId,
    ExamResultId,
    ExamReviewId,
    ExamReviewJumpId,
    ExamHistoryId,
    ExamPastId,
    ReviewStartId,
    RateId,
    PortionId,
    BoardId,
    SeasonId,
    SeasonBoardId,
    CompetitionPostId,
    CompetitionPageId,
    CompetitionJoinId,
    CompetitionTeamId,
    CompetitionLeaveId,
    CompetitionFileId,
    EraseId,
    FlagId,
    ReportPageId,
    ResolveId,
    QuestionFormId,
    DraftSaveId,
    DraftEditId,
    DraftDropId,
    QuestionsPageId,
    PackId,
)


def known(text: str) -> bool:
    return any(kind.parse(text) is not None for kind in ALL)
