"""What a member reads about reminders, and the reminder itself."""

from __future__ import annotations

from bot.cogs.plans import messages as plans
from bot.cogs.plans.custom_ids import PortionId
from bot.cogs.reviews.custom_ids import ReviewStartId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.text import day_name, plain, plural, stamp, when
from bot.services.reminders import Nudge, OpenDaily
from bot.storage.reminders import Reminder
from bot.study.members import ALONE
from bot.study.questions import ALL

REFUSED = (
    "I could not send your reminder, because you do not accept direct messages from me. Reminders are now off. Allow direct messages in "
    "the privacy settings of a server that we share, then use `/reminders on` again."
)


def status(reminder: Reminder | None, server: str | None) -> Message:
    """Show whether and when reminders are sent. `server`: the name of the server whose daily they cover, if we know
    it."""
    if reminder is None or reminder.next_at is None:
        return Message(
            Card(
                title="Reminders are off",
                text="`/reminders on` sends you a direct message at a time that you choose, but only when there is something to do.",
                color=GREY,
            )
        )
    card = Card(
        title="Reminders are on",
        text=f"At {reminder.at:%H:%M}, {reminder.zone}. The next one will come {when(reminder.next_at)}.",
        color=BLUE,
    )
    card.add("I write to you when", "\n".join(f"• {line}" for line in _reasons(reminder, server)))
    card.footer = (
        "At most one message a day, and none when there is nothing to do. Your study days follow this time zone. "
        "`/reminders off` stops them"
    )
    return Message(card)


def _reasons(reminder: Reminder, server: str | None) -> list[str]:
    lines = ["questions are due for review", "your study plan has something for today"]
    if reminder.daily_guild_id != ALONE:
        where = plain(server) if server else "your server"
        lines.append(f"the question of the day in {where} would close unanswered before your next reminder")
    return lines


def nudge(nudge: Nudge, server: str | None) -> Message:
    card = Card(title=f"To study on {day_name(nudge.day)}", color=BLUE)
    buttons: list[Press] = []
    if nudge.daily is not None:
        card.add("Question of the day", daily(nudge.daily, server))
    if nudge.due:
        card.add("Review", f"**{plural(nudge.due, 'question')}** to review before you forget them.")
        buttons.append(Press(ReviewStartId(ALL, nudge.guild_id), "Review now", main=True))
    if nudge.planned is not None and (line := plans.line(nudge.planned)) is not None:
        card.add("Your plan", line)
        buttons.append(Press(PortionId(nudge.guild_id), "Study today's plan", main=not buttons))
    card.footer = "`/reminders off` stops these messages; `/reminders on` changes their time"
    return Message(card, buttons)


def daily(open_: OpenDaily, server: str | None) -> str:
    daily = open_.daily
    where = plain(server) if server else "your server"
    link = f"https://discord.com/channels/{daily.guild_id}/{daily.channel_id}"
    if daily.message_id is not None:
        link += f"/{daily.message_id}"
    how = (
        "Its post was deleted, so answer it there with `/answer`"
        if daily.deleted
        else "Answer it there with a button or with `/answer`"
    )
    text = f"[The question in {where}]({link}) is waiting for you. {how}; it closes {stamp(daily.closes_at, 'R')}."
    if open_.more:
        text += f" {plural(open_.more, 'more daily question')} there will close before your next reminder."
    if open_.streak.days:
        text += f" Answer today to keep your streak of **{plural(open_.streak.days, 'day')}**"
        text += f"; you have {plural(open_.streak.freezes, 'freeze')}." if open_.streak.freezes else "."
    return text
