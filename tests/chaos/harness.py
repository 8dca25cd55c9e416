"""Kill the bot at random moments under load, again and again, and check that nothing is lost or duplicated."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import make_url, text

import bot.app  # noqa: F401  every button enters itself where it is imported
from bot.bank.loader import load_library
from bot.clock import now
from bot.cogs.dailies import messages
from bot.cogs.ui.layout import layout
from bot.services import Services
from bot.services.dailies import DailyPost
from bot.services.leases import LEASE
from bot.services.schedules import SchedulePlan
from bot.storage.engine import Connection, Database, NotRecorded
from bot.storage.failures import is_locked
from bot.storage.posts import PostKind
from bot.storage.schedules import ScheduleKey
from bot.study.dailies import Feedback
from bot.study.discussions import Discussion
from bot.study.members import Member
from bot.study.questions import Kind, Pack
from bot.study.schedules import Schedule
from tests.chaos.checks import discussion_problems, problems
from tests.chaos.event_checks import event_problems
from tests.chaos.events import Events, age
from tests.chaos.findings import Findings
from tests.chaos.lives import Lives
from tests.chaos.members import CROWDS, PER_CROWD, Members
from tests.chaos.unsettled import look_now, unsettled
from tests.components import V2
from tests.discord_stub import BotProcess, DiscordStub, Guild, Nursery, user_ids
from tests.discord_stub.nursery import ROOT
from tests.discord_stub.world import name_of
from tests.services.channel import put_up
from tests.zones import around_noon

DUE_AT_ONCE = 4
"""The number of servers whose dailies come due around each start."""
SPARE = 10
"""The number of servers whose dailies never come due."""
HOLDS = 4
"""One in this many servers holds answers until the close."""
TWO_DAILIES = 3
"""One in this many servers has two questions of the day, in one channel."""
LATE = clock_time(23, 30)
SETTLE_WITHIN = 120.0
"""Seconds without progress after which unfinished work is reported as stuck."""
OUTAGE = timedelta(minutes=10)
"""The length of an outage: longer than Discord remembers a nonce."""
LEASE_OVER = LEASE + timedelta(seconds=1)

A = TypeVar("A")
T = TypeVar("T")


@dataclass
class Chaos:
    """One bot, one database, one Discord."""

    stub: DiscordStub
    bots: tuple[BotProcess, BotProcess]
    """The two processes of the bot, which may overlap."""
    rng: Random
    findings: Findings
    packs: Mapping[str, Pack]
    lives: Lives = field(init=False)
    members: Members = field(init=False)
    zone: str = field(init=False)
    day_began: datetime = field(init=False)
    """The beginning of yesterday, in that zone."""
    events: Events = field(init=False)
    waiting: list[Guild] = field(init=False)
    schedules: dict[int, tuple[int, ...]] = field(init=False)
    """The numbers of each server's schedules."""
    due_today: set[ScheduleKey] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        at = now()
        self.zone = around_noon(at)
        self.day_began = local_instant(at - timedelta(days=1), clock_time(0, 0), self.zone)
        self.events = Events(self.stub, self.rng, [guild for n, guild in enumerate(self.stub.guilds) if n % HOLDS])
        self.waiting = self.rng.sample(self.stub.guilds, len(self.stub.guilds))
        numbers = enumerate(self.stub.guilds)
        self.schedules = {guild.id: (1, 2) if n % TWO_DAILIES == 1 else (1,) for n, guild in numbers}
        self.members = self.findings.members = Members(self.stub, Random(self.rng.random()))
        self.lives = Lives(
            self.stub,
            *self.bots,
            self.rng,
            self.findings,
            shared=self.findings.database == "postgresql",
            at_work=partial(self._with_services, self.events.begin_rounds),
            nobody_left=self._nobody_left,
        )

    async def run(self, kills: int) -> None:
        began = time.monotonic()
        await self._with_services(self._give_history)
        acting = asyncio.create_task(self.members.act())
        try:
            while (done := self.findings.kills.total()) < kills:
                await self._with_services(self._have_work if self.lives.bot.running else self._let_time_pass)
                await self.lives.next(may_overlap=done + 1 < kills)
            await self._with_services(self._let_leases_end)
            await self._with_services(self.events.stop)
            await self._with_services(lambda services: services.db.write(partial(age, OUTAGE)))
            await self._live_on()
        finally:
            self.members.stop()
            await acting
        self.findings.posts = sum(len(self.stub.posts(guild)) for guild in self.stub.guilds)
        self.findings.nonces = self.stub.world.repeated_nonces
        await self._with_services(self._check)
        self.findings.seconds = time.monotonic() - began

    # -- between two lives

    async def _with_services(self, work: Callable[[Services], Awaitable[None]]) -> None:
        db = PatientDatabase(self.bots[0].database_url)
        try:
            await work(Services.over(db, self.packs, "aws-mla-c01"))
        finally:
            await db.close()

    async def _give_history(self, services: Services) -> None:
        """Give every server a daily from late yesterday that still accepts answers and that some members have
        answered."""
        for number, guild in enumerate(self.stub.guilds):
            for which in self.schedules[guild.id]:
                await self._schedule(services, guild, which, self.day_began, LATE)
            if number % HOLDS == 0:
                await services.schedules.set_feedback(guild.id, Feedback.AT_CLOSE, at=self.day_began)
            await self._have_discussions(services, guild, number)
        posted_at = local_instant(self.day_began, LATE, self.zone)
        claimed = [post for post in await services.dailies.claim_due(posted_at) if isinstance(post, DailyPost)]
        assert len(claimed) == sum(map(len, self.schedules.values())), "each server has its dailies of yesterday"
        for post in claimed:
            message = messages.post(post)
            sent = {"flags": V2, "components": layout(message).to_components()}
            id = int(self.stub.world.create_message(post.daily.channel_id, sent)["id"])
            await put_up(services, post, id, at=posted_at)
            if post.question.kind is Kind.CHOICE:
                for user_id in self.rng.sample(user_ids(CROWDS * PER_CROWD), 3):
                    member = Member(post.daily.guild_id, user_id, name_of(user_id))
                    await services.answers.submit(post.daily.id, member, self.rng.choice("ABCD"), at=posted_at)

    async def _have_discussions(self, services: Services, guild: Guild, number: int) -> None:
        """Set where servers discuss their dailies: some in a thread, some in a forum, some in private from the start,
        and some nowhere."""
        begins = (Discussion.AT_CLOSE, Discussion.AT_ONCE, Discussion.AT_CLOSE, Discussion.OFF)[number // 2 % 4]
        forum_id = self.stub.world.add_forum(guild.id) if number // 2 % 4 == 2 else None
        for schedule in await services.schedules.all(guild.id):
            await services.discussions.set(schedule, begins, forum_id)

    async def _schedule(self, services: Services, guild: Guild, which: int, at: datetime, hour: clock_time) -> None:
        plan = SchedulePlan(guild.channels[0], None, Schedule(hour, self.zone), ())
        await services.schedules.set(guild.id, plan, which=str(which), by=guild.owner_id, rng=self.rng, at=at)

    async def _let_time_pass(self, services: Services) -> None:
        """Let time pass while no bot is running, sometimes until Discord has forgotten the nonces of its posts."""
        await self._have_work(services)
        if self.rng.random() < 0.25:
            self.findings.outages += 1
            self.stub.world.forget_nonces()
            await services.db.write(partial(age, OUTAGE))
        elif self.rng.random() < 0.5:
            await self._let_leases_end(services)

    async def _have_work(self, services: Services) -> None:
        """Schedule the dailies of some servers for about the time when a bot will be running. A server's two dailies
        are often due at the same moment."""
        at = now()
        for guild in self.waiting[:DUE_AT_ONCE]:
            due = at
            for which in self.schedules[guild.id]:
                if due == at or self.rng.random() < 0.5:
                    due = at + timedelta(seconds=0.1 + self.rng.uniform(0, 1.5 * self.lives.start_takes))
                await self._schedule(services, guild, which, at, due.astimezone(ZoneInfo(self.zone)).time())
                self.due_today.add((guild.id, which))
        del self.waiting[:DUE_AT_ONCE]
        await self.events.happen(services, alone=not self.lives.bot.running)

    async def _let_leases_end(self, services: Services) -> None:
        """Let the leases of a killed process expire. On a shared database, the next process would have to wait for
        that."""
        if services.db.shared:
            await services.db.write(partial(age, LEASE_OVER))

    # -- the end

    async def _nobody_left(self) -> None:
        await self._with_services(until_alone)
        self.members.give_up()

    async def _live_on(self) -> None:
        """Run the bot a last time: it must finish all unfinished work, and stop cleanly on SIGTERM."""
        await self.lives.start()
        # Every answer changes the numbers on posts, so these cannot settle before the members stop.
        await self._settle(numbers=False)
        self.members.stop()
        await self._settle(numbers=True)
        bot = self.lives.bot
        bot.ask_to_stop()
        if (code := await bot.ended()) != 0:
            self.findings.problems.append(f"asked to stop, the bot ended with exit code {code}")
        said = "".join(bot.said() for bot in self.bots)
        for sign in ("Traceback", "unexpected error"):
            if sign in said:
                where = said.index(sign)
                self.findings.problems.append(f"the log has: {said[max(0, where - 300) : where + 1500]}")

    async def _settle(self, *, numbers: bool) -> None:
        """Wait until no work is unfinished. Report what is left if it has not changed for SETTLE_WITHIN seconds."""
        before: set[str] | None = None
        deadline = 0.0
        while left := await self._unsettled(numbers=numbers):
            if left.keys() != before:
                before, deadline = set(left), time.monotonic() + SETTLE_WITHIN
            elif time.monotonic() > deadline:
                stayed = "; ".join(f"{name} ({why})" for name, why in sorted(left.items()))
                self.findings.problems.append(f"what was half done stayed so: {stayed}")
                return
            await asyncio.sleep(0.2)

    async def _unsettled(self, *, numbers: bool) -> dict[str, str]:
        found: dict[str, str] = {}

        async def look(services: Services) -> None:
            found.update(await services.db.read(lambda tx: dict(unsettled(tx, services, numbers=numbers))))
            if any(f"post {PostKind.EVENING_ITEM} " in name for name in found):
                await services.db.write(look_now)

        await self._with_services(look)
        return found

    async def _check(self, services: Services) -> None:
        self.members.remember()
        keys = [(id, number) for id, numbers in self.schedules.items() for number in numbers]
        expected = {key: 1 + (key in self.due_today) for key in keys}
        self.findings.problems += await services.db.read(lambda tx: problems(tx, self.stub, self.members, expected))
        self.findings.problems += await services.db.read(lambda tx: list(discussion_problems(tx, self.stub)))
        self.findings.discussions = sum(len(self.stub.world.threads(guild.id)) for guild in self.stub.guilds)
        self.findings.problems += await services.db.read(lambda tx: list(event_problems(self.events, tx, services)))
        self.findings.events = len(self.events.wanted)
        self.findings.reminders = len(self.events.reminded)
        changes = "PUT /guilds/*/members/*/roles/*", "DELETE /guilds/*/members/*/roles/*"
        asked = self.stub.rest.requests.items()
        self.findings.roles = sum(
            count for request, count in asked if any(fnmatch(request, change) for change in changes)
        )


class PatientDatabase(Database):
    """A database that waits for SQLite's lock as long as it takes. On a busy machine, a bot may hold the lock for
    longer than another process usually waits."""

    async def write(self, work: Callable[[Connection], T], *, patient: bool = False) -> T:
        while True:
            try:
                return await super().write(work, patient=patient)
            except NotRecorded as refused:
                if refused.__cause__ is None or not is_locked(refused.__cause__):
                    raise

    async def write_together(self, work: Callable[[Connection, Sequence[A]], Sequence[T | Exception]], item: A) -> T:
        return await self.write(lambda tx: _only(work(tx, [item])))


def _only(results: Sequence[T | Exception]) -> T:
    [result] = results
    if isinstance(result, Exception):
        raise result
    return result


async def until_alone(services: Services) -> None:
    """Wait until PostgreSQL has finished the last statement of a bot that was killed."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    while services.db.shared and await services.db.read(lambda tx: tx.execute(others).scalar()):  # noqa: ASYNC110  only the server knows
        await asyncio.sleep(0.01)


def local_instant(at: datetime, time_of_day: clock_time, zone: str) -> datetime:
    """Return a time of day on the local date of an instant, in UTC."""
    local = at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time_of_day, local.tzinfo).astimezone(UTC)


async def chaos(folder: Path, database_url: str, *, nursery: Nursery, kills: int, seed: int) -> Findings:
    """Run the harness once on an empty, migrated database; return what it found."""
    findings = Findings(seed, make_url(database_url).get_backend_name())
    guilds = DUE_AT_ONCE * kills + SPARE
    async with (
        DiscordStub(guilds=guilds, channels=2) as stub,
        BotProcess(folder / "one", stub, nursery=nursery, DATABASE_URL=database_url, LOG_LEVEL="WARNING") as one,
        BotProcess(folder / "two", stub, nursery=nursery, DATABASE_URL=database_url, LOG_LEVEL="WARNING") as two,
    ):
        await Chaos(stub, (one, two), Random(seed), findings, load_library(ROOT / "content")).run(kills)
    return findings
