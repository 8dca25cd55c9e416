"""The custom ids of competitions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class CompetitionPostId(CustomId):
    """Shows the table of a competition, from one of its posts; `kind` says from which."""

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
class CompetitionAgainId(CustomId):
    """Posts the table of a competition again after its post was deleted, for managers."""

    VERB = "contest-again"
    competition: int


@dataclass(frozen=True, slots=True)
class CompetitionCancelId(CustomId):
    """Confirms that a competition is to be canceled, for managers."""

    VERB = "contest-cancel"
    competition: int


@dataclass(frozen=True, slots=True)
class CompetitionFileId(CustomId):
    """Sends the result of a competition as a file, for managers."""

    VERB = "contest-file"
    competition: int
