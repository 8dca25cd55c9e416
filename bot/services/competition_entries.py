"""Joining a competition, changing teams, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.competition_lookup import find, need_server, of_guild, only
from bot.storage import competition_entries, competitions, members
from bot.storage.competition_entries import Team
from bot.storage.competitions import Competition
from bot.storage.engine import Connection, Database
from bot.study.competitions import MAX_TEAM_NAME, MAX_TEAMS, Entrant, EntryRule, Teams, clean_name, same_name
from bot.study.errors import ChooseTeam, NoTeamRole, Refusal, Refused, UnknownCompetition, WhichCompetition
from bot.study.members import Member
from bot.study.typed import bare


@dataclass(frozen=True, slots=True)
class CompetitionJoined:
    """The outcome of joining. `moved`: the member came from another team. `again`: they were already in. `back`: they
    had left, and get `points` back. `stays`: they asked for another team, but teams are fixed once the competition
    runs."""

    competition: Competition
    team: str | None
    points: int
    again: bool = False
    moved: bool = False
    back: bool = False
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    competition: Competition
    points: int
    begun: bool
    """Whether the competition has begun. If so, the member may return until its end, even if entry is closed."""


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """The teams that a member can choose from when joining."""

    competition: Competition
    teams: tuple[Team, ...]


@dataclass(frozen=True, slots=True)
class CompetitionEntries:
    db: Database

    async def join(
        self, member: Member, which: int | str | None, team: str | None, *, at: datetime
    ) -> CompetitionJoined:
        """Join, rejoin, or change teams before the start. `which` is an id, a handle or a name; None means the only
        competition.

        Raises NEEDS_SERVER, UnknownCompetition, WhichCompetition, COMPETITION_OVER, ENTRY_CLOSED, HIDING, ChooseTeam,
        NoTeamRole, BadName, TOO_MANY_TEAMS.
        """

        def work(tx: Connection) -> CompetitionJoined:
            need_server(member)
            ongoing = competitions.ongoing(tx, member.guild_id)
            competition = find(tx, member.guild_id, which) if which else only(ongoing)
            return self._join(tx, competition, member, team, at)

        return await self.db.write(work)

    def _join(
        self, tx: Connection, competition: Competition, member: Member, wanted: str | None, at: datetime
    ) -> CompetitionJoined:
        _check_open(competition, at)
        before = competition_entries.get(tx, competition.id, member.user_id)
        begun = at >= competition.starts_at
        if begun and not _was_in(competition, before) and competition.entry is EntryRule.UNTIL_START:
            raise Refused(Refusal.ENTRY_CLOSED)
        members.see(tx, member.guild_id, member.user_id, member.name)
        if members.hidden(tx, member.guild_id, member.user_id):
            raise Refused(Refusal.HIDING)
        mine = _team_of(tx, competition, before)
        stays = begun and mine is not None and bool(wanted) and same_name(mine.name) != same_name(wanted or "")
        team = mine if begun and mine is not None else self._choose(tx, competition, member, mine, wanted)
        team_id, name = (team.id, team.name) if team else (None, None)
        points = before.points if before else 0
        if before is None or before.left_at is not None:
            competition_entries.put(tx, competition.id, member.user_id, team_id, at, asked=True)
            competitions.touch(tx, competition.id, at)
            return CompetitionJoined(competition, name, points, back=before is not None, stays=stays)
        if team_id == before.team_id and before.asked:
            return CompetitionJoined(competition, name, points, again=True, stays=stays)
        assert team_id is not None, "a member without a team joined by themselves"
        competition_entries.set_team(tx, competition.id, member.user_id, team_id, asked=True)
        if before.team_id is not None and before.team_id != team_id:
            competition_entries.drop_empty_team(tx, before.team_id)
        competitions.touch(tx, competition.id, at)
        return CompetitionJoined(competition, name, points, moved=team_id != before.team_id)

    def _choose(
        self, tx: Connection, competition: Competition, member: Member, mine: Team | None, wanted: str | None
    ) -> Team | None:
        """Return the team that a member will play for."""
        if competition.teams is Teams.NONE:
            return None
        teams = competition_entries.teams(tx, competition.id)
        by_role = competition.teams is Teams.BY_ROLE
        # Two roles can share a name: prefer the one that the member has.
        candidates = [team for team in teams if not by_role or team.role_id in member.roles]
        named = _named(candidates, wanted) if wanted else None
        if by_role:
            if not candidates:
                raise NoTeamRole(tuple(team.role_id for team in teams if team.role_id is not None))
            if wanted and named is None:
                raise ChooseTeam(tuple(team.name for team in candidates), by_role=True)
            return named or (mine if mine in candidates else candidates[0])
        if named is not None:
            return named
        if wanted:
            if len(teams) >= MAX_TEAMS:
                raise Refused(Refusal.TOO_MANY_TEAMS)
            return competition_entries.add_team(tx, competition.id, clean_name(wanted, MAX_TEAM_NAME))
        if mine is not None:
            return mine
        raise ChooseTeam(tuple(team.name for team in competition_entries.shown_teams(tx, competition.id)))

    async def teams_to_join(self, member: Member, competition_id: int, *, at: datetime) -> TeamChoice | None:
        """Return what a member must choose from before joining; None if there is no choice.

        Raises NEEDS_SERVER, UnknownCompetition, COMPETITION_OVER.
        """

        def work(tx: Connection) -> TeamChoice | None:
            need_server(member)
            competition = of_guild(tx, member.guild_id, competition_id)
            _check_open(competition, at)
            before = competition_entries.get(tx, competition.id, member.user_id)
            if competition.teams is not Teams.OPEN or (before is not None and before.team_id is not None):
                return None
            if at >= competition.starts_at and competition.entry is EntryRule.UNTIL_START:
                raise Refused(Refusal.ENTRY_CLOSED)
            return TeamChoice(competition, tuple(competition_entries.shown_teams(tx, competition.id)))

        return await self.db.read(work)

    async def leave(self, member: Member, which: int | str | None, *, at: datetime) -> Left:
        """Leave a competition. A member who is in only one need not name it.

        Raises NEEDS_SERVER, UnknownCompetition, WhichCompetition, COMPETITION_OVER, NOT_IN_COMPETITION,
        IN_NO_COMPETITION.
        """

        def work(tx: Connection) -> Left:
            need_server(member)
            competition = find(tx, member.guild_id, which) if which else _entered(tx, member)
            _check_open(competition, at)
            entry = competition_entries.get(tx, competition.id, member.user_id)
            if entry is None or entry.left_at is not None:
                raise Refused(Refusal.NOT_IN_COMPETITION)
            begun = at >= competition.starts_at
            competition_entries.leave(tx, competition.id, member.user_id, at, keep_team=begun)
            if not begun and entry.team_id is not None:
                competition_entries.drop_empty_team(tx, entry.team_id)
            competitions.touch(tx, competition.id, at)
            return Left(competition, entry.points, begun)

        return await self.db.write(work)

    async def team_names(self, member: Member, which: str) -> Sequence[str]:
        """Return the teams that a member could join; empty for an unknown competition."""

        def work(tx: Connection) -> Sequence[str]:
            try:
                competition = (
                    find(tx, member.guild_id, which) if which else only(competitions.ongoing(tx, member.guild_id))
                )
            except (UnknownCompetition, WhichCompetition):
                return []
            teams = competition_entries.shown_teams(tx, competition.id)
            by_role = competition.teams is Teams.BY_ROLE
            return [team.name for team in teams if not by_role or team.role_id in member.roles]

        return await self.db.read(work)


def _entered(tx: Connection, member: Member) -> Competition:
    ongoing = competitions.ongoing(tx, member.guild_id)
    inside = competitions.entered(tx, [competition.id for competition in ongoing], member.user_id)
    if not inside:
        raise Refused(Refusal.IN_NO_COMPETITION)
    return only([competition for competition in ongoing if competition.id in inside])


def _was_in(competition: Competition, entry: Entrant | None) -> bool:
    """Return whether a member was in a competition when it began, or has joined it since."""
    return entry is not None and (entry.left_at is None or entry.left_at >= competition.starts_at)


def _check_open(competition: Competition, at: datetime) -> None:
    if not competition.open or at >= competition.ends_at:
        raise Refused(Refusal.COMPETITION_OVER)


def _named(teams: Sequence[Team], wanted: str) -> Team | None:
    """Find the team with a typed name, preferring an exact match to one that ignores spaces and hyphens."""
    exact = (team for team in teams if same_name(team.name) == same_name(wanted.strip()))
    return next(exact, None) or next((team for team in teams if bare(team.name) == bare(wanted)), None)


def _team_of(tx: Connection, competition: Competition, entry: Entrant | None) -> Team | None:
    if entry is None or entry.team_id is None:
        return None
    return next(team for team in competition_entries.teams(tx, competition.id) if team.id == entry.team_id)
