"""Competitions: what was announced, and the progress of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select, update

from bot.shards import Shards
from bot.storage import posts
from bot.storage.posts import NUMBERS_WAIT, PostKind
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert, own
from bot.storage.tables import ONGOING, competition_entries, competitions
from bot.study.competitions import CompetitionState, CompetitionStep, EntryRule, Teams
from bot.study.periods import CLOCK_AHEAD


@dataclass(frozen=True, slots=True)
class Competition:
    """A competition. Empty `sections` means all. `best_of` is how many members of each team count, None before the
    start. The last fields name who improved most, by how much, and who answered on the most consecutive days."""

    id: int
    guild_id: int
    name: str
    sections: tuple[str, ...]
    teams: Teams
    entry: EntryRule
    state: CompetitionState
    starts_at: datetime
    ends_at: datetime
    channel_id: int
    created_by: int
    created_at: datetime
    done: CompetitionStep | None = None
    due_at: datetime | None = None
    best_of: int | None = None
    closed_at: datetime | None = None
    improved_by: int | None = None
    improvement: float | None = None
    streak_by: int | None = None
    streak_days: int | None = None

    @property
    def open(self) -> bool:
        return self.state in (CompetitionState.ENTRY, CompetitionState.RUNNING)

    @property
    def counting(self) -> bool:
        """Whether it is over but its result waits, at least until `due_at`, for answers that are not counted yet."""
        return self.open and self.due_at is not None and self.due_at > self.ends_at

    @property
    def playing(self) -> bool:
        return self.open and not self.counting


def add(tx: Connection, competition: Competition) -> int:
    """Insert a competition and return its new id; the id of `competition` is ignored."""
    values = columns_of(competition, competitions, "id")
    id: int = tx.execute(insert(tx, competitions).values(values).returning(competitions.c.id)).scalar_one()
    return id


def get(tx: Connection, competition_id: int) -> Competition | None:
    row = tx.execute(select(competitions).where(competitions.c.id == competition_id)).one_or_none()
    return from_row(Competition, row)


def ongoing(tx: Connection, guild_id: int) -> list[Competition]:
    """Return a server's announced and running competitions, soonest to end first."""
    rows = tx.execute(
        select(competitions)
        .where(ONGOING, competitions.c.guild_id == guild_id)
        .order_by(competitions.c.ends_at, competitions.c.id)
    )
    return [from_row(Competition, row) for row in rows]


def past(tx: Connection, guild_id: int, limit: int) -> list[Competition]:
    """Return ended competitions, newest first. Cancelled competitions are left out."""
    rows = tx.execute(
        select(competitions)
        .where(competitions.c.guild_id == guild_id, competitions.c.state == CompetitionState.ENDED)
        .order_by(competitions.c.closed_at.desc(), competitions.c.id.desc())
        .limit(limit)
    )
    return [from_row(Competition, row) for row in rows]


def entered(tx: Connection, competition_ids: Sequence[int], user_id: int) -> set[int]:
    """Return the competitions that a member is in."""
    rows = tx.execute(
        select(competition_entries.c.competition_id).where(
            competition_entries.c.competition_id.in_(competition_ids),
            competition_entries.c.user_id == user_id,
            competition_entries.c.left_at.is_(None),
        )
    )
    return set(rows.scalars())


def sizes(tx: Connection, competition_ids: Sequence[int]) -> dict[int, int]:
    """Return how many members are in each competition."""
    rows = tx.execute(
        select(competition_entries.c.competition_id, func.count())
        .where(competition_entries.c.competition_id.in_(competition_ids), competition_entries.c.left_at.is_(None))
        .group_by(competition_entries.c.competition_id)
    )
    return {row[0]: row[1] for row in rows}


# -- steps


def due_query(at: datetime, limit: int, shards: Shards) -> Select[int]:
    return (
        select(competitions.c.id)
        .where(competitions.c.due_at <= at, own(shards, competitions.c.guild_id))
        .order_by(competitions.c.due_at, competitions.c.id)
        .limit(limit)
    )


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Return competitions of our servers that have a step to take."""
    return list(tx.execute(due_query(at, limit, shards)).scalars())


def take_step(tx: Connection, competition: Competition, step: CompetitionStep, due_at: datetime | None) -> bool:
    """Mark a step as done; False if another process has already taken it."""
    before = competitions.c.done.is_(None) if competition.done is None else competitions.c.done == competition.done
    taken = tx.execute(
        update(competitions)
        .where(competitions.c.id == competition.id, ONGOING, before)
        .values(done=step, due_at=due_at)
    )
    return taken.rowcount == 1


def wait(tx: Connection, competition_id: int, until: datetime) -> None:
    tx.execute(update(competitions).where(competitions.c.id == competition_id).values(due_at=until))


def look_again(tx: Connection, guild_id: int, at: datetime) -> None:
    """Check again now whether a server's competitions that wait for uncounted answers can end."""
    c = competitions.c
    waiting = c.guild_id == guild_id, c.closed_at.is_(None), c.due_at > c.ends_at
    tx.execute(update(competitions).where(*waiting).values(due_at=at))


def start(tx: Connection, competition_id: int, best_of: int | None, at: datetime) -> None:
    tx.execute(
        update(competitions)
        .where(competitions.c.id == competition_id)
        .values(state=CompetitionState.RUNNING, best_of=best_of)
    )
    touch(tx, competition_id, at)


def close(tx: Connection, competition_id: int, state: CompetitionState, at: datetime) -> bool:
    """End or cancel a competition; False if it is already closed."""
    closed = tx.execute(
        update(competitions)
        .where(competitions.c.id == competition_id, ONGOING)
        .values(state=state, due_at=None, closed_at=at)
    )
    if closed.rowcount:
        touch(tx, competition_id, at)
    return closed.rowcount == 1


def ended_early(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return competitions of our servers that were closed too early, because the clock was ahead."""
    early = competitions.c.state == CompetitionState.ENDED, competitions.c.ends_at > at + CLOCK_AHEAD
    return list(tx.execute(select(competitions.c.id).where(*early, own(shards, competitions.c.guild_id))).scalars())


def reopen(tx: Connection, competition_id: int, done: CompetitionStep, due_at: datetime) -> bool:
    """Reopen a competition; False if it has not ended. Its places are computed again when it ends."""
    reopened = tx.execute(
        update(competitions)
        .where(competitions.c.id == competition_id, competitions.c.state == CompetitionState.ENDED)
        .values(
            state=CompetitionState.RUNNING, done=done, due_at=due_at, closed_at=None,
            improved_by=None, improvement=None, streak_by=None, streak_days=None,
        )
    )  # fmt: skip
    return reopened.rowcount == 1


def name_improved(tx: Connection, competition_id: int, user_id: int, by: float) -> None:
    tx.execute(
        update(competitions).where(competitions.c.id == competition_id).values(improved_by=user_id, improvement=by)
    )


def name_streak(tx: Connection, competition_id: int, user_id: int, days: int) -> None:
    tx.execute(
        update(competitions).where(competitions.c.id == competition_id).values(streak_by=user_id, streak_days=days)
    )


# -- the posts


def move(tx: Connection, competition_id: int, channel_id: int) -> None:
    """Move a competition's posts to another channel, because the old channel is gone."""
    tx.execute(update(competitions).where(competitions.c.id == competition_id).values(channel_id=channel_id))


def touch(tx: Connection, competition_id: int, at: datetime) -> None:
    """Mark a competition's standings message as dirty."""
    posts.touch(tx, PostKind.STANDINGS, competition_id, at, patience=NUMBERS_WAIT)


def touch_named(tx: Connection, competition_id: int, at: datetime) -> None:
    """Mark a competition's posts that name members as dirty, except its result, which stays as it was posted."""
    touch(tx, competition_id, at)
    for kind in (PostKind.HALF_TIME, PostKind.LAST_HOUR):
        posts.touch(tx, kind, competition_id, at, patience=NUMBERS_WAIT)
