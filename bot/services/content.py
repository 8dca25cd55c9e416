"""The questions that a server studies."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from bot.storage import exams, guilds, questions, schedules
from bot.storage.engine import Connection
from bot.storage.guilds import Guild
from bot.study.packs import Additions, merged
from bot.study.questions import Pack, Question

MERGED_MAX = 256
"""How many servers' merged packs are cached."""


@dataclass(slots=True)
class Merged:
    """A cache of merged packs, by server and pack, each with its version from the database.

    Versions are random numbers that never repeat (`Questions` draws them). So a pack that was merged in a failed
    transaction is never used again, and a change by another process is noticed at the next read of the server's row.
    The lock is needed because database work runs in several threads.
    """

    _packs: OrderedDict[tuple[int, str], tuple[int, Pack]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, guild_id: int, version: int, pack: Pack, additions: Callable[[], Additions]) -> Pack:
        with self._lock:
            kept = self._packs.get((guild_id, pack.name))
            if kept is not None and kept[0] == version:
                self._packs.move_to_end((guild_id, pack.name))
                return kept[1]
        result = merged(pack, additions())
        with self._lock:
            self._packs[guild_id, pack.name] = version, result
            self._packs.move_to_end((guild_id, pack.name))
            while len(self._packs) > MERGED_MAX:
                self._packs.popitem(last=False)
        return result


@dataclass(frozen=True, slots=True)
class Content:
    """Every loaded pack. `default` names the pack for servers that have chosen none, and for direct messages."""

    packs: Mapping[str, Pack]
    default: str
    _merged: Merged = field(default_factory=Merged)

    def base(self, chosen: str | None) -> Pack:
        """Return the chosen pack as its files define it; the default if none is chosen or its files are gone."""
        return self.packs.get(chosen or self.default, self.packs[self.default])

    def pack(self, tx: Connection, guild_id: int) -> Pack:
        """Return a server's pack for its exam version, with its own questions and without those it retired. A cached
        pack that has not changed costs only the query for the server's row."""
        return self.pack_of(tx, guilds.get(tx, guild_id))

    def pack_for(self, tx: Connection, guild_id: int, user_id: int) -> Pack:
        """Return a server's pack, as `pack` does, for the member's exam version: their own choice, else the
        server's."""
        guild = guilds.get(tx, guild_id)
        pack = self._whole(tx, guild)
        return pack.seen_for(exams.chosen_version(tx, user_id, pack.name) or guild.exam_version)

    def whole(self, tx: Connection, guild_id: int) -> Pack:
        """Return a server's pack with the questions of all exam versions, for managers."""
        return self._whole(tx, guilds.get(tx, guild_id))

    def named(self, tx: Connection, guild_id: int, name: str) -> Pack | None:
        """Return a pack by name with the server's own questions in it, whatever the server studies now; None if its
        files are gone."""
        pack = self.packs.get(name)
        return self._with_additions(tx, guilds.get(tx, guild_id), pack) if pack is not None else None

    def pack_of(self, tx: Connection, guild: Guild) -> Pack:
        """Return a server's pack, as `pack` does, given the server's row."""
        return self._whole(tx, guild).seen_for(guild.exam_version)

    def is_another(self, guild: Guild, pack: Pack) -> bool:
        """Return whether a pack differs from the one that a server studies."""
        return pack.name != self.base(guild.pack).name

    def _whole(self, tx: Connection, guild: Guild) -> Pack:
        return self._with_additions(tx, guild, self.base(guild.pack))

    def _with_additions(self, tx: Connection, guild: Guild, pack: Pack) -> Pack:
        if not guild.questions_version:
            return pack
        return self._merged.get(guild.id, guild.questions_version, pack, lambda: questions.additions(tx, guild.id))

    def scheduled(self, tx: Connection, guild_id: int, name: str | None, exam: str | None) -> Pack:
        """Return the pack that a daily's questions come from: what the server studies, unless the schedule names
        another pack or exam version. Another pack comes without the server's own questions, because it lacks their
        sections. It comes in its default version, because the server's version is one of the server's pack."""
        guild = guilds.get(tx, guild_id)
        pack = self._whole(tx, guild)
        another = self.packs.get(name) if name not in (None, pack.name) else None
        if another is None:
            return pack.seen_for(exam or guild.exam_version)
        retired = questions.additions(tx, guild_id).retired if guild.questions_version else ()
        return (merged(another, Additions(retired=frozenset(retired))) if retired else another).seen_for(exam)

    def find(
        self, tx: Connection, guild_id: int, question_id: str, asked_from: str | None = None
    ) -> tuple[Pack, Question] | None:
        """Find any question ever asked here, with its pack, even if retired or from an earlier pack. None if its file
        is gone. `asked_from`: the pack to look in first, if not the one that the server studies."""
        return self.among(self.pack(tx, guild_id), question_id, asked_from)

    def known(self, tx: Connection, guild_id: int, question_id: str) -> tuple[Pack, Question] | None:
        """Find a question for managers, with its pack. It may be of any exam version, retired or not, and in the
        server's pack or in another pack that its dailies may use."""
        return self.among(self.whole(tx, guild_id), question_id)

    def asked(self, tx: Connection, guild_id: int) -> list[Pack]:
        """Return the packs that a server's questions come from: the pack it studies, with all exam versions, then the
        packs that its dailies name."""
        named = {schedule.pack for schedule in schedules.all_of(tx, guild_id)}
        studied = self.whole(tx, guild_id)
        return [studied, *(self.packs[name] for name in self.packs if name in named and name != studied.name)]

    def among(self, pack: Pack, question_id: str, asked_from: str | None = None) -> tuple[Pack, Question] | None:
        """Find a question as `find` does, given the server's pack."""
        first = self.packs.get(asked_from, pack) if asked_from and asked_from != pack.name else pack
        for known in (first, pack, *self.packs.values()):
            if (found := known.questions.get(question_id)) is not None:
                return known, found
        return None
