"""What is stored when members say how sure they were, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.services.reviews import rebuild
from bot.storage import privacy, quizzes, reviews
from bot.study.confidence import SAYABLE_FOR, Confidence
from bot.study.errors import Refusal
from bot.study.members import ALONE
from bot.study.reviews import Rating
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import NINE, RIGHT, WRONG

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def history(school, user_id=7):
    """Return the ratings of a member's reviews, each with how sure they said they were."""
    rows = (await school.db.read(lambda tx: privacy.export(tx, user_id)))["review_log"]
    return [(Rating(row["rating"]), row["confidence"]) for row in rows]


async def due_in(school, user_id=7):
    [card] = (await school.db.read(lambda tx: reviews.all_cards(tx, user_id))).values()
    return (card.due_on - card.reviewed_on).days


async def say(school, post, confidence, *, at, user_id=7):
    return await school.services.confidences.say_of_daily(post.daily.id, school.member(user_id), confidence, at=at)


async def test_a_lucky_guess_comes_back_sooner_and_can_be_changed(school):
    await school.schedule()
    post = await school.post(NINE)
    verdict = await school.verdict(post, text=RIGHT, at=NINE)
    assert verdict.asks_confidence
    assert verdict.confidence is None
    known = await due_in(school)

    guessed = await say(school, post, Confidence.GUESS, at=NINE + MINUTE)
    sooner = await due_in(school)
    sure = await say(school, post, Confidence.SURE, at=NINE + 2 * MINUTE)

    assert guessed.verdict.confidence is Confidence.GUESS
    assert sooner < known
    assert await history(school) == [(Rating.Good, "sure")]
    assert await due_in(school) == known
    assert sure.verdict.points == verdict.points  # this is not a second answer
    assert await rebuild(school.db) == []


@pytest.mark.parametrize("confidence", Confidence)
async def test_a_wrong_answer_is_rated_again_however_sure_the_member_was(school, confidence):
    await school.schedule()
    post = await school.post(NINE)
    await school.answer(post, text=WRONG, at=NINE)

    await say(school, post, confidence, at=NINE + MINUTE)

    assert await history(school) == [(Rating.Again, confidence)]


async def test_confidence_in_a_held_answer_is_asked_with_the_explanation(school):
    await school.schedule()
    await school.hold_back()
    post = await school.post(NINE)
    await school.answer(post, text=RIGHT, at=NINE + MINUTE)
    await school.close(NINE + DAY)

    explained = await school.services.answers.explain(post.daily.id, school.member(), at=NINE + DAY)
    assert explained.verdict.asks_confidence
    await say(school, post, Confidence.GUESS, at=NINE + DAY)

    assert await history(school) == [(Rating.Hard, "guess")]


async def test_a_member_who_did_not_answer_is_not_asked_how_sure_they_were(school):
    await school.schedule()
    post = await school.post(NINE)
    await school.close(NINE + DAY)

    with refuses(Refusal.TOO_LATE_TO_SAY):
        await say(school, post, Confidence.SURE, at=NINE + DAY)


async def test_after_a_week_nobody_is_asked_how_sure_they_were(school):
    await school.schedule()
    post = await school.post(NINE)
    await school.answer(post, at=NINE)
    late = NINE + SAYABLE_FOR + MINUTE
    await school.close(late)

    explained = await school.services.answers.explain(post.daily.id, school.member(), at=late)

    assert not explained.verdict.asks_confidence
    with refuses(Refusal.TOO_LATE_TO_SAY):
        await say(school, post, Confidence.SURE, at=late)


async def test_the_server_decides_whether_members_are_asked_and_each_member_for_themselves(school):
    confidences = school.services.confidences
    await confidences.set_for_server(school.id, asks=False, at=MONDAY)
    await confidences.set_for_member(8, asks=True)
    await school.schedule()
    post = await school.post(NINE)

    asked = [(await school.verdict(post, user_id, at=NINE)).asks_confidence for user_id in (7, 8)]
    await confidences.set_for_server(school.id, asks=True, at=NINE)
    await confidences.set_for_member(8, asks=False)
    again = [(await school.verdict(post, user_id, at=NINE)).asks_confidence for user_id in (7, 8)]

    assert asked == [False, True]
    assert again == [True, False]


async def test_progress_counts_confidence_from_every_server_and_from_direct_messages(school):
    await school.schedule()
    post = await school.post(NINE)
    await school.answer(post, at=NINE)
    await say(school, post, Confidence.SURE, at=NINE)
    for question_id, right in (("1.1-001", True), ("1.1-002", False)):
        verdict = await school.study(question_id, right=right, at=NINE + MINUTE)
        quiz_id = verdict.attempt.quiz_id
        items = (await school.db.read(partial(quizzes.get, quiz_id=quiz_id))).items
        place = [item.question_id for item in items].index(question_id)
        told = await school.services.confidences.say_of_quiz(
            quiz_id, place, school.member(), Confidence.SURE, at=NINE + 2 * MINUTE
        )
        assert told.verdict.confidence is Confidence.SURE
        assert not told.verdict.repeated

    report = await school.services.progress.own(replace(school.member(), guild_id=ALONE), at=NINE + DAY)

    assert report.calibration.of(Confidence.SURE) == (3, 2)
    assert report.asks_confidence


async def test_stored_confidence_is_exported_and_erased(school):
    await school.schedule()
    post = await school.post(NINE)
    await school.answer(post, at=NINE)
    await say(school, post, Confidence.THINK, at=NINE)
    await school.services.confidences.set_for_member(7, asks=True)

    export = await school.services.privacy.export(7, at=NINE)
    await school.services.privacy.erase(7, at=NINE)
    await school.services.confidences.set_for_member(8, asks=True)
    left = (await school.services.privacy.export(8, at=NINE)).tables

    assert export.tables["review_log"][0]["confidence"] == "think"
    assert [(row["user_id"], row["asks_confidence"]) for row in export.tables["learners"]] == [(7, True)]
    assert [(row["user_id"], row["asks_confidence"]) for row in left["learners"]] == [(8, True)]
