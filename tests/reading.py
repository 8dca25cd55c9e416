"""Read what a message shows from Discord's components, as a member sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from discord import ui

from tests.components import BUTTON, CONTAINER, FILE, GALLERY, SECTION, SEPARATOR, TEXT, walk

_HEAD = re.compile(r"(?:-# (?P<above>.+))?\n?(?:### (?P<title>[\s\S]+))?")
_NAME = re.compile(r"(?m)^\*\*(.+)\*\*\n(?!\n)")


@dataclass
class Shown:
    """The card of a message; parts that it lacks are empty."""

    above: str = ""
    title: str = ""
    text: str = ""
    blocks: dict[str, str] = field(default_factory=dict)
    footer: str = ""
    picture: str = ""
    alt: str = ""
    files: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        told = [text for block in self.blocks.items() for text in block]
        return [text for text in (self.above, self.title, self.text, *told, self.footer) if text]


def raw(message: Any) -> list[dict[str, Any]]:
    """Return a message's components as Discord stores them. The message may come from simcord, discord.py or our own
    stub."""
    if isinstance(message, ui.LayoutView):
        return message.to_components()
    components = message["components"] if isinstance(message, dict) else message.components
    return [part if isinstance(part, dict) else part.to_dict() for part in components]


def parts(message: Any) -> Iterator[dict[str, Any]]:
    """Yield all components, including nested ones."""
    return walk(raw(message))


def buttons(message: Any) -> list[dict[str, Any]]:
    return [part for part in parts(message) if part["type"] == BUTTON]


def card_of(message: Any) -> Shown:
    """Read the card of a message."""
    frame = next((part["components"] for part in raw(message) if part["type"] == CONTAINER), [])
    card, told, below = Shown(), [], []
    after = told
    for place, part in enumerate(frame):
        if part["type"] == TEXT:
            text = part["content"]
            if place == 0 and (found := _HEAD.fullmatch(text)):
                card.above, card.title = found["above"] or "", found["title"] or ""
            elif all(line.startswith("-# ") for line in text.splitlines()):
                card.footer = "\n".join(line.removeprefix("-# ") for line in text.splitlines())
            else:
                after.append(text)
        elif part["type"] == SECTION:
            below += [inside["content"] for inside in part["components"]]
        elif part["type"] == GALLERY:
            card.picture, card.alt = part["items"][0]["media"]["url"], part["items"][0].get("description") or ""
            after = below
        elif part["type"] == SEPARATOR:
            after = below
        elif part["type"] == FILE:
            card.files.append(part["file"]["url"])
    card.text = "\n".join(told)
    pieces = _NAME.split("\n".join(below or told))
    for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
        card.blocks[name] = "\n".join(filter(None, [card.blocks.get(name), text.strip("\n")]))
    if not below and card.blocks and not pieces[0]:
        card.text = ""
    return card
