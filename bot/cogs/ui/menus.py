"""Menus: selects that survive restarts, like the buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from zlib import crc32

import discord
from discord import ui

from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.text import CHOICE, clip
from bot.study.errors import Refusal, Refused

NameT = TypeVar("NameT", bound=str)

MOST = 25
"""How many lines a Discord menu can have."""


def key_of(name: str) -> int:
    """Return a stable number for a name in a menu. An index would mean something else after the next release, or in
    another pack."""
    return crc32(name.encode())


def named(names: Iterable[NameT], key: int) -> NameT:
    """Return the one of these names that was picked. Raises NOT_LISTED if it is no longer there."""
    for name in names:
        if key_of(name) == key:
            return name
    raise Refused(Refusal.NOT_LISTED)


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One line to pick. `value` is its own number or `key_of` its name, never its index, which may later be another line's."""

    value: int
    label: str
    description: str = ""
    chosen: bool = False


def fitting(lines: Sequence[MenuLine]) -> list[MenuLine]:
    """Return as many lines as fit in a menu, including the chosen one."""
    chosen = [line for line in lines[MOST:] if line.chosen]
    return [*lines[: MOST - len(chosen)], *chosen]


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of 1 to 25 lines, in a row of its own; one of them is picked."""

    id: CustomId
    placeholder: str
    lines: Sequence[MenuLine]


@dataclass(frozen=True, slots=True)
class ChannelMenu:
    """A menu of the server's text channels, in a row of its own; its value is a channel id. `title` stands above it,
    because a channel's name does not say what the channel is for, and hides a placeholder."""

    id: CustomId
    title: str
    channel_id: int | None = None
    """The currently chosen channel."""


def channel_select(
    custom_id: str, channel_id: int | None = None, *, placeholder: str | None = None, required: bool = False
) -> ui.ChannelSelect[Any]:
    """Build a menu of text channels. `required` matters only in forms, where Discord's default differs between types of
    menus."""
    return ui.ChannelSelect(
        custom_id=custom_id,
        placeholder=placeholder,
        channel_types=[discord.ChannelType.text],
        default_values=[discord.Object(channel_id, type=discord.TextChannel)] if channel_id else [],
        required=required,
    )


def menu(menu: Menu | ChannelMenu) -> ui.Select[Any] | ui.ChannelSelect[Any]:
    if isinstance(menu, ChannelMenu):
        return channel_select(str(menu.id), menu.channel_id, placeholder="Choose a channel")
    return ui.Select(
        custom_id=str(menu.id),
        placeholder=clip(menu.placeholder, CHOICE),
        options=[
            discord.SelectOption(
                label=clip(line.label, CHOICE),
                value=str(line.value),
                description=clip(line.description, CHOICE) or None,
                default=line.chosen,
            )
            for line in menu.lines
        ],
    )
