"""Background tasks started by ticks, so that one slow channel does not delay the others."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Hashable, Iterator
from typing import Any, TypeAlias

Key: TypeAlias = tuple[str, Hashable]


class BackgroundTasks:
    """Runs at most one task for each key. A task reports its own failures, because nobody awaits it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._tasks: dict[Key, asyncio.Task[None]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._tasks

    def __iter__(self) -> Iterator[Key]:
        return iter(self._tasks)

    def begin(self, key: Key, work: Coroutine[Any, Any, None]) -> None:
        """Start a task under a key, which must be free."""
        assert key not in self._tasks, f"{key} is already running"
        task = asyncio.create_task(work, name=f"{self.name}-{key}")
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._done(key, done))

    def give_up(self, key: Key) -> None:
        """Cancel the task under a key, which is then free."""
        self._tasks.pop(key).cancel()

    async def wait(self, key: Key) -> None:
        """Wait for the task under a key, if there is one."""
        if (task := self._tasks.get(key)) is not None:
            await asyncio.wait([task])

    def _done(self, key: Key, task: asyncio.Task[None]) -> None:
        if (task.cancelled() or task.exception() is None) and self._tasks.get(key) is task:
            del self._tasks[key]  # failed tasks are left for `finished` to raise

    async def finished(self) -> None:
        """Wait until no task is running. Raises the exception of a task that failed."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())
            for key, task in list(self._tasks.items()):
                if task.done():
                    self._tasks.pop(key, None)
                    if not task.cancelled():
                        task.result()

    async def stop(self, within: float, *, waiting: Collection[Key] = ()) -> int:
        """Stop all tasks: running ones get some seconds to finish, `waiting` ones are cancelled at once. Return how
        many running ones were cut off."""
        for key in waiting:
            if key in self._tasks:
                self._tasks.pop(key).cancel()
        tasks = set(self._tasks.values())
        _, late = await asyncio.wait(tasks, timeout=within) if tasks else (tasks, set())
        for task in late:
            task.cancel()
        return len(late)
