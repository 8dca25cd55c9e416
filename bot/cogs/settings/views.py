"""The menus of `/settings`, and the button that confirms another pack."""

from __future__ import annotations

from collections.abc import Collection

import discord

from bot.cogs.awards.messages import attention
from bot.cogs.awards.roles import troubles_now
from bot.cogs.settings import messages
from bot.cogs.settings.custom_ids import PackId, SeasonChannelId, ServerSetting, SettingId, SettingsId, SettingsView
from bot.cogs.ui import gone
from bot.cogs.ui.access import postable
from bot.cogs.ui.cards import Message
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_pick, on_press
from bot.cogs.ui.menus import named
from bot.cogs.ui.replies import guild_of, reply
from bot.services.schedules import Status
from bot.study.dailies import Feedback

PLAIN = frozenset({ServerSetting.FEEDBACK, ServerSetting.PACK, ServerSetting.PUBLIC_BOARDS})
"""The settings that are explained if none has changed. The menus show the others, and a button explains them all."""


async def show(interaction: discord.Interaction[StudyBot], changed: Collection[ServerSetting] = ()) -> None:
    await reply(interaction, await view(interaction, changed))


async def view(
    interaction: discord.Interaction[StudyBot], changed: Collection[ServerSetting] = (), *, words: bool = False
) -> Message:
    """Return the settings as they are now: menus and a text about what has `changed`; with `words`, a text about all of
    them and no menus."""
    services, guild_id = interaction.client.services, guild_of(interaction)
    status = await services.schedules.status(guild_id)
    seasons = await services.seasons.plan(guild_id, at=interaction.created_at)
    group_posts = await services.groups.is_posted(guild_id)
    lost = await _gone(interaction, status, seasons.channel_id if seasons.posts or group_posts else None)
    return messages.settings(
        status,
        seasons,
        changed=bool(changed),
        about=None if words else changed or PLAIN,
        menus=not words,
        gone=lost,
        goal=await services.goals.of(guild_id),
        own_memory=services.memory.offered,
        packs=services.packs.all,
        boards_url=services.web_links.public_boards(guild_id),
        suggested=await services.suggestions.count(guild_id),
        group_posts=group_posts,
    )


async def _gone(interaction: discord.Interaction[StudyBot], status: Status, season_channel: int | None) -> list[str]:
    """Return a sentence for each thing that the settings refer to but the bot can no longer see. `season_channel`: None
    if nothing is posted there."""
    services, guild, schedule = interaction.client.services, interaction.guild, status.schedule
    competitions = await services.competitions.choices(guild_of(interaction), ongoing=True)
    awards = await services.awards.listing(guild_of(interaction))
    return [
        *gone.of_pack(status.guild.pack, status.pack),
        *gone.of_version(status.pack),
        *gone.of_dailies(guild, await services.schedules.overview(guild_of(interaction))),
        *gone.of_seasons(guild, season_channel, schedule),
        *gone.of_competitions(guild, competitions, schedule),
        *gone.of_contested(competitions, status.pack),
        *gone.of_rounds(await services.live_plans.stranded(guild_of(interaction))),
        *gone.of_teams(guild, await services.competitions.role_teams(guild_of(interaction))),
        *attention(awards, troubles_now(awards, guild)),
    ]


@on_pick(SettingId, Reply.IN_PLACE, managers=True)
async def choose(interaction: discord.Interaction[StudyBot], id: SettingId, value: int) -> None:
    services, guild_id, at = interaction.client.services, guild_of(interaction), interaction.created_at
    match id.setting:
        case ServerSetting.FEEDBACK:
            await services.schedules.set_feedback(guild_id, named(Feedback, value), at=at)
        case ServerSetting.SEASON_POSTS:
            await services.seasons.set_plan(guild_id, posts=_is_on(value), at=at)
        case ServerSetting.EXAM:
            exams = (await services.pack_for(guild_id)).exams
            await services.packs.choose_exam(guild_id, named(exams, value), at=at)
        case ServerSetting.PUBLIC_BOARDS:
            await services.guilds.set_public_boards(guild_id, public=_is_on(value), at=at)
        case ServerSetting.GROUP_POSTS:
            await services.groups.set_posted(guild_id, posted=_is_on(value), at=at)
        case ServerSetting.SUGGESTIONS:
            await services.suggestions.set_open(guild_id, open=_is_on(value), at=at)
        case ServerSetting.SHARING:
            await services.guilds.set_sharing(guild_id, sharing=_is_on(value), at=at)
        case ServerSetting.CONFIDENCE:
            await services.confidences.set_for_server(guild_id, asks=_is_on(value), at=at)
        case ServerSetting.EVENTS:
            await services.guilds.set_events(guild_id, events=_is_on(value), at=at)
        case ServerSetting.GOAL:
            current = await services.goals.of(guild_id)
            goal = await services.goals.read(guild_id, named(messages.goals(current), value))
            await services.goals.set(guild_id, goal, at=at)
        case ServerSetting.PACK:
            # Nothing changes yet: show what would, and ask for confirmation.
            change = await services.packs.compare(guild_id, named(services.packs.all, value))
            await reply(interaction, messages.another_pack(change))
            return
    await show(interaction, {ServerSetting.PACK if id.setting is ServerSetting.EXAM else id.setting})


@on_press(SettingsId, Reply.IN_PLACE, managers=True)
async def settings(interaction: discord.Interaction[StudyBot], id: SettingsId) -> None:
    await reply(interaction, await view(interaction, words=id.view is SettingsView.WORDS))


def _is_on(value: int) -> bool:
    return named((messages.ON, messages.OFF), value) == messages.ON


@on_pick(SeasonChannelId, Reply.IN_PLACE, managers=True)
async def season_channel(interaction: discord.Interaction[StudyBot], _: SeasonChannelId, value: int) -> None:
    channel = postable(interaction.guild.get_channel(value) if interaction.guild is not None else None)
    await interaction.client.services.seasons.set_plan(
        guild_of(interaction), channel_id=channel.id, at=interaction.created_at
    )
    await show(interaction, {ServerSetting.SEASON_POSTS})


@on_press(PackId, Reply.IN_PLACE, managers=True)
async def pack(interaction: discord.Interaction[StudyBot], id: PackId) -> None:
    packs = interaction.client.services.packs
    change = await packs.choose(guild_of(interaction), id.pack, at=interaction.created_at)
    await reply(interaction, messages.pack_chosen(change))
