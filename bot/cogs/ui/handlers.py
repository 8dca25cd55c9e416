"""What each button, menu and form does: one function for each id, registered where it is defined.

A press is looked up by its id, whatever message it is on, and not by discord.py's dynamic items, for the reasons in
docs/decisions/0019.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any, TypeAlias, TypeVar

import discord

from bot import cogs
from bot.cogs.ui import custom_ids
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.managers import require_manager
from bot.study.errors import Refusal, Refused

Act: TypeAlias = Callable[..., Awaitable[None]]
ActT = TypeVar("ActT", bound=Act)


class Reply(Enum):
    """Where the reply to a press or form is shown."""

    NEW = auto()
    """In a new private message."""
    IN_PLACE = auto()
    """In place of the message that was pressed."""
    IN_PLACE_IF_PRIVATE = auto()
    """In place of a private message; for a post, in a new private message."""


@dataclass(frozen=True, slots=True)
class Handler:
    act: Act
    reply: Reply
    managers: bool


BUTTONS: dict[type[CustomId], Handler] = {}
MENUS: dict[type[CustomId], Handler] = {}
FORMS: dict[type[CustomId], Handler] = {}


def enter_all() -> None:
    """Register the functions of every feature by importing its `views`."""
    for feature in iter_modules(cogs.__path__, f"{cogs.__name__}."):
        if feature.ispkg and find_spec(f"{feature.name}.views") is not None:
            import_module(f"{feature.name}.views")


def on_press(codec: type[CustomId], reply: Reply = Reply.NEW, *, managers: bool = False) -> Callable[[ActT], ActT]:
    """Register `act(interaction, id)` for the buttons of an id. Raises TypeError if the id already has a function."""
    return _entering((BUTTONS, MENUS), codec, reply, managers=managers)


def on_pick(codec: type[CustomId], reply: Reply = Reply.NEW, *, managers: bool = False) -> Callable[[ActT], ActT]:
    """Register `act(interaction, id, value)` for the menus of an id: `value` is the number that was picked."""
    return _entering((MENUS, BUTTONS), codec, reply, managers=managers)


def on_submit(codec: type[CustomId], reply: Reply = Reply.NEW, *, managers: bool = False) -> Callable[[ActT], ActT]:
    """Register `act(interaction, id)` for the form of an id. A button that opens it may have the same id."""
    return _entering((FORMS,), codec, reply, managers=managers)


def _entering(
    tables: tuple[dict[type[CustomId], Handler], ...], codec: type[CustomId], reply: Reply, *, managers: bool
) -> Callable[[ActT], ActT]:
    def enter(act: ActT) -> ActT:
        for table in tables:
            if codec in table:
                raise TypeError(f"{codec.__name__} is handled by {table[codec].act.__qualname__} already")
        tables[0][codec] = Handler(act, reply, managers)
        return act

    return enter


async def handle(interaction: discord.Interaction[Any]) -> None:
    """Handle a button, menu or form. Raises UNKNOWN_BUTTON, NEEDS_SERVER, NOT_ALLOWED, and what its function raises."""
    id, handler = _find(interaction)
    if id is None or handler is None:
        raise Refused(Refusal.UNKNOWN_BUTTON)
    if handler.managers:
        require_manager(interaction)
    if handler is MENUS.get(type(id)):
        await handler.act(interaction, id, _picked(interaction))
    else:
        await handler.act(interaction, id)


def edits(interaction: discord.Interaction[Any]) -> bool:
    """Return whether the reply will replace the message that was pressed."""
    _, handler = _find(interaction)
    if handler is None or interaction.message is None or handler.reply is Reply.NEW:
        return False
    return handler.reply is Reply.IN_PLACE or interaction.message.flags.ephemeral


def opener(interaction: discord.Interaction[Any]) -> CustomId | None:
    """Return the id of a submitted form if a button with this id opens the form; None otherwise."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    id = custom_ids.parse(custom_id_of(interaction))
    return id if type(id) in BUTTONS else None


def custom_id_of(interaction: discord.Interaction[Any]) -> str:
    data: dict[str, Any] = dict(interaction.data or {})
    return str(data.get("custom_id", ""))


def _find(interaction: discord.Interaction[Any]) -> tuple[CustomId | None, Handler | None]:
    id = custom_ids.parse(custom_id_of(interaction))
    if id is None:
        return None, None
    if interaction.type is discord.InteractionType.modal_submit:
        return id, FORMS.get(type(id))
    return id, BUTTONS.get(type(id)) or MENUS.get(type(id))


def _picked(interaction: discord.Interaction[Any]) -> int:
    data: dict[str, Any] = dict(interaction.data or {})
    values = [str(value) for value in data.get("values", ())]
    if len(values) != 1 or re.fullmatch("[0-9]{1,20}", values[0], re.ASCII) is None:
        raise Refused(Refusal.UNKNOWN_BUTTON)
    return int(values[0])
