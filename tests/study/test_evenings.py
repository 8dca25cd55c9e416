"""The rules of exam evenings: when they start, and what the group may see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.errors import Refusal
from bot.study.evenings import (
    FARTHEST,
    FEWEST,
    LATE,
    PUNCTUAL,
    SOONEST,
    STEP,
    check_start,
    common_start,
    room,
    share_right,
)
from bot.study.exams import Share
from tests.refusals import refuses

AT = datetime(2026, 11, 23, 19, tzinfo=UTC)
papers = st.lists(
    st.fixed_dictionaries({"1": st.integers(0, 9), "2": st.integers(0, 5)}).map(
        lambda right: {"1": Share(right["1"], 9), "2": Share(right["2"], 5)}
    ),
    max_size=12,
)


@given(papers)
def test_a_room_of_fewer_than_five_has_no_figures_and_a_larger_one_rounded_ones(results):
    figures = room(results)

    if len(results) < FEWEST:
        assert figures is None
        return
    assert figures is not None
    for domain, share in figures.items():
        exact = 100 * sum(one[domain].right for one in results) / sum(one[domain].total for one in results)
        assert share % STEP == 0
        assert abs(share - exact) <= STEP / 2


@given(st.lists(st.booleans(), max_size=12))
def test_how_many_knew_a_question_is_shown_from_five_members_on(marks):
    assert (share_right(marks) is None) == (len(marks) < FEWEST)


def test_a_domain_without_a_question_has_no_figure():
    assert room([{"1": Share(0, 0)}] * FEWEST) == {}


@given(st.timedeltas(timedelta(), timedelta(hours=3)))
def test_the_time_runs_from_the_planned_start_or_from_when_the_bot_is_back(late):
    start = common_start(AT, AT + late)

    if late <= PUNCTUAL:
        assert start == AT
    elif late <= LATE:
        assert start == AT + late
    else:
        assert start is None


@pytest.mark.parametrize(
    ("ahead", "why"),
    [
        (timedelta(), Refusal.START_TOO_SOON),
        (SOONEST - timedelta(seconds=1), Refusal.START_TOO_SOON),
        (FARTHEST + timedelta(seconds=1), Refusal.START_TOO_FAR),
    ],
)
def test_a_start_too_soon_or_too_far_is_refused(ahead, why):
    with refuses(why):
        check_start(AT + ahead, AT)


@given(st.timedeltas(SOONEST, FARTHEST))
def test_any_start_between_is_fine(ahead):
    check_start(AT + ahead, AT)
