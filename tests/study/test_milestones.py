"""Which milestone comes next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.study.badges import SECTION_AT
from bot.study.milestones import Milestone, MilestoneKind, upcoming

SHARES = st.dictionaries(st.sampled_from(["1.1", "1.2", "2.1"]), st.floats(0, 1))


def test_the_first_milestone_of_a_newcomer_is_ten_questions():
    assert upcoming(0, 500, {"1.1": 0.0}, 0) == Milestone(MilestoneKind.MET, 0, 10)


def test_the_nearest_milestone_is_named():
    assert upcoming(52, 500, {"1.1": 0.2}, 6) == Milestone(MilestoneKind.STREAK, 6, 7)
    assert upcoming(95, 500, {"1.1": 0.2}, 3) == Milestone(MilestoneKind.MET, 95, 100)
    assert upcoming(52, 500, {"1.1": 0.2, "1.2": 0.79}, 3) == Milestone(MilestoneKind.SECTION, 79, 80, "1.2")


def test_the_last_milestone_is_all_questions():
    assert upcoming(412, 450, {}, None) == Milestone(MilestoneKind.MET, 412, 450)


def test_after_a_hundred_days_comes_the_next_hundred():
    assert upcoming(500, 500, {}, 100) == Milestone(MilestoneKind.STREAK, 100, 200)


def test_there_is_no_milestone_once_everything_is_answered_and_mastered():
    assert upcoming(500, 500, {"1.1": SECTION_AT}, None) is None


@given(st.integers(0, 900), st.integers(0, 900), SHARES, st.none() | st.integers(0, 5000))
def test_a_milestone_is_always_ahead(met, total, shares, streak):
    found = upcoming(met, total, shares, streak)

    assert found is None or 0 <= found.now < found.aim
    assert found is None or found.left > 0
