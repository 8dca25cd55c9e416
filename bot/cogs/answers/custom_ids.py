"""The ids of a daily."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class AnswerId(CustomId):
    """One option of a daily, by the place that it is shown at, from 0. `edition` is that of the options that stand there."""

    VERB = "answer"
    OPTIONAL = frozenset({"edition"})
    REPEATABLE = True  # a member has one answer to a daily, by a unique key
    daily: int
    place: int
    edition: int = 0


@dataclass(frozen=True, slots=True)
class FormId(CustomId):
    """The answer form of a daily: the button that opens it, and the form itself, which knows the `edition` of its options."""

    VERB = "form"
    OPTIONAL = frozenset({"edition"})
    daily: int
    edition: int = 0


@dataclass(frozen=True, slots=True)
class SendId(CustomId):
    """Sends the answer that a form has put together: its letters as shown, in lower case."""

    VERB = "send"
    REPEATABLE = True
    daily: int
    letters: str


@dataclass(frozen=True, slots=True)
class ChangeId(CustomId):
    """Opens the form again, filled in with these letters of an `edition` of the options."""

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
    """Opens the rationales under the feedback on one's answer."""

    VERB = "why"
    daily: int
