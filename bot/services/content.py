"""The questions that a server studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.storage import guilds
from bot.storage.engine import Connection
from bot.study.questions import Pack, Question


@dataclass(frozen=True, slots=True)
class Content:
    """Every pack that was loaded. `default` names the one for servers that have chosen none, and for members alone."""

    packs: Mapping[str, Pack]
    default: str

    def pack(self, tx: Connection, guild_id: int) -> Pack:
        chosen = guilds.get(tx, guild_id).pack or self.default
        return self.packs.get(chosen, self.packs[self.default])

    def find(self, tx: Connection, guild_id: int, question_id: str) -> tuple[Pack, Question] | None:
        """Any question that was ever asked here, with its pack: retired, or of a pack left behind. None if its file is gone."""
        for pack in (self.pack(tx, guild_id), *self.packs.values()):
            if (found := pack.questions.get(question_id)) is not None:
                return pack, found
        return None
