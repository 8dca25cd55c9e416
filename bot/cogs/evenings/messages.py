"""What members and hosts of an exam evening read in private."""

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
from bot.services.evenings import EveningJoined, EveningLeft, EveningPlanned
from bot.storage.evenings import Evening
from bot.study.evenings import EveningState


def planned(planned: EveningPlanned, *, event: str, missing: Sequence[str]) -> Message:
    """Confirm an evening. `event`: a sentence about Discord's event; `missing`: permissions that the review will need."""
    evening = planned.evening
    form = form_of_evening(evening, planned.pack)
    card = Card(title=clip(title(planned.pack, evening.length, form), 200), color=BLUE)
    card.text = (
        f"It starts {when(evening.starts_at)}. Its post appears in <#{evening.channel_id}> in a moment, with a button to sign up. "
        f"{event}"
    )
    if missing:
        card.add(
            "Before it ends",
            f"For the review in a thread I need {human_join(missing)} in <#{evening.channel_id}>. The evening itself works without.",
        )
    card.footer = f"Manage on the post moves it or calls it off · {FOOTER}"
    return Message(card, [Press(EveningManageId(evening.id), "Manage")])


def joined(joined: EveningJoined) -> Message:
    """Say that a member is in, when it starts, and what becomes of their score."""
    evening = joined.evening
    card = Card(title="You are signed up already" if joined.again else "You are signed up", color=BLUE)
    if evening.state is EveningState.OPEN:
        card.text = f"It starts {when(evening.starts_at)}. Then I ping you here, and you press Begin."
    else:
        card.text = f"It is on until {when(evening.ends_at)}. Press Begin on its post."
    card.add("Your score", _score(joined))
    card.footer = FOOTER
    return Message(card, [_agree(joined), Press(EveningLeaveId(evening.id), "Leave")])


def agreed(joined: EveningJoined) -> Message:
    """Say what becomes of the member's score."""
    card = Card(title="Your score in the table", text=_score(joined), color=BLUE)
    return Message(card, [_agree(joined)])


def _agree(joined: EveningJoined) -> Press:
    on = int(not joined.agrees)
    return Press(EveningAgreeId(joined.evening.id, on), "Show my score" if on else "Keep it private", main=bool(on))


def _score(joined: EveningJoined) -> str:
    if joined.hidden:
        return "You are hidden in this server, so the evening shows neither your name nor your score."
    if joined.agrees:
        return "The table shows it under your name, once the evening is over."
    return "It stays private. The table says only how many scores do."


def left(left: EveningLeft) -> Message:
    """Say that a member has left, and what becomes of their exam."""
    told = "You are out of the evening. Until it ends you can sign up again."
    if left.goes_on:
        told = (
            "You have left the evening: your paper counts in no table and no figure. Your exam goes on: `/exam resume`. To come "
            "back, press Begin on the post."
        )
    return Message(Card(title="You have left", text=told, color=GREY))


def manage(evening: Evening) -> Message:
    """Offer the host what can still be changed."""
    card = Card(title="Manage the exam evening", color=BLUE)
    if evening.state is EveningState.OPEN:
        card.text = f"It starts {when(evening.starts_at)}. Whatever you change, I ping those who signed up, and the event follows."
    else:
        card.text = f"It is on until {when(evening.ends_at)}. If you call it off, exams that have begun continue as ordinary mock exams."
    buttons = [Press(EveningCancelId(evening.id), "Call it off")]
    if evening.state is EveningState.OPEN:
        buttons.insert(0, Press(EveningMoveId(evening.id), "Another time…", main=True))
    return Message(card, buttons)


def moved(evening: Evening) -> Message:
    card = Card(title="Moved", text=f"It starts {when(evening.starts_at)}. I ping those who signed up.", color=BLUE)
    return Message(card, [Press(EveningManageId(evening.id), "Manage")])


def cancelled() -> Message:
    text = "The exam evening is off; its post says so, and I ping those who signed up. `/exam group` plans another."
    return Message(Card(title="Called off", text=text, color=GREY))


def move_form(evening: Evening) -> ui.Modal:
    """Build the form for another start."""
    form = ui.Modal(title="Another time", custom_id=str(EveningMoveId(evening.id)), timeout=OPEN_FOR)
    hint = "In the server's time zone: tomorrow 7pm, Friday 19:00"
    form.add_item(text_part("at", "When does it start?", most=60, hint=hint))
    return form


def missing_in(channel: discord.TextChannel) -> tuple[str, ...]:
    """Name the permissions that the bot lacks for the review in a thread of this channel."""
    return look(channel, needed=UNDER_POSTS).missing
