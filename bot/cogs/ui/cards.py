"""The content of a message, as values. `ui.layout` builds Discord's components from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import discord

from bot.cogs.ui.buttons import Press
from bot.cogs.ui.menus import ChannelMenu, Menu
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.text import MESSAGE, clip
from bot.study.code_blocks import FENCE


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under a heading. `press`: the button next to them."""

    name: str
    text: str
    press: Press | None = None

    @property
    def words(self) -> str:
        return f"**{self.name}**\n{self.text}"


@dataclass(slots=True)
class Card:
    """The parts of a message from top to bottom, in Discord's markdown. `color` is decoration: words carry its meaning."""

    title: str = ""
    text: str = ""
    color: discord.Color | None = None
    above: str = ""
    """A small line over the title."""
    picture: Picture | None = None
    """Shown under the text."""
    blocks: list[Block] = field(default_factory=list)
    footer: str = ""
    """Small lines at the end."""

    def add(self, name: str, text: str, press: Press | None = None) -> None:
        self.blocks.append(Block(name, text, press))

    @property
    def head(self) -> str:
        """The title, and what is above it."""
        title = f"### {self.title}" if self.title else ""
        if not self.above:
            return title
        return f"-# {self.above}\n{title}" if title else f"-# {self.above}"

    @property
    def foot(self) -> str:
        return "\n".join(f"-# {line}" for line in self.footer.splitlines())

    def __len__(self) -> int:
        """Return the length as Discord counts it, with a character to separate each block."""
        blocks = sum(len(block.words) + 1 for block in self.blocks)
        return len(self.head) + len(self.text) + blocks + len(self.foot)


@dataclass(frozen=True)
class Message:
    """A message to a member, with what to do next. By default, it pings nobody."""

    card: Card
    buttons: Sequence[Press] = ()
    files: Sequence[discord.File] = ()
    menus: Sequence[Menu | ChannelMenu] = ()

    @property
    def attachments(self) -> list[discord.File]:
        """The files and the picture, ready to upload."""
        picture = self.card.picture
        return [*self.files, picture.file()] if picture is not None else list(self.files)


def fitted(card: Card, most: int = MESSAGE) -> Card:
    """Shorten the longest part of a card that is too long for one message. For posts: replies are split instead."""
    while (excess := len(card) - most) > 0:
        texts = [card.text, *(block.text for block in card.blocks)]
        place = max(range(len(texts)), key=lambda place: len(texts[place]))
        texts[place] = clip(texts[place], max(len(texts[place]) - excess, len(texts[place]) // 2))
        blocks = [replace(block, text=text) for block, text in zip(card.blocks, texts[1:], strict=True)]
        card = replace(card, text=texts[0], blocks=blocks)
    return card


def split(message: Message) -> list[Message]:
    """Split a message that is too long for Discord. The first part keeps the buttons, because a press edits the message
    that has the button."""
    if len(message.card) <= MESSAGE:
        return [message]
    first, *others = _pages(message.card)
    return [replace(message, card=first), *map(Message, others)]


def _pages(card: Card) -> Iterator[Card]:
    page = replace(card, text="", blocks=[], footer="")
    for unit in _units(card.text):
        longer = f"{page.text}\n{unit}" if page.text else unit
        if page.text and len(page) - len(page.text) + len(longer) > MESSAGE:
            yield page
            page, longer = Card(color=card.color), unit
        page.text = longer.strip("\n")
    for block in card.blocks:
        if len(page) + len(block.words) >= MESSAGE:
            yield page
            page = Card(color=card.color)
        page.blocks.append(block)
    if len(page) + len(card.foot) > MESSAGE:
        yield page
        page = Card(color=card.color)
    page.footer = card.footer
    yield page


def _units(text: str) -> Iterator[str]:
    """Split text into lines, keeping code blocks whole."""
    code: list[str] = []
    for line in text.split("\n"):
        if code or line.startswith(FENCE):
            code.append(line)
            if len(code) > 1 and line.startswith(FENCE):
                yield "\n".join(code)
                code = []
        else:
            yield line
    yield from code
