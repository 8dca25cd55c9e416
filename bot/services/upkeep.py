"""What keeps the house in order by itself: what nobody needs any more, nightly backups, and a look at its own health."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.config import Unusable
from bot.storage import backup, interactions, schedules
from bot.storage.engine import Database, sqlite_path

log = logging.getLogger(__name__)

FOLDER = "backups"
NIGHTLY_AT = 3
"""The hour, UTC, from which the night's backup is due."""
INTERACTIONS_KEPT = timedelta(minutes=15)
"""Discord takes nothing for an interaction that is older, whoever has it."""


@dataclass(slots=True)
class Upkeep:
    """The state is one date: which night's backup has been tried. A restart may make one more, which harms nobody."""

    db: Database
    backups_kept: int
    _tried: datetime | None = field(init=False, default=None)

    async def tidy(self, at: datetime) -> None:
        """What is looked at each minute."""
        await self.forget_interactions(at)
        await self.db.empty_log()
        await self.back_up_nightly(at)

    async def forget_interactions(self, at: datetime) -> None:
        """Of old interactions nobody asks any more whose they are. One process sees to it for all."""
        if self.db.shared and self.db.shards.direct_messages:
            await self.db.write(lambda tx: interactions.forget(tx, before=at - INTERACTIONS_KEPT))

    async def back_up_nightly(self, at: datetime) -> None:
        """Once a night, if the database is an SQLite file: a backup beside it, the oldest beyond the number kept removed."""
        path = sqlite_path(self.db.url)
        if path is None or not self.backups_kept or at.hour < NIGHTLY_AT:
            return
        tonight = at.astimezone(UTC).replace(hour=NIGHTLY_AT, minute=0, second=0, microsecond=0)
        folder = path.parent / FOLDER
        if self._tried == tonight or backup.rotated(path, folder, since=tonight, until=at):
            return
        self._tried = tonight
        try:
            made = await asyncio.to_thread(backup.rotate, path, folder, self.backups_kept, at)
        except Unusable as error:
            log.error("no backup tonight: %s", error)  # noqa: TRY400  the sentence says it all
        else:
            log.info("backed up", extra={"file": made.name})

    async def oldest_due_post(self, at: datetime) -> timedelta:
        """For how long the oldest post that is due has been waiting; nothing while none is due."""
        due = await self.db.read(lambda tx: schedules.earliest_due(tx, self.db.shards))
        return max(at - due, timedelta()) if due is not None else timedelta()
