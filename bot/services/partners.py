"""Partner streaks: ask, accept, end; and how many days in a row both members have answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.services.posts import ANY_REFUSAL, Policy, PostEnding
from bot.storage import daily_days, guilds, members, partners, pauses, posts
from bot.storage.engine import Connection, Database
from bot.storage.partners import Partnership
from bot.storage.posts import Post, PostKind
from bot.study.errors import Refusal, Refused
from bot.study.members import Member
from bot.study.partners import ASKS_WITHIN, MOST_ASKS, Days, PartnershipState, check_partner, together
from bot.study.periods import local_day

POST_WITHIN = timedelta(hours=1)
"""How long to try to post a request before it is withdrawn."""


@dataclass(frozen=True, slots=True)
class PartnerAsked:
    """The member who is asked. `present`: whether they are in the server."""

    user_id: int
    bot: bool = False
    present: bool = True


@dataclass(frozen=True, slots=True)
class PartnerScene:
    """A partnership as one of the two sees it. `days`: how many days in a row both have answered; `mine` and `theirs`:
    whether each has answered today's daily. `fresh`: it was requested just now. `posted`: its post is up."""

    partnership: Partnership
    viewer: int
    days: int = 0
    mine: bool = False
    theirs: bool = False
    fresh: bool = False
    posted: bool = False


@dataclass(frozen=True, slots=True)
class NoPartner:
    """A member without a partner. `asked`: the requests that they have yet to answer."""

    asked: tuple[Partnership, ...]


@dataclass(frozen=True, slots=True)
class Partners:
    db: Database

    async def look(self, member: Member, *, at: datetime) -> PartnerScene | NoPartner:
        """Return the member's partnership in this server, or the requests that they have received. Raises
        NEEDS_SERVER."""
        return await self.db.read(lambda tx: partner_of(tx, member, at))

    async def look_at(self, id: int, member: Member, *, at: datetime) -> PartnerScene:
        """Return one partnership. Raises UNKNOWN_PARTNERSHIP, NOT_YOUR_PARTNERSHIP."""

        def work(tx: Connection) -> PartnerScene:
            scene = _scene(tx, _own(partners.get(tx, id), member), member, at)
            return replace(scene, posted=posts.message_of(tx, PostKind.PARTNERS, id) is not None)

        return await self.db.read(work)

    async def ask(self, member: Member, asked: PartnerAsked, *, channel_id: int, at: datetime) -> PartnerScene:
        """Ask a member for a partner streak. If they have already asked this member, this accepts their request. An
        earlier request to another member is withdrawn.

        Raises NEEDS_SERVER, PARTNER_ONESELF, PARTNER_BOT, PARTNER_STRANGER, PARTNER_HIDING, HAS_PARTNER, PARTNER_TAKEN,
        ASKED_TOO_OFTEN.
        """
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        check_partner(member.user_id, asked.user_id, bot=asked.bot, present=asked.present)

        def work(tx: Connection) -> PartnerScene:
            guild_id, other_id = member.guild_id, asked.user_id
            guilds.ensure(tx, guild_id, at)
            members.see(tx, guild_id, member.user_id, member.name)
            _require_shown(tx, member)
            _require_free(tx, member)
            for id in partners.asked_of(tx, guild_id, member.user_id):
                found = partners.get(tx, id, hold=True)
                if found is not None and found.partner(other_id) is not None:
                    return self._start(tx, found, member, at)
            before = _engaged(tx, guild_id, member.user_id)
            if before is not None and before.partner(other_id) is not None:
                return _scene(tx, before, member, at)
            theirs = _engaged(tx, guild_id, other_id)
            if theirs is not None and theirs.state is PartnershipState.RUNNING:
                raise Refused(Refusal.PARTNER_TAKEN)
            if partners.asks_since(tx, guild_id, member.user_id, at - ASKS_WITHIN) >= MOST_ASKS:
                raise Refused(Refusal.ASKED_TOO_OFTEN)
            if before is not None:
                _end(tx, before, PartnershipState.WITHDRAWN, at)
            id = partners.add(tx, guild_id, channel_id, member.user_id, other_id, at)
            posts.want(tx, PostKind.PARTNERS, id, guild_id, channel_id, at=at, expires_at=at + POST_WITHIN)
            made = partners.get(tx, id)
            assert made is not None, "it was added just now"
            return PartnerScene(made, member.user_id, fresh=True)

        return await self.db.write(work)

    async def accept(self, id: int, member: Member, *, at: datetime) -> PartnerScene:
        """Accept a request; accepting twice is fine. Raises UNKNOWN_PARTNERSHIP, NOT_YOUR_PARTNERSHIP, NOT_ASKED,
        PARTNERSHIP_OVER, PARTNER_HIDING, HAS_PARTNER."""

        def work(tx: Connection) -> PartnerScene:
            found = _own(partners.get(tx, id, hold=True), member)
            if _is_asker(found, member):
                raise Refused(Refusal.NOT_ASKED)
            if found.state is PartnershipState.RUNNING:
                return _scene(tx, found, member, at)
            return self._start(tx, found, member, at)

        return await self.db.write(work)

    def _start(self, tx: Connection, found: Partnership, member: Member, at: datetime) -> PartnerScene:
        if found.state is not PartnershipState.ASKED or len(found.partners) < 2:
            raise Refused(Refusal.PARTNERSHIP_OVER)
        members.see(tx, member.guild_id, member.user_id, member.name)
        _require_shown(tx, member)
        _require_free(tx, member)
        own = _engaged(tx, member.guild_id, member.user_id)
        if own is not None:  # accepting withdraws the member's own request to somebody else
            _end(tx, own, PartnershipState.WITHDRAWN, at)
        partners.start(tx, found.id, local_day(at, guilds.get(tx, found.guild_id).zone))
        posts.touch(tx, PostKind.PARTNERS, found.id, at)
        started = partners.get(tx, found.id)
        assert started is not None, "it has just begun"
        return _scene(tx, started, member, at)

    async def end(self, id: int, member: Member, *, at: datetime) -> PartnerScene:
        """End a partnership, or decline or withdraw a request, whichever applies to this member.

        Raises UNKNOWN_PARTNERSHIP, NOT_YOUR_PARTNERSHIP, PARTNERSHIP_OVER.
        """

        def work(tx: Connection) -> PartnerScene:
            found = _own(partners.get(tx, id, hold=True), member)
            if not found.open:
                raise Refused(Refusal.PARTNERSHIP_OVER)
            if found.state is PartnershipState.RUNNING:
                state = PartnershipState.OVER
            else:
                state = PartnershipState.WITHDRAWN if _is_asker(found, member) else PartnershipState.DECLINED
            _end(tx, found, state, at)
            ended = partners.get(tx, id)
            assert ended is not None, "an end deletes nothing"
            return PartnerScene(ended, member.user_id)

        return await self.db.write(work)

    # -- its post

    def policies(self) -> dict[str, Policy]:
        """Return the policy of partnership posts. They concern two members, so they never change channel and only these
        two are notified."""
        return {PostKind.PARTNERS: Policy(_shown, ends_on=ANY_REFUSAL, ended=_post_ended)}


def _shown(tx: Connection, post: Post) -> Partnership | None:
    """Return what a partnership's post shows; None if the request ended before its post was sent."""
    found = partners.get(tx, int(post.subject))
    return found if found is not None and (found.open or post.message_id is not None) else None


def _post_ended(tx: Connection, post: Post, _ending: PostEnding, at: datetime) -> None:
    """Withdraw a request that nobody can see."""
    found = partners.get(tx, int(post.subject), hold=True)
    if found is not None and post.message_id is None and found.state is PartnershipState.ASKED:
        partners.end(tx, found.id, PartnershipState.WITHDRAWN, at)


def partner_of(tx: Connection, member: Member, at: datetime) -> PartnerScene | NoPartner:
    """Return a member's partnership, within a transaction. Raises NEEDS_SERVER."""
    if member.alone:
        raise Refused(Refusal.NEEDS_SERVER)
    found = _engaged(tx, member.guild_id, member.user_id, hold=False)
    if found is not None:
        return _scene(tx, found, member, at)
    waiting = (partners.get(tx, id) for id in partners.asked_of(tx, member.guild_id, member.user_id))
    return NoPartner(tuple(one for one in waiting if one is not None and len(one.partners) == 2))


def part(tx: Connection, user_id: int, at: datetime, guild_id: int | None = None) -> None:
    """End every open partnership of a person who hides or is erased, in one server or in all."""
    for id in partners.open_of(tx, user_id, guild_id):
        found = partners.get(tx, id, hold=True)
        if found is not None and found.open:
            _end(tx, found, PartnershipState.OVER, at)


def _end(tx: Connection, found: Partnership, state: PartnershipState, at: datetime) -> None:
    partners.end(tx, found.id, state, at)
    posts.touch(tx, PostKind.PARTNERS, found.id, at)


def _engaged(tx: Connection, guild_id: int, user_id: int, *, hold: bool = True) -> Partnership | None:
    id = partners.engaged_of(tx, guild_id, user_id)
    return partners.get(tx, id, hold=hold) if id is not None else None


def _scene(tx: Connection, found: Partnership, member: Member, at: datetime) -> PartnerScene:
    other = found.other(member.user_id)
    if found.state is not PartnershipState.RUNNING or other is None or found.since is None:
        return PartnerScene(found, member.user_id)
    mine, theirs = (_days(tx, found, user_id, found.since, at) for user_id in (member.user_id, other.user_id))
    today = local_day(at, guilds.get(tx, found.guild_id).zone)
    return PartnerScene(
        found,
        member.user_id,
        together(mine, theirs, found.since),
        mine.answered.get(today, False),
        theirs.answered.get(today, False),
    )


def _days(tx: Connection, found: Partnership, user_id: int, since: date, at: datetime) -> Days:
    answered = daily_days.days_of_member(tx, found.guild_id, user_id, since, at, held=True)
    return Days(dict(answered), pauses.of_member(tx, found.guild_id, user_id, since=since))


def _own(found: Partnership | None, member: Member) -> Partnership:
    if found is None or found.guild_id != member.guild_id:
        raise Refused(Refusal.UNKNOWN_PARTNERSHIP)
    if found.partner(member.user_id) is None:
        raise Refused(Refusal.NOT_YOUR_PARTNERSHIP)
    return found


def _is_asker(found: Partnership, member: Member) -> bool:
    me = found.partner(member.user_id)
    return me is not None and me.asker


def _require_shown(tx: Connection, member: Member) -> None:
    if members.hidden(tx, member.guild_id, member.user_id):
        raise Refused(Refusal.PARTNER_HIDING)


def _require_free(tx: Connection, member: Member) -> None:
    own = _engaged(tx, member.guild_id, member.user_id)
    if own is not None and own.state is PartnershipState.RUNNING:
        raise Refused(Refusal.HAS_PARTNER)
