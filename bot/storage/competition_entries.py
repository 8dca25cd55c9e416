"""Who has joined a competition, for which team, and which of their answers counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, and_, func, or_, select, update
from sqlalchemy.dialects.sqlite import Insert

from bot.storage import competitions as contests
from bot.storage.rows import from_row
from bot.storage.sql import WANTED, Lookup, Many, entries, insert
from bot.storage.tables import ONGOING, competition_answers, competition_entries, competition_teams, competitions
from bot.study.answering import Asked
from bot.study.competitions import CompetitionAnswer, Entrant, OpenCompetition, same_name

_mine = competition_entries.c


@dataclass(frozen=True, slots=True)
class Team:
    """A team. `role_id` is the role that forms it; None where members name their teams."""

    id: int
    name: str
    role_id: int | None


_ENTRANT = ("team_id", "asked", "joined_at", "reached_at", "left_at", "points", "correct", "answered")


# -- teams


def teams(tx: Connection, competition_id: int) -> list[Team]:
    """Return the teams in the order in which they were named."""
    rows = tx.execute(
        select(competition_teams)
        .where(competition_teams.c.competition_id == competition_id)
        .order_by(competition_teams.c.id)
    )
    return [from_row(Team, row) for row in rows]


def shown_teams(tx: Connection, competition_id: int) -> list[Team]:
    """Return the teams as `teams` does, without member-named teams that nobody is in now: their names may say who was."""
    members = select(_mine.user_id).where(_mine.team_id == competition_teams.c.id, _mine.left_at.is_(None))
    rows = tx.execute(
        select(competition_teams)
        .where(
            competition_teams.c.competition_id == competition_id,
            or_(competition_teams.c.role_id.is_not(None), members.exists()),
        )
        .order_by(competition_teams.c.id)
    )
    return [from_row(Team, row) for row in rows]


def add_team(tx: Connection, competition_id: int, name: str, role_id: int | None = None) -> Team:
    """Add a team. Raises IntegrityError if one with that name or role was just added."""
    key = str(role_id) if role_id is not None else same_name(name)
    id: int = tx.execute(
        insert(tx, competition_teams)
        .values(competition_id=competition_id, name=name, key=key, role_id=role_id)
        .returning(competition_teams.c.id)
    ).scalar_one()
    return Team(id, name, role_id)


def drop_empty_team(tx: Connection, team_id: int) -> None:
    """Delete a member-named team once its last member has left."""
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
        select(*(_mine[name] for name in _ENTRANT)).where(
            _mine.competition_id == competition_id, _mine.user_id == user_id
        )
    ).one_or_none()
    return Entrant(*row) if row is not None else None


def put(tx: Connection, competition_id: int, user_id: int, team_id: int | None, at: datetime, *, asked: bool) -> None:
    """Add a member, or bring a former member back with the points that they had."""
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
    """Return the member-named teams, in any server, that a person plays or has played for."""
    return list(
        tx.execute(
            select(_mine.team_id)
            .join(competition_teams, _mine.team_id == competition_teams.c.id)
            .where(_mine.user_id == user_id, competition_teams.c.role_id.is_(None))
        ).scalars()
    )


def competitions_of(tx: Connection, user_id: int, guild_id: int | None) -> list[int]:
    """Return every competition, past or present, that a person has entered, in one server or in all."""
    query = select(_mine.competition_id).where(_mine.user_id == user_id)
    if guild_id is not None:
        query = query.join(competitions, competitions.c.id == _mine.competition_id).where(
            competitions.c.guild_id == guild_id
        )
    return list(tx.execute(query).scalars())


def leave_all(tx: Connection, guild_id: int, user_id: int, at: datetime) -> None:
    """Leave every unfinished competition of a server. A team is kept only if its competition has started."""
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
    """Return the members who joined a competition themselves, best first. Only they may be pinged."""
    rows = tx.execute(
        select(_mine.user_id)
        .where(_mine.competition_id == competition_id, _mine.asked.is_(True), _mine.left_at.is_(None))
        .order_by(_mine.points.desc(), _mine.joined_at, _mine.user_id)
        .limit(limit)
    )
    return list(rows.scalars())


# -- answers


def _open_to(rows: Sequence[Any]) -> dict[Asked, list[OpenCompetition]]:
    """Return each member's competitions, oldest first, with their entry and whether the question was already used
    there."""
    found: dict[Asked, list[OpenCompetition]] = {}
    ordered = sorted(rows, key=lambda row: (row[:4], row.role_team or 0))
    for which, teams_of_one in groupby(ordered, key=lambda row: row[:4]):
        named = list(teams_of_one)
        row = named[0]
        found.setdefault(tuple(which[:3]), []).append(
            OpenCompetition(
                id=row.id,
                sections=row.sections,
                teams=row.teams,
                entry=row.entry,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                roles=tuple((team.role_team, team.role_id) for team in named if team.role_team is not None),
                entrant=Entrant(*row[-len(_ENTRANT) :]) if row.entered is not None else None,
                met=row.met is not None,
            )
        )
    return found


_GUILD, _USER, _QUESTION = entries(
    competitions.c.guild_id.type, _mine.user_id.type, competition_answers.c.question_id.type
)
OPEN_TO = Lookup(
    select(
        _GUILD.label("guild_id"), _USER.label("user_id"), _QUESTION.label("question_id"),
        competitions.c.id, competitions.c.sections, competitions.c.teams, competitions.c.entry,
        competitions.c.starts_at, competitions.c.ends_at,
        competition_teams.c.id.label("role_team"), competition_teams.c.role_id,
        competition_answers.c.question_id.label("met"),
        _mine.user_id.label("entered"), *(_mine[name] for name in _ENTRANT),
    )
    .select_from(
        WANTED.join(competitions, competitions.c.guild_id == _GUILD)
        .outerjoin(competition_entries, and_(_mine.competition_id == competitions.c.id, _mine.user_id == _USER))
        .outerjoin(
            competition_answers,
            and_(
                competition_answers.c.competition_id == competitions.c.id,
                competition_answers.c.user_id == _USER,
                competition_answers.c.question_id == _QUESTION,
            ),
        )
        # Join only role teams: the result has a row for each role team of a competition.
        .outerjoin(
            competition_teams,
            and_(competition_teams.c.competition_id == competitions.c.id, competition_teams.c.role_id.is_not(None)),
        )
    )
    .where(ONGOING),
    into=_open_to,
)  # fmt: skip
"""A server's unfinished competitions, by `Asked`."""


def open_to(tx: Connection, asked: Iterable[Asked]) -> dict[Asked, list[OpenCompetition]]:
    found: dict[Asked, list[OpenCompetition]] = OPEN_TO.read(tx, asked)
    return found


def _saved(insert: Callable[[Table], Insert]) -> Insert:
    statement = insert(competition_entries)
    return statement.on_conflict_do_update(
        index_elements=[_mine.competition_id, _mine.user_id],
        set_={name: statement.excluded[name] for name in _ENTRANT},
    )


_SAVE = Many(_saved, "competition_id", "user_id", *_ENTRANT)


def save_all(tx: Connection, entrants: Mapping[tuple[int, int], Entrant]) -> None:
    """Insert or replace entries, by competition and member."""
    _SAVE.write(tx, [(*which, *(getattr(entrant, name) for name in _ENTRANT)) for which, entrant in entrants.items()])


_ANSWER = (
    "competition_id", "user_id", "question_id", "points", "correct", "counted", "day", "answered_at",
)  # fmt: skip
_ADD = Many(lambda insert: insert(competition_answers), *_ANSWER)


def add_answers(tx: Connection, answers: Iterable[CompetitionAnswer]) -> None:
    """Record answers. Raises IntegrityError if another answer to one of the questions was recorded first."""
    _ADD.write(tx, [tuple(getattr(answer, name) for name in _ANSWER) for answer in answers])


def history(tx: Connection, competition_id: int) -> Iterator[tuple[int, list[tuple[bool, date]]]]:
    """Return each member's counted answers in order, each with its local date. Members who left are excluded."""
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
