"""The buttons of pauses and partner streaks."""

from __future__ import annotations

from datetime import date

import discord

from bot.cogs.streaks import messages
from bot.cogs.streaks import partners as messages_of_two
from bot.cogs.streaks.custom_ids import PartnerAcceptId, PartnerEndId, PartnerShowId, PauseEndId
from bot.cogs.ui.access import look_closely, postable_here
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.handlers import Reply, on_press
from bot.cogs.ui.promises import WAITS, Outcome
from bot.cogs.ui.replies import member_of, reply
from bot.services.partners import PartnerAsked
from bot.study.errors import Refusal, Refused
from bot.study.partners import PartnershipState


@on_press(PauseEndId, Reply.IN_PLACE)
async def end_pause(interaction: discord.Interaction[StudyBot], id: PauseEndId) -> None:
    if not 1 <= id.first <= date.max.toordinal():
        raise Refused(Refusal.NO_PAUSE)
    plan = await interaction.client.services.pauses.end(
        member_of(interaction), date.fromordinal(id.first), at=interaction.created_at
    )
    await reply(interaction, messages.pauses(plan))


async def ask(interaction: discord.Interaction[StudyBot], asked: PartnerAsked) -> None:
    """Ask a member to be a streak partner, in the channel where the command was used."""
    partners = interaction.client.services.partners
    member, at = member_of(interaction), interaction.created_at
    scene = await partners.ask(member, asked, channel_id=postable_here(interaction.channel), at=at)
    await reply(interaction, messages_of_two.private(scene))
    if not scene.fresh:
        return
    found = scene.partnership

    async def outcome() -> Outcome:
        now = await partners.look_at(found.id, member, at=at)
        if now.partnership.state is PartnershipState.ASKED:
            return None if now.posted else WAITS
        if now.partnership.state is not PartnershipState.WITHDRAWN:
            return None
        return messages_of_two.unposted(await look_closely(interaction.client, found.guild_id, found.channel_id))

    interaction.client.promises.watch(interaction, outcome)


@on_press(PartnerAcceptId, Reply.IN_PLACE_IF_PRIVATE)
async def accept(interaction: discord.Interaction[StudyBot], id: PartnerAcceptId) -> None:
    scene = await interaction.client.services.partners.accept(
        id.partnership, member_of(interaction), at=interaction.created_at
    )
    await reply(interaction, messages_of_two.private(scene))


@on_press(PartnerEndId, Reply.IN_PLACE_IF_PRIVATE)
async def end(interaction: discord.Interaction[StudyBot], id: PartnerEndId) -> None:
    scene = await interaction.client.services.partners.end(
        id.partnership, member_of(interaction), at=interaction.created_at
    )
    await reply(interaction, messages_of_two.private(scene))


@on_press(PartnerShowId, Reply.IN_PLACE_IF_PRIVATE)
async def show(interaction: discord.Interaction[StudyBot], id: PartnerShowId) -> None:
    scene = await interaction.client.services.partners.look_at(
        id.partnership, member_of(interaction), at=interaction.created_at
    )
    await reply(interaction, messages_of_two.private(scene))
