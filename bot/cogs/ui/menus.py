"""Menus: selects that work after any restart, like the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.text import CHOICE, clip

MOST = 25
"""How many lines Discord puts into one menu."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to pick. `value` is what the menu's id is about: a number, as in the ids of buttons."""

    value: int
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu as a message asks for it, of 1 to 25 lines; one of them is picked. It takes a row of its own."""

    id: CustomId
    placeholder: str
    lines: Sequence[Line]


def menu(menu: Menu) -> ui.Select[Any]:
    return ui.Select(
        custom_id=str(menu.id),
        placeholder=clip(menu.placeholder, CHOICE),
        options=[
            discord.SelectOption(
                label=clip(line.label, CHOICE),
                value=str(line.value),
                description=clip(line.description, CHOICE) or None,
            )
            for line in menu.lines
        ],
    )
