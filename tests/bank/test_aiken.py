from __future__ import annotations

import pytest

from bot.bank.faults import Level
from bot.bank.formats import Batch, Intake, parse
from bot.study.questions import Question
from tests.bank.builders import CHECKED, PACK


def read(text: str, file: str = "f.txt") -> Batch:
    return parse(text.encode(), file, Intake(on=CHECKED, pack=PACK, section="1.1"))


def one(text: str) -> Question:
    (question,) = read(text).questions
    return question


def key(question: Question) -> str:
    return question.options[question.correct[0]].text


def test_dots_and_brackets_end_a_letter() -> None:
    question = one("Q?\nA. x\nB) y\nANSWER: B\n")

    assert (question.stem, [option.text for option in question.options], key(question)) == ("Q?", ["x", "y"], "y")


def test_questions_need_no_blank_line_between_them() -> None:
    batch = read("One?\nA. x\nB. y\nANSWER: A\nTwo?\n\nA. x\n\nB. y\nANSWER: B")

    assert [(question.stem, key(question)) for question in batch.questions] == [("One?", "x"), ("Two?", "y")]


def test_lines_that_a_word_processor_wrapped_are_joined_and_reported() -> None:
    batch = read("Line one\nline two?\nA. a long\n  option\nB. y\nANSWER: A")

    assert (batch.questions[0].stem, key(batch.questions[0])) == ("Line one line two?", "a long option")
    assert any("spans several lines, which were joined" in str(fault) for fault in batch.faults)


def test_text_is_plain() -> None:
    question = one("Is a < b &amp; so?\nA. <b>yes</b>\nB. no\nANSWER: A")

    assert (question.stem, key(question)) == ("Is a < b &amp; so?", "<b>yes</b>")


def test_text_that_looks_like_html_is_reported() -> None:
    batch = read("Is 10<sup>3</sup> so?\nA. yes\nB. a < b > c\nANSWER: A")

    assert [fault.problem for fault in batch.faults if fault.level is Level.CHANGE] == [
        "contains <sup>, which members would see exactly as written, because Aiken is plain text"
    ]
    assert not read("Is a < b > c & d?\nA. yes\nB. no\nANSWER: A").changed


def test_a_stem_may_begin_like_an_option() -> None:
    question = one("A. Smith wrote which book?\nA. This\nB. That\nANSWER: B")

    assert (question.stem, key(question)) == ("A. Smith wrote which book?", "That")


def test_a_line_of_feedback_explains() -> None:
    assert one("Q?\nA. x\nB. y\nANSWER: A\nFEEDBACK: Since x.").explanation == "Since x."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Q?\nA. x\nB. y\nANSWER: A, B", "Aiken allows only one right option"),
        ("Q?\nA. x\nB. y\nANSWER:", "Aiken allows only one right option"),
        ("Q?\nA. x\nB. y\nANSWER: C", "has no option C, which its ANSWER: names"),
        ("Q?\nA. x\nB. y", "has no line ANSWER:"),
        ("Q?\nANSWER: A", "has no options"),
        ("A. x\nB. y\nANSWER: A", "has options but no question above them"),
        ("Q?\nA. x\nANSWER: A", "options: has 1 entries; at least 2 are needed"),
        ("Q?\nA. x\nB. x\nANSWER: A", "is the same as an option before it"),
        ("ANSWER: A", "has no options"),
    ],
)
def test_a_fault_affects_only_its_own_question(text: str, said: str) -> None:
    batch = read(f"First?\nA. x\nB. y\nANSWER: A\n\n{text}\n\nLast?\nA. x\nB. y\nANSWER: B")

    assert [question.stem for question in batch.questions] == ["First?", "Last?"]
    assert batch.left_out == 1
    assert any((said in str(fault) and ":6: error:" in str(fault)) or said in str(fault) for fault in batch.faults)


def test_the_format_is_recognized_by_its_content() -> None:
    assert len(read("Q?\nA. x\nB. y\nANSWER: B", "quiz").questions) == 1
    assert len(read("::ANSWER:: Q?{=a ~b}", "f.txt").questions) == 1


@pytest.mark.parametrize("line", ["**Answer: B**", "> ANSWER B", "Correct answer: B", '"ANSWER: B'])
def test_an_answer_in_other_words_ends_its_question_and_is_reported(line: str) -> None:
    batch = read(f"One?\nA. x\nB. y\n{line}\n\nTwo?\nA. x\nB. y\nANSWER: A\n")

    assert [question.stem for question in batch.questions] == ["Two?"]
    assert batch.left_out == 1
    assert f'gives its answer as "{line}". Write ANSWER: and the letter' in str(batch.faults[0])


def test_lower_case_letters_are_accepted() -> None:
    question = one("1. Which e.g. one?\n\na) x\nb. y\nANSWER: b\n")

    assert (question.stem, key(question)) == ("1. Which e.g. one?", "y")
