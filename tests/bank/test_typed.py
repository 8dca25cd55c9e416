"""A question typed into a form is checked by the rules of the bank."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.formats import Intake, parse_typed
from bot.study.questions import Kind, Option
from tests.bank.builders import CHECKED, PACK
from tests.examples import examples

INTAKE = Intake(on=CHECKED, pack=PACK)
GOOD = {"section": "1.1", "difficulty": 1, "stem": "Which?", "options": "* This # It fits.\nThat"}


def batch_of(**changes):
    return parse_typed(INTAKE, **{**GOOD, **changes})


def test_a_star_marks_a_right_option_and_a_number_sign_its_rationale():
    (question,) = batch_of(explanation="So it is.", source="A book, chapter 1").questions

    assert question.kind is Kind.CHOICE
    assert question.options == (Option("This", "It fits."), Option("That", ""))
    assert question.correct == (0,)
    assert (question.section, question.difficulty, question.checked) == ("1.1", 1, CHECKED)
    assert (question.explanation, question.sources) == ("So it is.", ("A book, chapter 1",))


def test_several_stars_make_a_response():
    (question,) = batch_of(options="*One\n\n  * Two  \nThree").questions

    assert question.kind is Kind.RESPONSE
    assert question.correct == (0, 1)
    assert [option.text for option in question.options] == ["One", "Two", "Three"]


def test_an_option_can_contain_a_number_sign():
    (question,) = batch_of(options="* C#\nF#").questions

    assert [option.text for option in question.options] == ["C#", "F#"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"options": "This\nThat"}, "options: have none marked as right. Put * before each right one"),
        ({"options": "* This"}, "options: has 1 entries; at least 2 are needed"),
        ({"options": "* This\nthis"}, "option 2, text: is the same as an option before it"),
        ({"options": "* This\n* That\n* Those"}, "options: has 3 correct options"),
        ({"options": "* " + "x" * 101 + "\nThat"}, "option 1, text: has 101 characters; at most 100 are shown"),
        ({"stem": " "}, "stem: is empty"),
        ({"stem": "x\u202ey"}, "contains an invisible control character"),
        ({"section": "9.9"}, 'section: "9.9" is not a section with questions'),
        ({"section": "1"}, 'section: "1" is not a section with questions'),
    ],
)
def test_faults_are_reported_without_a_line(changes, said):
    batch = batch_of(**changes)

    assert batch.questions == ()
    assert any(said in str(fault) for fault in batch.faults), batch.faults
    assert all(str(fault).startswith("the form: error: ") for fault in batch.faults)


def test_the_same_form_has_the_same_id_and_a_correction_has_another():
    first, again = batch_of().questions[0], batch_of().questions[0]
    rekeyed = batch_of(options="This # It fits.\n* That").questions[0]
    explained = batch_of(explanation="Because.").questions[0]

    assert first.id == again.id
    assert len({first.id, rekeyed.id, explained.id}) == 3


@settings(max_examples=examples(80))
@given(
    stem=st.text(max_size=50), options=st.text(alphabet="*# ab\n\x00\u2028", max_size=40), source=st.text(max_size=20)
)
def test_any_text_is_a_question_or_has_a_fault(stem, options, source):
    batch = batch_of(stem=stem, options=options, source=source)

    assert batch.questions or batch.faults
