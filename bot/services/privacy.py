"""What people can do about their data: export it, erase it, hide."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.services import partners
from bot.services.content import Content
from bot.services.duels import void_of
from bot.services.late_answers import look_again
from bot.services.standings import recompute
from bot.storage import (
    awards,
    competition_entries,
    competitions,
    dailies,
    daily_counts,
    evenings,
    held_answers,
    live,
    members,
    posts,
    privacy,
    ranks,
    seasons,
    shares,
    standings,
    suggestions,
)
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.study.awards import Prize
from bot.study.errors import Refusal, Refused
from bot.study.members import Member

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Export:
    """Everything stored about a person at one moment: rows by table, as JSON-compatible values."""

    user_id: int
    at: datetime
    tables: dict[str, list[dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows were deleted, and from how many the id was removed, by table. `roles`: how many won roles are being
    taken back."""

    rows: dict[str, int]
    unnamed: dict[str, int]
    roles: int


@dataclass(frozen=True, slots=True)
class Privacy:
    db: Database
    content: Content

    async def export(self, user_id: int, *, at: datetime) -> Export:
        """Return everything stored about a person, in all servers. Raises NOTHING_KEPT."""
        kept = await self.db.read(lambda tx: privacy.export(tx, user_id))
        if not kept:
            raise Refused(Refusal.NOTHING_KEPT)
        return Export(user_id, at, kept)

    async def erase(self, user_id: int, *, at: datetime) -> Erased:
        """Erase everything stored about a person, in all servers. Boards are updated at once, and the person's open
        duels end.

        Raises NOTHING_KEPT.
        """

        def work(tx: Connection) -> Erased:
            outdate_messages(tx, at, user_id)
            daily_counts.leave_out(tx, user_id)
            ranks.forget_of(tx, user_id)
            void_of(tx, self.content, user_id, at)
            partners.part(tx, user_id, at)
            teams = competition_entries.named_teams(tx, user_id)
            together = evenings.of_person(tx, user_id, None)
            roles = awards.take_back(tx, user_id, at)
            held_in = held_answers.servers_of(tx, user_id)
            rows, unnamed = privacy.erase(tx, user_id)
            for guild_id in held_in:
                look_again(tx, guild_id, at)
            for team_id in teams:
                competition_entries.drop_empty_team(tx, team_id)
            for evening_id in together:
                evenings.end_if_done(tx, evening_id, at)  # they may have been the last to submit
            return Erased(rows, unnamed, roles)

        erased = await self.db.erase(work)
        if not (erased.rows or erased.unnamed or erased.roles):
            raise Refused(Refusal.NOTHING_KEPT)
        log.info("erased a member", extra={"user": user_id})
        return erased

    async def hide(self, member: Member, *, hidden: bool, at: datetime) -> None:
        """Take a member off the boards of a server, or put them back where their answers place them, with the mastery
        roles that they have earned meanwhile. Hiding also takes the member out of running competitions; they may join
        again later.

        Raises NEEDS_SERVER.
        """
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)

        def work(tx: Connection) -> None:
            members.see(tx, member.guild_id, member.user_id, member.name)
            members.set_hidden(tx, member.guild_id, member.user_id, hidden=hidden)
            standings.replace(tx, member.guild_id, recompute(tx, member.guild_id, member.user_id), member.user_id)
            outdate_messages(tx, at, member.user_id, member.guild_id)
            if hidden:
                competition_entries.leave_all(tx, member.guild_id, member.user_id, at)
                awards.withhold(tx, member.guild_id, member.user_id, at)
                partners.part(tx, member.user_id, at, member.guild_id)
            else:
                seasons.restore(tx, member.guild_id, member.user_id)
                for award in awards.of_guild(tx, member.guild_id):
                    if award.prize is Prize.MASTERY:
                        awards.give_to_masters(tx, award, at, member.user_id)

        await self.db.write(work)


def outdate_messages(tx: Connection, at: datetime, user_id: int, guild_id: int | None = None) -> None:
    """Mark every editable message that shows a member's name as dirty; in one server, or in all."""
    for competition_id in competition_entries.competitions_of(tx, user_id, guild_id):
        competitions.touch_named(tx, competition_id, at)
    for live_id in live.of_person(tx, user_id, guild_id):
        live.touch(tx, live_id, at)
    crediting = dailies.open_with(tx, suggestions.questions_of(tx, user_id, guild_id))
    posts.touch_all(tx, PostKind.DAILY, crediting, at)
    for evening_id in evenings.of_person(tx, user_id, guild_id):
        evenings.touch_names(tx, evening_id, at)
    posts.touch_all(tx, PostKind.SHARE, shares.of_person(tx, user_id, guild_id), at)
