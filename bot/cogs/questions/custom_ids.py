"""The custom ids for a server's own questions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import BankId, CustomId


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
    """Opens the form again, with what was typed."""

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
class PatchId(CustomId):
    """Edits a question for the pack's files: the button that opens the form, and the form itself."""

    VERB = "patch"
    question: BankId


@dataclass(frozen=True, slots=True)
class PatchChangeId(CustomId):
    """Opens the form of a patch again, with what was typed."""

    VERB = "patch-change"
    draft: int
