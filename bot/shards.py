"""Decide which servers belong to this process, by Discord's sharding formula and the settings SHARD_COUNT and
SHARD_IDS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_PART = re.compile(r"([0-9]{1,5})/([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of one process, out of all shards of the bot.

    Ticks query only rows of their own servers, with the condition `storage.sql.own` and the argument `db.shards`. That
    divides the work, but correctness does not depend on it: during a rolling restart two processes may own the same
    shard, and unique keys, row locks and leases prevent conflicts.
    """

    count: int = 1
    ids: frozenset[int] = frozenset({0})

    @classmethod
    def parse(cls, count: int, ids: str) -> Self:
        """Read shard ids, `0-3`, `0,1,5` or `0-3,8`, or a process and the number of processes, `2/4`. Raises
        ValueError, whose message is a sentence."""
        if part := _PART.fullmatch(ids.replace(" ", "")):
            return cls.of_process(count, int(part[1]), int(part[2]))
        chosen: set[int] = set()
        for piece in ids.replace(" ", "").split(","):
            found = _RANGE.fullmatch(piece)
            if found is None:
                raise ValueError(
                    "must be numbers or ranges separated by commas, such as 0-3 or 0,1,5, or a part such as 0/4"
                )
            first, last = int(found[1]), int(found[2] or found[1])
            if last < first:
                raise ValueError(f"the range {piece} goes backwards")
            chosen.update(range(first, last + 1))
        if max(chosen) >= count:
            raise ValueError(f"the shards of SHARD_COUNT={count} are 0 to {count - 1}")
        return cls(count, frozenset(chosen))

    @classmethod
    def of_process(cls, count: int, number: int, processes: int) -> Self:
        """Return the shards of one of several processes, numbered from 0. Raises ValueError, whose message is a
        sentence."""
        if not 0 < processes <= count:
            raise ValueError(f"{processes} processes cannot share SHARD_COUNT={count}; each needs a shard")
        if number >= processes:
            raise ValueError(f"with {processes} processes, the number must be from 0 to {processes - 1}")
        return cls(count, frozenset(range(number * count // processes, (number + 1) * count // processes)))

    @classmethod
    def all_of(cls, count: int) -> Self:
        return cls(count, frozenset(range(count)))

    def of(self, guild_id: int) -> int:
        """Return the shard of a server, by Discord's formula. Direct messages have the guild id 0, so they belong to
        shard 0."""
        return (guild_id >> 22) % self.count

    def __contains__(self, guild_id: int) -> bool:
        return self.of(guild_id) in self.ids

    @property
    def everything(self) -> bool:
        return len(self.ids) == self.count

    @property
    def direct_messages(self) -> bool:
        """Whether this process handles direct messages, and everything else that is done only once and belongs to no
        server."""
        return 0 in self.ids

    @property
    def share(self) -> float:
        """The share of the whole bot's rate limits that this process may use, 0 to 1."""
        return len(self.ids) / self.count


EVERYTHING = Shards()
"""The shards of a bot with a single process."""
