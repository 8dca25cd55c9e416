"""Autocompletion for competitions: times as the bot understands them, competitions, and teams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.completions import MOST
from bot.cogs.ui.replies import guild_of, member_of
from bot.cogs.ui.text import CHOICE, clip
from bot.services.competition_lookup import handle
from bot.storage.competitions import Competition
from bot.study.characters import visible
from bot.study.errors import Ambiguous, StudyError
from bot.study.typed import holds, parse_moment, written

STARTS = ("now", "tomorrow", "tomorrow 9am", "saturday", "monday", "in 1 week")
LATER = ("7pm", "tomorrow 7pm", "friday 7pm", "saturday 3pm", "sunday 3pm", "in 1 week")
ENDS = ("1 day", "3 days", "1 week", "2 weeks", "4 weeks", "sunday")


async def starts(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    zone = (await interaction.client.services.guild(guild_of(interaction))).zone
    return moment_choices([typed] if typed.strip() else STARTS, zone, interaction.created_at)


async def later(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete the start of an event that is planned ahead."""
    zone = (await interaction.client.services.guild(guild_of(interaction))).zone
    return moment_choices([typed] if typed.strip() else LATER, zone, interaction.created_at)


async def ends(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete the end of an event; a duration counts from the start, if that is given."""
    zone = (await interaction.client.services.guild(guild_of(interaction))).zone
    at = interaction.created_at
    since = _read(str(getattr(interaction.namespace, "start", None) or "now"), zone, at) or at
    return moment_choices([typed] if typed.strip() else ENDS, zone, at, since=since, closing=True)


def moment_choices(
    texts: Iterable[str], zone: str, at: datetime, *, since: datetime | None = None, closing: bool = False
) -> list[app_commands.Choice[str]]:
    """Return each possible meaning of the texts, with its date and time. Texts that mean no time are left out."""
    choices = []
    for text in texts:
        for found in _readings(text, zone, at, since=since, closing=closing):
            local = found.astimezone(ZoneInfo(zone))
            name = f"{text.strip()} · {local:%a} {local.day} {local:%b %Y, %H:%M} ({zone})"
            # Keep the word `now`, because its minute may be over by the time the command is sent.
            value = "now" if text.strip().lower() == "now" else written(found, zone)
            choices.append(app_commands.Choice(name=clip(name, CHOICE), value=value))
    return choices


def _read(text: str, zone: str, at: datetime) -> datetime | None:
    return next(iter(_readings(text, zone, at)), None)


def _readings(
    text: str, zone: str, at: datetime, *, since: datetime | None = None, closing: bool = False
) -> Iterator[datetime]:
    try:
        yield parse_moment(text, zone, at, since=since, closing=closing)
    except Ambiguous as several:
        for reading in several.readings:
            if isinstance(reading, datetime):
                yield reading
            else:
                plain = f"{reading:%H:%M}" if isinstance(reading, time) else f"{reading:%Y-%m-%d}"
                yield from _readings(plain, zone, at, since=since, closing=closing)
    except StudyError:
        return


async def ongoing(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    found = await interaction.client.services.competitions.choices(guild_of(interaction), ongoing=True)
    return competition_choices(found, typed)


async def known(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    found = await interaction.client.services.competitions.choices(guild_of(interaction), ongoing=True, past=True)
    return competition_choices(found, typed)


def competition_choices(competitions: Iterable[Competition], typed: str) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(
            name=clip(f"{visible(competition.name)} · {competition.state.value}", CHOICE), value=handle(competition)
        )
        for competition in competitions
        if holds(competition.name, typed)
    ][:MOST]


async def teams(interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
    """Complete the teams of the chosen competition, or of the only one; the text may also be a new name."""
    entries = interaction.client.services.competition_entries
    names = await entries.team_names(member_of(interaction), getattr(interaction.namespace, "competition", None) or "")
    return [
        app_commands.Choice(name=clip(visible(name) or name, CHOICE), value=clip(name, CHOICE))
        for name in names
        if holds(name, typed)
    ][:MOST]
