"""Private messages about an exam evening, for members and its host."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.cogs.evenings.custom_ids import (
    EveningAgreeId,
    EveningCancelId,
    EveningLeaveId,
    EveningManageId,
    EveningMoveId,
)
from bot.cogs.evenings.posts import FOOTER, form_of_evening, title
from bot.cogs.ui.access import UNDER_POSTS, look
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.forms import OPEN_FOR, text_part
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.text import clip, human_join, when
from bot.services.evenings import MOST_PINGS, EveningJoined, EveningLeft, EveningPlanned
from bot.storage.evenings import Evening
from bot.study.evenings import EveningState


def planned(planned: EveningPlanned, *, event: str, missing: Sequence[str]) -> Message:
    """Confirm an evening. `event`: a sentence about Discord's event; `missing`: permissions that the review will need."""
    evening = planned.evening
    form = form_of_evening(evening, planned.pack)
    card = Card(title=clip(title(planned.pack, evening.length, form), 200), color=BLUE)
    card.text = (
        f"It starts {when(evening.starts_at)}. Its post will appear in <#{evening.channel_id}> in a moment, with a button to sign up. "
        f"{event}"
    )
    if missing:
        card.add(
            "For the review",
            f"To open its thread, I need {human_join(missing)} in <#{evening.channel_id}>. The evening itself works without that.",
        )
    card.footer = f"To move it or call it off, press Manage on the post · {FOOTER}"
    return Message(card, [Press(EveningManageId(evening.id), "Manage")])


def joined(joined: EveningJoined) -> Message:
    """Confirm that a member signed up: when it starts, and who will see their score."""
    evening = joined.evening
    card = Card(title="You are already signed up" if joined.again else "You are signed up", color=BLUE)
    if evening.state is EveningState.OPEN:
        card.text = f"It starts {when(evening.starts_at)}. {_ping(joined)}"
    else:
        card.text = f"It runs until {when(evening.ends_at)}. Press Begin on its post."
    card.add("Your score", _score(joined))
    card.footer = FOOTER
    return Message(card, [_agree(joined), Press(EveningLeaveId(evening.id), "Leave")])


def _ping(joined: EveningJoined) -> str:
    if joined.pinged:
        return "I will ping you in the channel then; press Begin."
    if joined.hidden:
        return "You are hidden in this server, and a ping would reveal you, so I will not ping you. At the start, press Begin on the post."
    return f"I can ping only the first {MOST_PINGS} who signed up, so you will not be pinged. At the start, press Begin on the post."


def agreed(joined: EveningJoined) -> Message:
    """Say who will see the member's score."""
    card = Card(title="Your score in the table", text=_score(joined), color=BLUE)
    return Message(card, [_agree(joined)])


def _agree(joined: EveningJoined) -> Press:
    on = int(not joined.agrees)
    return Press(EveningAgreeId(joined.evening.id, on), "Show my score" if on else "Keep it private", main=bool(on))


def _score(joined: EveningJoined) -> str:
    if joined.hidden:
        return "You are hidden in this server, so the evening shows neither your name nor your score."
    if joined.agrees:
        return "The table will show it with your name once the evening is over."
    return "It stays private. The table shows only how many members kept their score private."


def left(left: EveningLeft) -> Message:
    """Say that a member has left, and whether their exam continues."""
    told = "You are no longer signed up. You can sign up again until the evening ends."
    if left.goes_on:
        told = (
            "Your paper no longer counts in the table or the figures. Your exam keeps running; use `/exam resume` to continue it. To come "
            "back to the evening, press Begin on the post."
        )
    return Message(Card(title="You have left", text=told, color=GREY))


def manage(evening: Evening) -> Message:
    """Show the host what can still be changed."""
    card = Card(title="Manage the exam evening", color=BLUE)
    if evening.state is EveningState.OPEN:
        card.text = f"It starts {when(evening.starts_at)}. If you change anything, I will ping those who signed up and update the event."
    else:
        card.text = f"It runs until {when(evening.ends_at)}. If you call it off, exams that have begun continue as ordinary mock exams."
    buttons = [Press(EveningCancelId(evening.id), "Call it off")]
    if evening.state is EveningState.OPEN:
        buttons.insert(0, Press(EveningMoveId(evening.id), "Change the time…", main=True))
    return Message(card, buttons)


def moved(evening: Evening) -> Message:
    card = Card(
        title="Moved", text=f"It now starts {when(evening.starts_at)}. I will ping those who signed up.", color=BLUE
    )
    return Message(card, [Press(EveningManageId(evening.id), "Manage")])


def cancelled() -> Message:
    text = "The evening's post will say so, and I will ping those who signed up. To plan another exam evening, use `/exam group`."
    return Message(Card(title="Called off", text=text, color=GREY))


def move_form(evening: Evening) -> ui.Modal:
    """Build the form that asks for a new start."""
    form = ui.Modal(title="Change the time", custom_id=str(EveningMoveId(evening.id)), timeout=OPEN_FOR)
    hint = "In the server's time zone: tomorrow 7pm, Friday 19:00"
    form.add_item(text_part("at", "When does it start?", most=60, hint=hint))
    return form


def missing_in(channel: discord.TextChannel) -> tuple[str, ...]:
    """Name the permissions that the bot lacks for the review in a thread of this channel."""
    return look(channel, needed=UNDER_POSTS).missing
