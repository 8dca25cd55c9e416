"""Reviews: the log of every answer as FSRS rates it, and the cards derived from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, Table, and_, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import Insert

from bot.storage.rows import from_row
from bot.storage.sql import Lookup, Many
from bot.storage.tables import cards, review_log
from bot.study.confidence import Calibration, Confidence
from bot.study.periods import CLOCK_AHEAD
from bot.study.reviews import CardKey, LogLine, Rating, Review, ReviewCard


@dataclass(frozen=True, slots=True)
class Day:
    """What a member answered on one local date, in every server and in direct messages."""

    day: date
    answered: int
    right: int


_CARD = (
    cards.c.stability,
    cards.c.difficulty,
    cards.c.reviewed_on,
    cards.c.due_on,
    cards.c.known_since,
    cards.c.met_on,
    cards.c.met_right,
)


def _logged(key: CardKey) -> ColumnElement[bool]:
    return and_(
        review_log.c.user_id == key.user_id,
        review_log.c.pack == key.pack,
        review_log.c.question_id == key.question_id,
    )


_WHICH = (cards.c.user_id, cards.c.pack, cards.c.question_id)
CARDS = Lookup(
    select(*_WHICH, *_CARD),
    *_WHICH,
    into=lambda rows: {from_row(CardKey, row): from_row(ReviewCard, row) for row in rows},
)


def get_all(tx: Connection, wanted: Iterable[CardKey]) -> dict[CardKey, ReviewCard]:
    found: dict[CardKey, ReviewCard] = CARDS.read(tx, map(card_key, wanted))
    return found


def _saved(insert: Callable[[Table], Insert]) -> Insert:
    statement = insert(cards)
    return statement.on_conflict_do_update(
        index_elements=_WHICH, set_={column.name: statement.excluded[column.name] for column in _CARD}
    )


card_key = attrgetter(*(column.name for column in _WHICH))
_values = attrgetter(*(column.name for column in _CARD))
_SAVE = Many(_saved, *(column.name for column in (*_WHICH, *_CARD)))


def save_all(tx: Connection, made: Mapping[CardKey, ReviewCard]) -> None:
    """Insert or replace cards."""
    _SAVE.write(tx, [(*card_key(key), *_values(card)) for key, card in made.items()])


def save(tx: Connection, key: CardKey, card: ReviewCard) -> None:
    save_all(tx, {key: card})


_LOG = Many(lambda insert: insert(review_log), "user_id", "pack", "question_id", "rating", "day", "reviewed_at")


def log_all(tx: Connection, lines: Iterable[tuple[CardKey, Rating, date, datetime]]) -> None:
    _LOG.write(tx, [(*card_key(key), int(rating), day, at) for key, rating, day, at in lines])


def history(tx: Connection, key: CardKey) -> list[LogLine]:
    """Return a card's log lines in replay order, each with its time."""
    rows = tx.execute(select(review_log).where(_logged(key)).order_by(review_log.c.day, review_log.c.id))
    return [(row.reviewed_at, Review(Rating(row.rating), row.day)) for row in rows]


def pack_of(tx: Connection, user_id: int, question_id: str, at: datetime) -> str | None:
    """Return the pack that a question belonged to when it was answered; the server may study another pack now."""
    return tx.execute(select(review_log.c.pack).where(_line(user_id, question_id, at)).limit(1)).scalar()


def rerate(tx: Connection, key: CardKey, at: datetime, rating: Rating) -> None:
    """Replace the rating of the review made at `at`."""
    tx.execute(update(review_log).where(_logged(key), review_log.c.reviewed_at == at).values(rating=int(rating)))


def _line(user_id: int, question_id: str, at: datetime) -> ColumnElement[bool]:
    """Return the condition for the review of a question made at `at`, in any pack."""
    c = review_log.c
    return and_(c.user_id == user_id, c.question_id == question_id, c.reviewed_at == at)


def confidence_of(tx: Connection, user_id: int, question_id: str, at: datetime) -> Confidence | None:
    """Return how sure a member said they were of the answer given at `at`."""
    said = tx.execute(select(review_log.c.confidence).where(_line(user_id, question_id, at)).limit(1)).scalar()
    return Confidence(said) if said is not None else None


def set_confidence(tx: Connection, key: CardKey, at: datetime, confidence: Confidence) -> None:
    made_then = review_log.c.reviewed_at == at
    tx.execute(update(review_log).where(_logged(key), made_then).values(confidence=confidence))


def calibration(tx: Connection, user_id: int, pack: str) -> Calibration:
    """Return how often a member was right when they said how sure they were."""
    c = review_log.c
    right = func.sum(case((c.rating > int(Rating.Again), 1), else_=0))
    rows = tx.execute(
        select(c.confidence, func.count(), right)
        .where(c.user_id == user_id, c.pack == pack, c.confidence.is_not(None))
        .group_by(c.confidence)
    )
    return Calibration({Confidence(row[0]): (row[1], int(row[2])) for row in rows})


def due(tx: Connection, user_id: int, pack: str, day: date) -> list[str]:
    """Return the questions due on a day, most overdue first."""
    rows = tx.execute(
        select(cards.c.question_id)
        .where(cards.c.user_id == user_id, cards.c.pack == pack, cards.c.due_on <= day)
        .order_by(cards.c.due_on, cards.c.question_id)
    )
    return list(rows.scalars())


def of_member(tx: Connection, user_id: int, pack: str) -> dict[str, ReviewCard]:
    """Return every card of a member in a pack, by question."""
    rows = tx.execute(select(cards).where(cards.c.user_id == user_id, cards.c.pack == pack))
    return {row.question_id: from_row(ReviewCard, row) for row in rows}


def day_after(tx: Connection, user_id: int, day: date, at: datetime) -> date | None:
    """Return the last day after `day` on which a member had answered something by `at`. There can be such a day after a
    move to a zone further west."""
    c = review_log.c
    last: date | None = tx.execute(
        select(func.max(c.day)).where(c.user_id == user_id, c.day > day, c.reviewed_at <= at)
    ).scalar_one()
    return last


def days(tx: Connection, user_id: int, pack: str, since: date, until: date) -> list[Day]:
    """Return the days on which a member answered something, oldest first."""
    right = func.sum(case((review_log.c.rating > int(Rating.Again), 1), else_=0))
    rows = tx.execute(
        select(review_log.c.day, func.count(), right)
        .where(review_log.c.user_id == user_id, review_log.c.pack == pack, review_log.c.day.between(since, until))
        .group_by(review_log.c.day)
        .order_by(review_log.c.day)
    )
    return [Day(row[0], row[1], int(row[2])) for row in rows]


def known_before(tx: Connection, user_id: int, pack: str, day: date) -> set[str]:
    """Return the questions answered on a day whose previous answer was right."""
    c, earlier = review_log.c, review_log.alias()
    today = select(c.question_id).where(c.user_id == user_id, c.pack == pack, c.day == day).distinct()
    rows = tx.execute(
        select(earlier.c.question_id, earlier.c.rating)
        .where(
            earlier.c.user_id == user_id,
            earlier.c.pack == pack,
            earlier.c.day < day,
            earlier.c.question_id.in_(today),
        )
        .order_by(earlier.c.day, earlier.c.id)
    )
    last = {row.question_id: row.rating for row in rows}
    return {question_id for question_id, rating in last.items() if rating > int(Rating.Again)}


# -- repairs after the clock was ahead

LATEST = 1000
"""How many of the newest log lines to check: lines written while the clock was ahead are the newest."""


def dated_ahead(tx: Connection, at: datetime) -> list[CardKey]:
    """Return the cards changed by answers dated in the future."""
    c = review_log.c
    last = select(c.user_id, c.pack, c.question_id, c.day, c.reviewed_at).order_by(c.id.desc()).limit(LATEST).subquery()
    # No member's date is later than in UTC+14.
    ahead = last.c.reviewed_at > at + CLOCK_AHEAD, last.c.day > (at + timedelta(hours=14)).date()
    rows = tx.execute(select(last.c.user_id, last.c.pack, last.c.question_id).where(*ahead).distinct())
    return sorted((CardKey(*row) for row in rows), key=card_key)


def date_by(tx: Connection, key: CardKey, day: date) -> None:
    """Move a card's log lines with later dates to this date."""
    tx.execute(update(review_log).where(_logged(key), review_log.c.day > day).values(day=day))


# -- rebuilding


def user_ids(tx: Connection) -> list[int]:
    """Return everyone who has a log or a card."""
    logged = select(review_log.c.user_id).union(select(cards.c.user_id)).subquery()
    return list(tx.execute(select(logged.c.user_id).order_by(logged.c.user_id)).scalars())


def any_of(tx: Connection, user_id: int) -> bool:
    """Return whether a member has ever answered anything."""
    return tx.execute(select(review_log.c.id).where(review_log.c.user_id == user_id).limit(1)).first() is not None


def logs(tx: Connection, user_id: int) -> Iterator[tuple[CardKey, Review]]:
    """Return a member's log, card by card, in replay order."""
    c = review_log.c
    rows = tx.execute(select(review_log).where(c.user_id == user_id).order_by(c.pack, c.question_id, c.day, c.id))
    for row in rows:
        yield from_row(CardKey, row), Review(Rating(row.rating), row.day)


def all_cards(tx: Connection, user_id: int) -> dict[CardKey, ReviewCard]:
    rows = tx.execute(select(cards).where(cards.c.user_id == user_id))
    return {from_row(CardKey, row): from_row(ReviewCard, row) for row in rows}


def replace(tx: Connection, user_id: int, made: dict[CardKey, ReviewCard]) -> None:
    """Replace all cards of a member."""
    tx.execute(delete(cards).where(cards.c.user_id == user_id))
    save_all(tx, made)
