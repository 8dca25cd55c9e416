"""When answers suggest a wrong key: often enough to find one, and rarely enough to be credible."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.questions import Kind
from bot.study.reports import MIN_ELSEWHERE, Response, at_least, figures, learned, suspicion
from tests.builders import a_question

CHOICE = a_question(correct=(0,))
ABLE, WEAK = (20, 18), (20, 4)
"""How many other questions a member has answered, and how many of them right."""


def some(count, answer, skill=ABLE, *, question=CHOICE):
    return [Response(answer, answer == question.correct, *skill) for _ in range(count)]


def members(count, rng, *, difficulty=0.0, discrimination=1.2, miskeyed=False):
    """Return answers of members of varied skill to one question, by a two-parameter model with a floor for guessing.
    Option 0 is the key. It is also right, and option 1 is the most common mistake; if `miskeyed`, it is the other way
    round.
    """
    found = []
    for _ in range(count):
        skill = rng.gauss(0, 1)
        others_right = sum(rng.random() < 0.2 + 0.8 / (1 + math.exp(-skill - rng.gauss(0.5, 1))) for _ in range(40))
        knows = rng.random() < 0.15 + 0.85 / (1 + math.exp(-discrimination * (skill - difficulty)))
        answer = 0 if knows else 1 if rng.random() < 0.6 else rng.choice([2, 3])
        if miskeyed:
            answer = {0: 1, 1: 0}.get(answer, answer)
        found.append(Response((answer,), answer == 0, 40, others_right))
    return found


def test_a_wrong_answer_that_the_able_prefer_to_the_key_is_suspicious():
    found = suspicion(CHOICE, [*some(9, (2,)), *some(1, (0,)), *some(10, (0,), WEAK)])

    assert (found.rival, found.for_rival, found.for_key) == ((2,), 9, 1)


def test_an_answer_that_weak_members_prefer_does_not_speak_against_the_key():
    assert suspicion(CHOICE, [*some(10, (0,)), *some(30, (2,), WEAK)]) is None


@pytest.mark.parametrize(
    ("rival", "key", "suspicious"), [(4, 0, False), (5, 0, True), (6, 1, False), (7, 1, True), (40, 30, False)]
)
def test_a_few_more_answers_can_be_chance(rival, key, suspicious):
    answers = [*some(rival, (2,)), *some(key, (0,))]

    assert (suspicion(CHOICE, answers) is not None) == suspicious


def test_a_question_that_weak_members_get_right_and_able_ones_wrong_is_suspicious():
    spread = [*some(7, (1,)), *some(7, (2,)), *some(7, (3,)), *some(6, (0,)), *some(20, (0,), WEAK)]

    found = suspicion(CHOICE, spread)

    assert found is not None
    assert found.rival is None


def test_members_with_few_other_answers_say_nothing_about_the_key():
    stranger = (MIN_ELSEWHERE - 1, MIN_ELSEWHERE - 1)

    assert suspicion(CHOICE, some(50, (2,), stranger)) is None


def test_without_answers_no_key_is_suspicious():
    assert suspicion(CHOICE, []) is None


@pytest.mark.parametrize("difficulty", [-1, 0, 1])
def test_a_sound_question_is_hardly_ever_marked(difficulty):
    rng = Random(11)

    marked = sum(suspicion(CHOICE, members(60, rng, difficulty=difficulty)) is not None for _ in range(150))

    assert marked <= 3


@pytest.mark.parametrize(("answers", "caught"), [(20, 0.4), (40, 0.8), (80, 0.95)])
def test_more_answers_find_a_wrong_key_sooner(answers, caught):
    rng = Random(12)

    marked = sum(
        suspicion(CHOICE, members(answers, rng, difficulty=-0.5, miskeyed=True)) is not None for _ in range(100)
    )

    assert marked >= 100 * caught


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_tail_of_a_binomial_distribution_is_a_probability(heads, more):
    tosses = heads + more

    assert 0 < at_least(heads, tosses) <= 1
    assert math.isclose(at_least(heads, tosses) + at_least(tosses - heads + 1, tosses), 1)


def test_figures_count_each_member_once_and_each_option_that_was_chosen():
    question = a_question(kind=Kind.RESPONSE, options=5, correct=(0, 2))
    answers = [*some(3, (0, 2), question=question), *some(2, (0, 1), question=question)]

    found = figures(question, answers)

    assert (found.answered, found.right) == (5, 3)
    assert found.by_option == (5, 2, 3, 0, 0)
    assert found.by_answer == (((0, 2), 3), ((0, 1), 2))


def test_an_answer_to_options_that_are_gone_is_left_out():
    found = figures(a_question(options=3, correct=(0,)), some(2, (3,)))

    assert found.answered == 0


def test_the_options_of_an_ordering_are_counted_as_whole_answers():
    question = a_question(kind=Kind.ORDERING, options=3, correct=(2, 0, 1))

    assert figures(question, some(2, (2, 0, 1), question=question)).by_option == ()


def test_thirty_first_answers_say_how_hard_a_question_is():
    able, weak = (40, 38), (40, 12)
    responses = some(20, (0,), able) + some(10, (1,), weak)

    found = learned(responses)

    assert learned(responses[1:]) is None
    assert (found.answers, round(found.share, 2)) == (30, 0.67)
    assert found.discrimination == pytest.approx(1)
    assert not found.too_easy


def test_a_question_that_nearly_everyone_gets_right_the_first_time_is_too_easy():
    assert learned(some(19, (0,)) * 2 + some(2, (1,))).too_easy
    assert not learned(some(18, (0,)) * 2 + some(4, (1,))).too_easy


def test_without_differences_elsewhere_nothing_is_said_about_discrimination():
    assert learned(some(30, (0,)) + some(10, (1,))).discrimination is None
