"""Completions shared by commands: sections, periods, time zones, packs, questions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.replies import guild_of, member_of
from bot.cogs.ui.text import CHOICE, clip
from bot.services.schedule_changes import titles
from bot.study.code_blocks import one_line
from bot.study.daily_names import free_numbers, new_schedule, title_of
from bot.study.errors import StudyError, UnknownPack
from bot.study.exam_versions import offered
from bot.study.goals import OFF, PRESETS
from bot.study.packs import read_pack
from bot.study.periods import Period, title_of_season
from bot.study.questions import Pack, Question
from bot.study.typed import holds, search_zones, warm

MOST = 25
"""How many completions Discord shows."""


def section_choices(pack: Pack, typed: str, *, among: Iterable[str] | None = None) -> list[app_commands.Choice[str]]:
    titles = ((board, pack.title_of(board)) for board in among or pack.boards)
    return [
        app_commands.Choice(name=clip(title, CHOICE), value=board) for board, title in titles if holds(title, typed)
    ][:MOST]


async def sections(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    pack = await interaction.client.services.pack_for(guild_of(interaction))
    return section_choices(pack, typed)


async def goals(_: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete weekly goals. Managers can also type other goals."""
    known = [OFF, *map(str, PRESETS)]
    found = [name for name in known if holds(name, typed)] or known
    return [app_commands.Choice(name=name, value=name) for name in found]


async def leaves(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete the sections that hold questions themselves."""
    pack = await interaction.client.services.pack_for(guild_of(interaction))
    return section_choices(pack, typed, among=pack.leaves)


async def section_lists(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete the last entry of a comma-separated list of sections."""
    pack = _named_pack(interaction) or await interaction.client.services.pack_for(guild_of(interaction))
    *chosen, last = (part.strip() for part in typed.split(","))
    chosen = [part for part in chosen if part]
    lists = []
    for choice in section_choices(pack, last):
        if choice.value not in chosen:
            name, value = (", ".join([*chosen, str(end)]) for end in (choice.name, choice.value))
            if len(value) <= CHOICE:
                # Keep the end of a long name: it shows which section this choice adds.
                lists.append(
                    app_commands.Choice(name=name if len(name) <= CHOICE else f"…{name[1 - CHOICE :]}", value=value)
                )
    return lists


async def periods(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete current periods, then ended seasons, newest first."""
    past = await interaction.client.services.seasons.played(guild_of(interaction), MOST - len(Period))
    named = [(period.value, period.value) for period in Period]
    named += [(f"season {title_of_season(season.season)}", season.season) for season in past]
    return [app_commands.Choice(name=name, value=value) for name, value in named if holds(f"{name} {value}", typed)]


async def exam_versions(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete exam versions that can be taken today, the default first."""
    pack = _named_pack(interaction) or await interaction.client.services.packs.exam_of(member_of(interaction))
    return [
        app_commands.Choice(name=clip(f"{version.name}: {version.title}", CHOICE), value=version.code)
        for version in offered(pack.exams.values(), interaction.created_at.date())
        if holds(f"{version.code} {version.name} {version.title}", typed)
    ][:MOST]


def _named_pack(interaction: discord.Interaction[StudyBot]) -> Pack | None:
    """Return the pack that the option `pack` of the same command names."""
    known, typed = interaction.client.services.packs.all, getattr(interaction.namespace, "pack", None)
    try:
        return known[read_pack(known, typed)] if isinstance(typed, str) else None
    except UnknownPack:
        return None


async def packs(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=clip(pack.title, CHOICE), value=name)
        for name, pack in interaction.client.services.packs.all.items()
        if holds(f"{name} {pack.title} {pack.exam}", typed)
    ][:MOST]


def question_choices(questions: Iterable[Question]) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=clip(f"{question.id} · {one_line(question.stem)}", CHOICE), value=question.id)
        for question in questions
    ]


def zone_choices(typed: str, at: datetime) -> list[app_commands.Choice[str]]:
    """Return time zones with their offset and local time."""
    return [
        app_commands.Choice(name=f"{name} ({_clock(at.astimezone(ZoneInfo(name)))})", value=name)
        for name in search_zones(typed, MOST, at)
    ]


def _clock(local: datetime) -> str:
    """Format an offset and time: `UTC+5:30, now 14:45`."""
    ahead = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, minutes = divmod(abs(ahead), 60)
    offset = f"{'-' if ahead < 0 else '+'}{hours}" if ahead else ""
    return f"UTC{offset}{f':{minutes:02}' if minutes else ''}, now {local:%H:%M}"


def daily_choices(titles: Mapping[int, str], typed: str) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=clip(f"{number} · {title}", CHOICE), value=str(number))
        for number, title in titles.items()
        if holds(f"{number} {title}", typed)
    ]


async def _titles(interaction: discord.Interaction[StudyBot]) -> dict[int, str]:
    return titles(await interaction.client.services.schedules.all(guild_of(interaction)))


async def dailies(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete the dailies of a server."""
    return daily_choices(await _titles(interaction), typed)


async def dailies_or_new(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete the dailies of a server, and offer a new one with the name typed."""
    known = await _titles(interaction)
    choices = daily_choices(known, typed)
    try:
        number, name = new_schedule(known, typed) if typed else (free_numbers(known)[0], "")
    except (StudyError, IndexError):
        return choices
    return [
        *choices,
        app_commands.Choice(name=clip(f"Another one: {title_of(number, name)}", CHOICE), value=name or str(number)),
    ]


async def zones(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    await asyncio.to_thread(warm)
    return zone_choices(typed, interaction.created_at)
