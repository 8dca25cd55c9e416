"""Boards: what a page shows, and that the tallies updated with each answer equal the sum of all answers."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import delete, update

from bot.services.standings import PAGE, TallyDifference
from bot.storage import standings
from bot.storage.tables import attempts as attempt_rows
from bot.storage.tables import standings as standing_rows
from bot.study.errors import Refusal, UnknownSection
from bot.study.members import ALONE, Member
from bot.study.periods import ALL_TIME_KEY, Period, season_of
from bot.study.questions import ALL, boards_of
from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY, By, Tally
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import NINE, RIGHT, WRONG, School
from tests.services.lives import Life, lives, modest

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MEMBERS = (7, 8, 9)


@modest
@lives
async def test_the_tallies_kept_with_each_answer_equal_the_sum_of_all_answers(school, actions):
    server = await Life(school).through(actions)

    assert await server.services.standings.rebuild() == []
    attempts, tallies = await server.attempts(), await server.tallies()
    no_question_scores_twice(attempts)
    for board in (ALL, "1", "1.1"):
        a_board_is_the_sum_of_the_answers_on_it(board, attempts, tallies)
        places = await server.db.read(
            lambda tx, board=board: standings.page(tx, server.id, ALL_TIME_KEY, board, By.POINTS, offset=0, limit=10)
        )
        assert [place.user_id for place in places] == in_the_order_of_the_rules(board, tallies)


def no_question_scores_twice(attempts):
    """Check that no question scores twice for a member in a season, over all modes."""
    scored = Counter((a.user_id, season_of(a.day), a.question_id) for a in attempts if a.points)
    counted = Counter((a.user_id, season_of(a.day), a.question_id) for a in attempts if a.first)
    assert all(times == 1 for times in scored.values())
    assert counted == dict.fromkeys(((a.user_id, season_of(a.day), a.question_id) for a in attempts), 1)


def a_board_is_the_sum_of_the_answers_on_it(board, attempts, tallies):
    """Check the tallies against a computation from the rules alone."""
    for user_id in {user_id for _, _, user_id in tallies}:
        on_board = [a for a in attempts if a.user_id == user_id and board in boards_of(a.section)]
        tally = tallies.get((ALL_TIME_KEY, board, user_id), Tally())
        assert tally.points == sum(a.points for a in on_board)
        assert tally.answered == sum(a.first for a in on_board)
        assert tally.correct == sum(a.first and a.correct for a in on_board)


def in_the_order_of_the_rules(board, tallies):
    """Check the order: more points, then fewer answers, then the member who got there first, then the id."""
    ranked = sorted(
        ((-tally.points, tally.answered, tally.reached_at, user_id), user_id)
        for (period, where, user_id), tally in tallies.items()
        if (period, where) == (ALL_TIME_KEY, board)
    )
    return [user_id for _, user_id in ranked]


# -- rebuilding


async def three_answers(school):
    await school.schedule()
    post = await school.post(NINE)
    for user_id, text in zip(MEMBERS, (RIGHT, RIGHT, WRONG), strict=True):
        await school.answer(post, user_id, text, at=NINE + user_id * MINUTE)
    return post


async def test_a_rebuild_reports_and_corrects_differences(school):
    await three_answers(school)
    right = await school.tallies()
    spoiled = ("2026-11", ALL, 7)

    def spoil(tx):
        row = (standing_rows.c.period == spoiled[0], standing_rows.c.board == ALL, standing_rows.c.user_id == 7)
        tx.execute(update(standing_rows).where(*row).values(points=999))
        tx.execute(delete(standing_rows).where(standing_rows.c.user_id == 8, standing_rows.c.period == ALL_TIME_KEY))

    await school.db.write(spoil)
    kept = await school.tallies()

    found = await school.services.standings.rebuild()

    assert {(d.period, d.board, d.user_id) for d in found} == {
        spoiled,
        *((ALL_TIME_KEY, board, 8) for board in boards_of((await school.attempts())[0].section)),
    }
    assert TallyDifference(school.id, *spoiled, kept[spoiled], right[spoiled]) in found
    assert await school.tallies() == right
    assert await school.services.standings.rebuild() == []


async def test_a_rebuild_removes_tallies_without_answers(school):
    """This also holds in a server without any answers left."""
    await three_answers(school)
    await school.db.write(lambda tx: tx.execute(delete(attempt_rows)) and None)

    found = await school.services.standings.rebuild()

    assert found
    assert all(difference.recounted is None for difference in found)
    assert await school.tallies() == {}


async def test_answers_in_direct_messages_are_on_no_board(school):
    alone = School(school.services, id=ALONE)
    await alone.study("1.1-001", at=MONDAY)

    assert await school.services.standings.rebuild() == []
    assert await alone.tallies() == {}


# -- pages


async def board(school, *, user_id=7, section=ALL, period=Period.SEASON, by=By.POINTS, page=1, at=NINE):
    return await school.services.standings.board(
        school.member(user_id), section=section, period=period, by=by, page=page, at=at
    )


async def test_a_board_with_nobody_on_it_has_one_empty_page(school):
    shown = await board(school)

    assert (shown.size, shown.page, shown.pages, shown.places, shown.mine) == (0, 1, 1, (), None)


async def test_ties_go_to_fewer_answers_and_then_to_the_member_who_got_there_first(school):
    post = await three_answers(school)
    question = next(q for q in ("1.1-001", "1.1-002") if q != post.question.id)
    await school.study(question, 7, right=False, at=NINE + 2 * MINUTE)

    shown = await board(school)

    assert [(place.rank, place.user_id) for place in shown.places] == [(1, 8), (2, 7), (3, 9)]
    assert shown.mine == shown.places[1]


async def test_an_answer_counts_only_on_its_section_and_its_parents(school):
    post = await three_answers(school)
    other = next(leaf for leaf in ("1.1", "1.2", "2.1") if leaf != post.question.section)

    for section in boards_of(post.question.section):
        assert (await board(school, section=section)).size == 3
    assert (await board(school, section=other)).size == 0


@pytest.mark.parametrize(
    ("later", "periods"),
    [
        (timedelta(), {Period.TODAY, Period.WEEK, Period.SEASON, Period.ALL_TIME}),
        (DAY, {Period.WEEK, Period.SEASON, Period.ALL_TIME}),
        (7 * DAY, {Period.SEASON, Period.ALL_TIME}),
        (8 * DAY, {Period.ALL_TIME}),
    ],
)
async def test_a_period_holds_the_answers_of_its_days(school, later, periods):
    await three_answers(school)

    assert {period for period in Period if (await board(school, period=period, at=NINE + later)).size} == periods


async def test_a_board_says_when_its_period_ends(school):
    await school.schedule(zone="Europe/Berlin")

    shown = await board(school)

    assert (shown.day, shown.ends_at) == (date(2026, 11, 23), MONDAY + timedelta(days=7, hours=15))
    assert (await board(school, period=Period.ALL_TIME)).ends_at is None


async def test_pages_hold_ten_and_a_page_past_the_end_is_the_last(school):
    await school.schedule()
    post = await school.post(NINE)
    for user_id in range(1, 24):
        await school.answer(post, user_id, at=NINE + user_id * MINUTE)

    first, third, past, before = [await board(school, user_id=23, page=page) for page in (1, 3, 99, -1)]

    assert (first.size, first.pages) == (23, 3)
    assert [place.rank for place in first.places] == list(range(1, PAGE + 1))
    assert [place.rank for place in third.places] == [21, 22, 23]
    assert past.places == third.places
    assert before.places == first.places
    assert first.mine == third.places[-1]


async def test_every_rank_is_the_position_on_the_board(school):
    await school.schedule()
    for day in range(3):
        post = await school.post(NINE + day * DAY)
        for user_id in range(1, 16):
            await school.answer(post, user_id, RIGHT if user_id % 3 else WRONG, at=NINE + day * DAY)

    for by in By:
        pages = [await board(school, by=by, page=page, at=NINE + 2 * DAY) for page in (1, 2)]
        for place in (place for page in pages for place in page.places):
            assert (await board(school, user_id=place.user_id, by=by, at=NINE + 2 * DAY)).mine == place


async def test_accuracy_ranks_from_ten_answers(school):
    ids = list(school.services.content.packs["a-pack"].questions)
    for number, question_id in enumerate(ids[:MIN_ANSWERS_FOR_ACCURACY]):
        await school.study(question_id, 7, right=number < 9, at=NINE)
        await school.study(question_id, 8, right=False, at=NINE)
        if number < MIN_ANSWERS_FOR_ACCURACY - 1:
            await school.study(question_id, 9, at=NINE)

    shown = await board(school, by=By.ACCURACY)

    assert [(place.user_id, place.tally.correct) for place in shown.places] == [(7, 9), (8, 0)]
    assert shown.size == 2
    assert (await board(school, user_id=9, by=By.ACCURACY)).mine is None
    assert (await board(school, user_id=8, by=By.ACCURACY)).mine == shown.places[1]


async def test_names_are_those_seen_last(school):
    post = await three_answers(school)
    await school.services.answers.submit(post.daily.id, Member(school.id, 70, "old name"), RIGHT, at=NINE)
    await school.services.quizzes.start(
        Member(school.id, 70, "new name"), section=ALL, count=1, difficulty=None, rng=Random(1), at=NINE
    )

    assert "new name" in {place.name for place in (await board(school)).places}


async def test_boards_need_a_server_and_a_section(school):
    with refuses(Refusal.NEEDS_SERVER):
        await board(School(school.services, id=ALONE))
    with pytest.raises(UnknownSection):
        await board(school, section="9.9")
