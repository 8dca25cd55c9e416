"""Buttons and forms that work after any restart, and that always answer."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

import discord
from discord import ui

from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.errors import report

IdT = TypeVar("IdT", bound=CustomId)


@dataclass(frozen=True, slots=True)
class Press:
    """A button as a message asks for it. `main`: the one that most members will want."""

    id: CustomId
    label: str
    main: bool = False
    disabled: bool = False
    row: int | None = None


BUTTONS: dict[type[CustomId], type[PersistentButton[Any]]] = {}
"""What each id does when it is pressed; the classes enter themselves."""


def button(press: Press) -> PersistentButton[Any]:
    return BUTTONS[type(press.id)](press)


class PersistentButton(ui.DynamicItem[ui.Button[Any]], Generic[IdT], template=r"(?!)"):
    """A button that is nothing but its id. Subclasses name the codec and write `pressed`.

    discord.py merely logs what goes wrong in a dynamic item, and the member sees nothing; hence the callback here, which
    turns every error into a sentence.
    """

    CODEC: ClassVar[type[CustomId]]

    def __init_subclass__(cls, *, codec: type[CustomId]) -> None:
        super().__init_subclass__(template=codec.template())
        cls.CODEC = codec
        BUTTONS[codec] = cls

    def __init__(self, press: Press) -> None:
        style = discord.ButtonStyle.primary if press.main else discord.ButtonStyle.secondary
        super().__init__(
            ui.Button(custom_id=str(press.id), label=press.label, style=style, disabled=press.disabled, row=press.row)
        )
        self.target: IdT = press.id  # type: ignore[assignment]

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(Press(cls.CODEC.from_match(match), "…"))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        if not interaction.client.intake.take(interaction):
            return
        try:
            interaction.client.limits.take(self.CODEC.VERB, interaction)
            await self.pressed(interaction, self.target)
        except Exception as error:  # noqa: BLE001  whatever it is, the member is answered
            await report(interaction, error)

    @abstractmethod
    async def pressed(self, interaction: discord.Interaction[Any], id: IdT) -> None: ...
