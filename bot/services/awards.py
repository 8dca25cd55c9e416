"""Roles that are awarded for winning or for mastery. Each change of a role is recorded in the transaction that causes
it; a tick applies it in Discord."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.competition_lookup import find
from bot.services.content import Content
from bot.services.leases import LEASE, RETRY_AFTER_REFUSAL, Leasing
from bot.storage import awards, competitions, guilds
from bot.storage.awards import Award, RoleChange
from bot.storage.engine import Connection, Database
from bot.study.awards import MAX_AWARDS, AwardTrouble, Prize
from bot.study.competitions import CompetitionState
from bot.study.errors import Refusal, Refused, TooManyForMastery
from bot.study.packs import read_section
from bot.study.questions import ALL, Pack

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bound:
    """An award. `holders` counts members who hold the role or are about to get it; `contest` is the name of its
    competition; `cancelled`: whether that competition was stopped without a winner."""

    award: Award
    holders: int
    contest: str | None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class AwardList:
    pack: Pack
    awards: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Awards:
    db: Database
    content: Content

    async def bind(
        self,
        guild_id: int,
        role_id: int,
        prize: Prize,
        *,
        section: str = ALL,
        contest: str | None = None,
        questions: int | None = None,
        by: int,
        at: datetime,
    ) -> AwardList:
        """Bind a role. Raises UnknownSection, UnknownCompetition, COMPETITION_OVER, TooManyForMastery, ROLE_BOUND,
        TOO_MANY_AWARDS."""

        def work(tx: Connection) -> AwardList:
            pack = self.content.pack(tx, guild_id)
            board = read_section(pack, section)
            competition = find(tx, guild_id, contest) if contest else None
            if competition is not None and not competition.open:
                raise Refused(Refusal.COMPETITION_OVER)
            if questions is not None and questions > (most := len(pack.within(board))):
                raise TooManyForMastery(most)
            if len(awards.of_guild(tx, guild_id)) >= MAX_AWARDS:
                raise Refused(Refusal.TOO_MANY_AWARDS)
            guilds.ensure(tx, guild_id, at)
            award = Award(0, guild_id, role_id, prize, board, competition.id if competition else None, questions, by)
            id = awards.add(tx, award, at)
            if id is None:
                raise Refused(Refusal.ROLE_BOUND)
            award = replace(award, id=id)
            holders = awards.give_to_masters(tx, award, at) if prize is Prize.MASTERY else 0
            return AwardList(pack, (Bound(award, holders, competition.name if competition else None),))

        return await self.db.write(work)

    async def unbind(self, guild_id: int, role_id: int) -> None:
        """Unbind a role; members who hold it keep it. Raises UNKNOWN_AWARD."""

        def work(tx: Connection) -> None:
            if not awards.remove(tx, guild_id, role_id):
                raise Refused(Refusal.UNKNOWN_AWARD)

        await self.db.write(work)

    async def unbind_deleted(self, guild_id: int, present: Collection[int]) -> int:
        """Unbind roles that are not among those `present` in the server; return how many."""

        def work(tx: Connection) -> int:
            gone = [award.role_id for award in awards.of_guild(tx, guild_id) if award.role_id not in present]
            return sum(awards.remove(tx, guild_id, role_id) for role_id in gone)

        return await self.db.write(work)

    async def note_deleted(self, guild_id: int, role_id: int) -> None:
        """Record that a role was deleted, so that no post promises it any more."""

        def work(tx: Connection) -> None:
            for award in awards.of_guild(tx, guild_id):
                if award.role_id == role_id:
                    awards.set_trouble(tx, award.id, AwardTrouble.ROLE_GONE)

        await self.db.write(work)

    async def listing(self, guild_id: int) -> AwardList:
        def work(tx: Connection) -> AwardList:
            holders = awards.holders(tx, guild_id)
            bound = []
            for award in awards.of_guild(tx, guild_id):
                competition = competitions.get(tx, award.competition_id) if award.competition_id else None
                name = competition.name if competition else None
                cancelled = competition is not None and competition.state is CompetitionState.CANCELLED
                bound.append(Bound(award, holders.get(award.id, 0), name, cancelled))
            return AwardList(self.content.pack(tx, guild_id), tuple(bound))

        return await self.db.read(work)

    # -- giving and taking roles in Discord

    @property
    def leasing(self) -> Leasing:
        return Leasing(self.db, awards.LEASES)

    async def take_due(self, at: datetime, *, busy: Collection[int] = (), limit: int = 50) -> list[RoleChange]:
        """Lease role changes that are due, except those of awards that this process is `busy` with. Applying a change
        twice is harmless."""
        keys = await self.db.read(lambda tx: awards.pending(tx, at, limit, self.db.shards, busy=busy))
        return await self.db.write(lambda tx: awards.take_changes(tx, keys, at, at + LEASE)) if keys else []

    async def note_changed(self, change: RoleChange, *, at: datetime) -> None:
        await self.db.write(lambda tx: awards.note_changed(tx, change, at))
        log.info("role change applied", extra={"award": change.award.id, "user": change.user_id, "give": change.give})

    async def note_gone(self, change: RoleChange) -> None:
        """Drop the role change of a member who has left the server."""
        await self.db.write(lambda tx: awards.forget_holder(tx, change.award.id, change.user_id))

    async def note_refused(self, change: RoleChange, trouble: AwardTrouble, *, at: datetime) -> bool:
        """Schedule a retry of a change that Discord refused. Return True if the managers have not been notified yet."""

        def work(tx: Connection) -> bool:
            awards.postpone(tx, change.award.id, at + RETRY_AFTER_REFUSAL)
            first = awards.set_trouble(tx, change.award.id, trouble)
            if not first and trouble is AwardTrouble.ROLE_GONE:
                awards.forget_holders(tx, change.award.id)
            return first

        return await self.db.write(work)

    async def note_reported(self, award: Award, trouble: AwardTrouble) -> None:
        """Record that the managers were notified. If the role was deleted, also forget its holders, because a deleted
        role never returns."""

        def work(tx: Connection) -> None:
            awards.set_reported(tx, award.id)
            if trouble is AwardTrouble.ROLE_GONE:
                awards.forget_holders(tx, award.id)

        await self.db.write(work)
