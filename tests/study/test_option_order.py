from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.grading import as_written, shuffled
from bot.study.option_order import _IN_TEXT, _may_lean, leans_on
from bot.study.questions import Kind
from tests.bank.builders import a_question
from tests.examples import examples

PLAIN = ("S3", "EBS", "RDS")


@pytest.mark.parametrize(
    "option",
    [
        "All of the above",
        "None of the above.",
        "Both A and B",
        "A and C only",
        "A, B and C",
        "Either (A) or (B)",
        "Options A and B",
    ],
)
def test_an_option_that_refers_to_others_is_never_shuffled(option: str) -> None:
    question = a_question(options=(*PLAIN, option))

    assert leans_on(question)
    assert {shuffled(question, Random(seed)) for seed in range(20)} == {as_written(question)}


@pytest.mark.parametrize(
    "explanation",
    [
        "A is correct because it stores objects.",
        "The correct answer is B.",
        "Option C is too slow.",
        "It is so. B is wrong: it costs.",
        "The first option is cheaper.",
    ],
)
def test_an_explanation_that_names_a_letter_or_place_keeps_the_order(explanation: str) -> None:
    assert leans_on(a_question(options=PLAIN, explanation=explanation))


@pytest.mark.parametrize(
    "text",
    [
        "A is a letter of no meaning.",
        "The above figure is right.",
        "Plan A was cheaper.",
        "It has all of the data.",
        "A company is right to ask.",
    ],
)
def test_other_texts_are_shuffled(text: str) -> None:
    question = a_question(options=(*PLAIN, text), explanation=text)

    assert leans_on(question) == ""
    assert len({shuffled(question, Random(seed)) for seed in range(40)}) > 5


def test_true_and_false_stay_in_their_order() -> None:
    question = a_question(options=("True", "False"))

    assert {shuffled(question, Random(seed)) for seed in range(20)} == {(0, 1)}


def test_an_ordering_is_shuffled_whatever_its_steps_say() -> None:
    question = a_question(kind=Kind.ORDERING, options=("Both A and B", "x", "y"), correct=(0, 1, 2))

    assert (0, 1, 2) not in {shuffled(question, Random(seed)) for seed in range(20)}


tokens = st.sampled_from(
    [*"ABCJK", "(A)", "(B", "and", "or", "is", "are", "was", "option", "Answers", "choice", "the", "correct", "Best", "right:", "only", *",.:;()&/", "because", "first", "last", "of", "all", "\n"]
)  # fmt: skip


@settings(max_examples=examples(1500), deadline=None)
@given(st.lists(tokens, max_size=9), st.sampled_from(["", " "]))
def test_the_quick_check_misses_no_text_that_refers_to_others(words: list[str], between: str) -> None:
    text = between.join(words)

    assert _may_lean(text) or not _IN_TEXT.search(text)
