"""The settings of a server."""

from __future__ import annotations

import discord

from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import plain, when
from bot.services.schedules import Status
from bot.services.seasons import SeasonPlan
from bot.storage.guilds import Feedback

TOLD = {
    Feedback.AT_ONCE: "At once: members learn right away whether they were right, and why.",
    Feedback.AT_CLOSE: "At the close: members may change their answer until then, and learn together.",
}


def settings(status: Status, seasons: SeasonPlan, *, changed: bool) -> Message:
    embed = discord.Embed(title="Saved" if changed else "Settings of this server", color=BLUE)
    note = " A change holds from the next question on."
    embed.add_field(name="Answers are told", value=TOLD[status.guild.feedback] + note, inline=False)
    embed.add_field(name="Seasons", value=_seasons(seasons), inline=False)
    embed.add_field(name="Time zone", value=f"{status.guild.zone}; `/daily schedule` sets it.", inline=False)
    embed.add_field(name="Questions", value=f"{plain(status.pack.title)}\n{plain(status.pack.exam)}", inline=False)
    embed.set_footer(text="Name an option of /settings to change it")
    return Message(embed)


def _seasons(plan: SeasonPlan) -> str:
    ends = f"This one ends {when(plan.ends_at)}."
    if not plan.posts:
        return f"{ends} Its end is not posted; `/leaderboard period:` keeps every table."
    if plan.channel_id is None:
        return f"{ends} There is no channel to post its end in: name one in `season_channel`."
    return f"{ends} The winners are posted in <#{plan.channel_id}>."
