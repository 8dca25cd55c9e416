"""Two members and their duels, for tests of services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.services import Services
from bot.services.duel_scenes import DuelScene
from bot.services.duels import Opponent
from bot.services.posts import PostEnding, Unsent
from bot.services.quiz_outcomes import QuizHeld, QuizTurn
from bot.storage import attempts
from bot.storage.posts import PostKind
from bot.study.duels import QUESTIONS
from bot.study.members import Member
from bot.study.questions import ALL
from bot.study.schedules import Trouble
from tests.conftest import MONDAY
from tests.services.channel import show_all
from tests.services.students import answer

CHANNEL = 200


SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


@dataclass
class Ring:
    """A server with duels between ana (1) and ben (2). Time stands still unless a test moves it."""

    services: Services
    guild: int = 10
    at: datetime = MONDAY
    said: list[tuple[PostKind, DuelScene, tuple[int, ...]]] = field(default_factory=list)

    def member(self, user_id: int) -> Member:
        return Member(self.guild, user_id, f"member {user_id}")

    @property
    def duels(self):
        return self.services.duels

    async def challenge(self, by: int = 1, of: int = 2, section: str = ALL, **about: Any):
        return await self.duels.challenge(
            self.member(by), Opponent(of, **about), section=section, channel_id=CHANNEL, rng=Random(1), at=self.at
        )

    async def challenged(self, by: int = 1, of: int = 2, section: str = ALL) -> int:
        """Challenge a member and post the challenge in the channel; return the duel's id."""
        challenge = await self.challenge(by, of, section)
        assert challenge.fresh
        await self.tick()
        return challenge.scene.duel.id

    async def accept(self, duel_id: int, by: int = 2) -> DuelScene:
        return await self.duels.accept(duel_id, self.member(by), rng=Random(duel_id), at=self.at)

    async def begun(self, **options: Any) -> int:
        duel_id = await self.challenged(**options)
        await self.accept(duel_id, options.get("of", 2))
        return duel_id

    async def play(
        self, duel_id: int, who: int, right: int = QUESTIONS, wrong: int | None = None
    ) -> QuizTurn | DuelScene:
        """Answer questions, one per second: the first `right` ones right, and the next `wrong` ones, by default all
        others, wrong."""
        turn = await self.duels.play(duel_id, self.member(who), at=self.at)
        for number in range(right + (QUESTIONS - right if wrong is None else wrong)):
            assert isinstance(turn, QuizTurn)
            self.at += SECOND
            turn = (await self.answer(turn, who, right=number < right)).after
        return turn

    async def answer(self, turn: QuizTurn, who: int, *, right: bool = True) -> QuizHeld:
        held = await answer(self.services, self.member(who), turn, at=self.at, right=right)
        assert isinstance(held, QuizHeld)
        return held

    async def look(self, duel_id: int, who: int = 1) -> DuelScene:
        return await self.duels.look(duel_id, self.member(who))

    async def tick(self, length: timedelta = timedelta()) -> list[DuelScene]:
        """Let time pass and run the ticks; return the scenes of the messages that were edited."""
        self.at += length
        await self.services.duel_posts.close_due(self.at)
        puts = await show_all(self.services, self.at)
        self.said += [(put.scene.kind, put.scene.scene, put.scene.pings) for put in puts if put.sent]
        return [put.scene.scene for put in puts if not put.sent]

    async def refused(self, trouble: Trouble = Trouble.NO_PERMISSION) -> list[Unsent | None]:
        """Let the channel reject every post that is due now; return whom to notify of each."""
        posts = self.services.posts
        return [await posts.refuse(post, trouble, at=self.at) for post in await posts.acquire(self.at, limit=9)]

    async def deleted(self) -> None:
        """Let every message that is due to be edited be deleted."""
        for post in await self.services.posts.acquire(self.at, limit=9):
            await self.services.posts.end(post, PostEnding.DELETED, at=self.at)

    async def attempts(self):
        return await self.services.db.read(lambda tx: list(attempts.in_order(tx, self.guild)))
