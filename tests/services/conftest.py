"""A small server for tests of services: a pack of twelve questions, all answered by `B`, and a real database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from bot.services import Services
from bot.services.dailies import DailyPost, Missed, Problem
from bot.services.posts import PostEnding, Unsent
from bot.services.recording import Verdict
from bot.services.schedules import SchedulePlan
from bot.storage import attempts, dailies, standings
from bot.storage import quizzes as quiz_rows
from bot.storage.dailies import Daily
from bot.storage.engine import Database
from bot.storage.posts import Post as Leased
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule
from bot.study.dailies import Feedback
from bot.study.members import Member
from bot.study.periods import Period, key
from bot.study.questions import ALL, LETTERS, Pack
from bot.study.schedules import Schedule, Trouble
from bot.study.standings import By, Tally
from tests.builders import a_pack, questions_of
from tests.conftest import MONDAY
from tests.services.channel import put_up, show_all

RIGHT, WRONG = "B", "A"
MIA = 100
NINE = MONDAY + timedelta(hours=1)
CHANNEL = 50
TODAY = MONDAY.date()


@dataclass
class School:
    """A server, with the actions of its managers, its members and the ticks, as calls to the services."""

    services: Services
    id: int = 1
    _messages: int = field(default=1000)

    @property
    def db(self) -> Database:
        return self.services.db

    def member(self, user_id: int = 7) -> Member:
        return Member(self.id, user_id, f"member {user_id}")

    async def schedule(self, at: datetime = MONDAY, **changes: Any) -> GuildSchedule:
        """Schedule a daily, by default at 09:00 UTC on every day."""
        rule = changes.pop("rule", None) or Schedule(
            changes.pop("time", time(9)), changes.pop("zone", "UTC"), changes.pop("days", frozenset(range(7)))
        )
        which = changes.pop("which", None)
        plan = SchedulePlan(
            changes.pop("channel", CHANNEL), changes.pop("role", None), rule, changes.pop("sections", ()), **changes
        )
        rng = Random(self.id if which is None else f"{self.id}{which}")
        return await self.services.schedules.set(self.id, plan, which=which, by=MIA, rng=rng, at=at)

    async def claim(self, at: datetime) -> list[DailyPost | Missed | Problem]:
        """Claim the dailies that are due; return the outcomes for this server, not for others in the same database."""
        found = await self.services.dailies.claim_due(at)
        return [o for o in found if (o.daily.guild_id if isinstance(o, DailyPost) else o.guild_id) == self.id]

    async def note(self, post: DailyPost, at: datetime) -> int:
        """Record that the daily was posted; return its message id."""
        self._messages += 1
        await put_up(self.services, post, self._messages, at=at)
        return self._messages

    async def sending(self, at: datetime) -> list[Leased]:
        """Lease the dailies' posts that are due to be sent or edited."""
        found = await self.services.posts.acquire(at, limit=1000)
        return [post for post in found if (post.kind, post.guild_id) == (PostKind.DAILY, self.id)]

    async def refused(self, trouble: Trouble, at: datetime) -> Unsent | None:
        """Let the channel reject the daily that is due to be sent; return whom to notify."""
        [leased] = await self.sending(at)
        return await self.services.posts.refuse(leased, trouble, at=at)

    async def give_up(self, at: datetime) -> Missed | None:
        """Give up an unsent daily whose date has ended; return what to notify its manager of."""
        [late] = [post for post in await self.sending(at) if post.message_id is None]
        assert await self.services.posts.scene(late, at=at) is None
        missed: Missed | None = await self.services.posts.end(late, PostEnding.OVER, at=at)
        return missed

    async def post(self, at: datetime) -> DailyPost:
        """Claim the daily that is due, and record that it was posted."""
        [post] = await self.claim(at)
        assert isinstance(post, DailyPost)
        await self.note(post, at)
        return post

    async def close(self, at: datetime) -> dict[int, Any]:
        """Close the dailies whose closing time has passed, and update their posts; return what the updated posts show,
        by daily."""
        await self.services.dailies.close_due(at)
        return await self.shown(at)

    async def shown(self, at: datetime) -> dict[int, Any]:
        """Update the posts that are due; return what the posts of dailies show, by daily."""
        puts = await show_all(self.services, at)
        return {int(put.post.subject): put.scene for put in puts if put.post.kind == PostKind.DAILY}

    async def answer(self, post: DailyPost, user_id: int = 7, text: str = RIGHT, *, at: datetime) -> Any:
        return await self.services.answers.submit(post.daily.id, self.member(user_id), text, at=at)

    async def verdict(self, post: DailyPost, user_id: int = 7, text: str = RIGHT, *, at: datetime) -> Verdict:
        verdict = await self.answer(post, user_id, text, at=at)
        assert isinstance(verdict, Verdict)
        return verdict

    async def study(self, question_id: str, user_id: int = 7, *, right: bool = True, at: datetime) -> Verdict:
        """Answer one question in a new quiz."""
        quizzes, member = self.services.quizzes, self.member(user_id)
        section = question_id.partition("-")[0]
        turn = await quizzes.start(member, section=section, count=20, difficulty=None, rng=Random(1), at=at)
        items = (await self.db.read(lambda tx: quiz_rows.get(tx, turn.quiz_id))).items
        place = {item.question_id: place for place, item in enumerate(items)}[question_id]
        [key_index] = turn.pack.questions[question_id].correct
        letter = LETTERS[items[place].shown.index(key_index if right else 0)]
        return (await quizzes.answer(turn.quiz_id, place, member, letter, at=at)).verdict

    async def hold_back(self, at: datetime = MONDAY) -> None:
        """Give feedback only at the close, from the next daily on."""
        await self.services.schedules.set_feedback(self.id, Feedback.AT_CLOSE, at=at)

    # -- what is kept

    async def daily(self, post: DailyPost) -> Daily:
        daily = await self.db.read(lambda tx: dailies.get(tx, post.daily.id))
        assert daily is not None
        return daily

    async def attempts(self) -> list[attempts.Attempt]:
        return await self.db.read(lambda tx: list(attempts.in_order(tx, self.id)))

    async def tallies(self) -> dict[tuple[str, str, int], Tally]:
        return await self.db.read(lambda tx: standings.all_of(tx, self.id))

    async def points(self, user_id: int = 7, *, section: str = ALL, day: date = TODAY) -> int:
        """Return a member's points this season."""
        tally = (await self.tallies()).get((key(Period.SEASON, day), section, user_id))
        return tally.points if tally else 0

    async def ranking(self, *, at: datetime, section: str = ALL, by: By = By.POINTS) -> list[int]:
        board = await self.services.standings.board(
            self.member(), section=section, period=Period.SEASON, by=by, page=1, at=at
        )
        return [place.user_id for place in board.places]


@pytest.fixture(scope="session")
def small_pack() -> Pack:
    """Return a pack with three sections of four questions, of all difficulties."""
    plain = questions_of({"1.1": 4, "1.2": 4, "2.1": 4})
    mixed = [replace(question, difficulty=number % 3 + 1) for number, question in enumerate(plain)]
    return a_pack(mixed, {"1.1": 40, "1.2": 30, "2.1": 30})


@pytest.fixture
def packs_here(small_pack: Pack) -> Mapping[str, Pack]:
    return {small_pack.name: small_pack}


@pytest.fixture
def school(db: Database, packs_here: Mapping[str, Pack]) -> School:
    return School(Services.over(db, packs_here, "a-pack"))


@pytest.fixture
def other_school(school: School) -> School:
    """Return another server of the same bot."""
    return School(school.services, id=2)
