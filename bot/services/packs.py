"""Which pack a server studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services import cards
from bot.services.content import Content
from bot.services.plans import planned_for
from bot.storage import awards, competitions, exams, groups, guilds, live_plans, posts, questions, schedules
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule
from bot.study.errors import Refusal, Refused
from bot.study.exam_versions import read_version
from bot.study.members import Member
from bot.study.packs import PackChange, change, read_pack
from bot.study.questions import Pack


@dataclass(frozen=True, slots=True)
class Packs:
    db: Database
    content: Content

    @property
    def all(self) -> Mapping[str, Pack]:
        """Return every loaded pack, by name."""
        return self.content.packs

    async def choose_exam(self, guild_id: int, text: str, *, named_with: str | None = None, at: datetime) -> Pack:
        """Choose the exam version that a server studies for: the rotation, the board weights and the exams follow it.

        `named_with`: the pack named in the same command. Raises UnknownExamVersion, PACK_FIRST.
        """

        def work(tx: Connection) -> Pack:
            pack = self.content.pack(tx, guild_id)
            if named_with is not None and read_pack(self.content.packs, named_with) != pack.name:
                raise Refused(Refusal.PACK_FIRST)
            code = read_version(pack, text)
            guilds.ensure(tx, guild_id, at)
            guilds.set_exam_version(tx, guild_id, code)
            return self.content.pack(tx, guild_id)

        return await self.db.write(work)

    async def choose_own_exam(self, member: Member, text: str, *, at: datetime) -> Pack:
        """Choose the exam version that a member studies for, in every server. The member's plan continues from today.
        Raises UnknownExamVersion."""

        def work(tx: Connection) -> Pack:
            pack = self.content.pack(tx, member.guild_id)
            code = read_version(pack, text)
            exams.choose_version(tx, member.user_id, pack.name, code)
            pack = pack.seen_for(code)
            today = cards.study_day(tx, member.guild_id, member.user_id, at)
            planned_for(tx, member, pack, cards.held(tx, member.user_id, pack), today, keep=True)
            return pack

        return await self.db.write(work)

    async def lost(self) -> Mapping[str, int]:
        """Return packs that servers have chosen but that are missing, with the number of servers. Until a pack is back,
        these servers study the default."""
        chosen = await self.db.read(guilds.packs_chosen)
        return {name: servers for name, servers in chosen.items() if name not in self.content.packs}

    async def exam_of(self, member: Member) -> Pack:
        """Return the member's pack for the exam version they study for."""
        return await self.db.read(lambda tx: self.content.pack_for(tx, member.guild_id, member.user_id))

    async def compare(self, guild_id: int, name: str) -> PackChange:
        """Compare a server's pack with the pack that a manager typed, without changing anything. Raises UnknownPack."""
        return await self.db.read(lambda tx: self._change(tx, guild_id, name))

    async def choose(self, guild_id: int, name: str, *, at: datetime) -> PackChange:
        """Switch a server to another pack. Open questions continue, and sections that the new pack lacks are dropped
        from the server's schedules.

        Raises UnknownPack.
        """

        def work(tx: Connection) -> PackChange:
            found = self._change(tx, guild_id, name)
            guilds.ensure(tx, guild_id, at)
            guilds.set_pack(tx, guild_id, found.after.name)
            if found.before.name != found.after.name:
                guilds.set_exam_version(tx, guild_id, None)  # the version belongs to the previous pack
            for schedule in _following(tx, guild_id) if found.dropped_sections else ():
                kept = tuple(section for section in schedule.sections if section not in found.dropped_sections)
                schedules.save(tx, replace(schedule, sections=kept))
            # These posts have buttons only while the server studies the pack of their figures.
            for monday in groups.weeks(tx, guild_id):
                posts.touch(tx, PostKind.GROUP, monday, at, guild_id=guild_id)
            return found

        return await self.db.write(work)

    def _change(self, tx: Connection, guild_id: int, text: str) -> PackChange:
        name = read_pack(self.content.packs, text)
        return change(
            self.content.base(guilds.get(tx, guild_id).pack),
            self.content.packs[name].seen_for(None),
            [(schedule.sections, schedule.difficulty) for schedule in _following(tx, guild_id)],
            questions.additions(tx, guild_id),
            [(found.name, found.sections) for found in competitions.ongoing(tx, guild_id)],
            [(award.role_id, award.section, award.questions) for award in awards.of_guild(tx, guild_id)],
            [(plan.starts_at, plan.section) for plan in live_plans.planned(tx, guild_id)],
        )


def _following(tx: Connection, guild_id: int) -> list[GuildSchedule]:
    """Return the schedules that use whichever pack the server studies."""
    return [schedule for schedule in schedules.all_of(tx, guild_id) if schedule.pack is None]
