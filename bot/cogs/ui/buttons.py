"""Buttons that work after any restart, and that always answer.

Whatever message bears it, a press is looked up by its id, and not by the library's dynamic items: docs/decisions/0019 says why.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import discord
from discord import ui

from bot.cogs.ui.custom_ids import CustomId

IdT = TypeVar("IdT", bound=CustomId)


@dataclass(frozen=True, slots=True)
class Press:
    """A button as a message asks for it. `main`: the one that most members will want."""

    id: CustomId
    label: str
    main: bool = False
    disabled: bool = False
    row: int | None = None


def button(press: Press) -> ui.Button[Any]:
    style = discord.ButtonStyle.primary if press.main else discord.ButtonStyle.secondary
    return ui.Button(custom_id=str(press.id), label=press.label, style=style, disabled=press.disabled, row=press.row)


BUTTONS: dict[type[CustomId], PersistentButton[Any]] = {}
"""What each id does when it is pressed; the classes enter themselves."""


class PersistentButton(ABC, Generic[IdT]):
    """A button that is nothing but its id. Subclasses name the codec and write `pressed`; what it raises is told to the member."""

    def __init_subclass__(cls, *, codec: type[CustomId]) -> None:
        BUTTONS[codec] = cls()

    @abstractmethod
    async def pressed(self, interaction: discord.Interaction[Any], id: IdT) -> None: ...
