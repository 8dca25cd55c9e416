"""What members and servers can do: one method, one action, one transaction, one outcome. A service never sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from bot.services.answers import Answers
from bot.services.content import Content
from bot.services.dailies import Dailies
from bot.services.guilds import Guilds
from bot.services.plans import Plans
from bot.services.privacy import Privacy
from bot.services.quizzes import Quizzes
from bot.services.reminders import Reminders
from bot.services.reviews import Reviews
from bot.services.schedules import Schedules
from bot.services.standings import Standings
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
    guilds: Guilds
    plans: Plans
    privacy: Privacy
    quizzes: Quizzes
    reminders: Reminders
    reviews: Reviews
    schedules: Schedules
    standings: Standings

    @classmethod
    def over(
        cls, db: Database, packs: Mapping[str, Pack], default_pack: str, *, erase_after: timedelta = ERASE_AFTER
    ) -> Self:
        content = Content(packs, default_pack)
        dailies = Dailies(db, content)
        quizzes = Quizzes(db, content)
        return cls(
            db=db,
            content=content,
            answers=Answers(db, content),
            dailies=dailies,
            guilds=Guilds(db, erase_after),
            plans=Plans(db, content, quizzes),
            privacy=Privacy(db),
            quizzes=quizzes,
            reminders=Reminders(db, content),
            reviews=Reviews(db, content, quizzes),
            schedules=Schedules(db, content, dailies),
            standings=Standings(db, content),
        )

    async def pack_for(self, guild_id: int) -> Pack:
        """The pack that a server studies."""
        return await self.db.read(lambda tx: self.content.pack(tx, guild_id))
