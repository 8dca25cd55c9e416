"""Fixtures for all tests: a migrated database for each test, the real packs, and a simulated Discord with the real
bot."""

from __future__ import annotations

import gc
import logging
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import discord
import pytest
import simcord
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture import providers
from simcord.backend.models import Overwrite
from simcord.backend.serializers import member_payload
from simcord.builders import UserHandle
from simcord.enums import OverwriteType
from simcord.results import InteractionResult, ResponseMessage

from bot.app import Cohort, build
from bot.cogs.ui.errors import cause, sentence
from bot.cogs.ui.pace import Pace
from bot.config import Settings
from bot.services import Services
from bot.storage.engine import Database
from bot.study.questions import Kind, Pack, Question
from tests.examples import MANY
from tests.reading import buttons, card_of

gc.disable()  # off until everything is loaded, because garbage collection would take a tenth of the loading time

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent

pytest_plugins = ["tests.databases"]

# `make test` tries few examples; `make test-all`, which CI runs, uses the profile "many". Both try the same examples
# each time, so that a failure comes from the change under test; "random" tries new ones. There is no deadline, because
# the speed of a busy machine says nothing about the code.
for profile, number in (("few", 10), ("many", MANY), ("random", 10 * MANY)):
    hypothesis_settings.register_profile(
        profile,
        max_examples=number,
        derandomize=profile != "random",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
hypothesis_settings.load_profile("few")

# Hypothesis also tries the constants of all modules of ours that are loaded, and these depend on the tests that the
# same worker ran before. Only "random" may do this: otherwise an example could fail in one run and not be tried in the
# next.
_constants_of_modules = providers._get_local_constants
providers._get_local_constants = lambda: (
    providers._local_constants if hypothesis_settings().derandomize else _constants_of_modules()
)

SLOW = (
    "bank/test_gift_peers.py", "bank/test_qti_peers.py", "bank/test_table_peers.py",
    "browser/", "chaos/", "processes/",
    "cli/test_gateway_url.py", "cli/test_secrets.py", "cli/test_stop.py", "cli/test_web_pages.py", "cli/test_wrong_clock.py",
)  # fmt: skip
"""Tests that start bots, browsers and other programs as processes. Only `make test-all` runs them, as with PostgreSQL
tests."""

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""The time at which most stories begin: an ordinary Monday morning."""


@pytest.fixture(scope="session")
def packs(library: Mapping[str, Pack]) -> Mapping[str, Pack]:
    return library


@pytest.fixture(scope="session")
def pack(packs: Mapping[str, Pack]) -> Pack:
    """Return the bank as a server sees it if it has chosen no exam version."""
    return packs["aws-mla-c01"].seen_for(None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(TESTS) and item.path.relative_to(TESTS).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Exclude everything that is loaded by now from garbage collection, because it stays until the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def logs_are_heard() -> None:
    """Enable the loggers again, whatever an earlier test did to them. Commands that set up logging also disable
    loggers."""
    if logging.root.manager.disable:
        logging.disable(logging.NOTSET)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger):
            logger.disabled = False
        if name.startswith("bot") and isinstance(logger, logging.Logger):
            logger.propagate = True
            if logger.level:  # setting a level is slow: it clears the caches of all loggers
                logger.setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def default_settings() -> Settings:
    return Settings(content_dir=ROOT / "content")


@pytest.fixture
def settings(default_settings: Settings, database_url: str) -> Settings:
    return replace(default_settings, database_url=database_url)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def services(db: Database, packs: Mapping[str, Pack]) -> Services:
    return Services.over(db, packs, "aws-mla-c01")


def as_written(text: str) -> str:
    """Return a text with command mentions as the code writes them: `/daily skip undo: True`."""
    return re.sub(
        r"</([^:>]+):\d+>(?: `([a-z0-9_-]+:[^`]*)`)?", lambda m: f"`/{' '.join(filter(None, m.groups()))}`", text
    )


def as_shown(text: str) -> str:
    """Return an escaped text as the screen shows it."""
    return text.replace("\\", "").replace("\u200b", "")


def a_bot(db: Database, packs: Mapping[str, Pack], settings: Settings) -> Cohort:
    bot = build(db, packs, settings, shard_count=1)
    # A rate limiter that sees both the simulated clock and the real one waits forever.
    bot.outgoing.pace = Pace(None)
    return bot


class Env(simcord.Env):
    """A simcord environment with shorter waits. simcord waits 50 ms for work that the loop usually finishes in its next
    turn, and it does so for thousands of interactions."""

    async def _settle_internal(self, *, idle: float = 0.002, **options: Any) -> None:
        await super()._settle_internal(idle=idle, **options)


@dataclass
class World:
    """A server on the simulated Discord, with a manager (mia) and two members (ana, ben)."""

    env: Any
    bot: Cohort
    db: Database
    guild: Any
    channel: Any
    mia: Any
    ana: Any
    ben: Any
    packs: Mapping[str, Pack]
    settings: Settings
    may_fail: bool = False
    """Whether the test breaks something, so that unexpected errors are allowed."""

    @property
    def now(self) -> datetime:
        return self.env.now()

    @property
    def pack(self) -> Pack:
        """Return the bank as a server sees it if it has chosen no exam version."""
        return self.packs[self.settings.pack].seen_for(None)

    async def tick(self) -> None:
        """Run everything that the scheduler would run now."""
        await self.bot.poster.post_due(self.now)
        await self.bot.poster.close_due(self.now)
        await self.bot.poster.finished()
        await self.bot.services.exams.submit_due(self.now)
        await self.bot.services.evening_steps.advance_due(self.now)
        await self.bot.services.live_plans.open_due(self.now)
        await self.bot.services.duel_posts.close_due(self.now)
        await self.bot.poster.refresh_counts(self.now)
        await self.bot.poster.finished()
        await self.bot.reminder_sender.remind_due(self.now)
        await self.bot.outgoing.notify_again(self.now)
        await self.bot.outgoing.tasks.finished()
        await self.bot.services.leagues.close_due(self.now)
        await self.bot.services.seasons.close_due(self.now)
        await self.bot.services.groups.post_due(self.now)
        await self.bot.services.competition_steps.advance_due(self.now)
        await self.bot.poster.refresh_goals(self.now)
        await self.bot.reconciler.tick(self.now)
        await self.bot.outgoing.tasks.finished()
        await self.bot.live_host.tick(self.now)
        await self.bot.outgoing.tasks.finished()
        await self.bot.services.live_steps.record_closed(self.now)
        await self.bot.role_giver.tick(self.now)
        await self.bot.promises.tick(self.now)
        await self.bot.promises.tasks.finished()
        await self.bot.outgoing.tasks.finished()
        await self.env.settle()

    async def pass_time(self, **duration: float) -> None:
        """Move the clock forward, and run the ticks."""
        self.env.backend.advance_clock(timedelta(**duration).total_seconds())
        await self.tick()

    async def clock_was_ahead(self, **duration: float) -> None:
        """Let the machine's clock be ahead for one round of the ticks, and run them again once it is right."""
        ahead = timedelta(**duration).total_seconds()
        self.env.backend.advance_clock(ahead)
        await self.tick()
        self.env.backend.advance_clock(5 - ahead)
        await self.bot.services.bring_back(self.now)
        await self.tick()

    async def restart(self) -> None:
        """Replace the bot's process with a new one, on the same database and the same Discord."""
        self.bot = a_bot(self.db, self.packs, self.settings)
        await self.env.restart_bot(self.bot)
        await self.bot.recover(self.now)
        await self.bot.outgoing.tasks.finished()

    # -- what managers and members do

    async def schedule_daily(self, **options: Any) -> Any:
        """Let the manager schedule a daily for 09:00 UTC; stories begin at 08:00."""
        options = {"channel": self.channel, "time": "09:00", "timezone": "UTC", **options}
        return await self.mia.slash(self.channel, "daily schedule", **options)

    async def post_daily(self, **options: Any) -> discord.Message:
        """Schedule and post today's daily; return the message in the channel."""
        await self.schedule_daily(**options)
        await self.pass_time(hours=1)
        return self.channel.last_message

    async def daily_of(self, kind: Kind, **options: Any) -> discord.Message:
        """Post dailies day after day until one is of this kind; return its message."""
        await self.study_for("c01")  # this exam version has questions of every kind
        message = await self.post_daily(**options)
        while self.question_of(message).kind is not kind:
            await self.pass_time(days=1)
            message = self.channel.last_message
        return message

    async def study_for(self, version: str) -> None:
        """Let the server study for this exam version from now on."""
        await self.bot.services.packs.choose_exam(self.guild.id, version, at=self.now)

    async def answer(self, actor: Any, message: Any, *, right: bool = True) -> Any:
        """Answer the question that a message shows, with a letter or in the form."""
        letters = self.letters(message, right=right)
        if self.question_of(message).kind is Kind.CHOICE:
            return await actor.click(message, label=letters[0])
        return await self.fill(actor, await actor.click(message, label="Answer"), letters)

    async def fill(self, actor: Any, shown: Any, letters: Sequence[str]) -> Any:
        """Fill in an answer form, which has one field for each letter or one field for all, and submit it."""
        parts = sum("component" in part for part in shown.modal["components"])
        values = [[letter] for letter in letters] if parts == len(letters) else [list(letters)]
        return await actor.submit_modal(shown, {f"part-{number}": value for number, value in enumerate(values)})

    async def press(self, actor: Any, custom_id: str) -> Any:
        """Press a button of the bot with this id, even if no feature has posted it: in the channel, or in a direct
        message."""
        place = actor.dm_channel if isinstance(actor, UserHandle) else self.channel
        button = {"type": 2, "style": 2, "label": "Forged", "custom_id": custom_id}
        backend = self.env.backend
        sent = backend.create_message(
            place.id, backend.bot_user.id, "A button", components=[{"type": 1, "components": [button]}]
        )
        return await actor.click(next(m for m in place.history() if m.id == sent.id), label="Forged")

    async def pick(self, actor: Any, custom_id: str, value: str) -> Any:
        """Choose a value in a menu of the bot with this id, even if no feature has posted it."""
        menu = {"type": 3, "custom_id": custom_id, "options": [{"label": "Forged", "value": value}]}
        backend = self.env.backend
        sent = backend.create_message(
            self.channel.id, backend.bot_user.id, "A menu", components=[{"type": 1, "components": [menu]}]
        )
        return await actor.select(
            next(m for m in self.channel.history() if m.id == sent.id), [value], custom_id=custom_id
        )

    def open_server(self, name: str = "Night school") -> tuple[Any, Any, Any]:
        """Create another server with the bot; return its channel, its manager, and ana as its member."""
        guild = self.env.create_guild(name)
        channel = guild.create_text_channel("questions")
        managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        noa = guild.add_member(self.env.create_user("noa"), roles=[managers])
        return channel, noa, guild.add_member(self.ana.user)

    async def add_servers(self, count: int) -> None:
        """Let other servers add the bot."""
        for number in range(count):
            guild = self.env.create_guild(f"Server {number}")
            await self.bot.services.guilds.joined(guild.id, at=self.now)
        await self.env.settle()

    def forbid(self, **permissions: bool) -> None:
        """Take permissions from the bot in the channel, for example with `send_messages=False`."""
        _, denied = discord.PermissionOverwrite(**permissions).pair()
        self.env.backend.set_overwrite(
            self.channel.id,
            Overwrite(target_id=self.env.backend.bot_user.id, type=OverwriteType.MEMBER, allow=0, deny=denied.value),
        )

    def permit(self) -> None:
        self.env.backend.delete_overwrite(self.channel.id, self.env.backend.bot_user.id)

    def time_out(self, *, noticed: bool = True, **duration: float) -> None:
        """Let a moderator time the bot out; without a duration, end the timeout. Discord sends a bot events about
        itself whatever its intents are, but simcord does so only with the members intent. So this method sends the
        event, unless the bot must not have `noticed` it."""
        backend, me = self.env.backend, self.env.backend.bot_user.id
        until = (self.now + timedelta(**duration)).isoformat() if duration else None
        member = backend.edit_member(self.guild.id, me, {"timed_out_until": until})
        if noticed:
            payload = member_payload(backend, backend.get_guild(self.guild.id), member)
            self.bot._connection.parse_guild_member_update({**payload, "guild_id": str(self.guild.id)})

    # -- what they see

    def read(self, told: Any) -> str:
        """Return all words of a message, or of the replies to an interaction."""
        if isinstance(told, InteractionResult):
            return "\n".join(self.read(message) for message in (told.response, *told.followups) if message is not None)
        return as_written("\n".join([told.content, *card_of(told).words]).strip("\n"))

    def inbox(self, actor: Any) -> list[str]:
        """Return what the bot has written to a user in direct messages."""
        return [self.read(message) for message in actor.user.dm_channel.history()]

    def posts(self, channel: Any = None) -> list[discord.Message]:
        """Return the posts of questions of the day in a channel, oldest first."""
        return [m for m in (channel or self.channel).history() if "Question of the day" in self.read(m)]

    def labels(self, message: Any) -> list[str]:
        """Return the labels of a message's buttons, as it is now."""
        private = isinstance(message, ResponseMessage)
        stored = message if private else self.env.backend.get_message(message.channel.id, message.id)
        return [button["label"] for button in buttons(stored)]

    def question_of(self, message: Any) -> Question:
        """Return the question that a message shows."""
        text = as_shown(card_of(message).text or "")
        found = [question for question in self.packs["aws-mla-c01"].questions.values() if question.stem in text]
        assert len(found) == 1, f"{len(found)} questions are in: {text}"
        return found[0]

    def letters(self, message: Any, *, right: bool = True) -> list[str]:
        """Return the letters of a right or a wrong answer, for the options in the order shown."""
        question = self.question_of(message)
        shown = re.findall(r"^\*\*([A-J])\*\* · (.+)$", as_shown(card_of(message).text or ""), re.MULTILINE)
        letter_of = {text: letter for letter, text in shown}
        letters = [letter_of[option.text] for option in question.options]
        answer = [letters[index] for index in question.correct]
        if right:
            return answer
        if question.kind is Kind.ORDERING:
            return answer[1:] + answer[:1]
        if question.kind is Kind.MATCHING:
            return [next(letter for letter in letters if letter != answer[0]), *answer[1:]]
        return [next(letter for letter in letters if letter not in answer), *answer[1:]]


@pytest.fixture
async def world(
    db: Database, packs: Mapping[str, Pack], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.setattr(secrets, "randbits", Random(7).getrandbits)  # the same random numbers in every run
    bot = a_bot(db, packs, settings)
    env = Env(bot, settle_timeout=30.0)
    await env.start()
    try:
        env.backend.advance_clock((MONDAY - env.now()).total_seconds())
        guild = env.create_guild("Study group")
        channel = guild.create_text_channel("question-of-the-day")
        managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        mia, ana, ben = (
            guild.add_member(env.create_user(name), roles=[managers] if name == "mia" else [])
            for name in ("mia", "ana", "ben")
        )
        await env.settle()
        world = World(env, bot, db, guild, channel, mia, ana, ben, packs, settings)
        yield world
    finally:
        await env.shutdown()
    if world.may_fail:
        return
    unexpected = [error for error in env.errors if sentence(cause(error)) is None]
    if unexpected:
        raise BaseExceptionGroup("the bot raised unexpected errors", unexpected)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[Any]:
    """Let discord.py's clock helpers return the simulated time in a test that has a world."""
    worlds = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, World)]
    with worlds[0].env.time_context() if worlds else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[Any]:
    """Add every event and request, in order, to the report of a failed test that has a world."""
    report = yield
    if report.when == "call" and report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, World):
                report.sections.append(("what the bot did", value.env.transcript()))
    return report
