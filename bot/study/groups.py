"""The group's figures: what the members of a server know together. Every figure needs at least five members."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.study.periods import Period, key
from bot.study.questions import ALL, Pack

LEAST = 5
"""How many members a figure needs, so that it reveals nothing about one of them."""
WEEKS = 8
MISSED = 10
POSTED_AT = time(12)
"""The time on a Monday at which the weekly post is due, by the server's clock."""

Known = tuple[int, int]
"""How many members have answered a question, and how many of them got it right the last time."""


@dataclass(frozen=True, slots=True)
class WeekTally:
    """First answers of one week. `members`: how many members gave them."""

    members: int
    answered: int
    right: int


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Counts over visible members who answered recently. Questions that are still open are left out."""

    known: Mapping[str, Known]
    """The counts of each question, by id."""
    sections: Mapping[int, Collection[str]]
    """The sections in which each member has answered."""
    weeks: Mapping[str, WeekTally]
    """The tally of each week, by `week_key`."""


@dataclass(frozen=True, slots=True)
class MissedQuestion:
    """A question that the group often gets wrong. `wrong`: the share of members whose last answer was wrong."""

    question_id: str
    wrong: float
    members: int


@dataclass(frozen=True, slots=True)
class Mirror:
    """The group's figures. Sections with answers from fewer than five members are missing from `mastery`; weeks with
    fewer are None in `weeks`, which is sorted by Monday, oldest first."""

    members: int
    mastery: Mapping[str, float]
    missed: tuple[MissedQuestion, ...]
    weeks: tuple[tuple[date, float | None], ...]
    pack: str = ""
    """The pack's name; empty in figures stored before this field existed."""

    @property
    def enough(self) -> bool:
        return ALL in self.mastery

    def weakest(self, sections: Collection[str]) -> str | None:
        """Return the section with the lowest figure; None if there are no figures."""
        known = [section for section in sections if section in self.mastery]
        return min(known, key=lambda section: (self.mastery[section], section), default=None)

    def is_weak(self, section: str) -> bool:
        """Return whether a section has a figure and it is below the overall one."""
        return self.enough and self.mastery.get(section, 1.0) < self.mastery[ALL]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_key(monday: date) -> str:
    return key(Period.WEEK, monday)


def weeks_before(end: date) -> list[date]:
    """Return the Mondays of the last WEEKS weeks that were over on a day, oldest first."""
    return [monday_of(end) - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]


def mirror(pack: Pack, counts: GroupCounts, open_: Collection[str], mondays: Sequence[date]) -> Mirror:
    """Compute the group's figures.

    Mastery is the mean, over all counted members, of the share of a section's questions that they last answered right;
    unanswered questions count as 0. `open_`: questions to leave out.
    """
    members = len(counts.sections)
    within = {section: [q.id for q in pack.within(section) if q.id not in open_] for section in pack.leaves}
    in_section = {section: sum(section in theirs for theirs in counts.sections.values()) for section in pack.leaves}
    in_section[ALL], within[ALL] = members, [id for ids in within.values() for id in ids]
    mastery = {
        section: sum(counts.known.get(id, (0, 0))[1] for id in ids) / (members * len(ids))
        for section, ids in within.items()
        if ids and in_section[section] >= LEAST
    }
    missed = [
        MissedQuestion(id, 1 - right / answered, answered)
        for id in within[ALL]
        for answered, right in [counts.known.get(id, (0, 0))]
        if answered >= LEAST and right < answered
    ]
    missed.sort(key=lambda one: (-one.wrong, -one.members, one.question_id))
    weeks = tuple((monday, _share(counts.weeks.get(week_key(monday)))) for monday in mondays)
    return Mirror(members, mastery, tuple(missed[:MISSED]), weeks, pack.name)


def _share(week: WeekTally | None) -> float | None:
    return week.right / week.answered if week is not None and week.members >= LEAST and week.answered else None


def next_post(at: datetime, zone: str) -> datetime:
    """Return the first Monday noon after `at`, by the server's clock."""
    local = at.astimezone(ZoneInfo(zone))
    monday = local.date() + timedelta(days=-local.weekday() % 7)
    for day in (monday, monday + timedelta(weeks=1)):
        due = datetime.combine(day, POSTED_AT, ZoneInfo(zone)).astimezone(UTC)
        if due > at:
            return due
    raise AssertionError("a week has a Monday")


def moved_post(due: datetime, before: str, zone: str) -> datetime:
    """Return when a post is due after a change of the server's zone: at noon on the same Monday. A post that waits for
    an open daily, and so is not due at noon, continues to wait."""
    if next_post(due - timedelta(days=1), before) != due:
        return due
    return datetime.combine(due.astimezone(ZoneInfo(before)).date(), POSTED_AT, ZoneInfo(zone)).astimezone(UTC)


def leaning(weights: Mapping[str, int], found: Mirror, sections: Collection[str]) -> dict[str, int]:
    """Return weights that favor the group's weak sections: the exam's weights, each multiplied by the share that is not
    mastered.

    A section without a figure gets the overall one. The result is scaled, so that whole numbers keep the proportions.
    """
    mean = found.mastery.get(ALL, 0.0)
    return {
        section: max(1, round(1000 * (weights.get(section, 1) or 1) * (1 - found.mastery.get(section, mean))))
        for section in sections
    }
