"""Turn command names in outgoing text into Discord's clickable mentions."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import discord
from discord import app_commands

from bot.cogs.ui.cards import Card
from bot.cogs.ui.text import CONTENT, MESSAGE

log = logging.getLogger(__name__)

_NAMED = re.compile(r"(?<![\\`])`/([a-z0-9_-]+(?: [a-z0-9_-]+){0,2})((?: [a-z0-9_-]+:[^`\n]*)?)`(?!`)")
"""Matches a command and the options used with it: `/daily skip` or `/daily skip undo: True`."""
_CODE = re.compile(r"(```.*?```)", re.DOTALL)


@dataclass
class CommandMentions:
    """Command ids by name. Empty until Discord has sent them; until then texts keep the names."""

    _mentions: Mapping[str, str] = field(default_factory=dict)

    def learn(self, commands: Iterable[app_commands.AppCommand]) -> None:
        """Learn the ids, from a sync or a fetch."""
        self._mentions = {
            name: f"</{name}:{command.id}>"
            for command in commands
            if command.type is discord.AppCommandType.chat_input
            for name in _usable(command, command.name)
        }

    def in_text(self, text: str) -> str:
        """Return the text with mentions, or unchanged if they would not fit a message."""
        mentioned = self._mentioned(text)
        return mentioned if len(mentioned) <= CONTENT else text

    def in_card(self, card: Card) -> Card:
        """Return the card with mentions everywhere except in its title, or unchanged if they would not fit."""
        if not any("`/" in text for text in (card.text, card.footer, *(block.text for block in card.blocks))):
            return card
        mentioned = replace(
            card,
            text=self._mentioned(card.text),
            blocks=[replace(block, text=self._mentioned(block.text)) for block in card.blocks],
            footer=self._mentioned(card.footer),
        )
        return mentioned if len(mentioned) <= MESSAGE else card

    def _mentioned(self, text: str) -> str:
        if "`/" not in text:
            return text
        # The pieces at odd positions are code blocks.
        return "".join(
            piece if odd % 2 else _NAMED.sub(self._mention, piece) for odd, piece in enumerate(_CODE.split(text))
        )

    def _mention(self, named: re.Match[str]) -> str:
        mention = self._mentions.get(named[1])
        if mention is None:
            return named[0]
        return f"{mention} `{named[2].strip()}`" if named[2] else mention


NO_MENTIONS = CommandMentions()
"""Knows no ids, so command names stay as they are."""


def _usable(command: app_commands.AppCommand | app_commands.AppCommandGroup, name: str) -> Iterator[str]:
    """Return the full names under which a command can be used. For a group, these are the names of its subcommands."""
    groups = [option for option in command.options if isinstance(option, app_commands.AppCommandGroup)]
    if not groups:
        yield name
    for group in groups:
        yield from _usable(group, f"{name} {group.name}")
