"""The buttons and the menu of live rounds."""

from __future__ import annotations

from typing import Any

import discord

from bot.cogs.live import messages
from bot.cogs.live.custom_ids import (
    LiveAnswerId,
    LiveBeginId,
    LiveExplainId,
    LiveJoinId,
    LiveLeaveId,
    LiveLookBackId,
    LivePickId,
    LiveStopId,
)
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.errors import say
from bot.cogs.ui.menus import PersistentMenu
from bot.cogs.ui.replies import member_of, patiently, reply


class JoinButton(PersistentButton[LiveJoinId], codec=LiveJoinId):
    async def pressed(self, interaction: discord.Interaction[Any], id: LiveJoinId) -> None:
        live = interaction.client.services.live
        joined = await patiently(interaction, live.join(id.live, member_of(interaction), at=interaction.created_at))
        await reply(interaction, messages.joined(joined))


class LeaveButton(PersistentButton[LiveLeaveId], codec=LiveLeaveId):
    async def pressed(self, interaction: discord.Interaction[Any], id: LiveLeaveId) -> None:
        live = interaction.client.services.live
        await patiently(interaction, live.leave(id.live, member_of(interaction), at=interaction.created_at))
        await say(
            interaction, "You have left the round. Join again, or press a letter, and you are back with your score."
        )


class BeginButton(PersistentButton[LiveBeginId], codec=LiveBeginId):
    async def pressed(self, interaction: discord.Interaction[Any], id: LiveBeginId) -> None:
        live, manager = interaction.client.services.live, interaction.permissions.manage_guild
        await patiently(interaction, live.begin(id.live, member_of(interaction), manager=manager))
        await say(interaction, "Here we go: the first question comes in a second.")


class StopButton(PersistentButton[LiveStopId], codec=LiveStopId):
    async def pressed(self, interaction: discord.Interaction[Any], id: LiveStopId) -> None:
        await stop(interaction, id.live)


async def stop(interaction: discord.Interaction[Any], live_id: int) -> None:
    live, manager = interaction.client.services.live, interaction.permissions.manage_guild
    await patiently(interaction, live.stop(live_id, member_of(interaction), manager=manager, at=interaction.created_at))
    await say(interaction, "The round is over, and its message says so in a second. `/live start` opens another.")


class AnswerButton(PersistentButton[LiveAnswerId], codec=LiveAnswerId):
    async def pressed(self, interaction: discord.Interaction[Any], id: LiveAnswerId) -> None:
        live, member = interaction.client.services.live, member_of(interaction)
        kept = await patiently(
            interaction, live.answer(id.live, id.number, id.place, member, at=interaction.created_at)
        )
        await say(interaction, messages.kept(kept))


class ExplainButton(PersistentButton[LiveExplainId], codec=LiveExplainId):
    async def pressed(self, interaction: discord.Interaction[Any], id: LiveExplainId) -> None:
        await explain(interaction, id.live, id.number)


class LookBackButton(PersistentButton[LiveLookBackId], codec=LiveLookBackId):
    async def pressed(self, interaction: discord.Interaction[Any], id: LiveLookBackId) -> None:
        live = interaction.client.services.live
        look = await patiently(interaction, live.look_back(id.live, member_of(interaction)))
        await reply(interaction, messages.look_back(look))


class QuestionMenu(PersistentMenu[LivePickId], codec=LivePickId):
    async def picked(self, interaction: discord.Interaction[Any], id: LivePickId, value: int, /) -> None:
        await explain(interaction, id.live, value)


async def explain(interaction: discord.Interaction[Any], live_id: int, number: int) -> None:
    live = interaction.client.services.live
    explained = await patiently(interaction, live.explain(live_id, number, member_of(interaction)))
    await reply(interaction, messages.explained(explained))
