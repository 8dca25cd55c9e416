"""Announcements: what is to be posted in a channel beside the dailies. One for each kind and subject, by a unique key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, literal, or_, select, update

from bot.shards import Shards
from bot.storage.schedules import Trouble
from bot.storage.sql import insert, own
from bot.storage.tables import UNSENT, Instant, announcements


class Kind(StrEnum):
    SEASON = "season"
    LEAGUE = "league"
    STANDINGS = "standings"
    HALF_TIME = "half-time"
    LAST_HOUR = "last-hour"
    RESULT = "result"
    CHALLENGE = "challenge"
    DUEL = "duel"


class State(StrEnum):
    """WAITING: to be sent, or being sent. SENT: it is up. DROPPED: its time has passed, or its cause."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Announcement:
    id: int
    guild_id: int
    channel_id: int
    kind: Kind
    subject: str
    created_at: datetime
    expires_at: datetime
    first_tried_at: datetime
    tries: int
    replaces: int | None = None
    """The message in whose place it is sent once more, because that was deleted."""


def _from_row(row: Row[tuple[object, ...]]) -> Announcement:
    return Announcement(
        id=row.id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        kind=Kind(row.kind),
        subject=row.subject,
        created_at=row.created_at,
        expires_at=row.expires_at,
        first_tried_at=row.first_tried_at,
        tries=row.tries,
        replaces=row.message_id,
    )


def add(
    tx: Connection, guild_id: int, channel_id: int, kind: Kind, subject: str, *, at: datetime, expires_at: datetime
) -> None:
    """To be sent as soon as may be; a second one of the same kind and subject is none."""
    tx.execute(
        insert(tx, announcements)
        .values(
            guild_id=guild_id,
            channel_id=channel_id,
            kind=kind.value,
            subject=subject,
            state=State.WAITING.value,
            created_at=at,
            expires_at=expires_at,
            lease_until=at,
        )
        .on_conflict_do_nothing()
    )


def was_sent(tx: Connection, guild_id: int, kind: Kind, subject: str) -> bool:
    sent = _of(guild_id, kind, subject), announcements.c.state == State.SENT.value
    return tx.execute(select(announcements.c.id).where(*sent)).first() is not None


def send_again(
    tx: Connection, guild_id: int, channel_id: int, kind: Kind, subject: str, *, at: datetime, expires_at: datetime
) -> None:
    """Send what was sent and then deleted once more; nothing where it is on its way."""
    tx.execute(
        update(announcements)
        .where(_of(guild_id, kind, subject), announcements.c.state == State.SENT.value)
        .values(
            channel_id=channel_id,
            state=State.WAITING.value,
            created_at=at,
            expires_at=expires_at,
            lease_until=at,
            first_tried_at=None,
            tries=0,
        )
    )


def _of(guild_id: int, kind: Kind, subject: str) -> ColumnElement[bool]:
    return and_(
        announcements.c.guild_id == guild_id, announcements.c.kind == kind.value, announcements.c.subject == subject
    )


def unsent_query(stale_at: datetime | None, limit: int, shards: Shards) -> Select[int]:
    query = select(announcements.c.id).where(UNSENT, own(shards, announcements.c.guild_id))
    if stale_at is not None:
        query = query.where(announcements.c.lease_until <= stale_at)
    return query.order_by(announcements.c.lease_until, announcements.c.id).limit(limit)


def take(
    tx: Connection,
    stale_at: datetime | None,
    at: datetime,
    lease_until: datetime,
    limit: int,
    shards: Shards,
    *,
    busy: Collection[int] = (),
) -> list[Announcement]:
    """Lease due announcements of our shards, oldest first, without those that this process is `busy` with. `stale_at=None` also
    takes unexpired leases (startup)."""
    query = unsent_query(stale_at, limit, shards)
    if busy:
        query = query.where(announcements.c.id.not_in(busy))
    if not (found := list(tx.execute(query.with_for_update(skip_locked=True)).scalars())):
        return []
    rows = tx.execute(
        update(announcements)
        .where(announcements.c.id.in_(found))
        .values(
            lease_until=lease_until,
            tries=announcements.c.tries + 1,
            first_tried_at=func.coalesce(announcements.c.first_tried_at, literal(at, Instant())),
        )
        .returning(*announcements.c)
    )
    return sorted(map(_from_row, rows), key=lambda announcement: announcement.id)


def renew(tx: Connection, announcement: Announcement, lease_until: datetime) -> bool:
    """Keep it in hand for longer; False if it is in other hands by now, or needs no sending any more."""
    renewed = tx.execute(
        update(announcements)
        .where(announcements.c.id == announcement.id, UNSENT, announcements.c.tries == announcement.tries)
        .values(lease_until=lease_until)
    )
    return renewed.rowcount == 1


def note_sent(tx: Connection, id: int, message_id: int) -> None:
    tx.execute(
        update(announcements)
        .where(announcements.c.id == id)
        .values(state=State.SENT.value, message_id=message_id, trouble=None)
    )


def drop(tx: Connection, id: int) -> None:
    tx.execute(update(announcements).where(announcements.c.id == id).values(state=State.DROPPED.value))


def drop_about(tx: Connection, guild_id: int, kinds: list[Kind], subject: str) -> None:
    """What waits about something that is no more."""
    tx.execute(
        update(announcements)
        .where(
            UNSENT,
            announcements.c.guild_id == guild_id,
            announcements.c.kind.in_([kind.value for kind in kinds]),
            announcements.c.subject == subject,
        )
        .values(state=State.DROPPED.value)
    )


def postpone(tx: Connection, id: int, until: datetime) -> None:
    tx.execute(update(announcements).where(announcements.c.id == id).values(lease_until=until))


def move(tx: Connection, id: int, channel_id: int, at: datetime) -> None:
    """To another channel, where it has not been tried."""
    tx.execute(
        update(announcements)
        .where(announcements.c.id == id)
        .values(channel_id=channel_id, lease_until=at, first_tried_at=None, tries=0)
    )


def set_trouble(tx: Connection, announcement: Announcement, trouble: Trouble) -> bool:
    """True if nobody has been told of it, nor of the same trouble with another announcement of the same subject."""
    mine = announcements.c.id == announcement.id
    same = and_(
        announcements.c.guild_id == announcement.guild_id,
        announcements.c.subject == announcement.subject,
        announcements.c.trouble == trouble.value,
    )
    told = select(announcements.c.id).where(or_(mine, same), announcements.c.trouble_told).limit(1)
    known = tx.execute(told).first() is not None
    tx.execute(update(announcements).where(mine).values(trouble=trouble.value))
    return not known


def set_told(tx: Connection, id: int) -> None:
    tx.execute(update(announcements).where(announcements.c.id == id).values(trouble_told=True))
