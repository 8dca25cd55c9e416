"""Read the scene of a batch of answers, and write what they change. The rules in between are in
`bot.study.answering`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from bot.storage import (
    attempts,
    awards,
    competition_entries,
    competitions,
    daily_days,
    learners,
    members,
    pauses,
    reviews,
    seasons,
    standings,
)
from bot.storage.sql import read_together
from bot.study.answering import AnswerScene, Changes, Given, Graded
from bot.study.members import Author, Known, Learner
from bot.study.pauses import leave_out
from bot.study.periods import local_day
from bot.study.reviews import CardKey, LogLine, ReviewCard


def read(tx: Connection, answers: Sequence[Graded]) -> AnswerScene:
    """Read the scene of these answers, reading each table once for all of them."""
    given = [one.given for one in answers]
    in_servers = [one for one in given if not one.member.alone]
    right = (one.given for one in answers if one.grade.correct and not one.given.member.alone)
    known, cards, people, scored, tallies, open_competitions, masteries = read_together(
        tx,
        (members.KNOWN, (one.author for one in given)),
        (reviews.CARDS, (reviews.card_key(one.card) for one in given)),
        (learners.BY_ID, (one.member.user_id for one in given)),
        (attempts.SCORED, (one.met for one in in_servers)),
        (standings.TALLIES, (line for one in in_servers for line in one.lines)),
        (competition_entries.OPEN_TO, (one.asked for one in in_servers)),
        (awards.WITHIN_REACH, awards.reachable((one.asked, one.section, one.member.joined_at) for one in right)),
    )
    return AnswerScene(
        known=known,
        missed=_missed(tx, given, known),
        days=_days(tx, given, known),
        scored=scored,
        tallies=tallies,
        competitions=open_competitions,
        masteries=masteries,
        cards=cards,
        learners=people,
        logs=_logs(tx, given, cards, people),
    )


def _missed(tx: Connection, given: Sequence[Given], known: Mapping[Author, Known]) -> dict[Author, tuple[date, ...]]:
    missed = {}
    for one in given:
        last = known[one.author].streak.last_day if one.author in known else None
        if last is not None and one.daily_day is not None and (one.daily_day - last).days > 1:
            missed[one.author] = daily_days.missed_days(tx, *one.author, last, one.daily_day)
    return missed


def _days(
    tx: Connection, given: Sequence[Given], known: Mapping[Author, Known]
) -> dict[Author, Sequence[tuple[date, bool]]]:
    days: dict[Author, Sequence[tuple[date, bool]]] = {}
    for one in given:
        last = known[one.author].streak.last_day if one.author in known else None
        if last is not None and one.daily_day is not None and one.daily_day < last:
            found = daily_days.days_of_member(tx, *one.author, date.min, one.at)
            days[one.author] = leave_out(found, pauses.of_member(tx, *one.author))
    return days


def _logs(
    tx: Connection, given: Sequence[Given], cards: Mapping[CardKey, ReviewCard], people: Mapping[int, Learner]
) -> dict[CardKey, Sequence[LogLine]]:
    return {
        one.card: reviews.history(tx, one.card)
        for one in given
        if one.card in cards
        and local_day(one.at, people[one.member.user_id].zone or one.zone) < cards[one.card].reviewed_on
    }


def write(tx: Connection, changes: Changes) -> None:
    """Write the changes. Raises IntegrityError if an answer is already recorded, or if another answer to the same
    question was just recorded."""
    members.set_streaks(tx, changes.streaks)
    attempts.add_all(tx, (outcome.attempt for outcome in changes.outcomes))
    attempts.meet_in_season(tx, changes.met.items())
    attempts.score_in_season(tx, changes.scored)
    seasons.start_clocks(tx, changes.clocks)
    standings.keep(tx, changes.tallies)
    competition_entries.save_all(tx, changes.entrants)
    competition_entries.add_answers(tx, changes.competition_answers)
    for competition_id, at in changes.moved.items():
        competitions.touch(tx, competition_id, at)
    awards.give_all(tx, changes.masters)
    reviews.log_all(tx, changes.log)
    reviews.save_all(tx, changes.cards)
