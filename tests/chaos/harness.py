"""Kill the bot at random moments under load, again and again, and check that nothing is lost or duplicated."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from random import Random
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
from bot.storage.engine import Database
from bot.study.dailies import Feedback
from bot.study.discussions import Discussion
from bot.study.members import Member
from bot.study.questions import Kind, Pack
from bot.study.schedules import Schedule
from tests.chaos.checks import discussion_problems, problems
from tests.chaos.events import Events, age
from tests.chaos.members import CROWDS, PER_CROWD, Members
from tests.chaos.unsettled import unsettled
from tests.components import V2
from tests.discord_stub import BotProcess, DiscordStub, Guild, Nursery, user_ids
from tests.discord_stub.faults import Fault, answer, cut, rate_limited
from tests.discord_stub.nursery import ROOT
from tests.discord_stub.world import name_of
from tests.services.channel import put_up
from tests.zones import around_noon

DUE_AT_ONCE = 4
"""How many servers come due around each start."""
SPARE = 10
"""Servers that do not come due at all."""
HOLDS = 4
"""One server in so many holds answers until the close."""
LATE = clock_time(23, 30)
MOST_REQUESTS = 60
"""It is killed at the latest when it has made so many: a measure of work, which a busy machine does not stretch."""
AT_WORK = (0.1, 1.5)
"""How long it lives at most once it is connected, in times of what its start took."""
A_MOMENT = 0.03
A_TICK = 1.0
"""Seconds between two looks of the bot for what is due."""
CONNECT_WITHIN = 60.0
SETTLE_WITHIN = 120.0
"""Seconds without any progress until what is half done is taken to stay so."""
OUTAGE = timedelta(minutes=10)
"""Longer than Discord remembers a nonce."""
LEASE_OVER = LEASE + timedelta(seconds=1)

MOMENTS = {
    "a post was accepted, its answer lost": ("POST /channels/*/messages", True),
    "a post was refused": ("POST /channels/*/messages", False),
    "a role was given": ("PUT /guilds/*/members/*/roles/*", True),
    "a role was about to be taken": ("DELETE /guilds/*/members/*/roles/*", False),
    "an event was made": ("POST /guilds/*/scheduled-events", True),
    "a thread was opened": ("POST /channels/*/threads", True),
    "a thread was about to be opened": ("POST /channels/*/threads", False),
    "a post was edited": ("PATCH /channels/*/messages/*", True),
    "an answer was told": ("POST /interactions/*", True),
    "an answer was about to be told": ("POST /interactions/*", False),
}
"""The chosen moments: at a request like this, after or before Discord did what it was asked."""


TROUBLES = {
    "refused by an ill Discord": partial(answer, status=500, times=2),
    "told to wait": partial(rate_limited, seconds=0.2, times=2),
    "told to wait, as everything is": partial(rate_limited, seconds=0.2, everywhere=True),
    "cut off": partial(cut, accepted=False),
    "cut off once it was taken": partial(cut, accepted=True),
}
"""What happens to requests of a life besides its end."""


@dataclass
class Findings:
    seed: int
    database: str = "sqlite"
    kills: Counter[str] = field(default_factory=Counter)
    """By moment."""
    outages: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    members: Members | None = None
    posts: int = 0
    events: int = 0
    discussions: int = 0
    roles: int = 0
    reminders: int = 0
    nonces: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        assert self.members is not None
        members = self.members
        moments = ", ".join(f"{count} when {moment}" for moment, count in self.kills.most_common())
        lines = [
            f"seed {self.seed} on {self.database}: killed {self.kills.total()} times in {self.seconds:.0f} s ({moments}); "
            f"{self.outages} times down for long. Some requests were "
            + (
                ", ".join(f"{count} times {trouble}" for trouble, count in self.troubles.most_common())
                or "never in trouble"
            )
            + ".",
            f"  {members.acts} presses and commands ({members.doubled} delivered twice): {members.recorded} told to be on "
            f"record, {members.refused} refused, {members.unanswered} without a reply; {len(members.live_told)} told so in live rounds.",
            f"  {self.posts} posts of dailies, {self.events} of competitions, duels and live rounds, {self.discussions} discussions, {self.roles} changes of roles, {self.reminders} reminders; {self.nonces} sent again and known by their nonce.",
        ]
        if self.problems:
            lines.append(f"  {len(self.problems)} PROBLEMS:")
            lines += [f"    {problem}" for problem in self.problems[:40]]
        else:
            lines.append("  Nothing lost, nothing twice.")
        return "\n".join(lines)


@dataclass
class Chaos:
    """One bot, one database, one Discord."""

    stub: DiscordStub
    bot: BotProcess
    rng: Random
    findings: Findings
    packs: Mapping[str, Pack]
    start_takes: float = 0.5
    """Seconds from start to connection, as last seen."""
    zone: str = field(init=False)
    day_began: datetime = field(init=False)
    """Yesterday's, in that zone."""
    events: Events = field(init=False)
    waiting: list[Guild] = field(init=False)
    due_today: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        at = now()
        self.zone = around_noon(at)
        self.day_began = local_instant(at - timedelta(days=1), clock_time(0, 0), self.zone)
        self.events = Events(self.stub, self.rng, [guild for n, guild in enumerate(self.stub.guilds) if n % HOLDS])
        self.waiting = self.rng.sample(self.stub.guilds, len(self.stub.guilds))

    async def run(self, kills: int) -> None:
        began = time.monotonic()
        await self._with_services(self._give_history)
        members = self.findings.members = Members(self.stub, Random(self.rng.random()))
        acting = asyncio.create_task(members.act())
        try:
            while self.findings.kills.total() < kills:
                await self._with_services(self._let_time_pass)
                await self._live_and_die()
            await self._with_services(self._let_leases_end)
            await self._with_services(self.events.stop)
            await self._with_services(lambda services: services.db.write(partial(age, OUTAGE)))
            await self._live_on(members)
        finally:
            members.stop()
            await acting
        self.findings.posts = sum(len(self.stub.posts(guild)) for guild in self.stub.guilds)
        self.findings.nonces = self.stub.world.repeated_nonces
        await self._with_services(self._check)
        self.findings.seconds = time.monotonic() - began

    # -- between two lives

    async def _with_services(self, work: Callable[[Services], Awaitable[None]]) -> None:
        db = Database(self.bot.database_url)
        try:
            await work(Services.over(db, self.packs, "aws-mla-c01"))
        finally:
            await db.close()

    async def _give_history(self, services: Services) -> None:
        """Every server has had a daily yesterday, late, that still takes answers; some members have answered it."""
        for number, guild in enumerate(self.stub.guilds):
            await services.schedules.set(
                guild.id, self._plan(guild, LATE), by=guild.owner_id, rng=self.rng, at=self.day_began
            )
            if number % HOLDS == 0:
                await services.schedules.set_feedback(guild.id, Feedback.AT_CLOSE, at=self.day_began)
            await self._have_discussions(services, guild, number)
        posted_at = local_instant(self.day_began, LATE, self.zone)
        claimed = [post for post in await services.dailies.claim_due(posted_at) if isinstance(post, DailyPost)]
        assert len(claimed) == len(self.stub.guilds), "each server has its daily of yesterday"
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
        """Some servers discuss each daily in a thread, some in a forum, some in private at once, and some do not."""
        [schedule] = await services.schedules.all(guild.id)
        begins = (Discussion.AT_CLOSE, Discussion.AT_ONCE, Discussion.AT_CLOSE, Discussion.OFF)[number // 2 % 4]
        forum_id = self.stub.world.add_forum(guild.id) if number // 2 % 4 == 2 else None
        await services.discussions.set(schedule, begins, forum_id)

    def _plan(self, guild: Guild, at: clock_time) -> SchedulePlan:
        return SchedulePlan(guild.channels[0], None, Schedule(at, self.zone), ())

    async def _let_time_pass(self, services: Services) -> None:
        """The managers of some servers choose an hour around the time at which the bot will be back; and sometimes the bot
        stays down for so long that Discord has forgotten the nonces of its posts."""
        at = now()
        for guild in self.waiting[:DUE_AT_ONCE]:
            due = at + timedelta(seconds=0.1 + self.rng.uniform(0, 1.5 * self.start_takes))
            plan = self._plan(guild, due.astimezone(ZoneInfo(self.zone)).time())
            await services.schedules.set(guild.id, plan, by=guild.owner_id, rng=self.rng, at=at)
            self.due_today.add(guild.id)
        del self.waiting[:DUE_AT_ONCE]
        await self.events.happen(services)
        if self.rng.random() < 0.25:
            self.findings.outages += 1
            self.stub.world.forget_nonces()
            await services.db.write(partial(age, OUTAGE))
        elif self.rng.random() < 0.5:
            await self._let_leases_end(services)

    async def _let_leases_end(self, services: Services) -> None:
        """Where another process might be at what the dead one had in hand, the next one waits for the end of its lease."""
        if services.db.shared:
            await services.db.write(partial(age, LEASE_OVER))

    # -- a life

    async def _live_and_die(self) -> None:
        fate = self.rng.random()
        moment = self.rng.choice(list(MOMENTS)) if fate < 0.5 else None
        self._trouble()
        death = self.stub.fault(self._death_at(moment)) if moment else None
        born = time.monotonic()
        await self.bot.start()
        if fate > 0.9:
            await asyncio.sleep(self.rng.uniform(0.3, 1.1) * self.start_takes)
            await self._die("it was starting")
            return
        try:
            await self.stub.connected(CONNECT_WITHIN)
        except TimeoutError:
            raise AssertionError(f"the bot did not connect; it said:\n{self.bot.said()[-3000:]}") from None
        self.start_takes = time.monotonic() - born
        await asyncio.sleep(A_TICK)  # its first tick keeps lobbies open
        await self._with_services(self.events.begin_rounds)
        longest = self.start_takes * self.rng.uniform(*AT_WORK)
        if death is None or moment is None:
            await self._let_it_work(longest)
            await self._die("it was at work")
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(death.met.wait(), longest + 2 * A_TICK)
        await self._die(moment if death.met.is_set() else "it was at work")

    def _trouble(self) -> None:
        """Let some of what it asks of Discord in this life go wrong."""
        if self.rng.random() < 0.5:
            trouble = self.rng.choice(list(TROUBLES))
            requests = self.rng.choice([requests for requests, _ in MOMENTS.values() if "interactions" not in requests])
            fault = TROUBLES[trouble](requests)
            fault.skip = self.rng.randrange(4)
            self.stub.fault(fault)
            self.findings.troubles[trouble] += 1

    async def _let_it_work(self, longest: float) -> None:
        """Until it has made some requests, and a moment more, so that the end comes at no request's beginning."""
        enough = self.stub.rest.requests.total() + self.rng.randrange(MOST_REQUESTS)
        deadline = time.monotonic() + longest
        while self.stub.rest.requests.total() < enough and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.rng.uniform(0, A_MOMENT))

    def _death_at(self, moment: str) -> Fault:
        requests, accepted = MOMENTS[moment]
        # Not at the first of its kind, always, but somewhere among the first.
        fault = cut(requests, accepted=accepted, then=self.bot.kill)
        fault.skip = self.rng.randrange(30 if "interactions" in requests else 2)
        return fault

    async def _die(self, moment: str) -> None:
        self.findings.kills[moment] += 1
        self.bot.kill()
        code = await self.bot.ended()
        if code != -9:
            self.findings.problems.append(f"the bot had ended by itself, with exit code {code}")
        self.stub.clear_faults()
        await self.stub.gone()
        await self._with_services(until_alone)
        assert self.findings.members is not None
        self.findings.members.give_up()

    async def _live_on(self, members: Members) -> None:
        """The last life: what is half done is finished, and SIGTERM ends it well."""
        await self.bot.start()
        await self.stub.connected(CONNECT_WITHIN)
        # Numbers follow every answer, so they are not settled before members stop.
        await self._settle(numbers=False)
        members.stop()
        await self._settle(numbers=True)
        self.bot.ask_to_stop()
        if (code := await self.bot.ended()) != 0:
            self.findings.problems.append(f"asked to stop, the bot ended with exit code {code}")
        said = self.bot.said()
        for sign in ("Traceback", "unforeseen error"):
            if sign in said:
                where = said.index(sign)
                self.findings.problems.append(f"the log has: {said[max(0, where - 300) : where + 1500]}")

    async def _settle(self, *, numbers: bool) -> None:
        """Wait until nothing is half done, for as long as there is less of it or something else than before."""
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

        await self._with_services(look)
        return found

    async def _check(self, services: Services) -> None:
        members = self.findings.members
        assert members is not None
        members.remember()
        expected = {guild.id: 1 + (guild.id in self.due_today) for guild in self.stub.guilds}
        self.findings.problems += await services.db.read(lambda tx: problems(tx, self.stub, members, expected))
        self.findings.problems += await services.db.read(lambda tx: list(discussion_problems(tx, self.stub)))
        self.findings.discussions = sum(len(self.stub.world.threads(guild.id)) for guild in self.stub.guilds)
        self.findings.problems += await services.db.read(lambda tx: list(self.events.problems(tx, services)))
        self.findings.events = len(self.events.wanted)
        self.findings.reminders = len(self.events.reminded)
        changes = "PUT /guilds/*/members/*/roles/*", "DELETE /guilds/*/members/*/roles/*"
        asked = self.stub.rest.requests.items()
        self.findings.roles = sum(
            count for request, count in asked if any(fnmatch(request, change) for change in changes)
        )


async def until_alone(services: Services) -> None:
    """A server may still be at the last order of a bot that is dead."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    while services.db.shared and await services.db.read(lambda tx: tx.execute(others).scalar()):  # noqa: ASYNC110  it is the server that knows
        await asyncio.sleep(0.01)


def local_instant(at: datetime, time_of_day: clock_time, zone: str) -> datetime:
    """A time of day on the local date of an instant, in UTC."""
    local = at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time_of_day, local.tzinfo).astimezone(UTC)


async def chaos(folder: Path, database_url: str, *, nursery: Nursery, kills: int, seed: int) -> Findings:
    """One run to the verdict, on a database that is empty and migrated."""
    findings = Findings(seed, make_url(database_url).get_backend_name())
    guilds = DUE_AT_ONCE * kills + SPARE
    async with (
        DiscordStub(guilds=guilds, channels=2) as stub,
        BotProcess(folder, stub, nursery=nursery, DATABASE_URL=database_url, LOG_LEVEL="WARNING") as bot,
    ):
        await Chaos(stub, bot, Random(seed), findings, load_library(ROOT / "content")).run(kills)
    return findings
