"""Members of a server: the name last seen, and the streak."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, exists, select, update
from sqlalchemy.dialects.sqlite import Insert

from bot.storage.sql import Lookup, Many, Revision, entries
from bot.storage.tables import members
from bot.study.members import Author, Known
from bot.study.streaks import Streak

MAX_NAME = 64
_hiders = members.alias("hiders")


def _named(insert: Callable[[Table], Insert]) -> Insert:
    statement = insert(members)
    return statement.on_conflict_do_update(
        index_elements=[members.c.guild_id, members.c.user_id],
        set_={"name": statement.excluded.name},
        where=members.c.name != statement.excluded.name,
    )


_SEE = Many(_named, "guild_id", "user_id", "name")


def see(tx: Connection, guild_id: int, user_id: int, name: str) -> None:
    """Store the name last seen for a member; a new member gets a row."""
    see_all(tx, [(guild_id, user_id, name)])


def see_all(tx: Connection, seen: Iterable[tuple[int, int, str]]) -> None:
    """Store the names last seen for many members, each given as server, member and name."""
    _SEE.write(tx, [(guild_id, user_id, name[:MAX_NAME]) for guild_id, user_id, name in seen])


_STREAK = (
    members.c.streak_days,
    members.c.streak_freezes,
    members.c.streak_best,
    members.c.streak_last_day,
    members.c.streak_broken_on,
)
KNOWN = Lookup(
    select(members.c.guild_id, members.c.user_id, members.c.hidden, *_STREAK),
    members.c.guild_id,
    members.c.user_id,
    into=lambda rows: {
        (guild_id, user_id): Known(hidden, Streak(*streak)) for guild_id, user_id, hidden, *streak in rows
    },
)
"""Known members, by server and member."""


def known(tx: Connection, wanted: Iterable[Author]) -> dict[Author, Known]:
    """Return known members, by server and member; unseen members are left out."""
    found: dict[Author, Known] = KNOWN.read(tx, wanted)
    return found


def hidden(tx: Connection, guild_id: int, user_id: int) -> bool:
    """Return whether a member is hidden from the leaderboards of this server."""
    found = known(tx, [(guild_id, user_id)]).get((guild_id, user_id))
    return found is not None and found.hidden


def hides(guild_id: ColumnElement[int], user_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a member is hidden. Public sums leave hidden members out: next to a table without them,
    a sum would reveal how they answered."""
    return exists().where(_hiders.c.guild_id == guild_id, _hiders.c.user_id == user_id, _hiders.c.hidden.is_(True))


def set_hidden(tx: Connection, guild_id: int, user_id: int, *, hidden: bool) -> None:
    """Set whether a member is hidden. Their row must exist."""
    tx.execute(
        update(members).where(members.c.guild_id == guild_id, members.c.user_id == user_id).values(hidden=hidden)
    )


def all_hidden(tx: Connection, guild_id: int) -> set[int]:
    return set(
        tx.execute(
            select(members.c.user_id).where(members.c.guild_id == guild_id, members.c.hidden.is_(True))
        ).scalars()
    )


def names(tx: Connection, guild_id: int, user_ids: Iterable[int]) -> dict[int, str]:
    """Return names by member. Hidden members are left out; callers show a placeholder for them."""
    rows = tx.execute(
        select(members.c.user_id, members.c.name).where(
            members.c.guild_id == guild_id, members.c.user_id.in_(list(user_ids)), members.c.hidden.is_(False)
        )
    )
    return {row.user_id: row.name for row in rows}


def last_active_guild(tx: Connection, user_id: int) -> int | None:
    """Return the server whose daily a member most recently answered."""
    return tx.execute(
        select(members.c.guild_id)
        .where(members.c.user_id == user_id, members.c.streak_last_day.is_not(None))
        .order_by(members.c.streak_last_day.desc(), members.c.guild_id)
        .limit(1)
    ).scalar()


def streak(tx: Connection, guild_id: int, user_id: int) -> Streak:
    return known(tx, [(guild_id, user_id)]).get((guild_id, user_id), Known()).streak


def end_streaks_by(tx: Connection, guild_id: int, day: date) -> None:
    """Move the ends of a server's streaks back to a date: answers for later dates count for this date."""
    tx.execute(
        update(members)
        .where(members.c.guild_id == guild_id, members.c.streak_last_day > day)
        .values(streak_last_day=day)
    )


_GUILD, _USER, *_VALUES = entries(*(column.type for column in (members.c.guild_id, members.c.user_id, *_STREAK)))
_SET_STREAK = Revision(
    update(members)
    .where(members.c.guild_id == _GUILD, members.c.user_id == _USER)
    .values(dict(zip(_STREAK, _VALUES, strict=True)))
)


def set_streaks(tx: Connection, streaks: Mapping[Author, Streak]) -> None:
    """Store streaks. The members' rows must exist."""
    rows = (
        (*author, streak.days, streak.freezes, streak.best, streak.last_day, streak.broken_on)
        for author, streak in streaks.items()
    )
    _SET_STREAK.write(tx, rows)
