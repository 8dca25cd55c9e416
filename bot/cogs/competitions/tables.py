"""The lines of a competition's tables, and who won."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cogs.standings.messages import marked
from bot.cogs.ui.podium import PodiumPlace
from bot.cogs.ui.text import FIELD, clip, human_join, plural, safe_name
from bot.services.competition_tables import CompetitionTable
from bot.storage.competition_places import MemberPlace, TeamPlace
from bot.storage.competitions import Competition
from bot.study.competitions import MIN_TEAM, Teams, mean

TEAMS_SHOWN = 10
TIED_SHOWN = 8


def by_team(competition: Competition) -> bool:
    return competition.teams is not Teams.NONE


def teams_text(competition: Competition) -> str:
    """Say how teams are formed and scored."""
    how = (
        "Your team is the team role that you have at the start or, if you come later, when you join or first answer."
        if competition.teams is Teams.BY_ROLE
        else "Name your team when you join; a new name makes a new team."
    )
    if competition.best_of is None:
        counted = (
            f" The number of members that count is the size of the smallest team at the start, but at least {MIN_TEAM}."
        )
        best = "its best members"
    else:
        counted = ""
        best = f"its best {competition.best_of} members"
    return f"{how} A team's score is the mean score of {best}, so a large team has no advantage.{counted}"


def member_line(place: MemberPlace, *, mine: MemberPlace | None = None) -> str:
    team = f" ({safe_name(place.team)})" if place.team is not None else ""
    you = " ← you" if mine is not None and place.user_id == mine.user_id else ""
    figures = f"{plural(place.points, 'point')}, {place.correct} of {place.answered} right"
    return f"{marked(place.rank, scored=bool(place.points))} {safe_name(place.name)}{team} · {figures}{you}"


def member_lines(places: Sequence[MemberPlace], *, mine: MemberPlace | None = None) -> str:
    return _within_field([member_line(place, mine=mine) for place in places])


def team_score(team: TeamPlace, competition: Competition) -> str:
    return f"{mean(team.points, competition.best_of or MIN_TEAM):.1f}"


def team_lines(table: CompetitionTable) -> str:
    lines = [
        f"{marked(team.rank, scored=bool(team.points))} {safe_name(team.name)} · {team_score(team, table.competition)} points per member, "
        f"{plural(team.members, 'member')}"
        for team in table.teams[:TEAMS_SHOWN]
    ]
    if len(table.teams) > TEAMS_SHOWN:
        lines.append(f"… and {plural(len(table.teams) - TEAMS_SHOWN, 'more team')}")
    return _within_field(lines) or "No team has members yet."


def _within_field(lines: Sequence[str]) -> str:
    """Return as many lines as fit a field; an escaped name can be much longer than it looks."""
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > FIELD - 2:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join(kept)


# -- the winner


def winner(table: CompetitionTable) -> str:
    """Name the winner, in one sentence."""
    competition = table.competition
    if not table.size:
        return "Nobody joined, so there is no winner this time."
    if by_team(competition):
        teams = [team for team in table.teams if team.rank == 1 and team.points]
        names = [f"**{safe_name(team.name)}**" for team in teams[:TIED_SHOWN]]
        score = f"{team_score(teams[0], competition)} points per member" if teams else ""
    else:
        places = [place for place in table.places if place.rank == 1 and place.points]
        names = [f"**{safe_name(place.name)}**" for place in places[:TIED_SHOWN]]
        score = plural(places[0].points, "point") if places else ""
    if not names:
        return "Nobody earned a point, so there is no winner this time."
    if len(names) == 1:
        return f"{names[0]} wins with {score}."
    return f"{human_join(names)} tie for first place with {score}: equal in points, answers and time."


def podium_places(table: CompetitionTable) -> list[PodiumPlace]:
    """Return the places for the picture: members or teams with points."""
    if by_team(table.competition):
        return [
            PodiumPlace(team.rank, clip(team.name, 40), f"{team_score(team, table.competition)} points")
            for team in table.teams
            if team.points
        ]
    return [
        PodiumPlace(place.rank, place.name, plural(place.points, "point")) for place in table.places if place.points
    ]
