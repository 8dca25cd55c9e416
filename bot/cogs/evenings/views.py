"""The buttons of an exam evening."""

from __future__ import annotations

import discord

from bot.cogs.evenings import messages
from bot.cogs.evenings.custom_ids import (
    EveningAgreeId,
    EveningBeginId,
    EveningCancelId,
    EveningItemId,
    EveningJoinId,
    EveningLeaveId,
    EveningManageId,
    EveningMoveId,
)
from bot.cogs.exams.views import drawn, message_of
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import read_parts
from bot.cogs.ui.handlers import Reply, on_press, on_submit
from bot.cogs.ui.replies import guild_of, member_of, open_form, reply
from bot.services.evenings import Evenings
from bot.storage.evenings import Evening
from bot.study.typed import parse_moment


def evenings_of(interaction: discord.Interaction[StudyBot]) -> Evenings:
    return interaction.client.services.evenings


@on_press(EveningJoinId)
async def join(interaction: discord.Interaction[StudyBot], id: EveningJoinId) -> None:
    joined = await evenings_of(interaction).sign_up(id.evening, member_of(interaction), at=interaction.created_at)
    await reply(interaction, messages.joined(joined))


@on_press(EveningLeaveId, Reply.IN_PLACE_IF_PRIVATE)
async def leave(interaction: discord.Interaction[StudyBot], id: EveningLeaveId) -> None:
    left = await evenings_of(interaction).leave(id.evening, member_of(interaction), at=interaction.created_at)
    await reply(interaction, messages.left(left))


@on_press(EveningBeginId)
async def begin(interaction: discord.Interaction[StudyBot], id: EveningBeginId) -> None:
    """Begin or continue the exam in a new private message; the post stays."""
    begun = evenings_of(interaction).begin(id.evening, member_of(interaction), at=interaction.created_at)
    await reply(interaction, await drawn(interaction, begun))


@on_press(EveningAgreeId, Reply.IN_PLACE_IF_PRIVATE)
async def agree(interaction: discord.Interaction[StudyBot], id: EveningAgreeId) -> None:
    joined = await evenings_of(interaction).agree(
        id.evening, member_of(interaction), agrees=id.on == 1, at=interaction.created_at
    )
    await reply(interaction, messages.agreed(joined))


@on_press(EveningManageId)
async def manage(interaction: discord.Interaction[StudyBot], id: EveningManageId) -> None:
    await reply(interaction, messages.manage(await _hosted(interaction, id.evening)))


@on_press(EveningMoveId)
async def move(interaction: discord.Interaction[StudyBot], id: EveningMoveId) -> None:
    await open_form(interaction, messages.move_form(await _hosted(interaction, id.evening)))


@on_submit(EveningMoveId, Reply.IN_PLACE_IF_PRIVATE)
async def move_sent(interaction: discord.Interaction[StudyBot], id: EveningMoveId) -> None:
    at = interaction.created_at
    zone = (await interaction.client.services.guild(guild_of(interaction))).zone
    starts_at = parse_moment(read_parts(interaction, "at")["at"], zone, at)
    moved = await evenings_of(interaction).move(
        id.evening, member_of(interaction), starts_at, manager=interaction.permissions.manage_guild, at=at
    )
    await reply(interaction, messages.moved(moved))


@on_press(EveningCancelId, Reply.IN_PLACE_IF_PRIVATE)
async def cancel(interaction: discord.Interaction[StudyBot], id: EveningCancelId) -> None:
    await evenings_of(interaction).cancel(
        id.evening, member_of(interaction), manager=interaction.permissions.manage_guild, at=interaction.created_at
    )
    await reply(interaction, messages.cancelled())


@on_press(EveningItemId)
async def item(interaction: discord.Interaction[StudyBot], id: EveningItemId) -> None:
    """Show the member's own answer to a question of the review."""
    member, at = member_of(interaction), interaction.created_at
    exam_id = await evenings_of(interaction).exam_of(id.evening, member)
    review = await interaction.client.services.exams.review(exam_id, id.place, member, at=at)
    await reply(interaction, await message_of(interaction, review))


async def _hosted(interaction: discord.Interaction[StudyBot], evening_id: int) -> Evening:
    manager = interaction.permissions.manage_guild
    return await evenings_of(interaction).hosted(evening_id, member_of(interaction), manager=manager)
