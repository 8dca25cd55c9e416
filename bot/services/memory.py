"""Fit FSRS to members with enough reviews, in a separate process, and keep the parameters that forecast better."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from bot import child
from bot.services import cards
from bot.storage import learners, reviews
from bot.storage.engine import Connection, Database
from bot.study import optimizer
from bot.study.memory import Fit, History, is_due, newest
from bot.study.reviews import CardKey, Review

log = logging.getLogger(__name__)

LINES = 5_000
"""The maximum number of lines of the review log that a tick scans for members who have answered."""
AT_ONCE = 10
"""The maximum number of members that a tick fits: each takes about a second of CPU time."""
TIMEOUT = 600
CHILD = "import sys; from bot.study import optimizer; sys.stdout.write(optimizer.respond(sys.stdin.read()))"


@dataclass(frozen=True, slots=True)
class OwnMemory:
    """A member's progress towards parameters of their own. `offered`: whether the optimizer is installed."""

    reviews: int = 0
    fit: Fit | None = None
    offered: bool = False


@dataclass(slots=True)
class Memory:
    """Fits parameters to members. Its state is how far it has scanned the log, and which members are still to be
    fitted. After a restart it scans the newest lines again, which is harmless."""

    db: Database
    offered: bool = field(default_factory=optimizer.is_installed)
    _looked: int | None = field(init=False, default=None)
    _waiting: deque[int] = field(init=False, default_factory=deque)

    async def fit_due(self, at: datetime) -> int:
        """Fit FSRS to the members who have answered recently and have enough new reviews; return how many. One process
        does this for all servers."""
        if not self.offered or not self.db.shards.direct_messages:
            return 0
        self._waiting.extend(await self.db.read(self._due))
        count = 0
        while self._waiting and count < AT_ONCE:
            await self.fit(self._waiting.popleft(), at=at)
            count += 1
        return count

    def _due(self, tx: Connection) -> list[int]:
        if self._looked is None:
            self._looked = max(0, learners.last_review(tx) - LINES)
        self._looked, active = learners.active_since(tx, self._looked, LINES)
        active -= set(self._waiting)
        counts, last = learners.review_counts(tx, active), learners.fits(tx, active)
        return sorted(user_id for user_id, count in counts.items() if is_due(count, last.get(user_id)))

    async def fit(self, user_id: int, *, at: datetime) -> Fit | None:
        """Fit FSRS to a member, and recompute their cards if their parameters change. None if the fit failed or there
        is too little data."""
        histories = await self.db.read(lambda tx: _histories(tx, user_id))
        total = sum(map(len, histories))
        text = optimizer.request(newest(histories), total)
        try:
            # Run the optimizer in another process, because it holds the GIL, which the event loop needs.
            found = optimizer.answer_of(await asyncio.to_thread(child.run, CHILD, text=text, timeout=TIMEOUT))
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            log.warning("own parameters were not fitted: %s", error, extra={"user": user_id})
            return None
        if found is None:
            return None

        def work(tx: Connection) -> None:
            before = learners.get(tx, user_id).own_parameters
            if not learners.review_counts(tx, [user_id]):
                return  # erased meanwhile
            learners.set_fit(tx, user_id, found, at)
            if found.parameters != before:
                reviews.replace(tx, user_id, cards.replayed_all(tx, user_id))

        await self.db.write(work)
        log.info(
            "fitted own parameters", extra={"user": user_id, "reviews": found.reviews, "kept": bool(found.parameters)}
        )
        return found

    def of(self, tx: Connection, user_id: int) -> OwnMemory:
        users: Collection[int] = [user_id]
        count = learners.review_counts(tx, users).get(user_id, 0)
        return OwnMemory(count, learners.fits(tx, users).get(user_id), self.offered)


def _histories(tx: Connection, user_id: int) -> list[History]:
    found: dict[CardKey, list[Review]] = {}
    for key, line in reviews.logs(tx, user_id):
        found.setdefault(key, []).append(line)
    return list(found.values())
