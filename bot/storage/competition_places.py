"""Competition tables: the places of members and teams, computed while a competition runs and frozen when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Subquery, and_, bindparam, case, func, select, update

from bot.storage.competitions import Competition
from bot.storage.rows import from_row
from bot.storage.tables import competition_entries, competition_teams, members
from bot.study.competitions import MIN_TEAM, CompetitionState, ranks

_entry, _team = competition_entries.c, competition_teams.c


@dataclass(frozen=True, slots=True)
class MemberPlace:
    """A member's place. Tied members share a rank."""

    rank: int
    user_id: int
    name: str
    team_id: int | None
    team: str | None
    points: int
    correct: int
    answered: int


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """A team's place. `points` is the sum over its best members; `members` counts everyone in the team."""

    rank: int
    id: int
    name: str
    points: int
    members: int


def _ranked(competition: Competition) -> Subquery:
    """Build the query that ranks every participant in the order of `study.competitions.order`; a test checks that the
    two agree."""
    if competition.state is CompetitionState.ENDED:
        # Rank the stored places again, so that an erased member leaves no gap and the order stays the same.
        rank = func.rank().over(order_by=_entry.place)
    else:
        rank = func.rank().over(order_by=(_entry.points.desc(), _entry.answered, _entry.reached_at))
    return (
        select(competition_entries, rank.label("rank"))
        .where(_entry.competition_id == competition.id, _entry.left_at.is_(None))
        .subquery()
    )


def _places(
    tx: Connection, competition: Competition, *, offset: int = 0, limit: int | None = None, user_id: int | None = None
) -> list[MemberPlace]:
    ranked = _ranked(competition)
    query = (
        select(ranked, func.coalesce(members.c.name, "").label("name"), _team.name.label("team"))
        .join(
            members,
            and_(
                members.c.guild_id == competition.guild_id,
                members.c.user_id == ranked.c.user_id,
                members.c.hidden.is_(False),
            ),
            isouter=True,
        )
        .join(competition_teams, _team.id == ranked.c.team_id, isouter=True)
        .order_by(ranked.c.rank, ranked.c.joined_at, ranked.c.user_id)
        .offset(offset)
        .limit(limit)
    )
    if user_id is not None:
        query = query.where(ranked.c.user_id == user_id)
    return [from_row(MemberPlace, row) for row in tx.execute(query)]


def page(tx: Connection, competition: Competition, *, offset: int, limit: int) -> list[MemberPlace]:
    return _places(tx, competition, offset=offset, limit=limit)


def everyone(tx: Connection, competition: Competition) -> list[MemberPlace]:
    return _places(tx, competition)


def place_of(tx: Connection, competition: Competition, user_id: int) -> MemberPlace | None:
    """Return a member's place; None if they are not in the competition."""
    return next(iter(_places(tx, competition, user_id=user_id)), None)


def size(tx: Connection, competition_id: int) -> int:
    return tx.execute(
        select(func.count()).where(_entry.competition_id == competition_id, _entry.left_at.is_(None))
    ).scalar_one()


def team_places(tx: Connection, competition: Competition) -> list[TeamPlace]:
    """Return every team, best first, by the rules of `study.competitions.team_score`; a test checks that the two agree.

    A member-named team that nobody is in has no place, because its name may say who was."""
    best = competition.best_of or MIN_TEAM
    nth = func.row_number().over(
        partition_by=_entry.team_id,
        order_by=(_entry.points.desc(), _entry.answered, _entry.reached_at, _entry.user_id),
    )
    entries = (
        select(_entry.team_id, _entry.points, _entry.answered, _entry.reached_at, nth.label("nth"))
        .where(_entry.competition_id == competition.id, _entry.left_at.is_(None), _entry.team_id.is_not(None))
        .subquery()
    )
    scores = and_(entries.c.nth <= best, entries.c.points > 0)
    rows = tx.execute(
        select(
            competition_teams,
            func.count(entries.c.team_id).label("members"),
            func.coalesce(func.sum(case((scores, entries.c.points))), 0).label("total"),
            func.coalesce(func.sum(case((scores, entries.c.answered))), 0).label("effort"),
            func.max(case((scores, entries.c.reached_at))).label("reached_at"),
        )
        .join(entries, entries.c.team_id == _team.id, isouter=True)
        .where(_team.competition_id == competition.id)
        .group_by(*competition_teams.columns)
    ).all()

    def key(row: Row[tuple[object, ...]]) -> tuple[int, int, datetime]:
        return (-row.total, row.effort, row.reached_at or competition.ends_at)

    if competition.state is CompetitionState.ENDED:
        rows = [row for row in rows if row.place is not None or row.role_id is not None]
        rows = sorted(rows, key=lambda row: (row.place or len(rows), row.id))
        return [TeamPlace(row.place or len(rows), row.id, row.name, row.points or 0, row.members) for row in rows]
    rows = [row for row in rows if row.members or row.role_id is not None]
    rows = sorted(rows, key=lambda row: (key(row), row.id))
    return [
        TeamPlace(rank, row.id, row.name, row.total, row.members)
        for rank, row in zip(ranks([key(row) for row in rows]), rows, strict=True)
    ]


def freeze(tx: Connection, competition: Competition) -> None:
    """Store every place permanently. This does not close the competition."""
    places = [{"user": place.user_id, "rank": place.rank} for place in everyone(tx, competition)]
    if places:
        tx.execute(
            update(competition_entries)
            .where(_entry.competition_id == competition.id, _entry.user_id == bindparam("user"))
            .values(place=bindparam("rank")),
            places,
        )
    table = [{"team": team.id, "rank": team.rank, "total": team.points} for team in team_places(tx, competition)]
    if table:
        tx.execute(
            update(competition_teams)
            .where(_team.id == bindparam("team"))
            .values(place=bindparam("rank"), points=bindparam("total")),
            table,
        )
