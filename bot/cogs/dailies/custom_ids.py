"""The custom ids of dailies for managers; members' ids are in `bot.cogs.answers`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cogs.ui.custom_ids import CustomId


@dataclass(frozen=True, slots=True)
class ScheduleId(CustomId):
    """Sets channel, time and zone of a daily: the button that opens the form, and the form itself. `number` is the
    schedule's number, here and below; 0 means the first."""

    VERB = "schedule"
    OPTIONAL = frozenset({"number"})
    number: int = 0


@dataclass(frozen=True, slots=True)
class DailyChannelId(CustomId):
    """The menu that moves a daily to another channel."""

    VERB = "daily-channel"
    OPTIONAL = frozenset({"number"})
    number: int = 0


@dataclass(frozen=True, slots=True)
class DailyPickId(CustomId):
    """The menu of a server's dailies under `/daily status`; its value is the number of a schedule, or 0 for all."""

    VERB = "daily-pick"


@dataclass(frozen=True, slots=True)
class DailySkipId(CustomId):
    """Skips the daily of one date, given as its ordinal, so that a second press does not skip another."""

    VERB = "daily-skip"
    OPTIONAL = frozenset({"number"})
    day: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class DailyUnskipId(CustomId):
    """Undoes the skip of one date, given as its ordinal; 0 means the latest skip."""

    VERB = "daily-unskip"
    OPTIONAL = frozenset({"day"})
    day: int = 0


@dataclass(frozen=True, slots=True)
class DailyRestoreId(CustomId):
    """Undoes a skip like DailyUnskipId, for a schedule other than the first."""

    VERB = "daily-restore"
    number: int
    day: int


@dataclass(frozen=True, slots=True)
class DailyAgainId(CustomId):
    """Posts the question of an open daily again after its post was deleted."""

    VERB = "daily-again"
    daily: int
