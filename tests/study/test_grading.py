"""Grading, and what a member may type: examples, and properties of every kind of question."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.study.errors import UnknownOption
from bot.study.grading import (
    Grade,
    as_written,
    describe,
    expected_form,
    grade,
    normalize,
    parse_answer,
    shuffled,
)
from bot.study.questions import LETTERS, Kind
from tests.builders import a_question

CHOICE = a_question(kind=Kind.CHOICE, options=4, correct=(1,))
RESPONSE = a_question(kind=Kind.RESPONSE, options=5, correct=(0, 2))
ORDERING = a_question(kind=Kind.ORDERING, options=3, correct=(2, 0, 1))
MATCHING = a_question(kind=Kind.MATCHING, options=3, correct=(0, 0, 2))
REVERSED = (3, 2, 1, 0)


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(Kind))
    options = draw(st.integers(3, len(LETTERS)))
    places = st.integers(0, options - 1)
    match kind:
        case Kind.CHOICE:
            correct = [draw(places)]
        case Kind.RESPONSE:
            correct = sorted(draw(st.sets(places, min_size=2, max_size=options - 1)))
        case Kind.ORDERING:
            correct = draw(st.permutations(range(options)))
        case Kind.MATCHING:
            correct = draw(st.lists(places, min_size=3, max_size=5))
    return a_question(kind=kind, options=options, correct=correct)


@st.composite
def answered(draw):
    """Generate a question, an answer of its shape, and an order of its options."""
    question = draw(questions())
    places = range(len(question.options))
    if question.kind is Kind.MATCHING:
        answer = tuple(draw(st.sampled_from(places)) for _ in question.correct)
    else:
        answer = tuple(draw(st.permutations(places))[: len(question.correct)])
    return question, answer, tuple(draw(st.permutations(places)))


@pytest.mark.parametrize(
    ("question", "typed", "answer"),
    [
        (CHOICE, "B", (1,)),
        (CHOICE, " b. ", (1,)),
        (CHOICE, "2", (1,)),
        (CHOICE, "(d)", (3,)),
        (CHOICE, "option B", (1,)),
        (CHOICE, "My answer is: b", (1,)),
        (CHOICE, "**B**", (1,)),
        (CHOICE, "b\u200b", (1,)),  # as copied from a page
        (CHOICE, "\u2066b\u2069", (1,)),
        (CHOICE, "\uff22", (1,)),  # as a Japanese keyboard writes it
        (CHOICE, "B · A, not C", (1,)),  # as the autocomplete list shows it
        (RESPONSE, "a and c", (0, 2)),
        (RESPONSE, "A, and C", (0, 2)),
        (RESPONSE, "A & C", (0, 2)),
        (RESPONSE, "A) C)", (0, 2)),
        (RESPONSE, "Options: a + c.", (0, 2)),
        (RESPONSE, "A, C", (0, 2)),
        (RESPONSE, "c a", (0, 2)),
        (RESPONSE, "CA", (0, 2)),
        (RESPONSE, "3,1", (0, 2)),
        (RESPONSE, "31", (0, 2)),
        (ORDERING, "C A B", (2, 0, 1)),
        (ORDERING, "C → A → B", (2, 0, 1)),
        (ORDERING, "3 1 2", (2, 0, 1)),
        (ORDERING, "cab", (2, 0, 1)),
        (ORDERING, "C then A then B", (2, 0, 1)),
        (ORDERING, "c->a->b", (2, 0, 1)),
        (ORDERING, "1C 2A 3B", (2, 0, 1)),
        (MATCHING, "1A 2A 3C", (0, 0, 2)),
        (MATCHING, "3c, 1a, 2a", (0, 0, 2)),
        (MATCHING, "1-A, 2-A, 3-C", (0, 0, 2)),
        (MATCHING, "1: A; 2: A; 3: C", (0, 0, 2)),
        (MATCHING, "(1) A (2) A (3) C", (0, 0, 2)),
        (MATCHING, "1. a\n2. a\n3. c", (0, 0, 2)),
        (MATCHING, "A A C", (0, 0, 2)),
        (MATCHING, "1, 1, 3", (0, 0, 2)),
    ],
)
def test_an_answer_is_read_as_a_member_types_it(question, typed, answer):
    assert parse_answer(question, typed, as_written(question)) == answer


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        (CHOICE, ""),
        (CHOICE, "E"),
        (CHOICE, "0"),
        (CHOICE, "5"),
        (CHOICE, "A B"),
        (CHOICE, "AB"),
        (CHOICE, "-1"),
        (CHOICE, "+1"),
        (CHOICE, "- 1"),
        (CHOICE, ".1"),
        (CHOICE, "1.5"),
        (CHOICE, "1e"),
        (CHOICE, "1?"),
        (CHOICE, "A?"),
        (CHOICE, "not A"),
        (CHOICE, "A!=B"),
        (CHOICE, "#1"),
        (CHOICE, "1B"),
        (CHOICE, "option"),
        (CHOICE, "B\u00e9"),
        (RESPONSE, "A-C"),
        (RESPONSE, "-1 -3"),
        (RESPONSE, "A or C"),
        (RESPONSE, "A, not C"),
        (RESPONSE, "1.3"),
        (MATCHING, "1A 2A"),
        (MATCHING, "1A 2A 4C"),
        (MATCHING, "1A 1B 2C 3A"),
        (MATCHING, "1A 2A 3C maybe"),
        (CHOICE, "9" * 6000),
        (CHOICE, "²"),
        (RESPONSE, "A"),
        (RESPONSE, "A A"),
        (RESPONSE, "A, B, C"),
        (ORDERING, "A B"),
        (ORDERING, "A A B"),
        (ORDERING, "ABCD"),
        (MATCHING, "A A"),
        (MATCHING, "A A D"),
    ],
)
def test_an_answer_of_another_shape_is_refused_with_the_form_that_fits(question, typed):
    with pytest.raises(UnknownOption) as refused:
        parse_answer(question, typed, as_written(question))

    assert refused.value.expected == expected_form(question)


def test_letters_name_the_places_that_this_member_was_shown():
    assert parse_answer(CHOICE, "A", REVERSED) == (3,)


@pytest.mark.parametrize(
    ("question", "answer", "grade_"),
    [
        (CHOICE, (1,), Grade(True, (True, True, True, True))),
        (CHOICE, (0,), Grade(False, (False, False, True, True))),
        (RESPONSE, (2, 0), Grade(True, (True, True, True, True, True))),
        (RESPONSE, (0, 1), Grade(False, (True, False, False, True, True))),
        (ORDERING, (2, 0, 1), Grade(True, (True, True, True))),
        (ORDERING, (2, 1, 0), Grade(False, (True, False, False))),
        (MATCHING, (0, 0, 2), Grade(True, (True, True, True))),
        (MATCHING, (0, 1, 2), Grade(False, (True, False, True))),
    ],
)
def test_an_answer_counts_only_as_a_whole_and_the_result_of_each_part_is_shown(question, answer, grade_):
    assert grade(question, answer) == grade_


@given(questions())
def test_the_key_is_right(question):
    assert grade(question, question.correct) == Grade(True, (True,) * len(grade(question, question.correct).parts))


@given(answered())
def test_whatever_differs_from_the_key_is_wrong_in_some_part(case):
    question, answer, _ = case
    assume(normalize(question, answer) != question.correct)

    result = grade(question, answer)

    assert not result.correct
    assert not all(result.parts)


@given(answered())
def test_a_described_answer_can_be_typed_again(case):
    question, answer, shown = case

    assert parse_answer(question, describe(question, answer, shown), shown) == normalize(question, answer)


@given(questions())
def test_the_requested_form_of_an_answer_is_accepted(question):
    example = re.search("`(.+)`", expected_form(question)).group(1)

    parse_answer(question, example, as_written(question))


@given(questions(), st.text() | st.text("ABCDEFGHIJabc0123456789 ,→", max_size=20))
def test_any_text_is_an_answer_or_is_refused(question, text):
    try:
        answer = parse_answer(question, text, as_written(question))
    except UnknownOption:
        return

    assert normalize(question, answer) == answer


@given(questions(), st.randoms(use_true_random=False))
def test_a_shuffle_shows_every_option_and_never_the_solution_of_an_ordering(question, rng):
    shown = shuffled(question, rng)

    assert sorted(shown) == list(as_written(question))
    assert not (question.kind is Kind.ORDERING and shown == question.correct)


def test_a_shuffle_is_the_same_for_the_same_seed():
    assert shuffled(CHOICE, Random(7)) == shuffled(CHOICE, Random(7))
