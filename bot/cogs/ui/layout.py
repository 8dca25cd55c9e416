"""Messages as Discord's components: the one place that builds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypedDict

import discord
from discord import ui

from bot.cogs.ui.buttons import Press, button
from bot.cogs.ui.cards import Block, Message, fitted
from bot.cogs.ui.mentions import NO_MENTIONS, CommandMentions
from bot.cogs.ui.menus import ChannelMenu, menu
from bot.cogs.ui.text import MESSAGE


class Emptied(TypedDict):
    content: None
    embeds: list[discord.Embed]


EMPTIED = Emptied(content=None, embeds=[])
"""What an edit removes from messages of earlier versions, because Discord rejects it next to components."""

MOST, OTHERS = 40, 7
"""Maximum components in a message, and how many of them to reserve for those not counted below."""
ROW = 5
"""How many buttons fit side by side."""


def layout(message: Message, mentions: CommandMentions = NO_MENTIONS, *, ping: str = "") -> ui.LayoutView:
    """Return the message as Discord's components. `ping`: the mentions above it that the sender allows to ping."""
    view = ui.LayoutView(timeout=None)
    if ping:
        view.add_item(ui.TextDisplay(ping))
    view.add_item(ui.Container(*_parts(message, mentions), accent_color=message.card.color))
    for row in _action_rows(tuple(message.buttons)):
        view.add_item(row)
    for each in message.menus:
        if isinstance(each, ChannelMenu):
            view.add_item(ui.TextDisplay(_title(each)))
        view.add_item(ui.ActionRow(menu(each)))
    # `ui.handlers` dispatches presses by id. Unless stopped, discord.py would keep a view for each private reply, with
    # a timer of fifteen minutes.
    view.stop()
    return view


def _title(menu: ChannelMenu) -> str:
    return f"-# {menu.title}"


@lru_cache(maxsize=1024)
def _action_rows(buttons: tuple[Press, ...]) -> list[ui.ActionRow[Any]]:
    """Return rows of buttons. The result is cached, because the rows of a stopped view never change."""
    return [ui.ActionRow(*map(button, row)) for row in _rows(buttons)]


def _parts(message: Message, mentions: CommandMentions) -> Iterator[ui.Item[Any]]:
    titles = [_title(each) for each in message.menus if isinstance(each, ChannelMenu)]
    card = mentions.in_card(fitted(message.card, MESSAGE - sum(len(title) for title in titles)))
    for text in (card.head, card.text):
        if text:
            yield ui.TextDisplay(text)
    if card.picture is not None:
        yield ui.MediaGallery(discord.MediaGalleryItem(card.picture.url, description=card.picture.alt))
    elif card.blocks and card.text:
        yield ui.Separator()
    menus = 2 * len(message.menus) + len(titles)
    room = MOST - OTHERS - len(message.buttons) - len(_rows(message.buttons)) - len(message.files) - menus
    yield from _blocks(card.blocks, apart=sum(1 if block.press is None else 3 for block in card.blocks) <= room)
    if card.foot:
        yield ui.TextDisplay(card.foot)
    for file in message.files:
        yield ui.File(f"attachment://{file.filename}")


def _blocks(blocks: Sequence[Block], *, apart: bool) -> Iterator[ui.Item[Any]]:
    """Yield a component for each block; unless `apart`, consecutive blocks without a button share one."""
    together: list[str] = []
    for block in blocks:
        if block.press is None and not apart:
            together.append(block.words)
            continue
        if together:
            yield ui.TextDisplay("\n".join(together))
            together = []
        yield (
            ui.TextDisplay(block.words)
            if block.press is None
            else ui.Section(block.words, accessory=button(block.press))
        )
    if together:
        yield ui.TextDisplay("\n".join(together))


def walk(components: Iterable[Any]) -> Iterator[Any]:
    """Yield all components of a message that Discord sent, nested ones included."""
    for component in components:
        yield component
        yield from walk(getattr(component, "children", ()))
        if (accessory := getattr(component, "accessory", None)) is not None:
            yield accessory


def _rows(buttons: Sequence[Press]) -> list[list[Press]]:
    """Arrange buttons in the rows that they ask for. Each of the others goes into the first row that has room."""
    rows: dict[int, list[Press]] = {}
    for press in buttons:
        number = press.row
        if number is None:
            number = next(row for row in range(len(buttons)) if len(rows.get(row, ())) < ROW)
        rows.setdefault(number, []).append(press)
    return [rows[number] for number in sorted(rows)]
