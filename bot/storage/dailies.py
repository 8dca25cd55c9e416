"""Dailies: claimed, posted, closed; at most one for each schedule and local date, by a unique key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
    update,
)

from bot.shards import Shards
from bot.storage.members import hides
from bot.storage.rows import from_row
from bot.storage.schedules import ScheduleKey
from bot.storage.sql import WANTED, Lookup, entries, insert, own
from bot.storage.tables import WAITING, attempts, dailies, guilds, held_answers, members
from bot.study.dailies import OPEN, DailyState, Feedback
from bot.study.grading import Answer
from bot.study.periods import CLOCK_AHEAD, made_at
from bot.study.schedules import FIRST


@dataclass(frozen=True, slots=True)
class Daily:
    id: int
    guild_id: int
    day: date
    question_id: str
    section: str
    state: DailyState
    feedback: Feedback
    channel_id: int
    message_id: int | None
    role_id: int | None
    claimed_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    answered: int
    deleted_at: datetime | None = None
    """When its post was found to be deleted; None once a replacement is about to be sent."""
    number: int = FIRST
    """The number of its schedule, which may have been removed since."""
    pack: str | None = None
    """The pack that its question comes from, as its schedule says; None means the server's pack."""
    weak: bool = False
    """Whether it follows the group's figures, and asks about a section in which the group is weak."""

    @property
    def schedule(self) -> ScheduleKey:
        return self.guild_id, self.number

    @property
    def being_posted(self) -> bool:
        """Whether a post is about to be sent: the first post, or a replacement for a deleted post."""
        return self.state in OPEN and self.message_id is None and self.deleted_at is None

    @property
    def deleted(self) -> bool:
        """Whether its post was deleted in Discord and no replacement is about to be sent."""
        over = self.state in (DailyState.SETTLED, DailyState.CLOSED)
        return self.message_id is None and (over or self.deleted_at is not None)

    @property
    def claimed_ahead(self) -> bool:
        """Whether Discord's clock contradicts the clock that claimed it: the time in its message's id is much earlier.
        Without a message this is unknown, and the claim's time is trusted."""
        return self.message_id is None or self.claimed_at > made_at(self.message_id) + CLOCK_AHEAD

    @property
    def early(self) -> bool:
        """Whether it was withdrawn because the clock had been ahead, so that its claim is dated after its close."""
        return self.closed_at is not None and self.claimed_at > self.closed_at


LONGEST = timedelta(days=3)
"""No daily is open for longer than this, which bounds the search for open dailies."""
_KEY = (dailies.c.guild_id, dailies.c.day, dailies.c.number)


def _of(key: ScheduleKey) -> ColumnElement[bool]:
    return and_(dailies.c.guild_id == key[0], dailies.c.number == key[1])


def claim(tx: Connection, daily: Daily) -> Daily | None:
    """Claim a schedule's local date permanently; return None if it is taken. The id of `daily` is ignored."""
    row = tx.execute(
        insert(tx, dailies)
        .values(
            guild_id=daily.guild_id,
            day=daily.day,
            number=daily.number,
            question_id=daily.question_id,
            section=daily.section,
            pack=daily.pack,
            weak=daily.weak,
            state=DailyState.CLAIMED,
            feedback=daily.feedback,
            channel_id=daily.channel_id,
            role_id=daily.role_id,
            claimed_at=daily.claimed_at,
            closes_at=daily.closes_at,
        )
        .on_conflict_do_nothing(index_elements=_KEY)
        .returning(*dailies.c)
    ).one_or_none()
    return from_row(Daily, row)


def skip(tx: Connection, key: ScheduleKey, day: date, channel_id: int, feedback: Feedback, at: datetime) -> bool:
    """Use up a local date without a post; False if it is already used."""
    taken = tx.execute(
        insert(tx, dailies)
        .values(
            guild_id=key[0],
            number=key[1],
            day=day,
            state=DailyState.SKIPPED,
            feedback=feedback,
            channel_id=channel_id,
            claimed_at=at,
            closed_at=at,
        )
        .on_conflict_do_nothing(index_elements=_KEY)
    )
    return taken.rowcount == 1


def take_back_skip(tx: Connection, key: ScheduleKey, day: date) -> bool:
    """Free a local date that was skipped before it had a question; False if it was not."""
    skipped = and_(_of(key), dailies.c.day == day, dailies.c.state == DailyState.SKIPPED)
    return tx.execute(dailies.delete().where(skipped, dailies.c.question_id.is_(None))).rowcount == 1


def free_skipped_later(tx: Connection, key: ScheduleKey, at: datetime) -> None:
    """Free the local dates whose skip was recorded with a future time, because the clock was ahead."""
    later = and_(_of(key), dailies.c.state == DailyState.SKIPPED, dailies.c.claimed_at > at)
    tx.execute(dailies.delete().where(later, dailies.c.question_id.is_(None)))


BY_ID = Lookup(
    select(dailies).where(dailies.c.question_id.is_not(None)),
    dailies.c.id,
    into=lambda rows: {row.id: from_row(Daily, row) for row in rows},
)
"""Dailies that have a question."""


def get(tx: Connection, daily_id: int) -> Daily | None:
    return get_all(tx, [daily_id]).get(daily_id)


def get_all(tx: Connection, daily_ids: Iterable[int]) -> dict[int, Daily]:
    found: dict[int, Daily] = BY_ID.read(tx, daily_ids)
    return found


def of_day(tx: Connection, key: ScheduleKey, day: date) -> tuple[DailyState, Daily | None] | None:
    """Return the daily of a schedule's local date; None if the date is not used yet."""
    row = tx.execute(select(dailies).where(_of(key), dailies.c.day == day)).one_or_none()
    if row is None:
        return None
    return row.state, from_row(Daily, row) if row.question_id is not None else None


def skipped_after(tx: Connection, key: ScheduleKey, day: date | None) -> list[date]:
    """Return the local dates after `day` that were skipped before they had a question, in the order of the skips."""
    later = dailies.c.day > day if day is not None else true()
    rows = tx.execute(
        select(dailies.c.day)
        .where(_of(key), later, dailies.c.state == DailyState.SKIPPED, dailies.c.question_id.is_(None))
        .order_by(dailies.c.claimed_at, dailies.c.day)
    )
    return list(rows.scalars())


_PUT_UP = and_(
    dailies.c.question_id.is_not(None),
    dailies.c.state != DailyState.SKIPPED,
    or_(dailies.c.closed_at.is_(None), dailies.c.claimed_at <= dailies.c.closed_at),  # otherwise the daily is `early`
)


def latest(tx: Connection, key: ScheduleKey) -> Daily | None:
    """Return the last daily of a schedule that has been posted or is being posted."""
    row = tx.execute(select(dailies).where(_of(key), _PUT_UP).order_by(dailies.c.day.desc()).limit(1)).one_or_none()
    return from_row(Daily, row)


def last_day(tx: Connection, key: ScheduleKey) -> date | None:
    """Return the newest local date of a schedule that had a question. Skipped dates may be later."""
    # Read the index from its end until the first row of this schedule; a `max` would read all rows of the server.
    asked = _of(key), dailies.c.question_id.is_not(None)
    return tx.execute(select(dailies.c.day).where(*asked).order_by(dailies.c.day.desc()).limit(1)).scalar()


def posted(tx: Connection, guild_id: int) -> list[tuple[str, int]]:
    """Return the question of every daily of a server that has been posted or is being posted, oldest first, with its
    schedule's number."""
    rows = tx.execute(
        select(dailies.c.question_id, dailies.c.number)
        .where(dailies.c.guild_id == guild_id, _PUT_UP)
        .order_by(dailies.c.day, dailies.c.number)
    )
    return [(row[0], row[1]) for row in rows]


# -- the post's life


def note_posted(tx: Connection, daily_id: int, channel_id: int, message_id: int, at: datetime) -> bool:
    """Store the message of a daily's post; False if it already has one, or its date was given up."""
    takes = dailies.c.state.in_([DailyState.CLAIMED, DailyState.POSTED, DailyState.SETTLED])
    noted = tx.execute(
        update(dailies)
        .where(dailies.c.id == daily_id, dailies.c.message_id.is_(None), takes)
        .values(
            state=case((dailies.c.state == DailyState.CLAIMED, DailyState.POSTED.value), else_=dailies.c.state),
            channel_id=channel_id,
            message_id=message_id,
            posted_at=at,
            deleted_at=None,
        )
    )
    return noted.rowcount == 1


def note_deleted(tx: Connection, daily_id: int, message_id: int | None, at: datetime) -> None:
    """Forget a post that is gone from Discord, or whose replacement was never sent, unless the daily has another post
    now."""
    this = dailies.c.message_id.is_(None) if message_id is None else dailies.c.message_id == message_id
    tx.execute(update(dailies).where(dailies.c.id == daily_id, this).values(message_id=None, deleted_at=at))


def claim_again(tx: Connection, daily_id: int, channel_id: int, at: datetime) -> None:
    """Claim an open daily once more, because it has no post, so that a new one is sent. It accepts answers
    meanwhile."""
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily_id, dailies.c.message_id.is_(None))
        .values(channel_id=channel_id, claimed_at=at, deleted_at=None)
    )


def move_channel(tx: Connection, daily_id: int, channel_id: int) -> None:
    tx.execute(update(dailies).where(dailies.c.id == daily_id).values(channel_id=channel_id))


def give_up(tx: Connection, daily_id: int, at: datetime) -> None:
    """Turn a claim that was never posted into a skipped date."""
    tx.execute(
        update(dailies)
        .where(dailies.c.id == daily_id, dailies.c.state == DailyState.CLAIMED)
        .values(state=DailyState.SKIPPED, closed_at=at)
    )


def open_before(tx: Connection, key: ScheduleKey, day: date) -> list[Daily]:
    """Return earlier dailies of a schedule that are still open, oldest first."""
    rows = tx.execute(
        select(dailies)
        .where(_of(key), dailies.c.day < day, dailies.c.state == DailyState.POSTED)
        .order_by(dailies.c.day)
    )
    return [from_row(Daily, row) for row in rows]


def keep_open(tx: Connection, daily_id: int) -> None:
    """Lock a daily that has only been read so far, until the transaction ends. If another process has settled it
    meanwhile, the transaction is rolled back and retried. This cannot happen on SQLite, which has only one writer."""
    tx.execute(select(dailies.c.id).where(dailies.c.id == daily_id).with_for_update(read=True)).all()


def open_with(tx: Connection, question_ids: Collection[str]) -> list[int]:
    """Return the posted, open dailies that ask one of these questions."""
    if not question_ids:
        return []
    rows = tx.execute(select(dailies.c.id, dailies.c.question_id).where(WAITING, dailies.c.state == DailyState.POSTED))
    return [row.id for row in rows if row.question_id in question_ids]


def spread(tx: Connection, daily_id: int, since: datetime | None = None) -> Sequence[tuple[Answer, int]]:
    """Return how many visible members gave each answer, from `since` on, most frequent first."""
    seen = attempts.c.answered_at >= since if since is not None else true()
    rows = tx.execute(
        select(attempts.c.answer, func.count())
        .where(attempts.c.daily_id == daily_id, seen, ~hides(attempts.c.guild_id, attempts.c.user_id))
        .group_by(attempts.c.answer)
        .order_by(func.count().desc(), attempts.c.answer)
    )
    return [(row[0], row[1]) for row in rows]


def open_with_goal(tx: Connection, at: datetime, shards: Shards) -> list[tuple[int, int, date]]:
    """Return server, id and date of our open dailies in servers with a weekly goal."""
    rows = tx.execute(
        select(dailies.c.guild_id, dailies.c.id, dailies.c.day)
        .join(guilds, guilds.c.guild_id == dailies.c.guild_id)
        .where(
            guilds.c.weekly_goal.is_not(None),
            own(shards, dailies.c.guild_id),
            dailies.c.day > (at - LONGEST).date(),
            dailies.c.state.in_(OPEN),
            dailies.c.closes_at > at,
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def open_in(tx: Connection, guild_id: int, at: datetime, *, posted: bool = False) -> list[Daily]:
    """Return the open dailies of a server, earliest close first: of each schedule only the newest, if two are open.
    `posted`: leave out dailies whose first post is not known to be up."""
    rows = tx.execute(
        select(dailies)
        .where(
            dailies.c.guild_id == guild_id,
            dailies.c.day > (at - LONGEST).date(),
            dailies.c.state.in_((DailyState.POSTED,) if posted else OPEN),
            dailies.c.closes_at > at,
        )
        .order_by(dailies.c.day)
    )
    newest = {row.number: from_row(Daily, row) for row in rows}
    return sorted(newest.values(), key=lambda daily: (daily.closes_at, daily.number))


_UNANSWERED = and_(
    ~exists().where(attempts.c.daily_id == dailies.c.id, attempts.c.user_id == bindparam("user_id")),
    ~exists().where(held_answers.c.daily_id == dailies.c.id, held_answers.c.user_id == bindparam("user_id")),
)


def unanswered(tx: Connection, open_: Sequence[Daily], user_id: int) -> list[Daily]:
    """Return the dailies among `open_` that a member has not answered, in the same order. Held answers count as
    answers."""
    ids = [daily.id for daily in open_]
    found = set(
        tx.execute(select(dailies.c.id).where(dailies.c.id.in_(ids), _UNANSWERED), {"user_id": user_id}).scalars()
    )
    return [daily for daily in open_ if daily.id in found]


def outdated(tx: Connection, daily_id: int, since: datetime | None) -> int:
    """Return how many answers were given before `since`."""
    if since is None:
        return 0
    before = attempts.c.daily_id == daily_id, attempts.c.answered_at < since
    return tx.execute(select(func.count()).select_from(attempts).where(*before)).scalar_one()


_USER, _SINCE = entries(members.c.user_id.type, dailies.c.day.type)
_HELD = and_(
    dailies.c.feedback != Feedback.AT_CLOSE,
    exists().where(held_answers.c.daily_id == dailies.c.id, held_answers.c.user_id == members.c.user_id),
)
ANSWERABLE = Lookup(
    select(members.c.user_id, dailies.c.question_id, dailies.c.closes_at, dailies.c.id, _HELD.label("held"))
    .select_from(
        WANTED.join(members, members.c.user_id == _USER).join(
            dailies, and_(dailies.c.guild_id == members.c.guild_id, dailies.c.day > _SINCE)
        )
    )
    .where(
        dailies.c.state.in_(OPEN),
        ~exists().where(attempts.c.daily_id == dailies.c.id, attempts.c.user_id == members.c.user_id),
    )
)
"""The questions of dailies that members have yet to answer in servers where they have been seen, with the times when
the dailies close. `held`: whether they have given an answer that is not graded yet and cannot be changed. Use `lately`
to make the keys."""


def lately(user_ids: Iterable[int], at: datetime) -> list[tuple[int, date]]:
    """Return a key for each member, with a recent date: no daily of that date or earlier accepts answers."""
    since = (at - LONGEST).date()
    return [(user_id, since) for user_id in user_ids]


def open_anywhere(tx: Connection, at: datetime) -> set[str]:
    """Return the questions of all dailies that are open, or about to be, in any server."""
    return set(tx.execute(select(dailies.c.question_id).where(WAITING, dailies.c.closes_at > at)).scalars())


def open_to(tx: Connection, user_ids: Select[int], at: datetime) -> set[str]:
    """Return the questions of all dailies that are open, or about to be, in servers where one of these members has been
    seen."""
    seen_in = select(members.c.guild_id).where(members.c.user_id.in_(user_ids))
    query = select(dailies.c.question_id).where(WAITING, dailies.c.closes_at > at, dailies.c.guild_id.in_(seen_in))
    return set(tx.execute(query).scalars())


def answerable_in(tx: Connection, guild_id: int, at: datetime) -> dict[str, datetime]:
    """Return when each question's daily closes, for a server's dailies that accept answers or are about to."""
    query = select(dailies.c.question_id, dailies.c.closes_at)
    rows = tx.execute(query.where(WAITING, dailies.c.guild_id == guild_id, dailies.c.closes_at > at))
    return {row[0]: row[1] for row in rows}
