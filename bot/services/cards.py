"""Read members' review cards and replace ratings. The functions run in an open transaction, and several services share
them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial

from bot.storage import guilds, learners, reminders, reviews
from bot.storage.engine import Connection, Database
from bot.study.periods import local_day
from bot.study.questions import Pack
from bot.study.reviews import CardKey, Rating, Review, ReviewCard, replay, review

log = logging.getLogger(__name__)


def key_of(tx: Connection, user_id: int, question_id: str, at: datetime) -> CardKey | None:
    """Return the key of the card whose log has the answer given at `at`."""
    pack = reviews.pack_of(tx, user_id, question_id, at)
    return CardKey(user_id, pack, question_id) if pack is not None else None


def rerated(tx: Connection, key: CardKey, at: datetime, rating: Rating) -> ReviewCard:
    """Replace the rating of the review made at `at`, and return the new card."""
    reviews.rerate(tx, key, at, rating)
    return _replayed(tx, key)


def _replayed(tx: Connection, key: CardKey) -> ReviewCard:
    """Replay a card's log with its owner's parameters, and save the card."""
    parameters = learners.get(tx, key.user_id).parameters
    card = replay((line for _, line in reviews.history(tx, key)), parameters)
    assert card is not None, "the log holds a line"
    reviews.save(tx, key, card)
    return card


def replayed_all(tx: Connection, user_id: int) -> dict[CardKey, ReviewCard]:
    """Replay all of a person's logs with their parameters, without saving anything."""
    parameters = learners.get(tx, user_id).parameters
    replayed: dict[CardKey, ReviewCard] = {}
    for key, line in reviews.logs(tx, user_id):
        replayed[key] = review(replayed.get(key), line.rating, line.day, parameters)
    return replayed


async def bring_back(db: Database, at: datetime) -> None:
    """Move answers with a future date, given while the clock was ahead, to today. Otherwise their questions would come
    back only after that date."""
    while keys := await db.read(lambda tx: reviews.dated_ahead(tx, at)):
        await db.write(partial(_bring_back, keys=keys, at=at))
        log.warning(
            "answers were dated in the future, because the clock was ahead; they now count as given today",
            extra={"cards": len(keys)},
        )


def _bring_back(tx: Connection, keys: Sequence[CardKey], at: datetime) -> None:
    zones = reminders.zones_of(tx, {key.user_id for key in keys})
    for key in keys:
        reviews.date_by(tx, key, local_day(at, zones.get(key.user_id, "UTC")))
        _replayed(tx, key)


def ratings(tx: Connection, key: CardKey, at: datetime) -> tuple[Rating, Mapping[Rating, ReviewCard]]:
    """Return the rating of the review made at `at`, and the card that each possible rating would give."""
    log, parameters = reviews.history(tx, key), learners.get(tx, key.user_id).parameters
    rating = next(line.rating for when, line in log if when == at)
    cards: dict[Rating, ReviewCard] = {}
    for other in Rating:
        card = replay((Review(other, line.day) if when == at else line for when, line in log), parameters)
        assert card is not None, "the log holds the review"
        cards[other] = card
    return rating, cards


def study_zone(tx: Connection, guild_id: int, user_id: int) -> str:
    """Return a member's own zone, or else their server's."""
    return reminders.zone_of(tx, user_id) or guilds.get(tx, guild_id).zone


def study_day(tx: Connection, guild_id: int, user_id: int, at: datetime) -> date:
    """Return a member's local date, in their own zone or else in their server's.

    This date never moves back: after a change to a zone further west, the day of the last answer lasts until the new
    zone reaches it.
    """
    day = local_day(at, study_zone(tx, guild_id, user_id))
    return reviews.day_after(tx, user_id, day, at) or day


def held(tx: Connection, user_id: int, pack: Pack) -> Mapping[str, ReviewCard]:
    """Return a member's cards for the questions of a pack that can still be asked."""
    cards = reviews.of_member(tx, user_id, pack.name)
    return {question.id: cards[question.id] for question in pack.active if question.id in cards}
