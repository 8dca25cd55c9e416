"""Servers and their settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from bot.shards import Shards
from bot.storage.sql import Lookup, insert, own
from bot.storage.tables import guilds
from bot.study.dailies import Feedback
from bot.study.goals import Goal

HALF_ERASED = datetime.fromtimestamp(0, UTC)
"""Replaces the time at which a server removed the bot, once the erasure of its data has begun."""


@dataclass(frozen=True, slots=True)
class Guild:
    id: int
    zone: str = "UTC"
    feedback: Feedback = Feedback.AT_ONCE
    pack: str | None = None
    """None: the default pack from the bot's settings."""
    questions_version: int = 0
    """Changes whenever the server's own questions or retirements change; 0 if there are none."""
    exam_version: str | None = None
    """None: the pack's default version."""
    public_boards: bool = False
    """Whether its leaderboards have a public web page."""
    suggestions: bool = True
    """Whether members may suggest questions."""
    sharing: bool = True
    """Whether members may share their results with a channel."""
    asks_confidence: bool = True
    """Whether members are asked how sure they were of an answer."""
    events: bool = True
    """Whether planned evenings, competitions and live rounds get a Discord event."""


BY_ID = Lookup(
    select(
        guilds.c.guild_id,
        guilds.c.zone,
        guilds.c.feedback,
        guilds.c.pack,
        guilds.c.questions_version,
        guilds.c.exam_version,
        guilds.c.public_boards,
        guilds.c.suggestions,
        guilds.c.sharing,
        guilds.c.asks_confidence,
        guilds.c.events,
    ),
    guilds.c.guild_id,
    into=lambda rows: {row.guild_id: Guild(*row) for row in rows},
)
"""Servers with their settings. An unknown server gets the settings of a new one."""


def get(tx: Connection, guild_id: int) -> Guild:
    """Return a server's settings; an unknown server gets the settings of a new one."""
    return get_all(tx, [guild_id])[guild_id]


def get_all(tx: Connection, guild_ids: Collection[int]) -> dict[int, Guild]:
    found: dict[int, Guild] = BY_ID.read(tx, guild_ids)
    return {guild_id: found.get(guild_id) or Guild(guild_id) for guild_id in guild_ids}


def ensure(tx: Connection, guild_id: int, at: datetime) -> None:
    tx.execute(insert(tx, guilds).values(guild_id=guild_id, created_at=at).on_conflict_do_nothing())


def ensure_all(tx: Connection, guild_ids: Iterable[int], at: datetime) -> None:
    if rows := [{"guild_id": guild_id, "created_at": at} for guild_id in guild_ids]:
        tx.execute(insert(tx, guilds).on_conflict_do_nothing(), rows)


def set_left(tx: Connection, guild_id: int, at: datetime | None) -> None:
    """Record when the bot was found to have been removed; None once it is back."""
    left = func.coalesce(guilds.c.left_at, at) if at is not None else None
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(left_at=left))


def present(tx: Connection) -> set[int]:
    """Return the servers that, as far as we know, have not removed the bot."""
    return set(tx.execute(select(guilds.c.guild_id).where(guilds.c.left_at.is_(None))).scalars())


def are_present(tx: Connection, count: int) -> bool:
    """Return whether at least this many servers have the bot."""
    here = select(guilds.c.guild_id).where(guilds.c.left_at.is_(None)).limit(count)
    return len(tx.execute(here).all()) == count


def left(tx: Connection) -> set[int]:
    return set(tx.execute(select(guilds.c.guild_id).where(guilds.c.left_at.is_not(None))).scalars())


def has_left(tx: Connection, guild_id: int) -> bool:
    """Return whether this server has removed the bot."""
    return tx.execute(select(guilds.c.left_at).where(guilds.c.guild_id == guild_id)).scalar() is not None


def is_away(guild_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a server has removed the bot."""
    return exists().where(guilds.c.guild_id == guild_id, guilds.c.left_at.is_not(None))


def left_before(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Return our servers that removed the bot before `at`, longest ago first."""
    rows = tx.execute(
        select(guilds.c.guild_id)
        .where(guilds.c.left_at <= at, own(shards, guilds.c.guild_id))
        .order_by(guilds.c.left_at)
        .limit(limit)
    )
    return list(rows.scalars())


def begin_erasing(tx: Connection, guild_id: int, before: datetime) -> bool:
    """Mark a server that removed the bot before a time as half-erased; return False if the bot is back."""
    gone = update(guilds).where(guilds.c.guild_id == guild_id, guilds.c.left_at <= before)
    return tx.execute(gone.values(left_at=HALF_ERASED)).rowcount == 1


def is_half_erased(tx: Connection, guild_id: int) -> bool:
    return tx.execute(select(guilds.c.left_at).where(guilds.c.guild_id == guild_id)).scalar() == HALF_ERASED


def left_since(tx: Connection, at: datetime) -> set[int]:
    """Return the servers that have removed the bot since a time."""
    return set(tx.execute(select(guilds.c.guild_id).where(guilds.c.left_at > at)).scalars())


def set_zone(tx: Connection, guild_id: int, zone: str) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(zone=zone))


def set_feedback(tx: Connection, guild_id: int, feedback: Feedback) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(feedback=feedback))


def set_pack(tx: Connection, guild_id: int, pack: str) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(pack=pack))


def packs_chosen(tx: Connection) -> dict[str, int]:
    """Return the packs that servers have chosen, with the number of servers for each."""
    rows = tx.execute(select(guilds.c.pack, func.count()).where(guilds.c.pack.is_not(None)).group_by(guilds.c.pack))
    return {row[0]: row[1] for row in rows}


def set_exam_version(tx: Connection, guild_id: int, version: str | None) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(exam_version=version))


def set_questions_version(tx: Connection, guild_id: int, version: int) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(questions_version=version))


def set_public_boards(tx: Connection, guild_id: int, *, public: bool) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(public_boards=public))


def set_suggestions(tx: Connection, guild_id: int, *, on: bool) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(suggestions=on))


def set_sharing(tx: Connection, guild_id: int, *, sharing: bool) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(sharing=sharing))


def set_asks_confidence(tx: Connection, guild_id: int, *, asks: bool) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(asks_confidence=asks))


def set_events(tx: Connection, guild_id: int, *, events: bool) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(events=events))


def goal_of(tx: Connection, guild_id: int) -> Goal | None:
    """Return a server's weekly goal."""
    found: Goal | None = tx.execute(select(guilds.c.weekly_goal).where(guilds.c.guild_id == guild_id)).scalar()
    return found


def set_goal(tx: Connection, guild_id: int, goal: Goal | None) -> None:
    tx.execute(update(guilds).where(guilds.c.guild_id == guild_id).values(weekly_goal=goal))
