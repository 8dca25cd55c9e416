"""The button that shares a result with the channel."""

from __future__ import annotations

import discord

from bot.cogs.shares import messages
from bot.cogs.shares.custom_ids import SharedId, ShareId
from bot.cogs.study.views import start
from bot.cogs.ui.access import look_closely, postable_here
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.delivery import LOST
from bot.cogs.ui.handlers import on_press
from bot.cogs.ui.promises import WAITS, Outcome
from bot.cogs.ui.replies import guild_of, member_of, reply, reply_publicly
from bot.study.errors import Refusal, Refused
from bot.study.members import ALONE
from bot.study.shares import Shareable


async def share_press(interaction: discord.Interaction[StudyBot], what: Shareable, subject: int = 0) -> list[Press]:
    """Return the button that shares a result where the member reads it; none where it cannot be shared."""
    guild_id = guild_of(interaction)
    if guild_id == ALONE:
        offered = not _only_us(interaction)
    else:
        offered = (await interaction.client.services.guild(guild_id)).sharing
    return [Press(ShareId(what, subject), "Share")] if offered else []


@on_press(ShareId)
async def share(interaction: discord.Interaction[StudyBot], id: ShareId) -> None:
    """Share one line: as a post if the bot is in the server, elsewhere as the reply itself."""
    member, shares, at = member_of(interaction), interaction.client.services.shares, interaction.created_at
    if not member.alone:
        await _post(interaction, id)
        return
    if _only_us(interaction) or interaction.channel_id is None:
        raise Refused(Refusal.SHARING_ALONE)
    scene = await shares.share(member, id.what, id.subject, channel_id=interaction.channel_id, at=at)
    try:
        await reply_publicly(interaction, messages.shared(scene))
    except (discord.HTTPException, *LOST):
        if scene.line is not None:
            await shares.take_back(scene.line.id)
        raise


async def _post(interaction: discord.Interaction[StudyBot], id: ShareId) -> None:
    """Share a line as a post. The private reply changes if the channel refuses it."""
    client, channel_id = interaction.client, postable_here(interaction.channel)
    member, shares, at = member_of(interaction), client.services.shares, interaction.created_at
    scene = await shares.share(member, id.what, id.subject, channel_id=channel_id, at=at)
    await reply(interaction, messages.done(channel_id))
    assert scene.line is not None, "it was just added"
    share_id = scene.line.id

    async def outcome() -> Outcome:
        posted = await shares.was_posted(share_id)
        if posted is None:
            return WAITS
        return None if posted else messages.unposted(await look_closely(client, member.guild_id, channel_id))

    client.promises.watch(interaction, outcome)


@on_press(SharedId)
async def study_too(interaction: discord.Interaction[StudyBot], _: SharedId) -> None:
    await start(interaction)


def _only_us(interaction: discord.Interaction[StudyBot]) -> bool:
    """Return whether nobody but the member and the bot reads this channel."""
    return interaction.guild_id is None and not interaction.context.private_channel
