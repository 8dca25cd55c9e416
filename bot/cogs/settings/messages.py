"""The settings of a server."""

from __future__ import annotations

import discord

from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import plain
from bot.services.schedules import Status
from bot.storage.guilds import Feedback

TOLD = {
    Feedback.AT_ONCE: "At once: members learn right away whether they were right, and why.",
    Feedback.AT_CLOSE: "At the close: members may change their answer until then, and learn together.",
}


def settings(status: Status, *, changed: bool) -> Message:
    embed = discord.Embed(title="Saved" if changed else "Settings of this server", color=BLUE)
    note = " It holds from the next question on." if changed else ""
    embed.add_field(name="Answers are told", value=TOLD[status.guild.feedback] + note, inline=False)
    embed.add_field(name="Time zone", value=f"{status.guild.zone}; `/daily schedule` sets it.", inline=False)
    embed.add_field(name="Questions", value=f"{plain(status.pack.title)}\n{plain(status.pack.exam)}", inline=False)
    embed.set_footer(text="/settings feedback: changes when answers are told")
    return Message(embed)
