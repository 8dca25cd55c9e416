"""Who wins a duel, and whom a member may challenge."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.duels import QUESTIONS, DuelOutcome, DuelScore, check_opponent, order, outcome, time_taken
from bot.study.errors import Refusal
from tests.conftest import MONDAY
from tests.refusals import refuses

SECOND = timedelta(seconds=1)
MIRROR = {
    DuelOutcome.FIRST: DuelOutcome.SECOND,
    DuelOutcome.SECOND: DuelOutcome.FIRST,
    DuelOutcome.TIE: DuelOutcome.TIE,
    DuelOutcome.NOBODY: DuelOutcome.NOBODY,
}


@st.composite
def scores(draw):
    answered = draw(st.integers(0, QUESTIONS))
    seconds = draw(st.integers(0, 3)) if answered == QUESTIONS else None
    return DuelScore(draw(st.integers(0, answered)), answered, seconds * SECOND if seconds is not None else None)


def all_answered(right, seconds=60):
    return DuelScore(right, QUESTIONS, seconds * SECOND)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (all_answered(4, 90), all_answered(3, 10), DuelOutcome.FIRST),  # more right, however slow
        (all_answered(3, 61), all_answered(3, 60), DuelOutcome.SECOND),  # equal scores: the faster player wins
        (all_answered(3, 60), all_answered(3, 60), DuelOutcome.TIE),
        (DuelScore(4, 4), all_answered(3), DuelOutcome.FIRST),  # an unanswered question only counts as not right
        (DuelScore(3, 4), all_answered(3), DuelOutcome.SECOND),  # equal scores: the player who answered everything wins
        (DuelScore(2, 3), DuelScore(2, 2), DuelOutcome.TIE),  # equal scores, and neither answered everything
        (all_answered(1), DuelScore(), DuelOutcome.FIRST),  # a player who does not play does not win
        (
            all_answered(0, 60),
            all_answered(0, 90),
            DuelOutcome.TIE,
        ),  # nor does a player without a right answer, however fast
        (all_answered(0), DuelScore(), DuelOutcome.TIE),
        (DuelScore(0, 1), DuelScore(), DuelOutcome.TIE),
        (DuelScore(), DuelScore(), DuelOutcome.NOBODY),
    ],
)
def test_who_wins(first, second, expected):
    assert outcome(first, second) is expected


@given(scores(), scores())
def test_the_result_does_not_depend_on_who_challenged_whom(first, second):
    assert outcome(first, second) is MIRROR[outcome(second, first)]


@given(scores(), scores(), scores())
def test_a_player_who_beats_the_winner_beats_the_loser(first, second, third):
    if outcome(first, second) is DuelOutcome.FIRST and outcome(second, third) is DuelOutcome.FIRST:
        assert outcome(first, third) is DuelOutcome.FIRST


@given(scores(), scores())
def test_one_more_right_answer_never_does_harm(mine, theirs):
    if mine.answered < QUESTIONS:
        better = DuelScore(mine.right + 1, mine.answered + 1, SECOND if mine.answered + 1 == QUESTIONS else None)

        assert order(better) < order(mine)
        assert outcome(mine, theirs) is not DuelOutcome.FIRST or outcome(better, theirs) is DuelOutcome.FIRST


def test_time_is_compared_in_the_seconds_that_are_shown():
    assert time_taken(MONDAY, MONDAY + timedelta(seconds=61, milliseconds=999)) == 61 * SECOND
    assert time_taken(MONDAY, MONDAY - SECOND) == timedelta(), "a clock that was set back"


@pytest.mark.parametrize(
    ("other", "options", "refusal"),
    [
        (1, {}, Refusal.DUEL_WITH_ONESELF),
        (2, {"bot": True}, Refusal.DUEL_WITH_BOT),
        (2, {"present": False}, Refusal.DUEL_WITH_STRANGER),
    ],
)
def test_members_who_cannot_be_challenged(other, options, refusal):
    with refuses(refusal):
        check_opponent(1, other, **{"bot": False, "present": True, **options})
