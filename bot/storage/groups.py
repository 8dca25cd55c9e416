"""Counts of what the members of a server have answered, and the weekly post about them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Select, case, delete, func, or_, select, update

from bot.shards import Shards
from bot.storage import dailies as stored
from bot.storage import evenings
from bot.storage.sql import insert, own
from bot.storage.tables import attempts, dailies, group_clocks, group_weeks, standings
from bot.study.dailies import OPEN
from bot.study.groups import GroupCounts, Mirror, MissedQuestion, WeekTally
from bot.study.questions import ALL

LONGEST = timedelta(days=8)
"""How far ahead a due time can be, even after a change of zone."""
WEEKS_KEPT = timedelta(weeks=8)


def first_open_day(tx: Connection, guild_id: int) -> date | None:
    """Return the date of the oldest daily of a server that is still open."""
    found: date | None = tx.execute(
        select(func.min(dailies.c.day)).where(dailies.c.guild_id == guild_id, dailies.c.state.in_(OPEN))
    ).scalar()
    return found


def open_to_counted(tx: Connection, guild_id: int, periods: Collection[str], at: datetime) -> set[str]:
    """Return the questions that counted members can still answer, in any server."""
    lately = _on_boards(guild_id, periods)
    return stored.open_to(tx, lately, at) | evenings.open_to(tx, lately)


def counts(
    tx: Connection, guild_id: int, question_ids: Collection[str], periods: Collection[str], weeks: Collection[str]
) -> GroupCounts:
    """Count answers to these questions by members who are on a board in one of these periods.

    Hidden members are on no board, so they are not counted.
    """
    lately = _on_boards(guild_id, periods)
    theirs = attempts.c.guild_id == guild_id, attempts.c.question_id.in_(question_ids), attempts.c.user_id.in_(lately)
    newest = select(func.max(attempts.c.id)).where(*theirs).group_by(attempts.c.question_id, attempts.c.user_id)
    right = func.sum(case((attempts.c.correct.is_(True), 1), else_=0))
    known = tx.execute(
        select(attempts.c.question_id, func.count(), right)
        .where(attempts.c.id.in_(newest))
        .group_by(attempts.c.question_id)
    )
    sections = defaultdict[int, set[str]](set)
    for user_id, section in tx.execute(select(attempts.c.user_id, attempts.c.section).where(*theirs).distinct()):
        sections[user_id].add(section)
    tallies = tx.execute(
        select(standings.c.period, func.count(), func.sum(standings.c.answered), func.sum(standings.c.correct))
        .where(standings.c.guild_id == guild_id, standings.c.period.in_(weeks), standings.c.board == ALL)
        .group_by(standings.c.period)
    )
    return GroupCounts(
        known={row[0]: (row[1], int(row[2])) for row in known},
        sections=dict(sections),
        weeks={row[0]: WeekTally(row[1], int(row[2]), int(row[3])) for row in tallies},
    )


def _on_boards(guild_id: int, periods: Iterable[str]) -> Select[int]:
    on = standings.c.guild_id == guild_id, standings.c.period.in_(list(periods)), standings.c.board == ALL
    return select(standings.c.user_id).where(*on)


# -- the weekly post


def due_at(tx: Connection, guild_id: int) -> datetime | None:
    """Return when a server's next weekly post is due; None if it wants none."""
    found: datetime | None = tx.execute(
        select(group_clocks.c.due_at).where(group_clocks.c.guild_id == guild_id)
    ).scalar()
    return found


def due(tx: Connection, at: datetime, limit: int, shards: Shards) -> list[int]:
    """Return our servers whose post is due, or whose due time is so far ahead that the clock must have been wrong."""
    rows = tx.execute(
        select(group_clocks.c.guild_id)
        .where(
            or_(group_clocks.c.due_at <= at, group_clocks.c.due_at > at + LONGEST), own(shards, group_clocks.c.guild_id)
        )
        .order_by(group_clocks.c.due_at)
        .limit(limit)
    )
    return list(rows.scalars())


def start_clock(tx: Connection, guild_id: int, at: datetime) -> None:
    tx.execute(insert(tx, group_clocks).values(guild_id=guild_id, due_at=at).on_conflict_do_nothing())


def set_due(tx: Connection, guild_id: int, at: datetime) -> None:
    tx.execute(update(group_clocks).where(group_clocks.c.guild_id == guild_id).values(due_at=at))


def stop_clock(tx: Connection, guild_id: int) -> None:
    tx.execute(delete(group_clocks).where(group_clocks.c.guild_id == guild_id))


def keep_week(tx: Connection, guild_id: int, monday: date, found: Mirror, at: datetime) -> bool:
    """Store the figures of a week's post; False if that week already has figures."""
    kept = tx.execute(
        insert(tx, group_weeks)
        .values(guild_id=guild_id, monday=monday, figures=_encode(found), made_at=at)
        .on_conflict_do_nothing()
    )
    return kept.rowcount == 1


def forget_weeks(tx: Connection, today: date) -> None:
    """Delete the figures of weeks that are no longer kept, in every server."""
    tx.execute(delete(group_weeks).where(group_weeks.c.monday < today - WEEKS_KEPT))


def weeks(tx: Connection, guild_id: int) -> list[date]:
    """Return the Mondays of the weeks whose figures are kept."""
    return list(tx.execute(select(group_weeks.c.monday).where(group_weeks.c.guild_id == guild_id)).scalars())


def week(tx: Connection, guild_id: int, monday: date) -> Mirror | None:
    found = group_weeks.c.guild_id == guild_id, group_weeks.c.monday == monday
    figures: str | None = tx.execute(select(group_weeks.c.figures).where(*found)).scalar()
    return _decode(figures) if figures is not None else None


def _encode(found: Mirror) -> str:
    return json.dumps(
        {
            "members": found.members,
            "mastery": dict(found.mastery),
            "missed": [[one.question_id, one.wrong, one.members] for one in found.missed],
            "weeks": [[monday.isoformat(), share] for monday, share in found.weeks],
            "pack": found.pack,
        }
    )


def _decode(figures: str) -> Mirror:
    kept = json.loads(figures)
    return Mirror(
        kept["members"],
        kept["mastery"],
        tuple(MissedQuestion(*one) for one in kept["missed"]),
        tuple((date.fromisoformat(monday), share) for monday, share in kept["weeks"]),
        kept.get("pack", ""),
    )
