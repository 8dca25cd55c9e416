"""Options and prompts keep the places that stored answers use, whatever their order in a new file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.option_places import keep_places, places_of
from bot.study.questions import Kind, Option
from tests.builders import a_question

TEXTS = [f"option {letter}" for letter in "abcdef"]


def question(kind, texts, correct, prompts=()):
    return replace(
        a_question("1.1-001"),
        kind=kind,
        options=tuple(Option(text, f"why {text}") for text in texts),
        correct=tuple(correct),
        prompts=tuple(prompts),
    )


def resorted(old, options, prompts):
    """Return the same question with its options and prompts in another order."""
    correct = [options.index(index) for index in old.correct]
    if old.kind is Kind.MATCHING:
        correct = [correct[prompt] for prompt in prompts]
    elif old.kind is not Kind.ORDERING:
        correct = sorted(correct)
    return replace(
        old,
        options=tuple(old.options[index] for index in options),
        prompts=tuple(old.prompts[prompt] for prompt in prompts),
        correct=tuple(correct),
    )


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(Kind))
    texts = draw(st.lists(st.sampled_from(TEXTS), min_size=3, unique=True))
    places = list(range(len(texts)))
    match kind:
        case Kind.CHOICE:
            return question(kind, texts, [draw(st.sampled_from(places))])
        case Kind.RESPONSE:
            return question(kind, texts, sorted(draw(st.permutations(places))[:2]))
        case Kind.ORDERING:
            return question(kind, texts, draw(st.permutations(places)))
        case Kind.MATCHING:
            prompts = ["one", "two", "three"]
            return question(kind, texts, [draw(st.sampled_from(places)) for _ in prompts], prompts)


@given(questions(), st.data())
def test_a_question_in_a_new_order_is_the_same_question(old, data):
    options = list(data.draw(st.permutations(range(len(old.options)))))
    prompts = list(data.draw(st.permutations(range(len(old.prompts)))))

    assert keep_places(resorted(old, options, prompts), places_of(old)) == old


@given(questions(), st.data())
def test_a_reworded_option_takes_the_free_position(old, data):
    options = list(data.draw(st.permutations(range(len(old.options)))))
    mended = data.draw(st.sampled_from(range(len(old.options))))
    new = resorted(old, options, list(range(len(old.prompts))))
    new = replace(new, options=tuple(Option("new words", "") if o == old.options[mended] else o for o in new.options))

    kept = keep_places(new, places_of(old))

    assert [place for place, option in enumerate(kept.options) if option.text == "new words"] == [mended]
    assert kept.correct == old.correct
    assert all(o == kept.options[place] for place, o in enumerate(old.options) if place != mended)


@given(questions())
def test_a_question_that_has_not_changed_is_the_same_object(old):
    assert keep_places(old, places_of(old)) is old


@pytest.mark.parametrize("count", [3, 5])
def test_a_question_with_another_number_of_options_is_another_question(count):
    old, new = question(Kind.CHOICE, TEXTS[:4], [0]), question(Kind.CHOICE, TEXTS[:count][::-1], [0])

    assert keep_places(new, places_of(old)) is new
