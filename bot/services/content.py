"""The questions that a server studies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        return self.finder(tx, guild_id)(question_id)

    def finder(self, tx: Connection, guild_id: int) -> Callable[[str], tuple[Pack, Question] | None]:
        """`find` for many questions of one server."""
        packs = (self.pack(tx, guild_id), *self.packs.values())

        def find(question_id: str) -> tuple[Pack, Question] | None:
            for pack in packs:
                if (found := pack.questions.get(question_id)) is not None:
                    return pack, found
            return None

        return find
