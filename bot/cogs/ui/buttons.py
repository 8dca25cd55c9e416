"""Buttons that survive restarts: only an id, a label and a row. `ui.handlers` has the functions that they call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a message. `main`: the one that most members will want."""

    id: CustomId
    label: str
    main: bool = False
    disabled: bool = False
    row: int | None = None


def button(press: Press) -> ui.Button[Any]:
    style = discord.ButtonStyle.primary if press.main else discord.ButtonStyle.secondary
    return ui.Button(custom_id=str(press.id), label=press.label, style=style, disabled=press.disabled, row=press.row)
