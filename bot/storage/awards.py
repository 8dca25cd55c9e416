"""Awards: roles bound to winning or to mastery, and who should have them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.sqlite import Insert

from bot.shards import Shards
from bot.storage import members
from bot.storage.leases import Key, Lease, Leases
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import WANTED, Lookup, Many, entries, insert, own
from bot.storage.tables import PENDING, Instant, attempts, award_holders, awards
from bot.study.answering import Asked
from bot.study.awards import AwardMastery, AwardTrouble, Holding, Prize
from bot.study.questions import ALL, boards_of


@dataclass(frozen=True, slots=True)
class Award:
    """A role and what it is bound to. `section` is the board of a season or of mastery; `competition_id` None means
    every competition; `questions` is for mastery only."""

    id: int
    guild_id: int
    role_id: int
    prize: Prize
    section: str
    competition_id: int | None
    questions: int | None
    created_by: int
    trouble: AwardTrouble | None = None

    @property
    def gone(self) -> bool:
        return self.trouble is AwardTrouble.ROLE_GONE


LEASES = Leases(award_holders, PENDING, ("award_id", "user_id"))


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A role to give to a member, or to take away."""

    award: Award
    user_id: int
    give: bool
    lease: Lease


def _from_row(row: Row[tuple[object, ...]]) -> Award:
    return from_row(Award, row, prize=row.kind)


def add(tx: Connection, award: Award, at: datetime) -> int | None:
    """Insert an award and return its id; None if the role is already bound. The id of `award` is ignored."""
    id: int | None = tx.execute(
        insert(tx, awards)
        .values(**columns_of(award, awards, "id"), kind=award.prize, created_at=at)
        .on_conflict_do_nothing(index_elements=[awards.c.guild_id, awards.c.role_id])
        .returning(awards.c.id)
    ).scalar()
    return id


def of_guild(tx: Connection, guild_id: int) -> list[Award]:
    rows = tx.execute(select(awards).where(awards.c.guild_id == guild_id).order_by(awards.c.kind, awards.c.id))
    return list(map(_from_row, rows))


def holders(tx: Connection, guild_id: int) -> dict[int, int]:
    """Return how many members hold, or are about to get, each award of a server."""
    rows = tx.execute(
        select(award_holders.c.award_id, func.count())
        .join(awards)
        .where(awards.c.guild_id == guild_id, award_holders.c.state != Holding.TAKE)
        .group_by(award_holders.c.award_id)
    )
    return {row[0]: row[1] for row in rows}


def remove(tx: Connection, guild_id: int, role_id: int) -> bool:
    """Delete an award; False if the role is not bound to anything."""
    removed = tx.execute(delete(awards).where(awards.c.guild_id == guild_id, awards.c.role_id == role_id))
    return removed.rowcount == 1


# -- winning


def of_season(tx: Connection, guild_id: int) -> list[Award]:
    rows = tx.execute(select(awards).where(awards.c.guild_id == guild_id, awards.c.kind == Prize.SEASON))
    return list(map(_from_row, rows))


def of_competition(tx: Connection, guild_id: int, competition_id: int) -> list[Award]:
    """Return the awards for this competition, including those for every competition."""
    rows = tx.execute(
        select(awards).where(
            awards.c.guild_id == guild_id,
            awards.c.kind == Prize.COMPETITION,
            or_(awards.c.competition_id.is_(None), awards.c.competition_id == competition_id),
        )
    )
    return list(map(_from_row, rows))


def pass_on(tx: Connection, award_id: int, winners: Iterable[int], at: datetime) -> None:
    """Make the winners the role's only holders. Winners who hold it get it again, because they may have lost it in
    Discord: by leaving, or because a moderator took it away."""
    wanted = set(winners)
    held = tx.execute(select(award_holders).where(award_holders.c.award_id == award_id))
    have = {row.user_id: row.state for row in held}
    for user_id, holding in have.items():
        if user_id not in wanted and holding is not Holding.TAKE:
            # Take back even a role that is not recorded as given, because the request to give it may be in flight.
            _set(tx, award_id, user_id, Holding.TAKE, at)
        elif user_id in wanted and holding is not Holding.GIVE:
            _set(tx, award_id, user_id, Holding.GIVE, at)
    for user_id in sorted(wanted - have.keys()):
        give(tx, award_id, user_id, at)


def _give(insert: Callable[[Table], Insert]) -> Insert:
    statement = insert(award_holders)
    return statement.on_conflict_do_update(
        index_elements=[award_holders.c.award_id, award_holders.c.user_id],
        set_={"state": statement.excluded.state, "next_try_at": statement.excluded.next_try_at},
        where=award_holders.c.state != literal_column(f"'{Holding.GIVE}'"),  # `Many` binds only the values of a row
    )


_GIVE = Many(_give, "award_id", "user_id", "state", "next_try_at")


def give(tx: Connection, award_id: int, user_id: int, at: datetime) -> None:
    give_all(tx, {(award_id, user_id): at})


def give_all(tx: Connection, won: Mapping[tuple[int, int], datetime]) -> None:
    """Give these awards, by award and member; members who already hold an award get it again."""
    _GIVE.write(tx, [(*which, Holding.GIVE, at) for which, at in won.items()])


def _set(tx: Connection, award_id: int, user_id: int, holding: Holding, at: datetime) -> None:
    _want(tx, and_(award_holders.c.award_id == award_id, award_holders.c.user_id == user_id), holding, at)


def take_back(tx: Connection, user_id: int, at: datetime) -> int:
    """Request that all roles that a person has won be taken back; return how many."""
    return _want(tx, award_holders.c.user_id == user_id, Holding.TAKE, at)


def withhold(tx: Connection, guild_id: int, user_id: int, at: datetime) -> None:
    """Take back what a member who hides has won but not been given, because the request may be in flight."""
    here = select(awards.c.id).where(awards.c.guild_id == guild_id).scalar_subquery()
    mine = award_holders.c.user_id == user_id, award_holders.c.state == Holding.GIVE
    _want(tx, and_(*mine, award_holders.c.award_id.in_(here)), Holding.TAKE, at)


def _want(tx: Connection, which: ColumnElement[bool], holding: Holding, at: datetime) -> int:
    # A change in progress at Discord must finish first: otherwise, it could arrive after the new change.
    leased = award_holders.c.lease_until.is_not(None)
    next_try_at = case((leased, award_holders.c.next_try_at), else_=literal(at, Instant()))
    return tx.execute(update(award_holders).where(which).values(state=holding, next_try_at=next_try_at)).rowcount


# -- mastery


def _masteries(rows: Iterable[Any]) -> dict[Asked, list[AwardMastery]]:
    found: dict[Asked, list[AwardMastery]] = {}
    for guild_id, user_id, question_id, award_id, questions, known, knew in rows:
        found.setdefault((guild_id, user_id, question_id), []).append(
            AwardMastery(award_id, questions, known, bool(knew))
        )
    return found


def _within(section: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition for attempts that count on a board."""
    return or_(section == ALL, attempts.c.section == section, attempts.c.section.like(section + ".%"))


_GUILD, _USER, _QUESTION, _BOARD, _JOINED_AT = entries(
    awards.c.guild_id.type,
    award_holders.c.user_id.type,
    attempts.c.question_id.type,
    awards.c.section.type,
    award_holders.c.next_try_at.type,
)
_RIGHT = (
    attempts.c.guild_id == _GUILD,
    attempts.c.user_id == _USER,
    attempts.c.correct.is_(True),
)
WITHIN_REACH = Lookup(
    select(
        _GUILD.label("guild_id"),
        _USER.label("user_id"),
        _QUESTION.label("question_id"),
        awards.c.id,
        awards.c.questions,
        select(func.count(attempts.c.question_id.distinct()))
        .where(*_RIGHT, _within(awards.c.section))
        .correlate(awards, WANTED)
        .scalar_subquery()
        .label("known"),
        select(attempts.c.id)
        .where(*_RIGHT, attempts.c.question_id == _QUESTION, _within(awards.c.section))
        .correlate(awards, WANTED)
        .exists()
        .label("knew"),
    )
    .select_from(
        WANTED.join(
            awards,
            and_(awards.c.guild_id == _GUILD, awards.c.section == _BOARD, awards.c.kind == Prize.MASTERY),
        ).outerjoin(award_holders, and_(award_holders.c.award_id == awards.c.id, award_holders.c.user_id == _USER))
    )
    .where(
        or_(
            award_holders.c.user_id.is_(None),
            # The role was given before the member last joined the server: Discord removed it when they left.
            and_(award_holders.c.state == Holding.GIVEN, award_holders.c.next_try_at < _JOINED_AT),
        )
    ),
    into=_masteries,
)
"""The mastery roles that members do not have, by `Asked`. Use `reachable` to make the keys."""


def reachable(asked: Iterable[tuple[Asked, str, datetime | None]]) -> list[tuple[int, int, str, str, datetime | None]]:
    """Return a key for each board on which a question of the section counts. `asked` has, in the last place, the time
    at which the member joined the server, if known."""
    return [(*which, board, joined_at) for which, section, joined_at in asked for board in boards_of(section)]


def give_to_masters(tx: Connection, award: Award, at: datetime, user_id: int | None = None) -> int:
    """Give an award to all visible members who have already earned it, or to one of them; return how many."""
    masters = (
        tx.execute(
            select(attempts.c.user_id)
            .where(attempts.c.guild_id == award.guild_id, attempts.c.correct.is_(True), _within(literal(award.section)))
            .where(~members.hides(attempts.c.guild_id, attempts.c.user_id))
            .where(attempts.c.user_id == user_id if user_id is not None else true())
            .group_by(attempts.c.user_id)
            .having(func.count(attempts.c.question_id.distinct()) >= award.questions)
            .order_by(attempts.c.user_id)
        )
        .scalars()
        .all()
    )
    for user_id in masters:
        give(tx, award.id, user_id, at)
    return len(masters)


# -- giving and taking roles in Discord


def pending_query(at: datetime, limit: int, shards: Shards, *, busy: Collection[int] = ()) -> Select[Any]:
    not_busy = award_holders.c.award_id.not_in(busy) if busy else true()
    # Use a subquery for each waiting change, because PostgreSQL might begin a join by reading every award.
    guild = select(awards.c.guild_id).where(awards.c.id == award_holders.c.award_id).scalar_subquery()
    return (
        select(award_holders.c.award_id, award_holders.c.user_id)
        .where(LEASES.free(at), own(shards, guild), not_busy)
        .order_by(award_holders.c.next_try_at, award_holders.c.award_id, award_holders.c.user_id)
        .limit(limit)
    )


def pending(tx: Connection, at: datetime, limit: int, shards: Shards, *, busy: Collection[int] = ()) -> list[Key]:
    """Return role changes that are due in our servers, except those of awards that this process is `busy` with."""
    return [tuple(row) for row in tx.execute(pending_query(at, limit, shards, busy=busy))]


def take_changes(tx: Connection, keys: Collection[Key], at: datetime, until: datetime) -> list[RoleChange]:
    """Lease the changes among these that are still unleased."""
    rows = LEASES.take(tx, keys, at, until)
    named = tx.execute(select(awards).where(awards.c.id.in_({row.award_id for row in rows}))) if rows else ()
    by_id = {row.id: _from_row(row) for row in named}
    changes = [RoleChange(by_id[row.award_id], row.user_id, row.state is Holding.GIVE, LEASES.of(row)) for row in rows]
    return sorted(changes, key=lambda change: change.lease.key)


def note_changed(tx: Connection, change: RoleChange, at: datetime) -> None:
    """Mark a change as done, unless the opposite was requested meanwhile: then that becomes due at once."""
    mine = and_(award_holders.c.award_id == change.award.id, award_holders.c.user_id == change.user_id)
    LEASES.release(tx, change.lease, at, attempts=0, first_tried_at=None)
    if change.give:
        tx.execute(update(award_holders).where(mine, award_holders.c.state == Holding.GIVE).values(state=Holding.GIVEN))
    else:
        tx.execute(delete(award_holders).where(mine, award_holders.c.state == Holding.TAKE))
    set_trouble(tx, change.award.id, None)


def forget_holder(tx: Connection, award_id: int, user_id: int) -> None:
    """Forget a holder who has left the server."""
    tx.execute(delete(award_holders).where(award_holders.c.award_id == award_id, award_holders.c.user_id == user_id))


def forget_holders(tx: Connection, award_id: int) -> None:
    """Forget all holders of a role that was deleted from the server."""
    tx.execute(delete(award_holders).where(award_holders.c.award_id == award_id))


def postpone(tx: Connection, award_id: int, until: datetime) -> None:
    """Postpone every change to an award, because all would fail the same way."""
    tx.execute(
        update(award_holders)
        .where(PENDING, award_holders.c.award_id == award_id)
        .values(lease_until=None, next_try_at=until)
    )


def set_trouble(tx: Connection, award_id: int, trouble: AwardTrouble | None) -> bool:
    """Record a problem; return True if no manager has been notified about it yet."""
    row = tx.execute(select(awards.c.trouble, awards.c.trouble_told).where(awards.c.id == award_id)).one_or_none()
    if row is None or (row.trouble is None and trouble is None):
        return False
    known = trouble is not None and row.trouble is trouble
    if not known:
        tx.execute(update(awards).where(awards.c.id == award_id).values(trouble=trouble, trouble_told=False))
    return trouble is not None and not (known and row.trouble_told)


def set_reported(tx: Connection, award_id: int) -> None:
    tx.execute(update(awards).where(awards.c.id == award_id).values(trouble_told=True))
