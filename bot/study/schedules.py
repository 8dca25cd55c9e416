"""When a server's daily is due: one slot for each chosen local date, even when clocks change."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from zlib import crc32
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
FIRST, MOST = 1, 5
"""The number of a server's first schedule, and how many it may have."""


class Trouble(StrEnum):
    """Why a server's daily cannot be posted. NO_HISTORY: the bot cannot check whether an earlier attempt to post it
    succeeded."""

    CHANNEL_GONE = "channel-gone"
    NO_PERMISSION = "no-permission"
    NO_HISTORY = "no-history"
    NO_QUESTIONS = "no-questions"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When dailies are due. `at`: a wall-clock time in `zone`, an IANA name. `days`: weekdays, where Monday is 0."""

    at: time
    zone: str
    days: frozenset[int] = EVERY_DAY
    later: timedelta = timedelta(0)
    """How long after `at` a slot is due, unless the local date would be over."""

    def __post_init__(self) -> None:
        if not self.days:
            raise ValueError("a schedule needs a day; without one the search for the next slot would never end")


@dataclass(frozen=True, slots=True)
class Slot:
    """One daily: its local date, and the UTC instant at which it is due."""

    day: date
    due: datetime


def due_on(schedule: Schedule, day: date) -> datetime | None:
    """Return the UTC instant of the schedule's time on a local date; None if the zone skips that date.

    A time in the hour that clocks skip is moved later by the length of the jump or, if that would be on the next date,
    earlier. A time in a repeated hour is due at its first occurrence.
    """
    zone = ZoneInfo(schedule.zone)
    for fold in (0, 1):
        due = datetime.combine(day, schedule.at, zone).replace(fold=fold).astimezone(UTC)
        if due.astimezone(zone).date() == day:
            later = due + schedule.later
            return later if later.astimezone(zone).date() == day else due
    return None


def spread(schedule: Schedule, guild_id: int, window: timedelta) -> Schedule:
    """Return a server's schedule with a fixed offset within the window that follows its hour.

    So if many servers choose the same hour, their posts are spread over minutes and do not wait for each other.
    """
    seconds = int(window.total_seconds())
    if not seconds:
        return schedule
    return replace(schedule, later=timedelta(seconds=crc32(guild_id.to_bytes(8)) % seconds))


def next_slot(
    schedule: Schedule, after: datetime, *, later_than: date | None = None, without: Collection[date] = ()
) -> Slot:
    """Return the first slot due after an instant, on a local date that is not in `without` and is later than
    `later_than`, because no date gets a second daily."""
    slot = standing_slot(schedule, after, later_than=later_than)
    return next(slot for slot in slots(schedule, slot.day) if slot.due > after and slot.day not in without)


def standing_slot(
    schedule: Schedule, at: datetime, *, later_than: date | None = None, without: Collection[date] = ()
) -> Slot:
    """Return the first slot, due or not, whose local date is not over, is later than `later_than`, and is not in
    `without`.

    After an outage, this is the slot to post.
    """
    first = at.astimezone(ZoneInfo(schedule.zone)).date()
    if later_than is not None:
        first = max(first, later_than + timedelta(days=1))
    return next(slot for slot in slots(schedule, first) if slot.day not in without)


def slots(schedule: Schedule, first: date) -> Iterator[Slot]:
    """Yield every slot from a local date on."""
    for offset in count():
        day = first + timedelta(days=offset)
        if day.weekday() in schedule.days and (due := due_on(schedule, day)) is not None:
            yield Slot(day, due)


def closes_at(schedule: Schedule, day: date) -> datetime:
    """Return when a daily closes: at the same wall-clock time on the next existing local date, even if it is not a
    chosen day."""
    every_day = Schedule(schedule.at, schedule.zone)
    return next(slots(every_day, day + timedelta(days=1))).due


def day_ends(zone: str, day: date) -> datetime:
    """Return the instant, in UTC, at which a local date is over."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def day_ended(zone: str, day: date, at: datetime) -> bool:
    return at >= day_ends(zone, day)
