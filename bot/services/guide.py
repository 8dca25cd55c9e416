"""The study guide, with how much of it a member has mastered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.services.cards import held, study_day
from bot.services.content import Content
from bot.storage import learners
from bot.storage.engine import Connection, Database
from bot.study.members import Member
from bot.study.packs import read_section
from bot.study.questions import ALL, Pack, boards_of
from bot.study.reviews import mastery


@dataclass(frozen=True, slots=True)
class BoardMastery:
    """A member's mastery of one board: its questions, how many were right the last time, and the mean chance, from 0 to
    1, of recalling a question today. Unanswered questions count as 0."""

    questions: int
    right: int
    share: float


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A section of the guide, or `all`. `mastery` covers it and its subsections, if they have questions."""

    pack: Pack
    section: str
    mastery: Mapping[str, BoardMastery]


@dataclass(frozen=True, slots=True)
class Guide:
    db: Database
    content: Content

    async def page(self, member: Member, section: str, *, at: datetime) -> GuidePage:
        """Return a section of the guide. Raises UnknownSection."""

        def work(tx: Connection) -> GuidePage:
            pack = self.content.pack_for(tx, member.guild_id, member.user_id)
            shown = read_section(pack, section)
            day = study_day(tx, member.guild_id, member.user_id, at)
            cards = held(tx, member.user_id, pack)
            known = {name for name, card in cards.items() if card.known_since is not None}
            shares = mastery(pack, cards, day, learners.get(tx, member.user_id).parameters)
            within = [board for board in pack.boards if shown in (ALL, board, *boards_of(board))]
            return GuidePage(
                pack, shown, {board: _of(pack, board, known, shares[board]) for board in within if board in shares}
            )

        return await self.db.read(work)


def _of(pack: Pack, board: str, known: Collection[str], share: float) -> BoardMastery:
    questions = pack.within(board)
    return BoardMastery(len(questions), sum(question.id in known for question in questions), share)
