"""Find out which ticks have due rows, with one query for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.storage.due import QUERIES, Look
from bot.storage.engine import Database

TICKS = frozenset(QUERIES)


@dataclass(slots=True)
class Due:
    db: Database
    _look: Look = field(init=False)

    def __post_init__(self) -> None:
        self._look = Look(self.db.shards)

    async def look(self, at: datetime) -> frozenset[str]:
        """Return the TICKS that have something to do in our servers."""
        return await self.db.read(lambda tx: self._look.look(tx, at))
