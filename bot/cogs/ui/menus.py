"""Menus: selects that work after any restart, like the buttons."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

import discord
from discord import ui

from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.errors import UNKNOWN_BUTTON, report, say
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


MENUS: dict[type[CustomId], type[PersistentMenu[Any]]] = {}
"""What each id does when something is picked; the classes enter themselves."""


def menu(menu: Menu) -> PersistentMenu[Any]:
    return MENUS[type(menu.id)](menu)


class PersistentMenu(ui.DynamicItem[ui.Select[Any]], Generic[IdT], template=r"(?!)"):
    """A menu that is nothing but its id. Subclasses name the codec and write `picked`."""

    CODEC: ClassVar[type[CustomId]]

    def __init_subclass__(cls, *, codec: type[CustomId]) -> None:
        super().__init_subclass__(template=codec.template())
        cls.CODEC = codec
        MENUS[codec] = cls

    def __init__(self, menu: Menu) -> None:
        super().__init__(
            ui.Select(
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
        )
        self.target: IdT = menu.id  # type: ignore[assignment]

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(Menu(cls.CODEC.from_match(match), "…", ()))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        if not interaction.client.intake.take(interaction):
            return
        data: dict[str, Any] = dict(interaction.data or {})
        values = [str(value) for value in data.get("values", ())]
        if len(values) != 1 or re.fullmatch("[0-9]{1,18}", values[0], re.ASCII) is None:
            await say(interaction, UNKNOWN_BUTTON)
            return
        try:
            interaction.client.limits.take(self.CODEC.VERB, interaction)
            await self.picked(interaction, self.target, int(values[0]))
        except Exception as error:  # noqa: BLE001  whatever it is, the member is answered
            await report(interaction, error)

    @abstractmethod
    async def picked(self, interaction: discord.Interaction[Any], id: IdT, value: int, /) -> None: ...
