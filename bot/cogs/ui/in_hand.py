"""Work that goes on beside the ticks that began it: a channel in which Discord is slow holds up nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Iterator
from typing import Any, TypeAlias

Key: TypeAlias = tuple[str, int]


class InHand:
    """At most one piece of work for each key. What fails by itself is to say so by itself: nobody waits for it here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._tasks: dict[Key, asyncio.Task[None]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._tasks

    def __iter__(self) -> Iterator[Key]:
        return iter(self._tasks)

    def begin(self, key: Key, work: Coroutine[Any, Any, None]) -> None:
        """The key is free: whoever begins has looked."""
        assert key not in self._tasks, f"{key} is in hand"
        task = asyncio.create_task(work, name=f"{self.name}-{key}")
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._done(key, done))

    def give_up(self, key: Key) -> None:
        """End what is in hand under a key, which is free from then on."""
        self._tasks.pop(key).cancel()

    async def wait(self, key: Key) -> None:
        """Wait for what is in hand under a key, if anything is."""
        if (task := self._tasks.get(key)) is not None:
            await asyncio.wait([task])

    def _done(self, key: Key, task: asyncio.Task[None]) -> None:
        if (task.cancelled() or task.exception() is None) and self._tasks.get(key) is task:
            del self._tasks[key]  # what ended otherwise is left for `finished`

    async def finished(self) -> None:
        """Wait until nothing is in hand. Raises what a piece of work ended with."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())
            for key, task in list(self._tasks.items()):
                if task.done():
                    self._tasks.pop(key, None)
                    if not task.cancelled():
                        task.result()

    async def stop(self, within: float, *, waiting: Collection[Key] = ()) -> int:
        """What is in hand may finish, in seconds, and is given up then; what is still `waiting`, at once. How many of the others
        that were."""
        for key in waiting:
            if key in self._tasks:
                self._tasks.pop(key).cancel()
        tasks = set(self._tasks.values())
        _, late = await asyncio.wait(tasks, timeout=within) if tasks else (tasks, set())
        for task in late:
            task.cancel()
        return len(late)
