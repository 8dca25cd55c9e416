"""The ids of dailies for managers; members' ids are in `bot.cogs.answers`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class ScheduleId(CustomId):
    """Sets channel, hour and zone of the daily: the button that opens the form, and the form itself."""

    VERB = "schedule"


@dataclass(frozen=True, slots=True)
class DailyChannelId(CustomId):
    """The menu that moves the daily to another channel."""

    VERB = "daily-channel"


@dataclass(frozen=True, slots=True)
class DailySkipId(CustomId):
    """Skips the daily of one date, by its ordinal, so that a second press skips no other."""

    VERB = "daily-skip"
    day: int


@dataclass(frozen=True, slots=True)
class DailyUnskipId(CustomId):
    """Takes the skip of one date back, by its ordinal; without one, the latest."""

    VERB = "daily-unskip"
    OPTIONAL = frozenset({"day"})
    day: int = 0


@dataclass(frozen=True, slots=True)
class DailyAgainId(CustomId):
    """Posts the question of an open daily again after its post was deleted."""

    VERB = "daily-again"
    daily: int
