"""The questions that a server studies."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from bot.storage import exams, guilds, questions
from bot.storage.engine import Connection
from bot.storage.guilds import Guild
from bot.study.packs import Additions, merged
from bot.study.questions import Pack, Question

MERGED_MAX = 256
"""Servers whose merged pack is kept at hand."""


@dataclass(slots=True)
class Merged:
    """The merged packs that were asked for last, by server and pack, each under the version that the database had for it.

    A version is a number that never comes twice (`Questions` draws it by lot), so what was merged in a transaction that then
    failed is never found again, and a change by another process is seen at the next reading of the server's row. Work on
    the database runs in several threads, hence the lock.
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
    """Every pack that was loaded. `default` names the one for servers that have chosen none, and for members alone."""

    packs: Mapping[str, Pack]
    default: str
    _merged: Merged = field(default_factory=Merged)

    def base(self, chosen: str | None) -> Pack:
        """The pack as its files have it. One whose files are gone gives way to the default."""
        return self.packs.get(chosen or self.default, self.packs[self.default])

    def pack(self, tx: Connection, guild_id: int) -> Pack:
        """A server's pack, seen for its exam version, with its own questions in it and without those that it retired. For servers
        that have changed nothing, and for those asked for lately, it costs no statement beyond the one for the server's row."""
        return self.pack_of(tx, guilds.get(tx, guild_id))

    def pack_for(self, tx: Connection, guild_id: int, user_id: int) -> Pack:
        """The same, seen for the exam version that the member studies for: their own choice, else the server's."""
        guild = guilds.get(tx, guild_id)
        pack = self._whole(tx, guild)
        return pack.seen_for(exams.chosen_version(tx, user_id, pack.name) or guild.exam_version)

    def whole(self, tx: Connection, guild_id: int) -> Pack:
        """A server's pack with the questions of all exam versions, for those who manage them."""
        return self._whole(tx, guilds.get(tx, guild_id))

    def named(self, tx: Connection, guild_id: int, name: str) -> Pack | None:
        """A pack by its name, whichever the server studies now, with its own questions in it; None if its files are gone."""
        pack = self.packs.get(name)
        return self._with_additions(tx, guilds.get(tx, guild_id), pack) if pack is not None else None

    def pack_of(self, tx: Connection, guild: Guild) -> Pack:
        """The same as `pack`, given the server's row."""
        return self._whole(tx, guild).seen_for(guild.exam_version)

    def _whole(self, tx: Connection, guild: Guild) -> Pack:
        return self._with_additions(tx, guild, self.base(guild.pack))

    def _with_additions(self, tx: Connection, guild: Guild, pack: Pack) -> Pack:
        if not guild.questions_version:
            return pack
        return self._merged.get(guild.id, guild.questions_version, pack, lambda: questions.additions(tx, guild.id))

    def find(self, tx: Connection, guild_id: int, question_id: str) -> tuple[Pack, Question] | None:
        """Any question that was ever asked here, with its pack: retired, or of a pack left behind. None if its file is gone."""
        return self.among(self.pack(tx, guild_id), question_id)

    def among(self, pack: Pack, question_id: str) -> tuple[Pack, Question] | None:
        """The same, for a server whose pack is at hand."""
        for known in (pack, *self.packs.values()):
            if (found := known.questions.get(question_id)) is not None:
                return known, found
        return None
