"""What a manager hears about an announcement that could not be posted."""

from __future__ import annotations

from bot.cogs.ui.access import Access, refusal
from bot.cogs.ui.text import plain
from bot.services.announcements import Unsent
from bot.storage.announcements import Kind
from bot.storage.schedules import Trouble

ABOUT = {
    Kind.SEASON: "The end of the season",
    Kind.LEAGUE: "The result of the league",
    Kind.STANDINGS: "The announcement of a contest",
    Kind.HALF_TIME: "The reminder of a contest",
    Kind.LAST_HOUR: "The reminder of a contest",
    Kind.RESULT: "The result of a contest",
    Kind.CHALLENGE: "A challenge",
    Kind.DUEL: "The result of a duel",
}

ELSEWHERE = {Kind.SEASON: "`/leaderboard period:`", Kind.LEAGUE: "`/league standings month:`"}
"""Where the same can be seen, if not among the contests."""


def unsent(unsent: Unsent, server: str, access: Access) -> str:
    announcement = unsent.announcement
    text = f"{ABOUT[announcement.kind]} could not be posted in {plain(server)}. {_remedy(unsent, access)}"
    elsewhere = ELSEWHERE.get(announcement.kind, "`/competition standings`")
    return f"{text} Nothing is lost: {elsewhere} shows the table."


def _remedy(unsent: Unsent, access: Access) -> str:
    channel_id = unsent.announcement.channel_id
    match unsent.trouble:
        case Trouble.CHANNEL_GONE if unsent.moved_to is not None:
            return f"Its channel is gone, so it goes to the channel of the daily, <#{unsent.moved_to}>."
        case Trouble.CHANNEL_GONE:
            if unsent.announcement.kind in ELSEWHERE:
                return "Its channel is gone. Choose another with `/settings season_channel:`, and it is posted there."
            return (
                "Its channel is gone. If you start a daily with `/daily schedule`, it is posted in the daily's channel."
            )
        case Trouble.NO_PERMISSION:
            return f"{refusal(access)} I try again every ten minutes."
        case _:
            return f"Discord did not take it in <#{channel_id}>. I try again every ten minutes."
