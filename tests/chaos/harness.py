"""Kill the bot at random moments under load, again and again, and look whether anything was lost or came twice."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from random import Random

from sqlalchemy import Connection, func, select, update

from bot.bank.loader import load_library
from bot.jobs import now
from bot.services import Services
from bot.services.schedules import Plan
from bot.storage.engine import Database
from bot.storage.guilds import Feedback
from bot.storage.tables import dailies, schedules
from bot.study.questions import Pack
from bot.study.schedules import Schedule
from tests.chaos.checks import problems
from tests.chaos.members import Members
from tests.discord_stub import BotProcess, DiscordStub
from tests.discord_stub.faults import Fault, cut
from tests.discord_stub.process import ROOT

GUILDS = 24
DUE_AT_ONCE = 6
"""How many servers come due around each start."""
UNDER_LOAD = (0.05, 0.9)
"""Seconds between being connected and being killed."""
CONNECT_WITHIN = 60.0
SETTLE_WITHIN = 60.0
OUTAGE = timedelta(minutes=10)
"""Longer than Discord remembers a nonce."""

MOMENTS = {
    "a post was accepted, its answer lost": ("POST /channels/*/messages", True),
    "a post was refused": ("POST /channels/*/messages", False),
    "a closed post was edited": ("PATCH /channels/*/messages/*", True),
    "an answer was told": ("POST /interactions/*", True),
    "an answer was about to be told": ("POST /interactions/*", False),
}
"""The chosen moments: at a request like this, after or before Discord did what it was asked."""


@dataclass
class Findings:
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    """By moment."""
    outages: int = 0
    members: Members | None = None
    posts: int = 0
    nonces: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        assert self.members is not None
        members = self.members
        moments = ", ".join(f"{count} when {moment}" for moment, count in self.kills.most_common())
        lines = [
            f"seed {self.seed}: killed {self.kills.total()} times in {self.seconds:.0f} s ({moments}); "
            f"{self.outages} times down for long.",
            f"  {members.acts} presses and commands ({members.doubled} delivered twice): {members.recorded} told to be on "
            f"record, {members.refused} refused, {members.unanswered} without a reply.",
            f"  {self.posts} posts; {self.nonces} sent again and known by their nonce.",
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
    start_takes: float = 2.0
    """Seconds from start to connection, as last seen."""

    async def run(self, kills: int) -> None:
        began = time.monotonic()
        await self._with_services(self._set_schedules)
        expected: Counter[int] = Counter()
        members = self.findings.members = Members(self.stub, Random(self.rng.random()))
        acting = asyncio.create_task(members.act())
        try:
            while self.findings.kills.total() < kills:
                await self._with_services(lambda services: self._let_time_pass(services, expected))
                await self._live_and_die()
            await self._live_on(acting)
        finally:
            acting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await acting
        self.findings.posts = sum(len(self.stub.posts(guild)) for guild in self.stub.guilds)
        self.findings.nonces = self.stub.world.repeated_nonces
        await self._with_services(lambda services: self._check(services, expected))
        self.findings.seconds = time.monotonic() - began

    # -- between two lives

    async def _with_services(self, work: object) -> None:
        db = Database(self.bot.database_url)
        try:
            await work(Services.over(db, self.packs, "aws-mla-c01"))  # type: ignore[operator]
        finally:
            await db.close()

    async def _set_schedules(self, services: Services) -> None:
        await services.db.migrate()
        at = now()
        zone = around_noon(at)
        for number, guild in enumerate(self.stub.guilds):
            plan = Plan(guild.channels[0], None, Schedule(clock_time(9, 0), zone), ())
            await services.schedules.set(guild.id, plan, by=guild.owner_id, rng=self.rng, at=at)
            if number % 4 == 0:
                await services.schedules.set_feedback(guild.id, Feedback.AT_CLOSE, at=at)

    async def _let_time_pass(self, services: Services, expected: Counter[int]) -> None:
        """Some servers reach the hour of their next daily around the time that the bot is back.

        Days cannot pass in earnest while a test runs, so the hour comes to the servers: only `next_post_at` is moved.
        """
        at = now()
        now_due = self.rng.sample(self.stub.guilds, DUE_AT_ONCE)
        dues = {guild.id: at + timedelta(seconds=self.rng.uniform(0, self.start_takes + 1)) for guild in now_due}
        long = self.rng.random() < 0.25

        def work(tx: Connection) -> list[int]:
            waiting = select(schedules.c.guild_id).where(schedules.c.next_post_at <= at + timedelta(minutes=5))
            busy = set(tx.execute(waiting).scalars())
            for guild_id, due in dues.items():
                if guild_id not in busy:
                    tx.execute(update(schedules).where(schedules.c.guild_id == guild_id).values(next_post_at=due))
            if long:
                for row in tx.execute(select(dailies).where(dailies.c.state == "claimed")).all():
                    earlier = {"claimed_at": row.claimed_at - OUTAGE, "lease_until": row.lease_until - OUTAGE}
                    tx.execute(update(dailies).where(dailies.c.id == row.id).values(earlier))
            return [guild_id for guild_id in dues if guild_id not in busy]

        for guild_id in await services.db.write(work):
            expected[guild_id] += 1
        if long:
            self.findings.outages += 1
            self.stub.world.forget_nonces()

    # -- a life

    async def _live_and_die(self) -> None:
        born = time.monotonic()
        await self.bot.start()
        if self.rng.random() < 0.1:
            await asyncio.sleep(self.rng.uniform(0.3, 1.1) * self.start_takes)
            await self._die("starting")
            return
        try:
            await self.stub.connected(CONNECT_WITHIN)
        except TimeoutError:
            raise AssertionError(f"the bot did not connect; it said:\n{self.bot.said()[-3000:]}") from None
        self.start_takes = time.monotonic() - born
        longest = self.rng.uniform(*UNDER_LOAD)
        if self.rng.random() < 0.4:
            moment = self.rng.choice(list(MOMENTS))
            fault = self.stub.fault(self._death_at(moment))
            try:
                await asyncio.wait_for(fault.met.wait(), longest + 1)
            except TimeoutError:
                moment = "the chosen moment never came"
            self.stub.clear_faults()
            await self._die(moment)
        else:
            await asyncio.sleep(longest)
            await self._die("under load")

    def _death_at(self, moment: str) -> Fault:
        requests, accepted = MOMENTS[moment]
        # Not at the first of its kind, always, but somewhere among the first.
        fault = cut(requests, accepted=accepted, then=self.bot.kill)
        fault.skip = self.rng.randrange(3 if "interactions" not in requests else 100)
        return fault

    async def _die(self, moment: str) -> None:
        self.findings.kills[moment] += 1
        self.bot.kill()
        code = await self.bot.ended()
        if code != -9:
            self.findings.problems.append(f"the bot had ended by itself, with exit code {code}")
        await self.stub.gone()

    async def _live_on(self, acting: asyncio.Task[None]) -> None:
        """The last life: what is half done is finished, and SIGTERM ends it well."""
        await self.bot.start()
        await self.stub.connected(CONNECT_WITHIN)
        deadline = time.monotonic() + SETTLE_WITHIN
        while await self._unsettled():
            if time.monotonic() > deadline:
                self.findings.problems.append("what was half done stayed so")
                break
            await asyncio.sleep(0.2)
        acting.cancel()
        self.bot.ask_to_stop()
        if (code := await self.bot.ended()) != 0:
            self.findings.problems.append(f"asked to stop, the bot ended with exit code {code}")
        said = self.bot.said()
        for sign in ("Traceback", "unforeseen error"):
            if sign in said:
                where = said.index(sign)
                self.findings.problems.append(f"the log has: {said[max(0, where - 300) : where + 1500]}")

    async def _unsettled(self) -> int:
        count = 0
        half = dailies.c.state.in_(["claimed", "settled"])
        soon = now() + timedelta(minutes=5)

        def work(tx: Connection) -> int:
            posts = tx.execute(select(func.count()).where(half)).scalar_one()
            return int(posts + tx.execute(select(func.count()).where(schedules.c.next_post_at <= soon)).scalar_one())

        async def look(services: Services) -> None:
            nonlocal count
            count = await services.db.read(work)

        await self._with_services(look)
        return count

    async def _check(self, services: Services, expected: Mapping[int, int]) -> None:
        members = self.findings.members
        assert members is not None
        self.findings.problems += await services.db.read(lambda tx: problems(tx, self.stub, members, expected))


def around_noon(at: datetime) -> str:
    """A zone in whose day nothing ends while the harness runs."""
    offset = (12 - at.hour) % 24
    return f"Etc/GMT{'-' if offset <= 12 else '+'}{offset if offset <= 12 else 24 - offset}"


async def chaos(folder: Path, *, kills: int, seed: int) -> Findings:
    """One run from an empty database to the verdict."""
    findings = Findings(seed)
    async with DiscordStub(guilds=GUILDS) as stub, BotProcess(folder, stub, LOG_LEVEL="WARNING") as bot:
        await Chaos(stub, bot, Random(seed), findings, load_library(ROOT / "content")).run(kills)
    return findings
