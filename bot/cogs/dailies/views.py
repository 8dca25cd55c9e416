"""The form that schedules the daily, and the buttons and menus under `/daily status`."""

from __future__ import annotations

import secrets
from calendar import day_name
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from random import Random
from typing import Any

import discord
from discord import ui

from bot.cogs.dailies import schedules
from bot.cogs.dailies.custom_ids import (
    DailyAgainId,
    DailyChannelId,
    DailyPickId,
    DailyRestoreId,
    DailySkipId,
    DailyUnskipId,
    ScheduleId,
)
from bot.cogs.ui import gone
from bot.cogs.ui.access import Access, look_at, look_closely, postable
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import OPEN_FOR, read_choices, read_parts, text_part
from bot.cogs.ui.handlers import Reply, on_pick, on_press, on_submit
from bot.cogs.ui.menus import channel_select
from bot.cogs.ui.replies import guild_of, open_form, reply, say
from bot.services.dailies import DailyPost
from bot.services.schedules import Which
from bot.storage.schedules import GuildSchedule
from bot.study.errors import AlreadyPosted, DaySkipped, Refusal, Refused
from bot.study.schedules import EVERY_DAY, FIRST
from bot.study.typed import parse_time, parse_zone

HOUR = "09:00"
"""The time that the form proposes."""


def schedule_form(id: ScheduleId, schedule: GuildSchedule | None, channel_id: int | None = None) -> ui.Modal:
    """Build the form for channel, time, zone and days, filled in with the schedule. `channel_id`: the channel to
    propose if there is no schedule."""
    form = ui.Modal(title="Schedule the daily", custom_id=str(id), timeout=OPEN_FOR)
    channel = channel_select("channel", schedule.channel_id if schedule else channel_id, required=True)
    form.add_item(ui.Label(text="Where is the question posted?", component=channel))
    hour, zone = (f"{schedule.rule.at:%H:%M}", schedule.rule.zone) if schedule else (HOUR, "")
    form.add_item(text_part("time", "At what time?", most=20, hint="09:00, 9.30 or 7pm", filled=hour))
    hint = "A city near you, such as Berlin, or a zone such as Europe/Berlin"
    form.add_item(text_part("timezone", "In which time zone?", most=64, hint=hint, filled=zone))
    days = schedule.rule.days if schedule else EVERY_DAY
    form.add_item(ui.Label(text="On which days?", component=_days_menu(days)))
    return form


def _days_menu(chosen: frozenset[int]) -> ui.Select[Any]:
    return ui.Select(
        custom_id="days",
        required=False,  # if none is chosen, the days stay as they are
        min_values=0,
        max_values=len(day_name),
        options=[
            discord.SelectOption(label=name, value=str(day), default=day in chosen) for day, name in enumerate(day_name)
        ],
    )


def _days(interaction: discord.Interaction[StudyBot]) -> frozenset[int] | None:
    """Return the chosen days; None if there are none."""
    chosen = read_choices(interaction, "days")
    return frozenset(day for day in EVERY_DAY if str(day) in chosen) or None


@on_press(ScheduleId, managers=True)
async def schedule(interaction: discord.Interaction[StudyBot], id: ScheduleId) -> None:
    which = id.number or FIRST
    found = (await interaction.client.services.schedules.status(guild_of(interaction), which=which)).schedule
    here = interaction.channel_id if isinstance(interaction.channel, discord.TextChannel) else None
    await open_form(interaction, schedule_form(id, found, here))


@on_submit(ScheduleId, managers=True)
async def schedule_sent(interaction: discord.Interaction[StudyBot], id: ScheduleId) -> None:
    parts = read_parts(interaction, "channel", "time", "timezone")
    channel = _channel(interaction, parts["channel"])
    slot = parse_time(parts["time"]), parse_zone(parts["timezone"], interaction.created_at)
    schedule = await interaction.client.services.schedules.adjust(
        guild_of(interaction),
        which=id.number or FIRST,
        channel_id=channel.id,
        slot=slot,
        days=_days(interaction),
        by=interaction.user.id,
        rng=Random(secrets.randbits(64)),
        at=interaction.created_at,
    )
    status = await interaction.client.services.schedules.status(guild_of(interaction), which=schedule.number)
    await reply(interaction, schedules.scheduled(schedule, status))


def _channel(interaction: discord.Interaction[StudyBot], channel_id: int | str) -> discord.TextChannel:
    """Return the channel chosen in a menu. Raises NOT_A_TEXT_CHANNEL, CannotPost."""
    chosen, guild = str(channel_id), interaction.guild
    if guild is None or not chosen.isdecimal():
        raise Refused(Refusal.NOT_A_TEXT_CHANNEL)
    return postable(guild.get_channel(int(chosen)))


async def show_status(interaction: discord.Interaction[StudyBot], which: Which = None) -> None:
    """Show one daily, or an overview if the server has several and none is named."""
    client, guild_id = interaction.client, guild_of(interaction)
    if which is None and len(await client.services.schedules.all(guild_id)) > 1:
        await _show_all(interaction)
        return
    status = await client.services.schedules.status(guild_id, which=which)
    if status.latest is not None and await client.poster.was_deleted(status.latest):
        status = await client.services.schedules.status(guild_id, which=which)
    schedule, guild = status.schedule, interaction.guild
    if schedule is None or guild is None:
        await reply(interaction, schedules.no_schedule())
        return
    access = await _access(client, schedule)
    await reply(
        interaction,
        schedules.status(
            status,
            schedule,
            access,
            [*gone.of_daily(guild, schedule, status.source), *gone.of_sections(schedule, status.source)],
            at=interaction.created_at,
        ),
    )


async def _show_all(interaction: discord.Interaction[StudyBot]) -> None:
    client, guild_id = interaction.client, guild_of(interaction)
    found = await client.services.schedules.overview(guild_id)
    deleted = [status.latest is not None and await client.poster.was_deleted(status.latest) for status in found]
    if any(deleted):
        found = await client.services.schedules.overview(guild_id)
    listed = [status.schedule for status in found if status.schedule is not None]
    access = {schedule.channel_id: await _access(client, schedule) for schedule in listed}
    await reply(interaction, schedules.overview(found, access, gone.of_dailies(interaction.guild, found)))


async def _access(client: StudyBot, schedule: GuildSchedule) -> Access:
    where = client, schedule.guild_id, schedule.channel_id
    return await look_closely(*where) if schedule.trouble is not None else look_at(*where)


@on_pick(DailyPickId, Reply.IN_PLACE, managers=True)
async def pick(interaction: discord.Interaction[StudyBot], _: DailyPickId, value: int) -> None:
    await show_status(interaction, value or None)


@on_pick(DailyChannelId, Reply.IN_PLACE, managers=True)
async def move_channel(interaction: discord.Interaction[StudyBot], id: DailyChannelId, value: int) -> None:
    channel, which = _channel(interaction, value), id.number or FIRST
    await interaction.client.services.schedules.adjust(
        guild_of(interaction),
        which=which,
        channel_id=channel.id,
        by=interaction.user.id,
        rng=Random(secrets.randbits(64)),
        at=interaction.created_at,
    )
    await show_status(interaction, which)


@on_press(DailySkipId, Reply.IN_PLACE, managers=True)
async def skip(interaction: discord.Interaction[StudyBot], id: DailySkipId) -> None:
    day, which, at = _day(id.day), id.number or FIRST, interaction.created_at
    with suppress(DaySkipped):  # another press skipped it already; the new status shows that
        await interaction.client.services.schedules.skip(guild_of(interaction), which=which, only=day, at=at)
    await show_status(interaction, which)


@on_press(DailyUnskipId, Reply.IN_PLACE, managers=True)
async def unskip(interaction: discord.Interaction[StudyBot], id: DailyUnskipId) -> None:
    await _restore(interaction, FIRST, _day(id.day) if id.day else None)


@on_press(DailyRestoreId, Reply.IN_PLACE, managers=True)
async def restore(interaction: discord.Interaction[StudyBot], id: DailyRestoreId) -> None:
    await _restore(interaction, id.number, _day(id.day))


async def _restore(interaction: discord.Interaction[StudyBot], which: int, day: date | None) -> None:
    guild_id, at = guild_of(interaction), interaction.created_at
    await interaction.client.services.schedules.undo_skip(guild_id, which=which, only=day, at=at)
    await show_status(interaction, which)


def _day(ordinal: int) -> date:
    if not 1 <= ordinal <= date.max.toordinal():
        raise Refused(Refusal.UNKNOWN_BUTTON)
    return date.fromordinal(ordinal)


@on_press(DailyAgainId, managers=True)
async def post_again(interaction: discord.Interaction[StudyBot], id: DailyAgainId) -> None:
    guild_id, at = guild_of(interaction), interaction.created_at
    daily = await interaction.client.services.dailies.get(id.daily)
    which = daily.number if daily is not None else FIRST
    await send(interaction, which, lambda: interaction.client.services.schedules.post_again(guild_id, id.daily, at=at))


async def send(
    interaction: discord.Interaction[StudyBot], which: Which, claim: Callable[[], Awaitable[DailyPost]]
) -> None:
    """Send a schedule's claimed daily, and say where it is. Raises what `claim` does."""
    try:
        post = await claim()
    except AlreadyPosted:
        # Somebody may have deleted the post in the meantime, which Discord does not report.
        latest = (await interaction.client.services.schedules.status(guild_of(interaction), which=which)).latest
        if latest is None or not await interaction.client.poster.was_deleted(latest):
            raise
        post = await claim()
    message = await interaction.client.poster.post(post)
    if message is None:
        await say(
            interaction,
            "It has not been posted yet. I will keep trying for the rest of the day, and `/daily status` shows what is wrong.",
        )
    else:
        await say(interaction, f"Posted: {message.jump_url}")
