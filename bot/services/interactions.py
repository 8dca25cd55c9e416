"""Accept each interaction once. While two processes overlap, Discord delivers each interaction to both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage import interactions
from bot.storage.engine import Connection, Database, FateUnknown, NotRecorded


@dataclass(frozen=True, slots=True)
class Taking:
    id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Interactions:
    db: Database

    async def take(self, id: int, *, at: datetime) -> bool:
        """Return whether this process should handle an interaction. This needs no query if it is the only process on
        its database.

        Raises NotRecorded if it is not known which process owns the interaction; then nothing has been done.
        """
        if not self.db.shared:
            return True
        try:
            return await self.db.write_together(self._take_all, Taking(id, at))
        except FateUnknown as error:
            raise NotRecorded(str(error)) from error

    @staticmethod
    def _take_all(tx: Connection, asked: Sequence[Taking]) -> list[bool | Exception]:
        taken = interactions.take_all(tx, (one.id for one in asked), max(one.at for one in asked))
        return [one.id in taken for one in asked]
