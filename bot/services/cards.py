"""What an answer does to the member's card, and what the cards say of a member. Shared by the services; functions of a connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.storage import guilds, reminders, reviews
from bot.storage.engine import Connection
from bot.storage.reviews import Key
from bot.study.periods import local_day
from bot.study.questions import Pack
from bot.study.reviews import Card, Rating, Review, replay, review


@dataclass(frozen=True, slots=True)
class Answered:
    """`zone` is the server's; the member's own goes before it."""

    key: Key
    rating: Rating
    zone: str
    at: datetime


def answered_all(tx: Connection, given: Sequence[Answered]) -> None:
    """Write answers, no two to one card, to the log, and the cards that follow."""
    before = reviews.get_all(tx, (one.key for one in given))
    own_zones = reminders.zones_of(tx, (one.key.user_id for one in given))
    days = [local_day(one.at, own_zones.get(one.key.user_id, one.zone)) for one in given]
    for place, one in enumerate(given):
        card = before.get(one.key)
        if card is not None and days[place] < card.reviewed_on:
            days[place] = max(
                [days[place], *(line.day for when, line in reviews.history(tx, one.key) if when <= one.at)]
            )
    reviews.log_all(tx, [(one.key, one.rating, day, one.at) for one, day in zip(given, days, strict=True)])
    made: list[tuple[Key, Card]] = []
    for one, day in zip(given, days, strict=True):
        card = before.get(one.key)
        if card is not None and day < card.reviewed_on:
            # An answer that was held until its daily's close comes in late: the log puts it in its place.
            _replayed(tx, one.key)
        else:
            made.append((one.key, review(card, one.rating, day)))
    reviews.save_all(tx, made)


def rerated(tx: Connection, key: Key, at: datetime, rating: Rating) -> Card:
    """The card after the rating of the review made at `at` has been replaced."""
    reviews.rerate(tx, key, at, rating)
    return _replayed(tx, key)


def _replayed(tx: Connection, key: Key) -> Card:
    card = replay(line for _, line in reviews.history(tx, key))
    assert card is not None, "a line of the log has just been written"
    reviews.save(tx, key, card)
    return card


def ratings(tx: Connection, key: Key, at: datetime) -> tuple[Rating, Mapping[Rating, Card]]:
    """How the review made at `at` is rated, and the card that each rating in its place would give."""
    log = reviews.history(tx, key)
    rating = next(line.rating for when, line in log if when == at)
    cards: dict[Rating, Card] = {}
    for other in Rating:
        card = replay(Review(other, line.day) if when == at else line for when, line in log)
        assert card is not None, "the log holds the review"
        cards[other] = card
    return rating, cards


def study_day(tx: Connection, guild_id: int, user_id: int, at: datetime) -> date:
    """The local date of a member: in the zone that they have named, else in their server's.

    It never goes back: after a change to a zone further west, the day of the last answer lasts until the new zone reaches it.
    """
    day = local_day(at, reminders.zone_of(tx, user_id) or guilds.get(tx, guild_id).zone)
    return reviews.day_after(tx, user_id, day, at) or day


def held(tx: Connection, user_id: int, pack: Pack) -> Mapping[str, Card]:
    """A member's cards by question, of those questions of a pack that may still be asked."""
    cards = reviews.of_member(tx, user_id, pack.name)
    return {question.id: cards[question.id] for question in pack.active if question.id in cards}
