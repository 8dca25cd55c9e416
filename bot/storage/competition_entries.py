"""Who is in a contest, for which team, and which of their answers have counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Connection, Row, and_, case, func, select, update

from bot.storage import competitions as contests
from bot.storage.attempts import Attempt
from bot.storage.sql import Lookup, insert
from bot.storage.tables import ONGOING, competition_answers, competition_entries, competition_teams, competitions
from bot.study.competitions import Entry, Teams, same_name, takes

_mine = competition_entries.c


@dataclass(frozen=True, slots=True)
class Team:
    """`role_id`: the role that is the team; None where members name their teams."""

    id: int
    name: str
    role_id: int | None


@dataclass(frozen=True, slots=True)
class Entrant:
    """One member in a contest. `left_at`: away since then; the points wait."""

    user_id: int
    team_id: int | None
    asked: bool
    joined_at: datetime
    left_at: datetime | None
    points: int
    answered: int


def _entrant(row: Row[tuple[object, ...]]) -> Entrant:
    return Entrant(row.user_id, row.team_id, row.asked, row.joined_at, row.left_at, row.points, row.answered)


# -- teams


def teams(tx: Connection, competition_id: int) -> list[Team]:
    """In the order in which they were named."""
    rows = tx.execute(
        select(competition_teams)
        .where(competition_teams.c.competition_id == competition_id)
        .order_by(competition_teams.c.id)
    )
    return [Team(row.id, row.name, row.role_id) for row in rows]


def add_team(tx: Connection, competition_id: int, name: str, role_id: int | None = None) -> Team:
    """Raises IntegrityError if a team of that name, or of that role, was made meanwhile."""
    key = str(role_id) if role_id is not None else same_name(name)
    id: int = tx.execute(
        insert(tx, competition_teams)
        .values(competition_id=competition_id, name=name, key=key, role_id=role_id)
        .returning(competition_teams.c.id)
    ).scalar_one()
    return Team(id, name, role_id)


def drop_empty_team(tx: Connection, team_id: int) -> None:
    """Delete a team that its members named, once the last of them has gone."""
    members = select(_mine.user_id).where(_mine.team_id == team_id)
    tx.execute(
        competition_teams.delete().where(
            competition_teams.c.id == team_id, competition_teams.c.role_id.is_(None), ~members.exists()
        )
    )


def team_sizes(tx: Connection, competition_id: int) -> list[int]:
    rows = tx.execute(
        select(func.count())
        .where(_mine.competition_id == competition_id, _mine.left_at.is_(None), _mine.team_id.is_not(None))
        .group_by(_mine.team_id)
    )
    return list(rows.scalars())


# -- entries


def get(tx: Connection, competition_id: int, user_id: int) -> Entrant | None:
    row = tx.execute(
        select(competition_entries).where(_mine.competition_id == competition_id, _mine.user_id == user_id)
    ).one_or_none()
    return _entrant(row) if row is not None else None


def put(tx: Connection, competition_id: int, user_id: int, team_id: int | None, at: datetime, *, asked: bool) -> None:
    """Let a member in, or in again: what had counted is still theirs."""
    statement = insert(tx, competition_entries).values(
        competition_id=competition_id, user_id=user_id, team_id=team_id, asked=asked, joined_at=at, reached_at=at
    )
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=[_mine.competition_id, _mine.user_id],
            set_={
                "team_id": statement.excluded.team_id,
                "asked": statement.excluded.asked,
                "joined_at": statement.excluded.joined_at,
                "left_at": None,
            },
        )
    )


def set_team(tx: Connection, competition_id: int, user_id: int, team_id: int, *, asked: bool) -> None:
    tx.execute(
        update(competition_entries)
        .where(_mine.competition_id == competition_id, _mine.user_id == user_id)
        .values(team_id=team_id, asked=asked)
    )


def leave(tx: Connection, competition_id: int, user_id: int, at: datetime, *, keep_team: bool) -> None:
    values: dict[str, object] = {"left_at": at}
    if not keep_team:
        values["team_id"] = None
    tx.execute(
        update(competition_entries)
        .where(_mine.competition_id == competition_id, _mine.user_id == user_id)
        .values(**values)
    )


def named_teams(tx: Connection, user_id: int) -> list[int]:
    """The teams that members named, in whichever server, for which a person plays or has played."""
    return list(
        tx.execute(
            select(_mine.team_id)
            .join(competition_teams, _mine.team_id == competition_teams.c.id)
            .where(_mine.user_id == user_id, competition_teams.c.role_id.is_(None))
        ).scalars()
    )


def competitions_of(tx: Connection, user_id: int, guild_id: int | None) -> list[int]:
    """Every contest, ended or not, that a person has entered; of one server, or of all."""
    query = select(_mine.competition_id).where(_mine.user_id == user_id)
    if guild_id is not None:
        query = query.join(competitions, competitions.c.id == _mine.competition_id).where(
            competitions.c.guild_id == guild_id
        )
    return list(tx.execute(query).scalars())


def leave_all(tx: Connection, guild_id: int, user_id: int, at: datetime) -> None:
    """Leave every contest of a server that is not over. A team is kept only for a contest that has begun."""
    mine = and_(_mine.competition_id == competitions.c.id, _mine.user_id == user_id, _mine.left_at.is_(None))
    inside = tx.execute(
        select(competitions.c.id, competitions.c.starts_at, _mine.team_id)
        .join(competition_entries, mine)
        .where(ONGOING, competitions.c.guild_id == guild_id)
    ).all()
    for competition_id, starts_at, team_id in inside:
        begun = at >= starts_at
        leave(tx, competition_id, user_id, at, keep_team=begun)
        if not begun and team_id is not None:
            drop_empty_team(tx, team_id)
        contests.touch(tx, competition_id, at)


def asked(tx: Connection, competition_id: int, limit: int) -> list[int]:
    """Those who asked to be in and are, best first: they may be pinged."""
    rows = tx.execute(
        select(_mine.user_id)
        .where(_mine.competition_id == competition_id, _mine.asked.is_(True), _mine.left_at.is_(None))
        .order_by(_mine.points.desc(), _mine.joined_at, _mine.user_id)
        .limit(limit)
    )
    return list(rows.scalars())


# -- answers


@dataclass(frozen=True, slots=True)
class _Contest:
    """An open contest of a server, and one member's place in it."""

    id: int
    sections: tuple[str, ...]
    teams: Teams
    entry: Entry
    starts_at: datetime
    ends_at: datetime
    entered: bool
    asked: bool
    team_id: int | None
    joined_at: datetime | None
    left_at: datetime | None


def _ongoing(tx: Connection, guild_id: int, user_id: int) -> list[_Contest]:
    rows = tx.execute(
        select(
            competitions.c.id, competitions.c.sections, competitions.c.teams, competitions.c.entry,
            competitions.c.starts_at, competitions.c.ends_at,
            _mine.user_id, _mine.asked, _mine.team_id, _mine.joined_at, _mine.left_at,
        )
        .select_from(competitions)
        .join(
            competition_entries,
            and_(_mine.competition_id == competitions.c.id, _mine.user_id == user_id),
            isouter=True,
        )
        .where(ONGOING, competitions.c.guild_id == guild_id)
        .order_by(competitions.c.id)
    )  # fmt: skip
    return [
        _Contest(
            id=row.id,
            sections=tuple(row.sections.split(",")) if row.sections else (),
            teams=Teams(row.teams),
            entry=Entry(row.entry),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            entered=row.user_id is not None,
            asked=bool(row.asked),
            team_id=row.team_id,
            joined_at=row.joined_at,
            left_at=row.left_at,
        )
        for row in rows
    ]


def see_roles(tx: Connection, guild_id: int, user_id: int, roles: frozenset[int], at: datetime) -> None:
    """A member acts, and shows which roles they carry: that decides their team in contests between roles."""
    for contest in _ongoing(tx, guild_id, user_id):
        _enter_by_role(tx, contest, user_id, roles, at)


def _enter_by_role(tx: Connection, contest: _Contest, user_id: int, roles: frozenset[int], at: datetime) -> _Contest:
    """The contest with the member in the team that their roles say; unchanged where the rules leave them where they are."""
    if not roles or contest.teams is not Teams.BY_ROLE or contest.left_at is not None or at >= contest.ends_at:
        return contest
    if at >= contest.starts_at and (contest.entered or contest.entry is Entry.UNTIL_START):
        return contest
    theirs = [team.id for team in teams(tx, contest.id) if team.role_id in roles]
    if not theirs or contest.team_id in theirs:
        return contest
    joined_at = contest.joined_at or at
    put(tx, contest.id, user_id, theirs[0], joined_at, asked=contest.asked)
    contests.touch(tx, contest.id, at)
    return replace(contest, entered=True, team_id=theirs[0], joined_at=joined_at)


_CONTESTS = Lookup(select(competitions.c.guild_id).where(ONGOING), competitions.c.guild_id)


def count_all(tx: Connection, given: Sequence[tuple[Attempt, int, frozenset[int]]]) -> None:
    """Let answers count, each with what it is worth and its author's roles. Few servers have a contest at any time."""
    if not given:
        return
    contested = {row.guild_id for row in _CONTESTS.rows(tx, (attempt.guild_id for attempt, *_ in given))}
    for attempt, worth, roles in given:
        if attempt.guild_id in contested:
            count(tx, attempt, worth, roles)


def count(tx: Connection, attempt: Attempt, worth: int, roles: frozenset[int]) -> None:
    """Let an answer count in every contest of its server that its author is in.

    `worth` is what it earns where the question is new. A question is met once in a contest, by a unique key: an answer given
    while away, or before one had joined, uses it up.
    """
    at = attempt.answered_at
    for open_contest in _ongoing(tx, attempt.guild_id, attempt.user_id):
        contest = _enter_by_role(tx, open_contest, attempt.user_id, roles, at)
        inside = contest.starts_at <= at < contest.ends_at and takes(contest.sections, attempt.section)
        if not inside or contest.joined_at is None:
            continue
        counted = contest.joined_at <= at and (contest.left_at is None or at < contest.left_at)
        if _meet(tx, contest.id, attempt, worth, counted=counted) and counted:
            _add_to_entry(tx, contest.id, attempt, worth)
            contests.touch(tx, contest.id, at)


def _meet(tx: Connection, competition_id: int, attempt: Attempt, worth: int, *, counted: bool) -> bool:
    """False if the question was met before."""
    met = tx.execute(
        insert(tx, competition_answers)
        .values(
            competition_id=competition_id,
            user_id=attempt.user_id,
            question_id=attempt.question_id,
            points=worth if counted else 0,
            correct=attempt.correct,
            counted=counted,
            day=attempt.day,
            answered_at=attempt.answered_at,
        )
        .on_conflict_do_nothing()
    )
    return met.rowcount == 1


def _add_to_entry(tx: Connection, competition_id: int, attempt: Attempt, worth: int) -> None:
    at = attempt.answered_at
    tx.execute(
        update(competition_entries)
        .where(_mine.competition_id == competition_id, _mine.user_id == attempt.user_id)
        .values(
            points=_mine.points + worth,
            correct=_mine.correct + int(attempt.correct),
            answered=_mine.answered + 1,
            # A time never steps back: answers held until a close come in late.
            reached_at=case((_mine.reached_at < at, at), else_=_mine.reached_at) if worth else _mine.reached_at,
        )
    )


def history(tx: Connection, competition_id: int) -> Iterator[tuple[int, list[tuple[bool, date]]]]:
    """What each member answered that counted, in order: right or not, and the local date. Those who have left are left out."""
    rows = tx.execute(
        select(competition_answers.c.user_id, competition_answers.c.correct, competition_answers.c.day)
        .join(
            competition_entries,
            and_(
                _mine.competition_id == competition_answers.c.competition_id,
                _mine.user_id == competition_answers.c.user_id,
            ),
        )
        .where(
            competition_answers.c.competition_id == competition_id,
            competition_answers.c.counted.is_(True),
            _mine.left_at.is_(None),
        )
        .order_by(competition_answers.c.user_id, competition_answers.c.answered_at, competition_answers.c.question_id)
    )
    for user_id, answers in groupby(rows, key=lambda row: row.user_id):
        yield user_id, [(row.correct, row.day) for row in answers]
