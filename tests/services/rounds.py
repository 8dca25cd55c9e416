"""Live rounds for tests of services: a channel in which a round is played, without Discord."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services import Services
from bot.services.live import Kept
from bot.services.live_parts import LiveLine, table
from bot.services.live_steps import LiveScene
from bot.storage import live
from bot.storage.live import LiveRound
from bot.storage.posts import Post, PostKind
from bot.study.live import LOBBY, PAUSE
from bot.study.members import Member
from tests.conftest import MONDAY
from tests.services.channel import show_all

GUILD, CHANNEL = 100, 200
SECONDS = 20
SECOND = timedelta(seconds=1)


def player(user_id: int, *roles: int) -> Member:
    return Member(GUILD, user_id, f"member {user_id}", frozenset(roles))


@dataclass
class Stage:
    """A live round in a channel. Time stands still unless a test moves it. Due posts are shown at once, in a channel
    that accepts everything."""

    services: Services
    at: datetime = MONDAY
    id: int = 0
    scenes: list[LiveScene] = field(default_factory=list)

    async def open(self, *players: int, host: int = 1, questions: int = 2, **options: object) -> LiveRound:
        """Open a lobby, and let these players join."""
        wanted = {"channel_id": CHANNEL, "section": "all", "questions": questions, "seconds": SECONDS, "seed": 7}
        opened = await self.services.live.start(player(host), **{**wanted, **options}, at=self.at)
        self.id = opened.live.id
        await self.tick()
        for user_id in players:
            await self.join(user_id)
        return opened.live

    async def begin(self, *players: int, **options: object) -> None:
        """Open a round with these players, and wait for the first question."""
        await self.open(*players, **options)
        await self.wait(LOBBY)

    async def tick(self) -> None:
        """Run the ticks and show the due posts. Scenes of other rounds in the same database are not kept."""
        await self.services.live_steps.advance_due(self.at)
        await self.show()
        await self.services.live_steps.record_closed(self.at)

    async def show(self) -> None:
        for put in await show_all(self.services, self.at):
            if put.post.kind == PostKind.LIVE and (put.scene.live.id == self.id or not self.id):
                self.scenes.append(put.scene)

    async def leased(self) -> Post:
        """Return the round's post, leased by a process that is about to show it."""
        [post] = [post for post in await self.services.posts.acquire(self.at, limit=99) if post.kind == PostKind.LIVE]
        return post

    async def wait(self, length: timedelta) -> None:
        self.at += length
        await self.tick()

    async def close(self) -> None:
        """Wait until the time of the open question is up."""
        await self.wait(SECONDS * SECOND)

    async def next(self) -> None:
        """Wait until the pause after a question is over."""
        await self.wait(PAUSE)

    async def join(self, user_id: int):
        return await self.services.live.join(self.id, player(user_id), at=self.at)

    async def leave(self, user_id: int) -> None:
        await self.services.live.leave(self.id, player(user_id), at=self.at)

    async def stop(self, user_id: int = 1, *, manager: bool = False) -> None:
        await self.services.live.stop(self.id, player(user_id), manager=manager, at=self.at)
        await self.tick()

    async def answer(self, user_id: int, *, right: bool = True, after: timedelta = timedelta(), roles=()) -> Kept:
        """Answer the open question, `after` this much time."""
        number = (await self.round()).asked
        question_id, shown = await self.services.db.read(lambda tx: live.question(tx, self.id, number))
        pack = await self.services.pack_for(GUILD)
        [key] = pack.questions[question_id].correct
        place = shown.index(key)
        place = place if right else (place + 1) % len(shown)
        who = player(user_id, *roles)
        return await self.services.live.answer(self.id, number, place, who, at=self.at + after)

    # -- what is kept

    async def round(self) -> LiveRound:
        found = await self.services.db.read(lambda tx: live.get(tx, self.id))
        assert found is not None
        return found

    async def table(self) -> list[LiveLine]:
        found = await self.round()
        return await self.services.db.read(lambda tx: table(tx, found))

    async def points(self) -> dict[int, int]:
        return {line.user_id: line.score.points for line in await self.table()}

    async def asked(self) -> list[str]:
        return [question_id for question_id, _ in await self.services.db.read(lambda tx: live.questions(tx, self.id))]
