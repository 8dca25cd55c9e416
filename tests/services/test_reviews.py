"""Reviews in the database: the review log is authoritative, and the cards are derived from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from random import Random

import pytest

from bot.cogs.progress.pictures import of as picture
from bot.services import Services
from bot.services.quiz_outcomes import QuizTurn
from bot.services.recording import record_all
from bot.services.reviews import NothingDue, rebuild
from bot.storage import quizzes as quiz_rows
from bot.storage import reviews
from bot.storage.questions import Typed
from bot.study.answering import Given
from bot.study.dailies import Feedback
from bot.study.errors import Refusal, UnknownSection
from bot.study.grading import as_written, letters_of
from bot.study.members import Member
from bot.study.reviews import CardKey, Rating
from bot.study.scoring import Mode
from tests.conftest import MONDAY
from tests.journeys.student import a_mistake
from tests.refusals import refuses
from tests.services.conftest import NINE
from tests.services.students import ANA, BEN, ELSEWHERE, GUILD, PACK, a_daily, answer, cards, finish, review, study


async def test_every_answer_gives_a_card_and_a_line_of_the_log(services):
    asked = await study(services, ANA, at=MONDAY, questions=3)

    found = await cards(services, ANA)
    days = await services.db.read(lambda tx: reviews.days(tx, ANA.user_id, PACK, MONDAY.date(), MONDAY.date()))

    assert set(found) == set(asked)
    assert {card.due_on for card in found.values()} == {date(2026, 11, 25)}
    assert [(day.day, day.answered, day.right) for day in days] == [(date(2026, 11, 23), 3, 3)]


async def test_due_questions_are_asked_most_overdue_first(services):
    [first] = await study(services, ANA, at=MONDAY, section="3.1")
    [missed] = await study(services, ANA, at=MONDAY, section="1.1", right=False)
    [last] = await study(services, ANA, at=MONDAY + timedelta(days=1), section="2.1")
    at = MONDAY + timedelta(days=9)

    served = await finish(services, ANA, await review(services, ANA, at=at), at=at)

    assert served == [missed, first, last]


async def test_a_review_has_at_most_twenty_questions_and_the_rest_is_counted(services):
    for seed, section in enumerate(("1.1", "2.1")):
        await study(services, ANA, at=MONDAY, section=section, questions=20, seed=seed, right=False)
    at = MONDAY + timedelta(days=1)

    turn = await review(services, ANA, at=at)
    await finish(services, ANA, turn, at=at)
    summary = await services.quizzes.next(turn.quiz_id, ANA, at=at)

    assert turn.progress.total == 20
    assert (summary.coming.today, summary.coming.week) == (20, 20)


async def test_if_nothing_is_due_the_reply_says_when_the_next_review_is(services):
    await study(services, ANA, at=MONDAY, section="1.1")

    here = await review(services, ANA, at=MONDAY, section="1.1")
    there = await review(services, ANA, at=MONDAY, section="3.1")

    assert isinstance(here, NothingDue)
    assert (here.today, here.next_on, here.met) == (date(2026, 11, 23), date(2026, 11, 25), 1)
    assert (there.next_on, there.met) == (None, 0)


async def test_an_unknown_section_is_refused(services):
    with pytest.raises(UnknownSection):
        await review(services, ANA, at=MONDAY, section="9.9")


async def test_reviews_are_shared_over_all_servers(services):
    asked = await study(services, ANA, at=MONDAY)
    elsewhere = Member(ELSEWHERE, ANA.user_id, "ana")

    turn = await review(services, elsewhere, at=MONDAY + timedelta(days=2))

    assert [turn.question.id] == asked
    assert isinstance(await review(services, BEN, at=MONDAY + timedelta(days=2)), NothingDue)


async def test_a_rating_replaces_the_one_that_the_answer_gave(services):
    [asked] = await study(services, ANA, at=MONDAY)
    at = MONDAY + timedelta(days=2)
    turn = await review(services, ANA, at=at)
    answered = await answer(services, ANA, turn, at=at)

    hard = await services.reviews.rate(turn.quiz_id, 0, ANA, Rating.Hard, at=at)

    assert answered.recall.rating is Rating.Good
    assert hard.recall.rating is Rating.Hard
    assert hard.recall.days == answered.recall.choices[Rating.Hard] == 8
    assert (await cards(services, ANA))[asked].due_on == at.date() + timedelta(days=8)
    assert await rebuild(services.db) == []


@pytest.mark.parametrize("rating", [Rating.Again, Rating.Hard])
async def test_only_a_right_answer_can_be_rated_and_never_as_missed(services, rating):
    await study(services, ANA, at=MONDAY)
    at = MONDAY + timedelta(days=2)
    turn = await review(services, ANA, at=at)
    await answer(services, ANA, turn, at=at, right=rating is Rating.Again)

    with refuses(Refusal.NOT_RATEABLE):
        await services.reviews.rate(turn.quiz_id, 0, ANA, rating, at=at)


async def test_ratings_are_refused_for_quizzes_and_for_answers_that_are_missing_or_of_others(services):
    quiz = await services.quizzes.start(ANA, section="all", count=1, difficulty=None, rng=Random(0), at=MONDAY)
    with refuses(Refusal.UNKNOWN_QUIZ):
        await services.reviews.rate(quiz.quiz_id, 0, ANA, Rating.Easy, at=MONDAY)
    await answer(services, ANA, quiz, at=MONDAY)

    with refuses(Refusal.NOT_RATEABLE):
        await services.reviews.rate(quiz.quiz_id, 0, ANA, Rating.Easy, at=MONDAY)
    with refuses(Refusal.NOT_YOUR_QUIZ):
        await services.reviews.rate(quiz.quiz_id, 0, BEN, Rating.Easy, at=MONDAY)


async def test_a_held_answer_takes_its_place_in_the_review_log(services):
    post = await a_daily(services, GUILD, at=MONDAY, feedback=Feedback.AT_CLOSE)
    question, shown = post.question, as_written(post.question)
    wrong = letters_of(question, a_mistake(question), shown)
    await services.answers.submit(post.daily.id, ANA, wrong, at=MONDAY)
    late = MONDAY + timedelta(hours=23)
    duel = Given(ANA, post.pack, question, shown, question.correct, Mode.DUEL, "UTC", late)
    await services.db.write(lambda tx: record_all(tx, [duel]))

    await services.dailies.close_due(MONDAY + timedelta(days=1))

    log = await services.db.read(lambda tx: reviews.history(tx, CardKey(ANA.user_id, PACK, question.id)))
    assert [line.rating for _, line in log] == [Rating.Again, Rating.Good]
    assert (await cards(services, ANA))[question.id].known_since == date(2026, 11, 24)
    assert await rebuild(services.db) == []


async def test_replaying_the_log_gives_the_same_cards_whatever_was_answered_when(services):
    rng = Random(7)
    at = MONDAY
    for step in range(25):
        at += timedelta(hours=rng.randrange(1, 60))
        member = rng.choice([ANA, BEN, Member(ELSEWHERE, ANA.user_id, "ana"), Member(0, BEN.user_id, "ben")])
        turn = await review(services, member, at=at)
        if isinstance(turn, NothingDue):
            await study(services, member, at=at, questions=2, seed=step, right=rng.random() < 0.7)
        else:
            answered = await answer(services, member, turn, at=at, right=rng.random() < 0.7)
            if answered.recall.choices and rng.random() < 0.5:
                await services.reviews.rate(turn.quiz_id, 0, member, rng.choice([Rating.Hard, Rating.Easy]), at=at)

    assert await rebuild(services.db) == []


async def test_a_wrong_card_is_found_and_corrected(services):
    [asked] = await study(services, ANA, at=MONDAY)
    right = (await cards(services, ANA))[asked]
    key = CardKey(ANA.user_id, PACK, asked)
    stray = replace(right, stability=9.0, known_since=None)
    await services.db.write(lambda tx: reviews.save(tx, key, stray))

    [difference] = await rebuild(services.db)

    assert (difference.key, difference.kept, difference.replayed) == (key, stray, right)
    assert (await cards(services, ANA))[asked] == right


async def in_zone(services, member, zone, *, at):
    await services.reminders.switch_on(member, time(9), zone, at=at)


async def test_after_a_move_to_the_west_no_day_lies_ahead_and_the_last_answer_is_the_last(services):
    await in_zone(services, ANA, "Pacific/Kiritimati", at=MONDAY)
    [asked] = await study(services, ANA, at=MONDAY + timedelta(hours=6))
    await in_zone(services, ANA, "Pacific/Pago_Pago", at=MONDAY + timedelta(hours=7))
    at = MONDAY + timedelta(hours=8)

    report = await services.progress.own(ANA, at=at)
    pack = services.content.packs[PACK]
    question = pack.questions[asked]
    wrong = Given(ANA, pack, question, as_written(question), a_mistake(question), Mode.QUIZ, "UTC", at)
    await services.db.write(lambda tx: record_all(tx, [wrong]))

    assert [day.day for day in report.days] == [report.today] == [date(2026, 11, 24)]
    assert (await picture(report)).png.startswith(b"\x89PNG")
    assert (await cards(services, ANA))[asked].known_since is None
    assert not await rebuild(services.db)


async def test_answers_given_while_the_clock_was_ahead_do_not_break_the_picture(services):
    await study(services, ANA, at=MONDAY + timedelta(days=10))

    report = await services.progress.own(ANA, at=MONDAY)

    assert report.today == MONDAY.date()
    assert (await picture(report)).png.startswith(b"\x89PNG")


async def test_an_answer_to_a_server_s_own_question_can_be_seen_and_rated_after_a_change_of_the_pack(
    school, small_pack
):
    both = {name: replace(small_pack, name=name) for name in ("a-pack", "b-pack")}
    services, member = Services.over(school.db, both, "a-pack"), school.member()
    drafted = await services.questions.draft(
        school.id, Typed("1.1", 1, stem="Which is robust?", options="* The median\nThe mean"), by=99, at=MONDAY
    )
    own = (await services.questions.save(school.id, drafted.draft.id, by=99, at=MONDAY)).question
    turn = await services.quizzes.start(member, section="1.1", count=20, difficulty=None, rng=Random(1), at=MONDAY)
    items = (await school.db.read(lambda tx: quiz_rows.get(tx, turn.quiz_id))).items
    place = [item.question_id for item in items].index(own.id)
    letter = letters_of(own, own.correct, items[place].shown)
    await services.quizzes.answer(turn.quiz_id, place, member, letter, at=MONDAY)
    at = MONDAY + timedelta(days=30)
    turn = await services.reviews.start(member, section="1.1", rng=Random(1), at=at)
    letter = letters_of(turn.question, turn.question.correct, turn.shown)
    await services.quizzes.answer(turn.quiz_id, turn.place, member, letter, at=at)
    await services.packs.choose(school.id, "b-pack", at=at)

    again = await services.quizzes.explain(turn.quiz_id, turn.place, member, at=at)
    rated = await services.reviews.rate(turn.quiz_id, turn.place, member, Rating.Easy, at=at)

    assert again.recall.rating is Rating.Good
    assert rated.recall.rating is Rating.Easy
    assert await rebuild(school.db) == []


async def test_a_due_question_that_is_open_as_a_daily_is_reported_as_such(school):
    await school.schedule()
    for section in ("1.1", "1.2", "2.1"):
        for number in range(1, 5):
            await school.study(f"{section}-00{number}", right=False, at=MONDAY - timedelta(days=1))
    post = await school.post(NINE)

    turn = await school.services.reviews.start(
        school.member(), section=post.question.section, rng=Random(1), at=NINE + timedelta(minutes=1)
    )
    while isinstance(turn, QuizTurn):
        question = turn.question
        letters = letters_of(question, question.correct, turn.shown)
        at = NINE + timedelta(minutes=1)
        await school.services.quizzes.answer(turn.quiz_id, turn.place, school.member(), letters, at=at)
        turn = await school.services.quizzes.next(turn.quiz_id, school.member(), at=at)
    nothing = await school.services.reviews.start(
        school.member(), section=post.question.section, rng=Random(1), at=NINE + timedelta(minutes=1)
    )

    assert isinstance(nothing, NothingDue)
    assert nothing.open_elsewhere == 1
