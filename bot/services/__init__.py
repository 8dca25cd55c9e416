"""What members and servers can do: one method, one action, one transaction, one outcome. A service never sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from bot.services.answers import Answers
from bot.services.content import Content
from bot.services.dailies import Dailies
from bot.services.exams import Exams
from bot.services.guide import Guide
from bot.services.guilds import Guilds
from bot.services.packs import Packs
from bot.services.plans import Plans
from bot.services.privacy import Privacy
from bot.services.questions import Questions
from bot.services.quizzes import Quizzes
from bot.services.reminders import Reminders
from bot.services.reports import Reports
from bot.services.reviews import Reviews
from bot.services.schedules import Schedules
from bot.services.standings import Standings
from bot.services.upkeep import Upkeep
from bot.storage.engine import Database
from bot.study.questions import Pack

ERASE_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Services:
    """One of each, over one database and one library of packs."""

    db: Database
    content: Content
    answers: Answers
    dailies: Dailies
    exams: Exams
    guide: Guide
    guilds: Guilds
    packs: Packs
    plans: Plans
    privacy: Privacy
    questions: Questions
    quizzes: Quizzes
    reminders: Reminders
    reports: Reports
    reviews: Reviews
    schedules: Schedules
    standings: Standings
    upkeep: Upkeep

    @classmethod
    def over(
        cls,
        db: Database,
        packs: Mapping[str, Pack],
        default_pack: str,
        *,
        erase_after: timedelta = ERASE_AFTER,
        backups_kept: int = 0,
    ) -> Self:
        content = Content(packs, default_pack)
        dailies = Dailies(db, content)
        quizzes = Quizzes(db, content)
        return cls(
            db=db,
            content=content,
            answers=Answers(db, content),
            dailies=dailies,
            exams=Exams(db, content),
            guide=Guide(db, content),
            guilds=Guilds(db, erase_after),
            packs=Packs(db, content),
            plans=Plans(db, content, quizzes),
            privacy=Privacy(db),
            questions=Questions(db, content),
            quizzes=quizzes,
            reminders=Reminders(db, content),
            reports=Reports(db, content),
            reviews=Reviews(db, content, quizzes),
            schedules=Schedules(db, content, dailies),
            standings=Standings(db, content),
            upkeep=Upkeep(db, backups_kept),
        )

    async def pack_for(self, guild_id: int) -> Pack:
        """The pack that a server studies."""
        return await self.db.read(lambda tx: self.content.pack(tx, guild_id))
