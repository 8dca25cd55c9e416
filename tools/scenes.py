"""The scenes of the screenshots of each command and of the README: short stories in the playground.

A scene acts as members do, through the simulated Discord, and returns the member from whose view the channel's last
message is captured.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import discord

from bot.playground import TICKS, World, run_ticks
from bot.study.grading import as_written, describe
from bot.study.members import Member

MAYA, ANA, BEN, CHIDI = range(4)
"""The members of the playground; Maya is the manager."""


@dataclass(frozen=True)
class Stage:
    world: World

    async def slash(self, who: int, command: str, **options: Any) -> Any:
        return await self.world.people[who].slash(self.world.channel, command, **options)

    async def press(self, who: int, shown: Any, label: str) -> Any:
        """Press a button under a message, or under a reply."""
        return await self.world.people[who].click(getattr(shown, "response", shown), label=label)

    async def post(self) -> Any:
        """Let the bot post what is due, and return the last message in the channel."""
        await run_ticks(self.world, TICKS)
        return self.world.channel.last_message

    async def pass_time(self, seconds: float) -> None:
        self.world.env.backend.advance_clock(seconds)
        await run_ticks(self.world, TICKS)

    async def right_letters(self, who: int) -> str:
        """Return the right answer to the question of the day, as it is typed."""
        found = await self.world.bot.services.answers.open_question(self.world.member(who), at=self.world.env.now())
        assert found is not None, "the playground has an open question"
        return describe(found[1], found[1].correct, as_written(found[1]))


async def answer(stage: Stage) -> int:
    await stage.slash(ANA, "answer", choice=await stage.right_letters(ANA))
    return ANA


async def award(stage: Stage) -> int:
    world = stage.world
    guild, backend = world.people[MAYA].guild, world.env.backend
    champion = guild.create_role("Champion")
    master = guild.create_role("Monitoring master")
    deputies = guild.create_role("Deputies", permissions=discord.Permissions(manage_roles=True))
    own = next(role for role in backend.get_guild(guild.id).roles.values() if role.managed)
    backend.reorder_roles(guild.id, [{"id": str(deputies.id), "position": 5}, {"id": str(own.id), "position": 9}])
    backend.add_member_role(guild.id, world.people[MAYA].id, deputies.id)
    await world.env.settle()
    await stage.slash(MAYA, "award season", role=champion)
    await stage.slash(MAYA, "award mastery", role=master, section="3.2", questions=5)
    await run_ticks(world, TICKS)
    await stage.slash(MAYA, "award list")
    return MAYA


async def competition(stage: Stage) -> int:
    await stage.slash(MAYA, "competition create", name="December sprint", start="now", end="2 weeks", sections="2, 3")
    post = await stage.post()
    for who in (ANA, BEN, CHIDI):
        await stage.press(who, post, "Join")
        await _study(stage.world, stage.world.member(who), section="3", count=6, skill=0.6)
    await stage.pass_time(180)
    return MAYA


async def daily(stage: Stage) -> int:
    await stage.slash(MAYA, "daily status")
    return MAYA


async def duel(stage: Stage) -> int:
    await stage.slash(ANA, "duel", member=stage.world.people[BEN], section="2.3")
    await stage.post()
    return BEN


async def exam(stage: Stage) -> int:
    await stage.slash(MAYA, "exam history")
    return MAYA


async def group(stage: Stage) -> int:
    world = stage.world
    pack = await world.bot.services.pack_for(world.guild_id)
    for back in range(7, 0, -1):
        at = world.env.now() - timedelta(weeks=back)
        for number in range(6):
            member = Member(world.guild_id, world.guild_id + 100 + number, f"Member {number}")
            skill = 0.45 + 0.05 * (7 - back) + 0.04 * number
            for section in pack.leaves:
                lean = 0.2 if section.startswith("3") else 0.0
                await _study(world, member, section=section, count=8, skill=skill - lean, at=at)
    await stage.slash(ANA, "group")
    return ANA


async def guide(stage: Stage) -> int:
    await stage.slash(ANA, "guide", section="3.2")
    return ANA


async def help(stage: Stage) -> int:
    await stage.slash(ANA, "help")
    return ANA


async def leaderboard(stage: Stage) -> int:
    await stage.slash(ANA, "leaderboard")
    return ANA


async def league(stage: Stage) -> int:
    world, leagues = stage.world, stage.world.bot.services.leagues
    at = world.env.now()
    for number, (name, skill) in enumerate(OTHER_SERVERS):
        guild = world.env.create_guild(name or f"Server {number}")
        await world.bot.services.guilds.joined(guild.id, at=at)
        if name:
            await _study_in(world, guild.id, skill)
            await leagues.join(guild.id, name, at=at)
    await _study_in(world, world.guild_id, 0.7)
    await leagues.join(world.guild_id, "ML study group", at=at)
    await stage.slash(ANA, "league standings")
    return ANA


OTHER_SERVERS = (("Night owls", 0.8), ("Data breakfast", 0.55), ("Cloud commuters", 0.4), *[("", 0.0)] * 4)
"""Other servers' names in the league, and their shares of right answers. Servers without a name have not opted in."""


async def _study(
    world: World, member: Member, *, section: str, count: int, skill: float, at: datetime | None = None
) -> None:
    """Let a member take a quiz, now or earlier, with about this share of right answers."""
    quizzes, at = world.bot.services.quizzes, at or world.env.now()
    turn: Any = await quizzes.start(member, section=section, count=count, difficulty=None, rng=world.rng, at=at)
    for _ in range(count):
        wrong = tuple(range(len(turn.question.options)))[: len(turn.question.correct)]
        answer = turn.question.correct if world.rng.random() < skill else wrong
        await quizzes.answer(turn.quiz_id, turn.place, member, describe(turn.question, answer, turn.shown), at=at)
        turn = await quizzes.next(turn.quiz_id, member, at=at)


async def _study_in(world: World, guild_id: int, skill: float) -> None:
    """Let five members of a server answer enough questions to be active."""
    for number in range(1, 6):
        member = Member(guild_id, guild_id + number, f"Member {number}")
        await _study(world, member, section="all", count=12, skill=skill)


async def live(stage: Stage) -> int:
    await stage.slash(MAYA, "live start", section="3", questions=5)
    post = await stage.post()
    for who in (ANA, CHIDI):
        await stage.press(who, post, "Join")
    await stage.press(MAYA, post, "Start now")
    await stage.pass_time(2)
    await stage.press(ANA, stage.world.channel.last_message, "C")
    await stage.pass_time(4)
    return BEN


async def plan(stage: Stage) -> int:
    await stage.slash(ANA, "plan", **{"exam-date": "in 6 weeks"})
    return ANA


async def privacy(stage: Stage) -> int:
    await stage.slash(ANA, "privacy delete")
    return ANA


async def progress(stage: Stage) -> int:
    await stage.slash(MAYA, "progress")
    return MAYA


async def question(stage: Stage) -> int:
    form = await stage.slash(MAYA, "question add", section="2.4")
    await stage.world.people[MAYA].submit_modal(
        form,
        {
            "stem": "A team wants the usual monthly salary of a small company in which one person earns forty times as much. Which figure fits?",
            "options": "The mean # One high value pulls it up.\n* The median # Half of the values lie below it.\nThe range",
        },
    )
    return MAYA


async def quiz(stage: Stage) -> int:
    await stage.slash(ANA, "quiz", section="2.1", difficulty=1)
    return ANA


async def reminders(stage: Stage) -> int:
    await stage.slash(ANA, "reminders on", time="7:30", timezone="Europe/Berlin")
    return ANA


async def review(stage: Stage) -> int:
    await stage.slash(ANA, "review")
    return ANA


async def settings(stage: Stage) -> int:
    await stage.slash(MAYA, "settings")
    return MAYA


async def streak(stage: Stage) -> int:
    await stage.slash(ANA, "streak pause", **{"from": "Dec 24", "until": "Dec 27"})
    return ANA


async def study(stage: Stage) -> int:
    await stage.slash(ANA, "study")
    return ANA


async def playground(stage: Stage) -> int:
    await stage.press(ANA, stage.world.channel.last_message, await stage.right_letters(ANA))
    return ANA


Scene: TypeAlias = Callable[[Stage], Awaitable[int]]


async def challenge_to_a_duel(stage: Stage) -> int:
    people = stage.world.people
    await people[ANA].context_menu(stage.world.channel, "Challenge to a duel", people[CHIDI])
    return ANA


async def practice_more_like_this(stage: Stage) -> int:
    channel = stage.world.channel
    await stage.world.people[ANA].context_menu(channel, "Practice more like this", channel.last_message)
    return ANA


_ALL: Sequence[Scene] = (
    answer, award, competition, daily, duel, exam, group, guide, help, leaderboard, league, live, plan, privacy, progress,
    question, quiz, reminders, review, settings, streak, study,
)  # fmt: skip
SCENES: Mapping[str, Scene] = {scene.__name__: scene for scene in _ALL} | {
    "Challenge to a duel": challenge_to_a_duel,
    "Practice more like this": practice_more_like_this,
}
"""The scenes by the name of their command."""
