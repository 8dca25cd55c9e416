"""The buttons of a duel, and the challenge that the command and the rematch button send."""

from __future__ import annotations

import secrets
from dataclasses import replace
from random import Random
from typing import Any

import discord

from bot.cogs.duels import messages
from bot.cogs.duels.custom_ids import (
    DuelAcceptId,
    DuelDeclineId,
    DuelPlayId,
    DuelRematchId,
    DuelResultId,
    DuelReviewId,
    DuelWithdrawId,
)
from bot.cogs.quizzes.views import shown
from bot.cogs.ui.access import look_closely, postable_here
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST, patience
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.promises import WAITS, Outcome
from bot.cogs.ui.replies import guild_of, member_of, reply
from bot.services.duel_scenes import DuelScene
from bot.services.duels import Challenge, Opponent
from bot.storage.posts import PostKind
from bot.study.errors import Refusal, Refused
from bot.study.members import ALONE


async def challenge(interaction: discord.Interaction[StudyBot], opponent: Opponent, section: str) -> Challenge:
    """Post a challenge in the channel of this interaction. Raises CannotPost, CANNOT_POST_HERE, and what the service
    raises."""
    return await interaction.client.services.duels.challenge(
        member_of(interaction),
        opponent,
        section=section,
        channel_id=postable_here(interaction.channel),
        rng=Random(secrets.randbits(64)),
        at=interaction.created_at,
    )


async def show(interaction: discord.Interaction[StudyBot], challenge: Challenge) -> None:
    duel_id, member = challenge.scene.duel.id, member_of(interaction)
    if not challenge.fresh:
        # Edit its message to find out whether it still exists.
        await interaction.client.reconciler.show(PostKind.CHALLENGE, duel_id, again=True)
        scene = await interaction.client.services.duels.look(duel_id, member)
        challenge = replace(challenge, scene=scene)
    await reply(interaction, messages.challenged(challenge))
    if challenge.fresh:

        async def outcome() -> Outcome:
            scene = await interaction.client.services.duels.look(duel_id, member)
            if scene.duel.message_id is not None:
                return None
            if scene.duel.open:
                return WAITS
            access = await look_closely(interaction.client, scene.duel.guild_id, scene.duel.channel_id)
            return messages.unposted(scene, access)

        interaction.client.promises.watch(interaction, outcome)
    for scene in challenge.unreported:
        await reply(interaction, messages.private(scene))


def _is_private(interaction: discord.Interaction[Any]) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _renew(interaction: discord.Interaction[Any], scene: DuelScene) -> None:
    """Update the message that was pressed: the post of the challenge, or a private one about it."""
    await reply(interaction, messages.private(scene) if _is_private(interaction) else messages.post(scene))


@on_press(DuelAcceptId, Reply.IN_PLACE)
async def accept(interaction: discord.Interaction[StudyBot], id: DuelAcceptId) -> None:
    duels = interaction.client.services.duels
    dice = Random(secrets.randbits(64))
    await _renew(interaction, await duels.accept(id.duel, member_of(interaction), rng=dice, at=interaction.created_at))


@on_press(DuelDeclineId, Reply.IN_PLACE)
async def decline(interaction: discord.Interaction[StudyBot], id: DuelDeclineId) -> None:
    duels = interaction.client.services.duels
    await _renew(interaction, await duels.decline(id.duel, member_of(interaction), at=interaction.created_at))


@on_press(DuelWithdrawId, Reply.IN_PLACE)
async def withdraw(interaction: discord.Interaction[StudyBot], id: DuelWithdrawId) -> None:
    duels = interaction.client.services.duels
    await _renew(interaction, await duels.withdraw(id.duel, member_of(interaction), at=interaction.created_at))


@on_press(DuelPlayId, Reply.IN_PLACE_IF_PRIVATE)
async def play(interaction: discord.Interaction[StudyBot], id: DuelPlayId) -> None:
    duels = interaction.client.services.duels
    await reply(interaction, shown(await duels.play(id.duel, member_of(interaction), at=interaction.created_at)))


@on_press(DuelResultId, Reply.IN_PLACE_IF_PRIVATE)
async def result(interaction: discord.Interaction[StudyBot], id: DuelResultId) -> None:
    duels = interaction.client.services.duels
    await reply(interaction, messages.private(await duels.look(id.duel, member_of(interaction))))


@on_press(DuelReviewId, Reply.IN_PLACE_IF_PRIVATE)
async def review(interaction: discord.Interaction[StudyBot], id: DuelReviewId) -> None:
    duels = interaction.client.services.duels
    reviewed = await duels.review(id.duel, id.number, member_of(interaction), at=interaction.created_at)
    await reply(interaction, messages.reviewed(reviewed))


@on_press(DuelRematchId, Reply.IN_PLACE_IF_PRIVATE)
async def rematch(interaction: discord.Interaction[StudyBot], id: DuelRematchId) -> None:
    """Challenge the other player again, on the same section."""
    other_id, section = await interaction.client.services.duels.opponent(id.duel, member_of(interaction))
    opponent = Opponent(other_id, present=await _is_here(interaction, other_id))
    await show(interaction, await challenge(interaction, opponent, section))


async def _is_here(interaction: discord.Interaction[StudyBot], user_id: int) -> bool:
    if interaction.guild is None or guild_of(interaction) == ALONE:
        raise Refused(Refusal.NEEDS_SERVER)
    try:
        async with patience():
            await interaction.guild.fetch_member(user_id)
    except discord.NotFound:
        return False
    except (discord.HTTPException, *LOST):
        return True  # an outage of Discord is no reason to refuse a rematch
    return True
