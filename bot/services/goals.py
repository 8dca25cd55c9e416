"""A server's weekly goal: its setting, and the members' progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from bot.services.content import Content
from bot.services.each import each
from bot.storage import dailies, guilds, posts, standings
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.study.errors import TooManySections
from bot.study.goals import Goal, GoalKind, GoalProgress, parse_goal, progress
from bot.study.periods import Period, key


@dataclass(frozen=True, slots=True)
class Goals:
    db: Database
    content: Content

    async def of(self, guild_id: int) -> Goal | None:
        """Return a server's goal; None if it has none. A goal of sections is limited to the number of sections in the
        pack."""

        def work(tx: Connection) -> Goal | None:
            goal = guilds.goal_of(tx, guild_id)
            return goal.within(len(self.content.pack(tx, guild_id).leaves)) if goal is not None else None

        return await self.db.read(work)

    async def read(self, guild_id: int, text: str) -> Goal | None:
        """Parse a goal typed for a server; None for `off`. Raises BadGoal, and TooManySections if its pack has
        fewer."""
        goal = parse_goal(text)
        if goal is not None and goal.kind is GoalKind.SECTIONS:
            most = len((await self.db.read(lambda tx: self.content.pack(tx, guild_id))).leaves)
            if goal.target > most:
                raise TooManySections(most)
        return goal

    async def set(self, guild_id: int, goal: Goal | None, *, at: datetime) -> None:
        """Set or remove a server's goal; the posts of its open dailies show the change at once."""

        def work(tx: Connection) -> None:
            guilds.ensure(tx, guild_id, at)
            guilds.set_goal(tx, guild_id, goal)
            posts.touch_all(tx, PostKind.DAILY, (daily.id for daily in dailies.open_in(tx, guild_id, at)), at)

        await self.db.write(work)

    async def refresh(self, shown: Mapping[int, GoalProgress], *, at: datetime) -> dict[int, GoalProgress]:
        """Update the posts of open dailies whose goal progress no longer matches `shown`; return the current progress,
        by daily. A server that fails is logged and does not affect the others."""

        async def look(one: tuple[int, int, date]) -> tuple[int, GoalProgress] | None:
            guild_id, daily_id, day = one
            now = await self.db.read(lambda tx: progress_of(tx, self.content, guild_id, day))
            return (daily_id, now) if now is not None else None

        open_ = await self.db.read(lambda tx: dailies.open_with_goal(tx, at, self.db.shards))
        found = dict(await each(open_, look))
        changed = [daily_id for daily_id, now in found.items() if shown.get(daily_id) != now]
        if changed:
            touch = partial(posts.touch_all, kind=PostKind.DAILY, subjects=changed, at=at, patience=posts.NUMBERS_WAIT)
            await self.db.write(touch, patient=True)
        return found


def progress_of(tx: Connection, content: Content, guild_id: int, day: date) -> GoalProgress | None:
    """Return a server's progress in the week of a day; None if it has no goal.

    It is computed from leaderboard rows, so hidden members do not count.
    """
    goal = guilds.goal_of(tx, guild_id)
    if goal is None:
        return None
    sections = content.pack(tx, guild_id).leaves
    return progress(goal.within(len(sections)), standings.week_of(tx, guild_id, key(Period.WEEK, day), sections))
