"""Which pack a server studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.content import Content
from bot.storage import guilds, questions, schedules
from bot.storage.engine import Connection, Database
from bot.study.errors import UnknownPack
from bot.study.packs import Change, change
from bot.study.questions import Pack


@dataclass(frozen=True, slots=True)
class Packs:
    db: Database
    content: Content

    @property
    def all(self) -> Mapping[str, Pack]:
        """Every pack that was loaded, by name."""
        return self.content.packs

    async def compare(self, guild_id: int, name: str) -> Change:
        """What another pack would mean for a server. Nothing is changed. Raises UnknownPack."""
        return await self.db.read(lambda tx: self._change(tx, guild_id, name))

    async def choose(self, guild_id: int, name: str, *, at: datetime) -> Change:
        """Study another pack from now on. What is open goes on as it is, and sections that the new pack lacks leave the daily.

        Raises UnknownPack.
        """

        def work(tx: Connection) -> Change:
            found = self._change(tx, guild_id, name)
            guilds.ensure(tx, guild_id, at)
            guilds.set_pack(tx, guild_id, name)
            schedule = schedules.get(tx, guild_id)
            if schedule is not None and found.dropped_sections:
                kept = tuple(section for section in schedule.sections if section not in found.dropped_sections)
                schedules.save(tx, replace(schedule, sections=kept))
            return found

        return await self.db.write(work)

    def _change(self, tx: Connection, guild_id: int, name: str) -> Change:
        if name not in self.content.packs:
            raise UnknownPack(name)
        schedule = schedules.get(tx, guild_id)
        return change(
            self.content.base(guilds.get(tx, guild_id).pack),
            self.content.packs[name],
            schedule.sections if schedule else (),
            questions.additions(tx, guild_id),
        )
