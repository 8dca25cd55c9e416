"""Housekeeping: delete what is no longer needed, make nightly backups, check our own health."""

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
"""The UTC hour from which the nightly backup is due."""
INTERACTIONS_KEPT = timedelta(minutes=15)
"""How long interactions are kept. Discord accepts no reply to an older one."""


@dataclass(slots=True)
class Upkeep:
    """The housekeeping tasks. Their only state is the date of the last backup attempt. A restart may make one more
    backup, which is harmless."""

    db: Database
    backups_kept: int
    _tried: datetime | None = field(init=False, default=None)

    async def tidy(self, at: datetime) -> None:
        """Run the cleanups that are due each minute."""
        await self.forget_interactions(at)
        await self.db.empty_log()
        await self.back_up_nightly(at)

    async def forget_interactions(self, at: datetime) -> None:
        """Forget interactions that are too old to be delivered again. One process does this for all."""
        if self.db.shared and self.db.shards.direct_messages:
            await self.db.write(lambda tx: interactions.forget(tx, before=at - INTERACTIONS_KEPT))

    async def back_up_nightly(self, at: datetime) -> None:
        """Back up a SQLite database once a night, and delete the oldest backups beyond the number kept."""
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
        """Return how long the oldest due post has been waiting; zero if none is due."""
        due = await self.db.read(lambda tx: schedules.earliest_due(tx, self.db.shards))
        return max(at - due, timedelta()) if due is not None else timedelta()
