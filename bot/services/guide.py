"""The study guide, with how much of it a member has mastered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.services.content import Content
from bot.services.recording import Member
from bot.storage import attempts
from bot.storage.engine import Connection, Database
from bot.study.errors import UnknownSection
from bot.study.questions import ALL, Pack, boards_of


@dataclass(frozen=True, slots=True)
class Mastery:
    """Of one section: its questions, and how many of them the member's last answer got right."""

    questions: int
    right: int

    @property
    def share(self) -> float:
        return self.right / self.questions if self.questions else 0.0


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A section of the guide. `mastery` has the sections within it that hold questions, in the guide's order."""

    pack: Pack
    section: str
    mastery: Mapping[str, Mastery]


@dataclass(frozen=True, slots=True)
class Guide:
    db: Database
    content: Content

    async def page(self, member: Member, section: str) -> GuidePage:
        """Raises UnknownSection."""

        def work(tx: Connection) -> GuidePage:
            pack = self.content.pack(tx, member.guild_id)
            if section not in pack.boards:
                raise UnknownSection(section)
            right = attempts.last_right(tx, member.guild_id, member.user_id)
            mastery: dict[str, Mastery] = {}
            for leaf in pack.leaves:
                if section == ALL or section in boards_of(leaf):
                    questions = pack.within(leaf)
                    known = sum(question.id in right for question in questions)
                    mastery[leaf] = Mastery(len(questions), known)
            return GuidePage(pack, section, mastery)

        return await self.db.read(work)
