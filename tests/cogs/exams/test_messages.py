"""The overview of an exam, and its pictures."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cogs.exams import pictures
from bot.cogs.exams.history import trend_line
from bot.cogs.exams.messages import grid, next_of, numbers
from bot.cogs.exams.results import duration, verdict
from bot.cogs.ui.pictures import LEAST
from bot.services.exam_papers import ExamResult, History, Paper, PaperEntry
from bot.storage.exams import Exam, ExamOutcome
from bot.study.exams import Length, Share, version_of
from tests.builders import a_pack, a_question
from tests.study.test_exams import AWS

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
OUTCOME = ExamOutcome(AT, 50, 37, 766)
EXAM = Exam(1, 5, 7, "a-pack", Length.FULL, AT - timedelta(hours=1), AT, OUTCOME)
QUESTION = a_question()


def entries_of(signs):
    """Return the entries of a paper, given as the signs that the grid draws: `x-!?`."""
    return tuple(
        PaperEntry(
            number=place + 1, place=place, question=QUESTION, domain="D1", shown=(0, 1, 2, 3), scored=True,
            flagged=sign in "!?", answer=(1,) if sign in "x!" else None, correct=None,
        )
        for place, sign in enumerate(signs)
    )  # fmt: skip


def a_paper(signs):
    return Paper(EXAM, a_pack([QUESTION]), entries_of(signs))


def test_the_grid_shows_each_question_as_a_plain_character():
    assert grid(a_paper("x-!?" * 3 + "x")) == " 1-10  x-!?x -!?x-\n11-13  !?x"


@given(st.text(alphabet="x-!?", min_size=1, max_size=65))
def test_the_grid_has_every_question_once_in_order(signs):
    lines = grid(a_paper(signs)).splitlines()

    assert (
        "".join(line[5:].replace(" ", "") if len(signs) > 9 else line[3:].replace(" ", "") for line in lines) == signs
    )
    assert max(map(len, lines)) <= 18


@pytest.mark.parametrize(
    ("signs", "words"), [("-", "1"), ("--x-", "1-2, 4"), ("x---", "2-4"), ("-x-x-", "1, 3, 5"), ("xx", "")]
)
def test_numbers_in_a_row_are_drawn_together(signs, words):
    assert numbers([entry for entry in entries_of(signs) if entry.answer is None]) == words


@pytest.mark.parametrize(("current", "following"), [(1, 2), (2, 4), (4, 2), (5, 2)])
def test_the_search_for_the_next_open_question_wraps_around(current, following):
    entries = entries_of("x-x-x")

    assert next_of([entries[1], entries[3]], entries[current - 1]).number == following


@pytest.mark.parametrize(
    ("score", "words"),
    [(719, "below the passing score"), (720, "at the passing score"), (721, "above the passing score")],
)
def test_the_verdict_is_in_words(score, words):
    assert verdict(score, AWS) == words


@pytest.mark.parametrize(("trend", "word"), [(12, "Up by 12"), (-12, "Down by 12"), (0, "Unchanged")])
def test_the_trend_is_in_words(trend, word):
    assert trend_line(trend).startswith(word)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(20, "less than a minute"), (60, "1 min"), (2400, "40 min"), (7800, "2 h 10 min"), (3630, "1 h 00 min")],
)
def test_the_time_taken_is_shown_in_minutes(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words


# -- pictures


def a_result(**shares):
    return ExamResult(a_paper("x"), OUTCOME, shares, {}, 0, None)


async def test_the_picture_of_a_result_says_in_words_what_it_shows(pack):
    result = replace(a_result(D1=Share(8, 14), D2=Share(10, 13)), paper=Paper(EXAM, pack, entries_of("x")))

    picture = await pictures.of_result(result)

    assert picture.png.startswith(b"\x89PNG")
    assert "passing score at 720. The score is 766, above the passing score." in picture.description
    assert "D1 Data Preparation for Machine Learning: 8 of 14" in picture.description


def stays_inside(sheet):
    for line in sheet.lines:
        assert line.x >= 0
        assert line.end <= sheet.width
        assert line.size >= LEAST


@pytest.mark.parametrize("shares", [{}, {"D1": Share(0, 14)}, {f"D{n}": Share(n, 9) for n in range(9)}])
def test_any_number_of_domains_can_be_drawn(shares):
    sheet = pictures.draw_result(a_result(**shares))

    assert {"766", "37 of 50 right", *(f"{share.right} of 14" for share in shares.values() if share.total == 14)} <= {
        line.words for line in sheet.lines
    }
    assert len(sheet.lines) == 8 + 2 * len(shares)
    stays_inside(sheet)


@pytest.mark.parametrize("score", [100, 719, 720, 1000])
@pytest.mark.parametrize("passing", [101, 720, 999])
def test_the_words_below_the_scale_do_not_overlap_wherever_the_pass_mark_is(pack, score, passing):
    version = replace(version_of(pack), passing=passing)
    scored = replace(pack, version=version)
    paper = Paper(EXAM, scored, entries_of("x"))
    sheet = pictures.draw_result(ExamResult(paper, replace(OUTCOME, score=score), {}, {}, 0, None))

    lowest, highest, mark = sheet.lines[-3:]
    assert mark.words == f"passing score {passing:,}"
    assert lowest.end < mark.x
    assert mark.end < highest.x
    stays_inside(sheet)


def a_history(scores):
    taken = [replace(EXAM, id=number, outcome=replace(OUTCOME, score=score)) for number, score in enumerate(scores)]
    return History(a_pack([QUESTION]), tuple(taken[:10]), tuple(taken[::-1]), 1, 1, len(taken))


@pytest.mark.parametrize("count", [2, 20])
async def test_the_picture_of_a_history_describes_the_scores_oldest_first(count):
    picture = await pictures.of_history(a_history([100 + 10 * number for number in range(count)]))

    assert picture.png.startswith(b"\x89PNG")
    assert "oldest first: 100, 110" in picture.description


@given(st.lists(st.integers(100, 1000), min_size=2, max_size=20))
def test_the_newest_exam_has_its_figures_and_no_two_figures_touch(scores):
    shown = sorted(pictures.figured(scores))

    assert shown[-1] == len(scores) - 1
    assert len(scores) <= pictures.ROOMY or all(b - a >= pictures.APART for a, b in pairwise(shown))


@pytest.mark.parametrize("count", [2, 10, 11, 20])
def test_the_texts_of_a_history_do_not_overlap_and_stay_inside(pack, count):
    history = a_history([1000] * count)
    taken = tuple(replace(EXAM, id=number, outcome=replace(OUTCOME, score=1000)) for number in range(count))
    sheet = pictures.draw_history(replace(history, pack=pack, latest=taken, size=9_990 + count))

    scores = sorted((line for line in sheet.lines if line.words == "1,000" and line.x > 140), key=lambda line: line.x)
    assert all(before.end < after.x for before, after in pairwise(scores))
    stays_inside(sheet)


async def test_a_single_exam_has_no_line_to_draw():
    assert await pictures.of_history(a_history([500])) is None


async def test_a_picture_is_drawn_off_the_event_loop():
    await pictures.of_result(a_result(D1=Share(8, 14)))  # the libraries are loaded from now on
    drawing = asyncio.create_task(pictures.of_result(a_result(D1=Share(8, 14))))
    turns = 0
    while not drawing.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 10
