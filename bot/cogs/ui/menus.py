"""Menus: selects that work after any restart, like the buttons."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import discord
from discord import ui

from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.errors import UNKNOWN_BUTTON, say
from bot.cogs.ui.text import CHOICE, clip

IdT = TypeVar("IdT", bound=CustomId)

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


MENUS: dict[type[CustomId], PersistentMenu[Any]] = {}
"""What each id does when something is picked; the classes enter themselves."""


class PersistentMenu(ABC, Generic[IdT]):
    """A menu that is nothing but its id. Subclasses name the codec and write `picked`."""

    def __init_subclass__(cls, *, codec: type[CustomId]) -> None:
        MENUS[codec] = cls()

    async def chosen(self, interaction: discord.Interaction[Any], id: IdT) -> None:
        data: dict[str, Any] = dict(interaction.data or {})
        values = [str(value) for value in data.get("values", ())]
        if len(values) != 1 or re.fullmatch("[0-9]{1,18}", values[0], re.ASCII) is None:
            await say(interaction, UNKNOWN_BUTTON)
        else:
            await self.picked(interaction, id, int(values[0]))

    @abstractmethod
    async def picked(self, interaction: discord.Interaction[Any], id: IdT, value: int, /) -> None: ...
