"""What a member reads about reminders, and the reminder itself."""

from __future__ import annotations

import discord

from bot.cogs.plans import messages as plans
from bot.cogs.plans.custom_ids import PortionId
from bot.cogs.reviews.custom_ids import ReviewStartId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import day_name, plain, plural, stamp, when
from bot.services.reminders import Nudge, OpenDaily
from bot.storage.reminders import Reminder
from bot.study.members import ALONE
from bot.study.questions import ALL

REFUSED = (
    "I could not send you your reminder: your direct messages are closed to me, so I have switched reminders off. Open them in "
    "the privacy settings of a server that we share, then `/reminders on` again."
)


def status(reminder: Reminder | None, server: str | None) -> Message:
    """`server` is the name of the one whose daily is meant, where we know it."""
    if reminder is None or reminder.next_at is None:
        return Message(
            discord.Embed(
                title="Reminders are off",
                description="`/reminders on` sends you a direct message at your own time, only when there is something to do.",
                color=GREY,
            )
        )
    embed = discord.Embed(
        title="Reminders are on",
        description=f"At {reminder.at:%H:%M}, {reminder.zone}. The next time is {when(reminder.next_at)}.",
        color=BLUE,
    )
    embed.add_field(name="You hear from me when", value="\n".join(f"• {line}" for line in _reasons(reminder, server)))
    embed.set_footer(
        text="At most one message a day, and none when there is nothing to do. Days of study go by this time zone. "
        "/reminders off ends it"
    )
    return Message(embed)


def _reasons(reminder: Reminder, server: str | None) -> list[str]:
    lines = ["questions are due for review", "your study plan has something for today"]
    if reminder.daily_guild_id != ALONE:
        where = plain(server) if server else "your server"
        lines.append(f"the question of the day of {where} would close unanswered before the next reminder")
    return lines


def nudge(nudge: Nudge, server: str | None) -> Message:
    embed = discord.Embed(title=f"Your study for {day_name(nudge.day)}", color=BLUE)
    buttons: list[Press] = []
    if nudge.daily is not None:
        embed.add_field(name="Question of the day", value=daily(nudge.daily, server), inline=False)
    if nudge.due:
        embed.add_field(
            name="Review", value=f"**{plural(nudge.due, 'question')}** to see before you forget.", inline=False
        )
        buttons.append(Press(ReviewStartId(ALL, nudge.guild_id), "Review now", main=True))
    if nudge.planned is not None and (line := plans.line(nudge.planned)) is not None:
        embed.add_field(name="Your plan", value=line, inline=False)
        buttons.append(Press(PortionId(nudge.guild_id), "Study today's portion", main=not buttons))
    embed.set_footer(text="/reminders off ends these messages; /reminders on moves them")
    return Message(embed, buttons)


def daily(open_: OpenDaily, server: str | None) -> str:
    daily = open_.daily
    where = plain(server) if server else "your server"
    link = f"https://discord.com/channels/{daily.guild_id}/{daily.channel_id}"
    if daily.message_id is not None:
        link += f"/{daily.message_id}"
    text = f"[That of {where}]({link}) waits for you; it closes {stamp(daily.closes_at, 'R')}."
    if open_.streak.days:
        text += f" Answer today to keep your streak of **{plural(open_.streak.days, 'day')}**"
        text += f"; you have {plural(open_.streak.freezes, 'freeze')}." if open_.streak.freezes else "."
    return text
