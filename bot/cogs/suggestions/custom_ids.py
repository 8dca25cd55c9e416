"""The custom ids for questions that members suggest."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class SuggestFormId(CustomId):
    """The form in which a member types a question."""

    VERB = "suggest"
    section: str
    difficulty: int


@dataclass(frozen=True, slots=True)
class SuggestSendId(CustomId):
    """Sends a draft to the managers."""

    VERB = "suggest-send"
    draft: int


@dataclass(frozen=True, slots=True)
class SuggestChangeId(CustomId):
    """Opens the form again, with what was typed."""

    VERB = "suggest-change"
    draft: int


@dataclass(frozen=True, slots=True)
class SuggestDropId(CustomId):
    VERB = "suggest-drop"
    draft: int


@dataclass(frozen=True, slots=True)
class QueueId(CustomId):
    """A page of the waiting suggestions."""

    VERB = "suggestions"
    page: int


@dataclass(frozen=True, slots=True)
class AcceptId(CustomId):
    """Makes a suggestion one of the server's questions."""

    VERB = "suggestion-accept"
    suggestion: int
    page: int


@dataclass(frozen=True, slots=True)
class EditId(CustomId):
    """Changes a suggestion: the button that opens the form, and the form itself."""

    VERB = "suggestion-edit"
    suggestion: int
    page: int


@dataclass(frozen=True, slots=True)
class DeclineId(CustomId):
    """Declines a suggestion: the button that opens the form for a message, and the form itself."""

    VERB = "suggestion-decline"
    suggestion: int
    page: int
