"""Partner streaks, with the two members of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, insert, select, update

from bot.storage.tables import members, partners, partnerships
from bot.study.partners import OPEN, PartnershipState


@dataclass(frozen=True, slots=True)
class Partner:
    """One of the two members. `name` is None if they are hidden."""

    user_id: int
    asker: bool
    name: str | None


@dataclass(frozen=True, slots=True)
class Partnership:
    """A partnership, or a request for one. `partners`: the member who asked comes first; members who have erased their
    data are missing."""

    id: int
    guild_id: int
    channel_id: int
    state: PartnershipState
    since: date | None
    partners: tuple[Partner, ...]

    @property
    def open(self) -> bool:
        return self.state in OPEN

    def partner(self, user_id: int) -> Partner | None:
        return next((one for one in self.partners if one.user_id == user_id), None)

    def other(self, user_id: int) -> Partner | None:
        return next((one for one in self.partners if one.user_id != user_id), None)


def add(tx: Connection, guild_id: int, channel_id: int, asker_id: int, other_id: int, at: datetime) -> int:
    """Insert a request. Raises IntegrityError if the asker has another partnership or request."""
    row = insert(partnerships).values(
        guild_id=guild_id, channel_id=channel_id, state=PartnershipState.ASKED, asked_at=at
    )
    id: int = tx.execute(row.returning(partnerships.c.id)).scalar_one()
    for user_id in (asker_id, other_id):
        asker = user_id == asker_id
        tx.execute(
            insert(partners).values(partnership_id=id, user_id=user_id, guild_id=guild_id, asker=asker, engaged=asker)
        )
    return id


def get(tx: Connection, id: int, *, hold: bool = False) -> Partnership | None:
    """Return a partnership. `hold` locks it until the transaction ends."""
    query = select(partnerships).where(partnerships.c.id == id)
    row = tx.execute(query.with_for_update() if hold else query).one_or_none()
    if row is None:
        return None
    shown = and_(
        members.c.guild_id == partners.c.guild_id, members.c.user_id == partners.c.user_id, members.c.hidden.is_(False)
    )
    two = tx.execute(
        select(partners.c.user_id, partners.c.asker, members.c.name)
        .outerjoin(members, shown)
        .where(partners.c.partnership_id == id)
        .order_by(partners.c.asker.desc())
    )
    return Partnership(row.id, row.guild_id, row.channel_id, row.state, row.since, tuple(Partner(*one) for one in two))


def engaged_of(tx: Connection, guild_id: int, user_id: int) -> int | None:
    """Return the partnership that a member has, or has requested, in a server."""
    c = partners.c
    mine = c.guild_id == guild_id, c.user_id == user_id, c.engaged.is_(True)
    return tx.execute(select(c.partnership_id).where(*mine)).scalar()


def asked_of(tx: Connection, guild_id: int, user_id: int) -> list[int]:
    """Return the requests that a member has yet to answer, newest first."""
    c = partners.c
    rows = tx.execute(
        select(c.partnership_id)
        .join(partnerships, partnerships.c.id == c.partnership_id)
        .where(c.guild_id == guild_id, c.user_id == user_id, c.asker.is_(False))
        .where(partnerships.c.state == PartnershipState.ASKED)
        .order_by(c.partnership_id.desc())
    )
    return list(rows.scalars())


def asks_since(tx: Connection, guild_id: int, user_id: int, since: datetime) -> int:
    """Return how many requests a member has made in a server since an instant."""
    c = partners.c
    mine = c.guild_id == guild_id, c.user_id == user_id, c.asker.is_(True), partnerships.c.asked_at > since
    query = select(func.count()).select_from(partners.join(partnerships, partnerships.c.id == c.partnership_id))
    return tx.execute(query.where(*mine)).scalar_one()


def start(tx: Connection, id: int, since: date) -> None:
    """Begin a partnership. Raises IntegrityError if either member has another."""
    tx.execute(update(partnerships).where(partnerships.c.id == id).values(state=PartnershipState.RUNNING, since=since))
    tx.execute(update(partners).where(partners.c.partnership_id == id).values(engaged=True))


def end(tx: Connection, id: int, state: PartnershipState, at: datetime) -> None:
    tx.execute(update(partnerships).where(partnerships.c.id == id).values(state=state, ended_at=at))
    tx.execute(update(partners).where(partners.c.partnership_id == id).values(engaged=False))


def open_of(tx: Connection, user_id: int, guild_id: int | None = None) -> list[int]:
    """Return the open partnerships and requests of a person, in one server or in all."""
    c = partners.c
    mine = [c.user_id == user_id, partnerships.c.state.in_(OPEN)]
    if guild_id is not None:
        mine.append(c.guild_id == guild_id)
    query = select(c.partnership_id).join(partnerships, partnerships.c.id == c.partnership_id)
    return list(tx.execute(query.where(*mine).order_by(c.partnership_id)).scalars())
