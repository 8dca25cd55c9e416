"""Changes to a schedule, made inside a transaction of `services.schedules`."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Self

from bot.services.dailies import Dailies
from bot.services.daily_posts import redirect
from bot.storage import dailies, daily_withdrawals, groups, guilds, posts, schedules, seasons
from bot.storage.dailies import Daily
from bot.storage.engine import Connection
from bot.storage.posts import PostKind
from bot.storage.schedules import GuildSchedule, ScheduleKey
from bot.study.dailies import DailyState
from bot.study.daily_names import new_schedule, number_of, read_name, title_of
from bot.study.discussions import Discussion
from bot.study.errors import Refusal, Refused, WhichDaily
from bot.study.groups import moved_post
from bot.study.periods import local_day
from bot.study.questions import ALL
from bot.study.schedules import FIRST, Schedule, Slot

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=1)
NEXT_DAY = timedelta(hours=26)
"""The longest possible gap between two dailies of a schedule that posts every day, even across a clock change."""


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """What a manager asks for. The zone of the first schedule becomes the server's. For the pack and the exam version,
    None means what the server studies; for the difficulty, it means any. An empty name keeps the current one."""

    channel_id: int
    role_id: int | None
    rule: Schedule
    sections: tuple[str, ...]
    name: str = ""
    pack: str | None = None
    exam_version: str | None = None
    difficulty: int | None = None
    follows_group: bool = False

    @classmethod
    def of(cls, schedule: GuildSchedule) -> Self:
        return cls(
            schedule.channel_id,
            schedule.role_id,
            schedule.rule,
            schedule.sections,
            schedule.name,
            schedule.pack,
            schedule.exam_version,
            schedule.difficulty,
            schedule.follows_group,
        )


def titles(found: Iterable[GuildSchedule]) -> dict[int, str]:
    """Return the names of schedules, by number."""
    return {schedule.number: title_of(schedule.number, schedule.name) for schedule in found}


def number_and_name(
    found: Sequence[GuildSchedule], which: str | int | None, rename: str, busy: Collection[int]
) -> tuple[int, str]:
    """Return the number and the name of the requested schedule, new or not. `busy`: numbers with an open daily. Raises
    what `Schedules.set` does."""
    known, names = titles(found), {schedule.number: schedule.name for schedule in found}
    if which is None:
        if len(found) > 1:
            raise WhichDaily(tuple(known.values()))
        number, name = next(iter(names.items()), (FIRST, ""))
    else:
        try:
            number = number_of(known, str(which))
            name = names[number]
        except WhichDaily:
            number, name = new_schedule(known, str(which), busy)
    others = {other: title for other, title in known.items() if other != number}
    return number, read_name(others, rename) if rename else name


def save(
    tx: Connection,
    keeper: Dailies,
    guild_id: int,
    number: int,
    plan: SchedulePlan,
    by: int,
    rng: Random,
    at: datetime,
    *,
    paused_at: datetime | None = None,
) -> GuildSchedule:
    """Insert or replace a schedule."""
    guilds.ensure(tx, guild_id, at)
    before = schedules.get(tx, guild_id, number)
    slot = keeper.upcoming(tx, (guild_id, number), plan.rule, at)
    schedule = GuildSchedule(
        guild_id=guild_id,
        channel_id=plan.channel_id,
        role_id=plan.role_id,
        rule=plan.rule,
        sections=() if ALL in plan.sections else plan.sections,
        # The seed stays with the schedule: a new time must not reshuffle its rotation.
        seed=before.seed if before else rng.getrandbits(62),
        set_by=by,
        number=number,
        name=plan.name,
        pack=plan.pack,
        exam_version=plan.exam_version,
        difficulty=plan.difficulty,
        follows_group=plan.follows_group,
        discussion=before.discussion if before else Discussion.OFF,
        forum_id=before.forum_id if before else None,
        paused_at=paused_at,
        next_day=slot.day if paused_at is None else None,
        next_post_at=slot.due if paused_at is None else None,
    )
    schedules.save(tx, schedule)
    follow_first(tx, guild_id, at)
    if before is None or before.name != plan.name:
        rename_posts(tx, guild_id, at)
    latest = unsent(tx, schedule)
    waits = before is not None and (before.trouble is not None or before.paused_at is not None)
    if waits and paused_at is None and latest is not None:
        redirect(tx, latest, schedule, at)
    return schedule


def follow_first(tx: Connection, guild_id: int, at: datetime) -> GuildSchedule | None:
    """Set the server's zone to that of its first schedule; return this schedule if the zone has changed."""
    first = schedules.first(tx, guild_id)
    if first is None or first.rule.zone == guilds.get(tx, guild_id).zone:
        return None
    if (due := groups.due_at(tx, guild_id)) is not None:
        groups.set_due(tx, guild_id, moved_post(due, guilds.get(tx, guild_id).zone, first.rule.zone))
    guilds.set_zone(tx, guild_id, first.rule.zone)
    seasons.look_again(tx, guild_id, at)
    return first


def rename_posts(tx: Connection, guild_id: int, at: datetime) -> None:
    """Update the names on the posts of open dailies, because these names depend on how many schedules there are."""
    posts.touch_all(tx, PostKind.DAILY, (daily.id for daily in dailies.open_in(tx, guild_id, at)), at)


def withdraw(tx: Connection, daily: Daily, at: datetime) -> None:
    """Give up a claim whose post is known not to be up, and free its date. If the post may be up, keep the claim: it
    ends once the post's sender finds that its schedule is gone."""
    if posts.forget_unsent(tx, PostKind.DAILY, daily.id):
        dailies.give_up(tx, daily.id, at)
        daily_withdrawals.free_date(tx, daily)


def unsent(tx: Connection, schedule: GuildSchedule) -> Daily | None:
    """Return the last daily of a schedule, if its post is not up yet."""
    latest = dailies.latest(tx, schedule.key)
    return latest if latest is not None and latest.state is DailyState.CLAIMED else None


def undo_skip(tx: Connection, keeper: Dailies, schedule: GuildSchedule, only: date | None, at: datetime) -> Slot:
    """Undo the latest skip or, with `only`, the skip of that date. Raises what `Schedules.undo_skip` raises."""
    if schedule.next_day is None:
        raise Refused(Refusal.SKIP_WAITS)
    ahead = [slot for slot in keeper.skipped(tx, schedule) if slot.due > at and only in (None, slot.day)]
    if not ahead:
        raise Refused(Refusal.NO_SKIP if only is None else Refusal.SKIP_GONE)
    dailies.take_back_skip(tx, schedule.key, ahead[-1].day)
    following = keeper.upcoming(tx, schedule.key, schedule.rule, at)
    schedules.set_next(tx, schedule.key, following.day, following.due)
    return ahead[-1]


def bring_back(tx: Connection, keeper: Dailies, key: ScheduleKey, at: datetime) -> None:
    """Move the next post of a schedule back if it was planned while the clock was ahead."""
    schedule = schedules.get(tx, *key)
    if schedule is None:
        return
    keeper.withdraw_ahead(tx, key, local_day(at, schedule.rule.zone), at)
    if schedule.next_day is None:
        return
    dailies.free_skipped_later(tx, key, at + CLOCKS_DIFFER)
    slot = keeper.upcoming(tx, key, schedule.rule, at)
    if slot.day < schedule.next_day:
        schedules.set_next(tx, key, slot.day, slot.due)
        log.warning(
            "the next post of a schedule was too far ahead, probably because the clock was ahead; it was moved back",
            extra={"guild": schedule.guild_id, "from": schedule.next_day.isoformat(), "to": slot.day.isoformat()},
        )
