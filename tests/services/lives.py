"""Random histories of a server: days pass, members answer, study and hide, and managers change settings."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import Services
from bot.services.dailies import DailyPost
from bot.study.dailies import Feedback
from tests.builders import a_pack, questions_of
from tests.examples import examples
from tests.services.conftest import NINE, RIGHT, WRONG, School

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FEW = a_pack(questions_of({"1.1": 2, "1.2": 1}))
"""A pack with so few questions that each is asked again and again, as a daily and in quizzes."""
guild_ids = count(1000)
"""A new server id for each example, because the examples share one database."""

members = st.sampled_from([1, 2])
right = st.sampled_from([True, True, False])
arguments = {
    "answer": st.tuples(members, right),
    "study": st.tuples(members, st.sampled_from(sorted(FEW.questions)), right),
    "tomorrow": st.tuples(st.sampled_from([1, 1, 1, 2, 8])),
    "hide": st.tuples(members, st.booleans()),
    "feedback": st.tuples(st.sampled_from(Feedback)),
    "zone": st.tuples(st.sampled_from(["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])),
}
names = st.sampled_from(["study"] * 6 + ["answer"] * 5 + ["tomorrow"] * 3 + ["hide", "feedback", "zone"])
actions = names.flatmap(lambda name: st.tuples(st.just(name), arguments[name]))


class Life:
    """A server with two members that goes through a list of actions."""

    def __init__(self, school: School) -> None:
        self.school = School(Services.over(school.db, {FEW.name: FEW}, FEW.name), id=next(guild_ids))
        self.at = NINE
        self.post = None

    async def through(self, actions) -> School:
        await self.school.schedule()
        for name, details in [("tomorrow", (1,)), *actions, ("tomorrow", (1,))]:
            self.at += MINUTE
            await getattr(self, name)(*details)
        return self.school

    async def tomorrow(self, days):
        """Move some days ahead and run the ticks once, as if the bot had been down in between."""
        self.at += days * DAY
        await self.school.close(self.at)
        for outcome in await self.school.claim(self.at):
            if isinstance(outcome, DailyPost):
                self.post = outcome
                await self.school.note(outcome, self.at)

    def user(self, number):
        return 10 * self.school.id + number

    async def answer(self, number, right):
        if self.post is not None and self.at < self.post.daily.closes_at:
            await self.school.answer(self.post, self.user(number), RIGHT if right else WRONG, at=self.at)

    async def study(self, number, question_id, right):
        if self.post is None or self.post.question.id != question_id:
            with suppress(LookupError):  # the question is open as a daily in another server of this member
                await self.school.study(question_id, self.user(number), right=right, at=self.at)

    async def hide(self, number, hidden):
        await self.school.services.privacy.hide(self.school.member(self.user(number)), hidden=hidden, at=self.at)

    async def feedback(self, feedback):
        await self.school.services.schedules.set_feedback(self.school.id, feedback, at=self.at)

    async def zone(self, zone):
        await self.school.schedule(at=self.at, zone=zone)


lives = given(st.lists(actions, min_size=5, max_size=20))
modest = settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
