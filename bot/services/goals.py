"""A server's weekly goal: its setting, and the members' progress."""

from __future__ import annotations

from datetime import date, datetime

from bot.records import dataclass
from bot.storage import dailies, guilds, posts, standings
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.study.goals import Goal, GoalProgress, progress
from bot.study.periods import Period, key
from bot.study.questions import Pack


@dataclass(frozen=True, slots=True)
class Goals:
    db: Database

    async def of(self, guild_id: int) -> Goal | None:
        return await self.db.read(lambda tx: guilds.goal_of(tx, guild_id))

    async def set(self, guild_id: int, goal: Goal | None, *, at: datetime) -> None:
        """Set or remove a server's goal; the posts of its open dailies show the change at once."""

        def work(tx: Connection) -> None:
            guilds.ensure(tx, guild_id, at)
            guilds.set_goal(tx, guild_id, goal)
            for daily in dailies.open_in(tx, guild_id, at):
                posts.touch(tx, PostKind.DAILY, daily.id, at)

        await self.db.write(work)


def progress_of(tx: Connection, guild_id: int, pack: Pack, day: date) -> GoalProgress | None:
    """Return a server's progress in the week of a day; None if it has no goal.

    It is computed from leaderboard rows, so hidden members do not count.
    """
    goal = guilds.goal_of(tx, guild_id)
    if goal is None:
        return None
    return progress(goal, standings.week_of(tx, guild_id, key(Period.WEEK, day), pack.leaves))
