"""What the bot can do, and the rules that members can trust. The figures come from `bot.study`, where each rule stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import discord
from discord import app_commands

from bot.cogs.help import contests as contest_rules
from bot.cogs.help import live as live_rules
from bot.cogs.ui.limits import LIMITS, Limit
from bot.cogs.ui.managers import for_managers
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import FIELD, FOOTER, blocks, clip, human_join, plain, plural
from bot.study.questions import Pack
from bot.study.scoring import MAX_STREAK_BONUS, POINTS_BY_DIFFICULTY
from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY
from bot.study.streaks import DAYS_PER_FREEZE, MAX_FREEZES

AnyCommand: TypeAlias = app_commands.Command[Any, ..., Any] | app_commands.Group


def rules() -> list[tuple[str, str]]:
    """Each rule with its short name."""
    easy, middle, hard = POINTS_BY_DIFFICULTY.values()
    return [
        (
            "Points",
            f"A right daily earns {easy}, {middle} or {hard} by difficulty, and 1 for each day of your streak, up to "
            f"{MAX_STREAK_BONUS}. On demand it is half, rounded down. Wrong earns 0, and costs nothing.",
        ),
        (
            "Whole answers",
            "As in the exam, an answer with several parts counts only when all are right; you still see which were.",
        ),
        (
            "No farming",
            "A question scores once for you in a season, in whichever mode. Accuracy takes in your first answer to it.",
        ),
        (
            "Boards",
            "More points first; then fewer answers; then who got there first. By accuracy, from "
            f"{MIN_ANSWERS_FOR_ACCURACY} answers: a cautious estimate of the share right (the lower Wilson bound); then more answers; then who got there first.",
        ),
        (
            "Streaks",
            "A day counts when you answer its daily, right or wrong, by the server's calendar. Days without a daily break "
            f"nothing. Every {DAYS_PER_FREEZE} days earn a freeze, at most {MAX_FREEZES}; each forgives a missed day.",
        ),
        (
            "Seasons",
            "A season is a calendar month of the server. Its final tables are kept, and the next one begins with nothing.",
        ),
        (
            "Contests",
            "`/competition list` shows what is on. In a contest your first answer to each question counts. A duel is for two, a live round "
            "for a whole channel against the clock. `/help topic:` has every rule.",
        ),
        (
            "Fair play",
            "In a daily, everyone sees the same order of options; on demand it is shuffled for you. The key is never sent "
            "before you answer. An answer is written down before you are told so.",
        ),
        (
            "Wrong questions",
            "If a question seems wrong, press Flag under your feedback. The managers of this server read it beside how the "
            "question was answered. Points stay as they were given.",
        ),
        (
            "Review",
            "Every answer, in whichever mode and server, says when its question comes back: right later, wrong tomorrow. FSRS "
            "reckons the days; in a review you may say that it was hard or easy.",
        ),
        (
            "Mock exams",
            "`/exam start` says which exam it is and what passes. The score is an estimate, in proportion to what you got right. "
            "Answers count when you submit, or when the time is up.",
        ),
        (
            "Taking turns",
            f"What is costly has a limit for each member: {human_join([_limit(limit) for limit in LIMITS])}.",
        ),
        (
            "Private",
            "Your answers are shown to you alone; boards show names and figures. I read no messages.",
        ),
    ]


def _limit(limit: Limit) -> str:
    return f"{limit.times} {limit.what} in {plural(limit.minutes, 'minute')}"


def overview(pack: Pack, commands: Iterable[AnyCommand], *, manager: bool, alone: bool) -> Message:
    """`alone`: in direct messages, where only a part of it works."""
    members: list[str] = []
    managers: list[str] = []
    for command in sorted(commands, key=lambda command: command.name):
        if alone and not works_alone(command):
            continue
        if not isinstance(command, app_commands.Group):
            (managers if for_managers(command) else members).append(f"`/{command.name}` {command.description}")
            continue
        for found, theirs in ((members, False), (managers, True)):
            names = [c.name for c in command.commands if (for_managers(command) or for_managers(c)) is theirs]
            if names:
                found.append(f"`/{command.name} {' | '.join(sorted(names))}` {command.description}")
    about = f"For the {plain(pack.exam or pack.title)}. One question a day; more whenever you like."
    if pack.version is not None and pack.version.news:
        about += f" {plain(pack.version.news.partition('. ')[0])}."
    if alone:
        about += " More in a server that has Cohort: the daily, the boards, and others to study with."
    embed = discord.Embed(title="Cohort: your study group", color=BLUE, description=about)
    for text in blocks(members, FIELD):
        embed.add_field(name="For everyone", value=text, inline=False)
    for text in blocks(managers if manager else [], FIELD):
        embed.add_field(name="For managers", value=text, inline=False)
    for name, text in rules():
        embed.add_field(name=name, value=text, inline=False)
    if pack.notice:
        embed.set_footer(text=clip(pack.notice, FOOTER))
    return Message(embed)


def works_alone(command: AnyCommand) -> bool:
    return command.allowed_contexts is not None and bool(command.allowed_contexts.dm_channel)


def contests() -> Message:
    """Every rule of seasons, contests, duels and roles to be won."""
    embed = discord.Embed(title="Seasons, contests, duels and roles to be won", color=BLUE)
    for name, text in contest_rules.rules():
        embed.add_field(name=name, value=text, inline=False)
    embed.set_footer(text="/competition list shows what is on")
    return Message(embed)


def live() -> Message:
    """Every rule of live rounds."""
    embed = discord.Embed(title="Live rounds", color=BLUE)
    for name, text in live_rules.rules():
        embed.add_field(name=name, value=text, inline=False)
    embed.set_footer(text="/live start opens one in a channel")
    return Message(embed)


def league() -> Message:
    """Every rule of the league between servers."""
    embed = discord.Embed(title="The league between servers", color=BLUE)
    for name, text in contest_rules.league_rules():
        embed.add_field(name=name, value=text, inline=False)
    embed.set_footer(text="/league standings shows your server's division")
    return Message(embed)
