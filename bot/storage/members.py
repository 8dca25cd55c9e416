"""Members of a server: the name last seen, and the streak."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from bot.storage.sql import insert
from bot.storage.tables import members
from bot.study.streaks import Streak

MAX_NAME = 64


def see(tx: Connection, guild_id: int, user_id: int, name: str) -> None:
    """Keep the name under which a member was last seen; a new member gets a row."""
    statement = insert(tx, members).values(guild_id=guild_id, user_id=user_id, name=name[:MAX_NAME])
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=[members.c.guild_id, members.c.user_id],
            set_={"name": statement.excluded.name},
            where=members.c.name != statement.excluded.name,
        )
    )


def hidden(tx: Connection, guild_id: int, user_id: int) -> bool:
    """Whether a member wants to appear on no board of this server."""
    found = tx.execute(
        select(members.c.hidden).where(members.c.guild_id == guild_id, members.c.user_id == user_id)
    ).scalar()
    return bool(found)


def set_hidden(tx: Connection, guild_id: int, user_id: int, *, hidden: bool) -> None:
    """The member has been seen: their row is there."""
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
    """Those of members who hide are left out: whoever shows a list has a word for somebody without a name."""
    rows = tx.execute(
        select(members.c.user_id, members.c.name).where(
            members.c.guild_id == guild_id, members.c.user_id.in_(list(user_ids)), members.c.hidden.is_(False)
        )
    )
    return {row.user_id: row.name for row in rows}


def last_active_guild(tx: Connection, user_id: int) -> int | None:
    """The server whose daily a member answered last."""
    return tx.execute(
        select(members.c.guild_id)
        .where(members.c.user_id == user_id, members.c.streak_last_day.is_not(None))
        .order_by(members.c.streak_last_day.desc(), members.c.guild_id)
        .limit(1)
    ).scalar()


def streak(tx: Connection, guild_id: int, user_id: int) -> Streak:
    row = tx.execute(
        select(
            members.c.streak_days,
            members.c.streak_freezes,
            members.c.streak_best,
            members.c.streak_last_day,
            members.c.streak_broken_on,
        ).where(members.c.guild_id == guild_id, members.c.user_id == user_id)
    ).one_or_none()
    return Streak(*row) if row is not None else Streak()


def set_streak(tx: Connection, guild_id: int, user_id: int, streak: Streak) -> None:
    """The member has been seen: their row is there."""
    tx.execute(
        update(members)
        .where(members.c.guild_id == guild_id, members.c.user_id == user_id)
        .values(
            streak_days=streak.days,
            streak_freezes=streak.freezes,
            streak_best=streak.best,
            streak_last_day=streak.last_day,
            streak_broken_on=streak.broken_on,
        )
    )
