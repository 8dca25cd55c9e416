"""The buttons of a duel, and the challenge itself, which a command and a button make."""

from __future__ import annotations

import secrets
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
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST, patience
from bot.cogs.ui.outgoing import missing_permissions
from bot.cogs.ui.replies import Message, guild_of, member_of, patiently, replace, reply
from bot.services.duel_scenes import Scene
from bot.services.duels import Challenge, Opponent
from bot.storage.tables import ALONE
from bot.study.errors import CannotPost, NeedsServer, NotATextChannel

PLACES = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread)


async def challenge(interaction: discord.Interaction[StudyBot], opponent: Opponent, section: str) -> Challenge:
    """The challenge goes out into the channel where one is. Raises CannotPost and NotATextChannel, and what the service
    raises."""
    return await interaction.client.services.duels.challenge(
        member_of(interaction),
        opponent,
        section=section,
        channel_id=_postable(interaction.channel),
        rng=Random(secrets.randbits(64)),
        at=interaction.created_at,
    )


async def show(interaction: discord.Interaction[StudyBot], challenge: Challenge) -> None:
    await _tell(interaction, messages.challenged(challenge))
    for scene in challenge.untold:
        await reply(interaction, messages.private(scene))


def _postable(channel: object) -> int:
    if not isinstance(channel, PLACES):
        raise NotATextChannel
    if missing := missing_permissions(channel, channel.guild.me):
        raise CannotPost(channel.id, missing)
    return channel.id


def _is_private(interaction: discord.Interaction[Any]) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _tell(interaction: discord.Interaction[Any], message: Message) -> None:
    """Privately: in the place of the private message that was pressed, else in one of its own."""
    if _is_private(interaction):
        await replace(interaction, message)
    else:
        await reply(interaction, message)


async def _renew(interaction: discord.Interaction[Any], scene: Scene) -> None:
    """The message that was pressed, as it is now: the post of the challenge, or a private one about it."""
    await replace(interaction, messages.private(scene) if _is_private(interaction) else messages.post(scene))


class AcceptButton(PersistentButton[DuelAcceptId], codec=DuelAcceptId):
    async def pressed(self, interaction: discord.Interaction[Any], id: DuelAcceptId) -> None:
        duels = interaction.client.services.duels
        dice = Random(secrets.randbits(64))
        accepting = duels.accept(id.duel, member_of(interaction), rng=dice, at=interaction.created_at)
        await _renew(interaction, await patiently(interaction, accepting, editing=True))


class DeclineButton(PersistentButton[DuelDeclineId], codec=DuelDeclineId):
    async def pressed(self, interaction: discord.Interaction[Any], id: DuelDeclineId) -> None:
        declining = interaction.client.services.duels.decline(
            id.duel, member_of(interaction), at=interaction.created_at
        )
        await _renew(interaction, await patiently(interaction, declining, editing=True))


class WithdrawButton(PersistentButton[DuelWithdrawId], codec=DuelWithdrawId):
    async def pressed(self, interaction: discord.Interaction[Any], id: DuelWithdrawId) -> None:
        withdrawing = interaction.client.services.duels.withdraw(
            id.duel, member_of(interaction), at=interaction.created_at
        )
        await _renew(interaction, await patiently(interaction, withdrawing, editing=True))


class PlayButton(PersistentButton[DuelPlayId], codec=DuelPlayId):
    async def pressed(self, interaction: discord.Interaction[Any], id: DuelPlayId) -> None:
        playing = interaction.client.services.duels.play(id.duel, member_of(interaction), at=interaction.created_at)
        outcome = await patiently(interaction, playing, editing=_is_private(interaction))
        await _tell(interaction, shown(outcome))


class ResultButton(PersistentButton[DuelResultId], codec=DuelResultId):
    async def pressed(self, interaction: discord.Interaction[Any], id: DuelResultId) -> None:
        looking = interaction.client.services.duels.look(id.duel, member_of(interaction))
        scene = await patiently(interaction, looking, editing=_is_private(interaction))
        await _tell(interaction, messages.private(scene))


class ReviewButton(PersistentButton[DuelReviewId], codec=DuelReviewId):
    async def pressed(self, interaction: discord.Interaction[Any], id: DuelReviewId) -> None:
        duels = interaction.client.services.duels
        reviewing = duels.review(id.duel, id.number, member_of(interaction), at=interaction.created_at)
        reviewed = await patiently(interaction, reviewing, editing=_is_private(interaction))
        await _tell(interaction, messages.reviewed(reviewed))


class RematchButton(PersistentButton[DuelRematchId], codec=DuelRematchId):
    """Whoever of the two presses it challenges the other, on the same section."""

    async def pressed(self, interaction: discord.Interaction[Any], id: DuelRematchId) -> None:
        challenged = await patiently(interaction, _rematch(interaction, id.duel), editing=_is_private(interaction))
        await show(interaction, challenged)


async def _rematch(interaction: discord.Interaction[StudyBot], duel_id: int) -> Challenge:
    other_id, section = await interaction.client.services.duels.opponent(duel_id, member_of(interaction))
    return await challenge(interaction, Opponent(other_id, present=await _is_here(interaction, other_id)), section)


async def _is_here(interaction: discord.Interaction[StudyBot], user_id: int) -> bool:
    if interaction.guild is None or guild_of(interaction) == ALONE:
        raise NeedsServer
    try:
        async with patience():
            await interaction.guild.fetch_member(user_id)
    except discord.NotFound:
        return False
    except (discord.HTTPException, *LOST):
        return True  # an illness of Discord's is no reason to refuse
    return True
