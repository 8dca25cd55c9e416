"""The custom ids of a daily."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId
from bot.study.confidence import Confidence


@dataclass(frozen=True, slots=True)
class AnswerId(CustomId):
    """One option of a daily. `place` is its position, from 0; `edition` is the version of the options."""

    VERB = "answer"
    OPTIONAL = frozenset({"edition"})
    REPEATABLE = True  # a unique key allows one answer per member and daily
    daily: int
    place: int
    edition: int = 0


@dataclass(frozen=True, slots=True)
class FormId(CustomId):
    """The answer form of a daily: the button that opens it, and the form itself, with the `edition` of its options."""

    VERB = "form"
    OPTIONAL = frozenset({"edition"})
    daily: int
    edition: int = 0


@dataclass(frozen=True, slots=True)
class SendId(CustomId):
    """Sends the answer that a form collected: its letters as shown, in lower case."""

    VERB = "send"
    REPEATABLE = True
    daily: int
    letters: str


@dataclass(frozen=True, slots=True)
class ChangeId(CustomId):
    """Reopens the form, filled in with `letters` of this `edition` of the options."""

    VERB = "change"
    OPTIONAL = frozenset({"edition"})
    daily: int
    letters: str
    edition: int = 0


@dataclass(frozen=True, slots=True)
class ExplainId(CustomId):
    VERB = "explain"
    daily: int


@dataclass(frozen=True, slots=True)
class WhyId(CustomId):
    """Opens the rationales under the feedback on the member's answer."""

    VERB = "why"
    daily: int


@dataclass(frozen=True, slots=True)
class SureId(CustomId):
    """Records how sure the member was of their answer to a daily. `whole` is 1 to keep the rationales open."""

    VERB = "sure"
    OPTIONAL = frozenset({"whole"})
    daily: int
    confidence: Confidence
    whole: int = 0
