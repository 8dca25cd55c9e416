"""The bot on a simulated Discord, in a browser: no token, no server, nothing saved.

It is the same bot on a temporary database. Its clock is the simulated Discord's, which follows the real one;
`/tomorrow`, which exists only here, moves it by a day and runs the ticks in between.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import discord
import simcord
from discord import app_commands
from simcord.backend.errors import SetupError

from bot import clock
from bot.app import Cohort, build, web_pages
from bot.cogs.ui.pace import Pace
from bot.config import Settings
from bot.frame.page import Frame, framed
from bot.services.dailies import DailyPost
from bot.services.posts import PostShown
from bot.services.schedules import SchedulePlan
from bot.storage import posts
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.study.exams import Length
from bot.study.grading import as_written, describe, normalize
from bot.study.members import Member
from bot.study.questions import Kind, Pack, Question
from bot.study.schedules import Schedule

log = logging.getLogger(__name__)

SEED = 20261123
HISTORY_DAYS = 24
EXAM_DAYS = (7, 15, 21)
TICK_EVERY = 1.0
TICKS = (
    "seasons", "posts", "dailies", "closes", "exams", "competitions", "leagues", "duels", "live", "live-answers", "posts", "awards",
    "counts", "goals", "reminders",
)  # fmt: skip
"""The ticks that the playground runs, in this order, with the end of a season before the daily. Nothing is erased or
backed up."""

PEOPLE = (
    # name, share of dailies answered, share of right answers
    ("Maya", 0.9, 0.7),
    ("Ana", 1.0, 0.8),
    ("Ben", 0.7, 0.55),
    ("Chidi", 0.85, 0.65),
    ("Dora", 0.75, 0.75),
)
"""The members; the first is a manager. Their answers and their order are the same at every start."""


class PortTaken(Exception):
    def __init__(self, port: int) -> None:
        self.port = port


@dataclass(frozen=True)
class World:
    """The simulated server. `people`: its simulated members, the manager first."""

    env: Any
    bot: Cohort
    channel: Any
    people: Sequence[Any]
    rng: Random

    @property
    def guild_id(self) -> int:
        return int(self.env.guild.id)

    def member(self, number: int) -> Member:
        return Member(self.guild_id, self.people[number].id, PEOPLE[number][0])


async def play(
    settings: Settings, packs: Mapping[str, Pack], *, browser: bool, ready: Callable[[str], None] = print
) -> None:
    """Serve the playground until the program is stopped. Raises PortTaken."""
    if settings.playground_port and not _free(settings.playground_port):
        raise PortTaken(settings.playground_port)
    asked = asyncio.Event()
    async with simulated(settings, packs, tomorrow_command(asked)) as (env, bot):
        world = await make_world(env, bot, clock.now())
        async with web_pages(bot, at=env.now):
            await show(world, asked, settings.playground_port, browser=browser, ready=ready)


@contextlib.asynccontextmanager
async def simulated(
    settings: Settings, packs: Mapping[str, Pack], *more: app_commands.Command[Any, ..., None]
) -> AsyncIterator[tuple[Any, Cohort]]:
    """Run the bot on an empty simulated Discord with a temporary database; `more` are additional commands."""
    with tempfile.TemporaryDirectory(prefix="cohort-playground-") as folder:
        db = Database(f"sqlite+aiosqlite:///{Path(folder) / 'playground.db'}")
        try:
            await db.migrate()
            bot = build(db, packs, settings, shard_count=1)
            # No rate limit, because a limiter that sees both the simulated clock and the real one would wait forever.
            bot.outgoing.pace = Pace(None)
            for command in more:
                bot.tree.add_command(command)
            env = simcord.Env(bot, check_errors=False, settle_timeout=30.0)
            env.backend.bot_user.name = "Cohort"
            await env.start()
            try:
                with env.time_context():
                    yield env, bot
            finally:
                await env.shutdown()
        finally:
            await db.close()


async def show(world: World, asked: asyncio.Event, port: int, *, browser: bool, ready: Callable[[str], None]) -> None:
    """Serve the page until the program is stopped."""
    async with framed(world.env, world.channel, world.people, port) as frame:
        ready(f"The playground is open at {frame.url}\nThe page says what to try. Ctrl-C ends it.")
        if browser:
            await asyncio.to_thread(webbrowser.open, frame.url)
        await tick(world, asked, frame)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def tick(world: World, asked: asyncio.Event, frame: Frame) -> None:
    """Run the ticks (posts, closes, counts), then update the page. If `/tomorrow` was used, move on to the next day."""
    seen = perf_counter()
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), TICK_EVERY)
        try:
            # The simulated clock does not move by itself, but a live round has only a few seconds for each question.
            world.env.backend.advance_clock(perf_counter() - seen)
            seen = perf_counter()
            if asked.is_set():
                # The page shows the reply first: time moves only when the simulated Discord has finished its work.
                await world.env.settle()
                asked.clear()
                await next_day(world)
                await frame.refresh()
            before = len(world.env.http_requests)
            await run_ticks(world, TICKS)
            if len(world.env.http_requests) != before:
                await frame.refresh()
        except SetupError:
            await asyncio.sleep(0.1)  # somebody is using the page right now; the next round will update it
        except Exception:
            log.exception("a tick of the playground failed")


async def run_ticks(world: World, names: Iterable[str]) -> None:
    ticks = world.bot.ticks()
    for name in names:
        await ticks[name](world.env.now())
    await world.bot.poster.finished()
    await world.bot.outgoing.tasks.finished()


# -- the clock


def tomorrow_command(asked: asyncio.Event) -> app_commands.Command[Any, ..., None]:
    """Build `/tomorrow`, which requests the next day. Time moves in `tick`, outside of the bot's own work, as on
    Discord."""

    @app_commands.command(description="Playground only: skip to tomorrow, when the next question is posted")
    @app_commands.guild_only()
    async def tomorrow(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(
            "Good night. In a moment it will be tomorrow: the others will have answered, today's question will be closed, and a "
            "new one will be at the end of the channel.",
            ephemeral=True,
        )
        asked.set()

    return tomorrow


async def next_day(world: World) -> None:
    """Let the other members answer open questions, then move on by a day."""
    await answer_all(world, skip_first=True)
    world.env.backend.advance_clock(timedelta(days=1).total_seconds())
    await run_ticks(world, TICKS)


async def answer_all(world: World, *, skip_first: bool = False) -> None:
    at = world.env.now()
    for number in range(len(PEOPLE)):
        member = world.member(number)
        found = await world.bot.services.answers.open_question(member, at=at)
        if found is None or (skip_first and number == 0):
            continue
        await _answer(world, number, found[0].id, found[1], member, at)


# -- the sample history


async def make_world(env: Any, bot: Cohort, now: datetime) -> World:
    """Create a server with a few weeks of history. In its channel, yesterday's question is closed and today's is
    open."""
    start = now - timedelta(days=1)
    env.backend.advance_clock((start - env.now()).total_seconds())
    guild = env.create_guild("ML study group")
    channel = guild.create_text_channel("question-of-the-day")
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    people = [
        guild.add_member(env.create_user(name.lower(), global_name=name), roles=[managers] if number == 0 else [])
        for number, (name, _, _) in enumerate(PEOPLE)
    ]
    await env.settle()
    world = World(env, bot, channel, people, Random(SEED))
    await write_history(world, start)
    await want_podium(world, start)
    await run_ticks(world, ["seasons", "posts", "dailies"])
    await answer_all(world)
    env.backend.advance_clock((now - env.now()).total_seconds())
    await run_ticks(world, ["dailies", "closes"])
    return world


async def write_history(world: World, until: datetime) -> None:
    """Record weeks of dailies and answers through the real services, but without posts."""
    services, first = world.bot.services, until - timedelta(days=HISTORY_DAYS)
    # Due a minute before the current time of day, so that today's question has always just been posted.
    at = (until - timedelta(minutes=1)).time().replace(second=0, microsecond=0)
    plan = SchedulePlan(world.channel.id, None, Schedule(time(at.hour, at.minute), "UTC"), ())
    await services.schedules.set(
        world.guild_id, plan, by=world.people[0].id, rng=world.rng, at=first - timedelta(hours=1)
    )
    for day in range(HISTORY_DAYS):
        now = first + timedelta(days=day)
        await services.dailies.close_due(now)
        claimed = await services.dailies.claim_due(now)
        await _show(world, now)
        for post in claimed:
            if isinstance(post, DailyPost):
                for number in range(len(PEOPLE)):
                    later = now + timedelta(minutes=7 * (number + 1))
                    await _answer(world, number, post.daily.id, post.question, world.member(number), later)
        if day % 4 == 1:
            await _study(world, day % len(world.people), now + timedelta(hours=2))
        if day in EXAM_DAYS:
            await _sit_exam(world, now + timedelta(hours=3))
    last = until - timedelta(minutes=1)
    await services.dailies.close_due(last)
    await _show(world, last)


async def want_podium(world: World, at: datetime) -> None:
    """If a month ended within these weeks, have its podium posted late, above the questions."""
    for season in await world.bot.services.seasons.played(world.guild_id, 1):
        await world.bot.services.db.write(partial(_want_again, world=world, season=season.season, at=at))


def _want_again(tx: Connection, *, world: World, season: str, at: datetime) -> None:
    posts.forget(tx, PostKind.SEASON, season, world.guild_id)
    ends = at + timedelta(days=1)
    posts.want(tx, PostKind.SEASON, season, world.guild_id, int(world.channel.id), at=at, expires_at=ends)


async def _show(world: World, at: datetime) -> None:
    """Mark the posts of dailies and of the end of a season as shown."""
    services = world.bot.services
    for post in await services.posts.acquire(at, limit=99):
        if post.kind in (PostKind.DAILY, PostKind.SEASON):
            scene = await services.posts.scene(post, at=at)
            await services.posts.acknowledge(post, PostShown(post.message_id or post.id, at, scene), at=at)


async def _answer(world: World, number: int, daily_id: int, question: Question, member: Member, at: datetime) -> None:
    _, diligence, skill = PEOPLE[number]
    if world.rng.random() < diligence:
        answer = question.correct if world.rng.random() < skill else _mistake(question, world.rng)
        await world.bot.services.answers.submit(
            daily_id, member, describe(question, answer, as_written(question)), at=at
        )


async def _study(world: World, number: int, at: datetime) -> None:
    """Have one of the members take a short quiz."""
    member, quizzes = world.member(number), world.bot.services.quizzes
    turn: Any = await quizzes.start(member, section="all", count=5, difficulty=None, rng=world.rng, at=at)
    for step in range(5):
        right = world.rng.random() < PEOPLE[number][2]
        answer = turn.question.correct if right else _mistake(turn.question, world.rng)
        letters = describe(turn.question, answer, turn.shown)
        await quizzes.answer(turn.quiz_id, turn.place, member, letters, at=at + timedelta(minutes=step))
        turn = await quizzes.next(turn.quiz_id, member, at=at)


async def _sit_exam(world: World, at: datetime) -> None:
    """Have the manager, whose view visitors see first, take a short mock exam."""
    member, exams = world.member(0), world.bot.services.exams
    paper = (await exams.start(member, length=Length.SHORT, rng=world.rng, at=at)).paper
    for entry in paper.entries:
        right = world.rng.random() < PEOPLE[0][2]
        answer = entry.question.correct if right else _mistake(entry.question, world.rng)
        letters = describe(entry.question, answer, entry.shown)
        await exams.answer(paper.exam.id, entry.place, member, letters, at=at + timedelta(minutes=entry.number))
    await exams.submit(paper.exam.id, member, at=at + timedelta(minutes=25))


def _mistake(question: Question, rng: Random) -> tuple[int, ...]:
    """Return a wrong answer that fits the question."""
    answer = question.correct
    while answer == question.correct:
        options = range(len(question.options))
        count = len(question.correct)
        drawn = rng.choices(options, k=count) if question.kind is Kind.MATCHING else rng.sample(options, count)
        answer = normalize(question, tuple(drawn))
    return answer
