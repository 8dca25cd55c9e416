"""What a person may ask of what is kept of them: see it, erase it, hide."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bot.services.duels import void_of
from bot.services.recording import Member
from bot.services.standings import reckon
from bot.storage import competition_entries, members, privacy, seasons, standings
from bot.storage.engine import Connection, Database
from bot.study.errors import NeedsServer, NothingKept


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows went, by table."""

    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Privacy:
    db: Database

    async def export(self, user_id: int, *, at: datetime) -> bytes:
        """Everything kept of a person, over all servers, as JSON in UTF-8. Raises NothingKept."""
        kept = await self.db.read(lambda tx: privacy.export(tx, user_id))
        if not kept:
            raise NothingKept
        document = {"user_id": str(user_id), "exported_at": at.isoformat(), "tables": kept}
        return json.dumps(document, ensure_ascii=False, indent=2).encode()

    async def erase(self, user_id: int, *, at: datetime) -> Erased:
        """Erase everything kept of a person, over all servers. Boards without them are right at once, and the duels that they
        have open end. Raises NothingKept."""

        def work(tx: Connection) -> dict[str, int]:
            void_of(tx, user_id, at)
            return privacy.erase(tx, user_id)

        rows = await self.db.write(work)
        if not rows:
            raise NothingKept
        return Erased(rows)

    async def hide(self, member: Member, *, hidden: bool, at: datetime) -> None:
        """Take a member off the boards of a server, or put them back where their answers place them. Who hides leaves the
        contests that run, and may join them again later. Raises NeedsServer."""
        if member.alone:
            raise NeedsServer

        def work(tx: Connection) -> None:
            members.see(tx, member.guild_id, member.user_id, member.name)
            members.set_hidden(tx, member.guild_id, member.user_id, hidden=hidden)
            standings.replace(tx, member.guild_id, reckon(tx, member.guild_id, member.user_id), member.user_id)
            if hidden:
                competition_entries.leave_all(tx, member.guild_id, member.user_id, at)
            else:
                seasons.restore(tx, member.guild_id, member.user_id)

        await self.db.write(work)
