"""The custom ids of flags, and of the reports that managers read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import BankId, CustomId


@dataclass(frozen=True, slots=True)
class FlagId(CustomId):
    """Flags a question: the button that opens the form, and the form itself."""

    VERB = "flag"
    question: BankId


@dataclass(frozen=True, slots=True)
class ReportPageId(CustomId):
    """A page of the questions that members have flagged."""

    VERB = "reports"
    page: int


@dataclass(frozen=True, slots=True)
class RetireId(CustomId):
    """Retires a flagged question in the server."""

    VERB = "report-retire"
    question: BankId
    page: int


@dataclass(frozen=True, slots=True)
class RestoreId(CustomId):
    """Restores a flagged question that was retired."""

    VERB = "report-restore"
    question: BankId
    page: int


@dataclass(frozen=True, slots=True)
class ResolveId(CustomId):
    """Closes the flags on a question, up to the last one shown."""

    VERB = "resolve"
    question: BankId
    last: int
    page: int
