"""What must be true of the database and of Discord after any number of crashes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from bot.services.standings import recompute
from bot.storage import standings
from bot.storage import tables as t
from bot.storage.members import streak
from bot.storage.schedules import ScheduleKey
from bot.study.grading import Answer
from bot.study.streaks import Streak, extend
from tests.chaos.members import Members, Told, daily_of
from tests.discord_stub import DiscordStub

OF_DAILIES = t.attempts.c.daily_id.is_not(None)
POSTED = ("posted", "settled", "closed")


def problems(tx: Connection, stub: DiscordStub, members: Members, expected: Mapping[ScheduleKey, int]) -> list[str]:
    """Return everything that is wrong. `expected`: how many dates of each schedule have come due."""
    return [
        *_unsound_file(tx),
        *_lost_answers(tx, members),
        *_doubled_answers(tx),
        *_wrong_live_answers(tx, members),
        *_wrong_points(tx),
        *_wrong_streaks(tx),
        *_wrong_counts(tx),
        *_wrong_posts(tx, stub, expected),
        *_repeated_questions(tx),
        *members.oddities,
    ]


def _unsound_file(tx: Connection) -> Iterator[str]:
    if tx.dialect.name == "sqlite" and (found := tx.execute(text("PRAGMA integrity_check")).scalar()) != "ok":
        yield f"the database is damaged: {found}"


# -- answers


def _lost_answers(tx: Connection, members: Members) -> Iterator[str]:
    guilds = dict(tx.execute(select(t.dailies.c.id, t.dailies.c.guild_id)).all())
    recorded = {(row.daily_id, row.user_id): row for row in tx.execute(select(t.attempts).where(OF_DAILIES))}
    held = {(row.daily_id, row.user_id): row.answer for row in tx.execute(select(t.held_answers))}
    for (daily_id, user_id), tries in members.pressed.items():
        typed_too = (guilds[daily_id], user_id) in members.typed
        for told in tries.told:
            where = f"daily {daily_id}, member {user_id}"
            row = recorded.get((daily_id, user_id))
            if row is None and (told.right is not None or (daily_id, user_id) not in held):
                yield f"{where}: told that {told.letter} is on record, and it is nowhere"
            elif row is not None and (told.right is not None or told.sealed):
                yield from _mistold(where, told, row)
            elif told.sealed:  # the answer is held, and cannot be changed
                if told.letter != _letter(held[daily_id, user_id]):
                    yield f"{where}: told that {told.letter} is on record, and {_letter(held[daily_id, user_id])} is"
            elif told.right is None and told == max(tries.told, key=attrgetter("tries")) and not typed_too:
                # A held answer may be changed: the letter that is kept must be the last one confirmed to the member, or
                # one that they pressed after that.
                kept = _letter(row.answer if row is not None else held[daily_id, user_id])
                if kept not in tries.letters[told.tries - 1 :]:
                    yield f"{where}: told that {told.letter} is on record, and {kept} is"
    rights: dict[tuple[int, int], set[bool | None]] = defaultdict(set)
    for (daily_id, user_id), row in recorded.items():
        rights[guilds[daily_id], user_id] |= {row.correct, None}  # None: the reply came while the answer was held
    for daily_id, user_id in held:
        rights[guilds[daily_id], user_id].add(None)
    for guild_id, user_id, told in members.typed_told:
        if told.right not in rights[guild_id, user_id]:
            yield f"server {guild_id}, member {user_id}: told that what they typed is on record, and it is nowhere"


def _mistold(where: str, told: Told, row: Row[Any]) -> Iterator[str]:
    if told.letter is not None and told.letter != _letter(row.answer):
        yield f"{where}: told that {told.letter} is on record, and {_letter(row.answer)} is"
    if told.right is not None and told.right != row.correct:
        yield f"{where}: told that it is {'right' if told.right else 'wrong'}, and the record says otherwise"


def _letter(places: Answer) -> str | None:
    return "ABCDEF"[places[0]] if len(places) == 1 else None


def _doubled_answers(tx: Connection) -> Iterator[str]:
    twice = select(t.attempts.c.daily_id, t.attempts.c.user_id).group_by(t.attempts.c.daily_id, t.attempts.c.user_id)
    for row in tx.execute(twice.where(OF_DAILIES).having(func.count() > 1)):
        yield f"daily {row.daily_id}, member {row.user_id}: more than one attempt"
    both = select(t.held_answers.c.daily_id, t.held_answers.c.user_id).join(
        t.attempts,
        (t.attempts.c.daily_id == t.held_answers.c.daily_id) & (t.attempts.c.user_id == t.held_answers.c.user_id),
    )
    for row in tx.execute(both):
        yield f"daily {row.daily_id}, member {row.user_id}: graded, and still held"


def _wrong_live_answers(tx: Connection, members: Members) -> Iterator[str]:
    """Check that each live answer that was confirmed is stored, and that each stored answer counts exactly once after
    its question has closed."""
    answers = {(row.live_id, row.number, row.user_id): row for row in tx.execute(select(t.live_answers))}
    for live_id, number, user_id in sorted(members.live_told - answers.keys()):
        yield f"live round {live_id}, question {number}, member {user_id}: told that it is on record, and it is nowhere"
    asked = {(row.live_id, row.number): row.question_id for row in tx.execute(select(t.live_questions))}
    query = select(t.attempts.c.live_id, t.attempts.c.question_id, t.attempts.c.user_id).where(
        t.attempts.c.live_id.is_not(None)
    )
    counted = Counter(map(tuple, tx.execute(query)))
    for (live_id, number, user_id), row in answers.items():
        count = counted.pop((live_id, asked[live_id, number], user_id), 0)
        if row.points is None or not row.recorded or count != 1:
            yield f"live round {live_id}, question {number}, member {user_id}: counts {count} times, {tuple(row)}"
    for live_id, question_id, user_id in counted:
        yield f"live round {live_id}, {question_id}, member {user_id}: counts, and nobody answered"


# -- what follows from answers


def _wrong_points(tx: Connection) -> Iterator[str]:
    scored = (
        select(t.attempts.c.guild_id, t.attempts.c.user_id, t.attempts.c.question_id)
        .where(t.attempts.c.points > 0)
        .group_by(t.attempts.c.guild_id, t.attempts.c.user_id, t.attempts.c.question_id)
        .having(func.count() > 1)
    )
    for row in tx.execute(scored):
        yield f"server {row.guild_id}, member {row.user_id}: question {row.question_id} scored more than once"
    for guild_id in tx.execute(select(t.attempts.c.guild_id).distinct()).scalars().all():
        if standings.all_of(tx, guild_id) != recompute(tx, guild_id):
            yield f"server {guild_id}: the boards are not what the attempts add up to"


def _wrong_streaks(tx: Connection) -> Iterator[str]:
    day_of: dict[int, date] = {}
    days: dict[int, set[date]] = defaultdict(set)
    for row in tx.execute(select(t.dailies)):
        day_of[row.id] = row.day  # members may have answered a daily whose post was sent but not recorded
        if row.state in POSTED:
            days[row.guild_id].add(row.day)
    answered: dict[tuple[int, int], set[date]] = defaultdict(set)
    for row in tx.execute(select(t.attempts.c.guild_id, t.attempts.c.user_id, t.attempts.c.daily_id).where(OF_DAILIES)):
        answered[row.guild_id, row.user_id].add(day_of[row.daily_id])
    for (guild_id, user_id), mine in answered.items():
        expected = Streak()
        for day in sorted(mine):
            last = expected.last_day
            missed = [other for other in days[guild_id] if last is not None and last < other < day]
            expected = extend(expected, day, tuple(sorted(missed)))
        if streak(tx, guild_id, user_id) != expected:
            yield f"server {guild_id}, member {user_id}: the streak is {streak(tx, guild_id, user_id)}, not {expected}"


def _wrong_counts(tx: Connection) -> Iterator[str]:
    given: Counter[int] = Counter()
    for table in (t.attempts, t.held_answers):
        for row in tx.execute(select(table.c.daily_id, func.count()).group_by(table.c.daily_id)):
            given[row[0]] += row[1]
    for row in tx.execute(select(t.dailies)):
        if row.answered != given[row.id]:
            yield f"daily {row.id}: says that {row.answered} answered, and {given[row.id]} did"


# -- posts


def _wrong_posts(tx: Connection, stub: DiscordStub, expected: Mapping[ScheduleKey, int]) -> Iterator[str]:
    rows = defaultdict(list)
    for row in tx.execute(select(t.dailies).order_by(t.dailies.c.day)):
        rows[row.guild_id, row.number].append(row)
    posts = {guild.id: Counter(filter(None, map(daily_of, stub.posts(guild)))) for guild in stub.guilds}
    channels = {guild.id: stub.world.messages[guild.channels[0]] for guild in stub.guilds}
    for (guild_id, number), due in expected.items():
        where, mine = f"server {guild_id}, daily {number}", rows[guild_id, number]
        days = [row.day for row in mine]
        if len(days) != due:
            yield f"{where}: {due} dates came due, and {len(days)} had their turn"
        if any(later - earlier != timedelta(days=1) for earlier, later in pairwise(days)):
            yield f"{where}: its dates are not one after the other: {days}"
        for row in mine:
            count = posts[guild_id].pop(row.id, 0)
            if count != 1:
                yield f"{where}, {row.day}: {count} posts"
            if row.state not in POSTED:
                yield f"{where}, {row.day}: left {row.state}"
            if row.message_id is not None and row.message_id not in channels[guild_id]:
                yield f"{where}, {row.day}: noted as message {row.message_id}, which is not there"
    for guild_id, others in posts.items():
        for daily_id in others:
            yield f"server {guild_id}: a post of the daily {daily_id}, which is not on record"


def _repeated_questions(tx: Connection) -> Iterator[str]:
    """Check that no question repeats in a server, over all its dailies: no server has posted enough dailies to start
    over."""
    question = t.dailies.c.guild_id, t.dailies.c.question_id
    asked = select(*question).where(t.dailies.c.question_id.is_not(None)).group_by(*question)
    for row in tx.execute(asked.having(func.count() > 1)):
        yield f"server {row.guild_id}: {row.question_id} is the question of two dailies"


# -- discussions


def discussion_problems(tx: Connection, stub: DiscordStub) -> Iterator[str]:
    """Check that each daily that is discussed has exactly one thread, with exactly one first message, which is up to
    date."""
    parents = {(row.guild_id, row.number): row for row in tx.execute(select(t.schedules))}
    kinds = t.posts.c.kind.in_(["discussion", "private-talk"])
    rows = {row.subject: row for row in tx.execute(select(t.posts).where(kinds))}
    names = {int(thread["id"]): thread["name"] for guild in stub.guilds for thread in stub.world.threads(guild.id)}
    threads = set(names)
    reviews = select(t.posts.c.message_id).where(t.posts.c.kind == "evening-thread")
    for daily in tx.execute(select(t.dailies)):
        schedule = parents[daily.guild_id, daily.number]
        at_once = (schedule.discussion, daily.feedback, daily.state) == ("at-once", "at-once", "posted")
        over = schedule.discussion != "off" and daily.state in ("settled", "closed")
        row = rows.pop(str(daily.id), None)
        if row is None:
            if over or at_once:
                yield f"daily {daily.id}: no discussion"
            continue
        there = stub.world.messages.get(row.thread_id or 0, {})
        if list(there) != [row.message_id] or row.thread_id not in threads:
            yield f"daily {daily.id}: {len(there)} first messages in its thread {row.thread_id}"
        if row.wanted_revision != row.shown_revision:
            yield f"daily {daily.id}: its discussion is not up to date"
        threads.discard(row.thread_id)
    threads -= set(tx.execute(reviews).scalars())
    if rows or threads:
        yield f"discussions of no daily: {sorted(rows)}; threads of none: {sorted(names[id] for id in threads)}"
