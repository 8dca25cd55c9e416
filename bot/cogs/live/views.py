"""The buttons and the menu of live rounds."""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from typing import Any

import discord

from bot.cogs.live import announcements, messages
from bot.cogs.live.custom_ids import (
    LiveAgainId,
    LiveAnswerId,
    LiveBeginId,
    LiveExplainId,
    LiveJoinId,
    LiveLeaveId,
    LiveLookBackId,
    LivePickId,
    LivePlanId,
    LiveStopId,
)
from bot.cogs.ui.access import look_closely, postable_here
from bot.cogs.ui.cards import Message
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_pick, on_press
from bot.cogs.ui.promises import WAITS, Outcome
from bot.cogs.ui.replies import member_of, reply, say
from bot.services.live import Opened
from bot.study.errors import Refusal, Refused


async def promise(interaction: discord.Interaction[StudyBot], opened: Opened) -> None:
    """Say that the lobby will be posted in a moment; if it cannot be, say so later."""
    await reply(interaction, messages.opened(opened))
    bot, member = interaction.client, member_of(interaction)

    async def outcome() -> Outcome:
        now = (await bot.services.live.look_back(opened.live.id, member, at=interaction.created_at)).live
        if now.message_id is not None:
            return None
        if not now.over:
            return WAITS
        return messages.unposted(await look_closely(bot, now.guild_id, now.channel_id))

    bot.promises.watch(interaction, outcome)


@on_press(LivePlanId)
async def call_off(interaction: discord.Interaction[StudyBot], id: LivePlanId) -> None:
    await interaction.client.services.live_plans.cancel(
        id.plan, member_of(interaction), manager=interaction.permissions.manage_guild, at=interaction.created_at
    )
    await reply(interaction, announcements.cancelled())


@on_press(LiveAgainId)
async def live_again(interaction: discord.Interaction[StudyBot], id: LiveAgainId) -> None:
    postable_here(interaction.channel)
    opened = await interaction.client.services.live.again(
        id.live,
        member_of(interaction),
        manager=interaction.permissions.manage_guild,
        seed=secrets.randbits(62),
        at=interaction.created_at,
    )
    await promise(interaction, opened)


@on_press(LiveJoinId)
async def live_join(interaction: discord.Interaction[StudyBot], id: LiveJoinId) -> None:
    live = interaction.client.services.live
    joined = await live.join(id.live, member_of(interaction), at=interaction.created_at)
    await _show(interaction, id.live, "joined", messages.joined(joined))


@on_press(LiveLeaveId, Reply.IN_PLACE_IF_PRIVATE)
async def live_leave(interaction: discord.Interaction[StudyBot], id: LiveLeaveId) -> None:
    live = interaction.client.services.live
    found = await live.leave(id.live, member_of(interaction), at=interaction.created_at)
    await _show(interaction, id.live, "left", messages.left(found))


@on_press(LiveBeginId)
async def live_begin(interaction: discord.Interaction[StudyBot], id: LiveBeginId) -> None:
    live, manager = interaction.client.services.live, interaction.permissions.manage_guild
    await live.begin(id.live, member_of(interaction), manager=manager)
    await _show(interaction, id.live, "begun", messages.begun())


@on_press(LiveStopId)
async def live_stop(interaction: discord.Interaction[StudyBot], id: LiveStopId) -> None:
    await stop(interaction, id.live)


async def stop(interaction: discord.Interaction[Any], live_id: int) -> None:
    live, manager = interaction.client.services.live, interaction.permissions.manage_guild
    await live.stop(live_id, member_of(interaction), manager=manager, at=interaction.created_at)
    await say(interaction, "The round is over, and its message will say so in a moment. `/live start` opens another.")


@on_press(LiveAnswerId)
async def live_answer(interaction: discord.Interaction[StudyBot], id: LiveAnswerId) -> None:
    live, member = interaction.client.services.live, member_of(interaction)
    try:
        kept = await live.answer(id.live, id.number, id.place, member, at=interaction.created_at)
    except Refused as refused:
        if refused.reason not in (Refusal.LIVE_QUESTION_CLOSED, Refusal.LIVE_OVER):
            raise
        await _show(interaction, id.live, (refused.reason, id.number), messages.late(refused.reason))
    else:
        await _show(interaction, id.live, ("kept", id.number), messages.kept(kept))


@on_press(LiveExplainId)
async def live_explain(interaction: discord.Interaction[StudyBot], id: LiveExplainId) -> None:
    await explain(interaction, id.live, id.number)


@on_press(LiveLookBackId, Reply.IN_PLACE_IF_PRIVATE)
async def live_look_back(interaction: discord.Interaction[StudyBot], id: LiveLookBackId) -> None:
    live = interaction.client.services.live
    look = await live.look_back(id.live, member_of(interaction), at=interaction.created_at)
    await _show(interaction, id.live, "look back", messages.look_back(look))


@on_pick(LivePickId, Reply.IN_PLACE_IF_PRIVATE)
async def live_pick(interaction: discord.Interaction[StudyBot], id: LivePickId, value: int) -> None:
    await explain(interaction, id.live, value)


async def explain(interaction: discord.Interaction[Any], live_id: int, number: int) -> None:
    live = interaction.client.services.live
    explained = await live.explain(live_id, number, member_of(interaction), at=interaction.created_at)
    await _show(interaction, live_id, ("explained", number), messages.explained(explained))


async def _show(interaction: discord.Interaction[Any], live_id: int, what: Hashable, message: Message) -> None:
    """Show a reply in the player's single private message about the round."""
    await interaction.client.private.show(interaction, message, about=("live", live_id), what=what)
