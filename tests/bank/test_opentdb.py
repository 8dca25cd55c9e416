from __future__ import annotations

import base64
import html
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.faults import errors
from bot.bank.formats import Batch, Intake, parse
from tests.bank.builders import CHECKED, PACK
from tests.examples import examples

WHICH = {
    "type": "multiple",
    "difficulty": "hard",
    "category": "Science: Computers",
    "question": 'What is "S3" at 5 °C & 1+1 = 100%?',
    "correct_answer": "Storage & more",
    "incorrect_answers": ["A queue", "Café", "x + y"],
}
SO = {
    "type": "boolean",
    "difficulty": "easy",
    "category": "Science: Computers",
    "question": "Is it so, then?",
    "correct_answer": "False",
    "incorrect_answers": ["True"],
}
ENCODINGS = {
    "html": lambda text: html.escape(text).replace("é", "&eacute;").replace("°", "&deg;"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "url3986": lambda text: quote(text, safe=""),
    "urlLegacy": quote_plus,
}


def read(value: Any, file: str = "f.json") -> Batch:
    text = value if isinstance(value, str) else json.dumps(value)
    return parse(text.encode(), file, Intake(on=CHECKED, pack=PACK, section="1.1"))


def encoded(entry: dict[str, Any], encode: Any) -> dict[str, Any]:
    return {key: [*map(encode, value)] if isinstance(value, list) else encode(value) for key, value in entry.items()}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_of_the_service_is_decoded_once(encoding: str) -> None:
    batch = read({"response_code": 0, "results": [encoded(entry, ENCODINGS[encoding]) for entry in (WHICH, SO)]})

    which, so = batch.questions
    assert (which.stem, which.difficulty) == (WHICH["question"], 3)
    assert which.options[which.correct[0]].text == "Storage & more"
    assert {option.text for option in which.options} == {"Storage & more", "A queue", "Café", "x + y"}
    assert ([option.text for option in so.options], so.correct) == (["True", "False"], (1,))


def test_an_entity_ends_with_a_semicolon_and_is_decoded_once() -> None:
    batch = read([{**WHICH, "question": "Is query?a=1&copy=2 the same as &amp;lt; here?"}])

    assert batch.questions[0].stem == "Is query?a=1&copy=2 the same as &lt; here?"


def test_the_right_answer_is_not_always_the_first() -> None:
    batch = read([{**WHICH, "question": f"Which is number {number}?"} for number in range(40)])

    assert {question.correct for question in batch.questions} == {(0,), (1,), (2,), (3,)}


def test_a_file_in_another_order_imports_nothing_new() -> None:
    first = read([WHICH, SO])
    again = [SO, {**WHICH, "incorrect_answers": WHICH["incorrect_answers"][::-1]}]
    batch = parse(
        json.dumps(again).encode(),
        "f.json",
        Intake(on=CHECKED, section="1.1", taken={question.id: question for question in first.questions}),
    )

    assert (batch.questions, batch.already_here) == ((), 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"incorrect_answers": []}, "incorrect_answers: must be a list of texts"),
        ({"incorrect_answers": "no"}, "incorrect_answers: must be a list of texts"),
        ({"question": None}, "question 2, question: is missing, or is not text"),
        ({"type": "riddle"}, 'type: is "riddle"'),
        ({"type": "boolean"}, 'correct_answer: is "Storage & more" in a question of type boolean'),
    ],
)
def test_a_fault_affects_only_its_own_question(change: dict[str, Any], said: str) -> None:
    lines = ",\n".join(json.dumps(entry) for entry in (SO, {**WHICH, **change}, {**SO, "question": "Is it?"}))
    batch = read(f'{{"response_code": 0,\n"results": [\n{lines}]}}')

    assert [question.stem for question in batch.questions] == ["Is it so, then?", "Is it?"]
    assert batch.left_out == 1
    assert any(said in str(fault) and ":4: error:" in str(fault) for fault in batch.faults)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps([SO])[:-1] + ", {", "f.json:1: error: question 2: is not JSON"),
        ('{"incorrect_answers" "correct_answer"', "is not JSON"),
        ('{"a": {"incorrect_answers": 1, "correct_answer": 2}}', "incorrect_answers: must be a list of texts"),
        ('[{"incorrect_answers":"correct_answer", "x":' + "[" * 100_000, "nested too deeply"),
        ('[{"incorrect_answers":1,"correct_answer":' + "1" * 5000 + "}]", "a number with too many digits"),
    ],
)
def test_a_truncated_file_is_reported(text: str, said: str) -> None:
    assert any(said in str(fault) for fault in read(text).faults)


def test_faults_on_one_line_name_the_number_of_the_entry() -> None:
    bad = {**WHICH, "incorrect_answers": "no"}
    twice = {**SO, "correct_answer": "True", "incorrect_answers": ["True"], "type": "multiple"}

    batch = read([SO, bad, {**SO, "question": "Is it?"}, bad, twice])

    wrong = [str(fault).partition(" error: ")[2] for fault in errors(batch.faults)]
    assert {line.split(",")[0].split(":")[0] for line in wrong} == {"question 2", "question 4", "question 5"}


@pytest.mark.parametrize(
    ("code", "meaning"),
    [(1, "has fewer questions"), (3, "does not know"), (4, "already received"), (5, "too many requests")],
)
def test_an_answer_without_questions_says_why(code: int, meaning: str) -> None:
    (fault,) = read({"response_code": code, "results": []}).faults

    assert fault.problem.startswith(f"contains no questions: OpenTDB answered with the response code {code}")
    assert meaning in fault.problem
    assert fault.remedy


@settings(max_examples=examples(50), deadline=None)
@given(
    data=st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["results", "type", "question", "correct_answer", "incorrect_answers"]), inner
            )
        ),
    )
)
def test_any_json_is_read_or_reported(data: Any) -> None:
    batch = read(json.dumps({"results": [data], "x": ["correct_answer", "incorrect_answers"]}))

    assert batch.held <= 1 + json.dumps(data).count("{") + json.dumps(data).count(
        ","
    )  # at most as many questions as the file has values
    assert batch.questions or batch.faults


def test_brackets_that_close_too_early_affect_no_other_question() -> None:
    good = json.dumps(WHICH)

    batch = read('{"response_code": 0, "results": [\n"False"]},\n' + good + "\n]}")

    assert [question.stem for question in batch.questions] == [WHICH["question"]]
    assert batch.held == 2


def test_a_category_is_mapped_to_the_given_section() -> None:
    intake = Intake(on=CHECKED, pack=PACK, section="1.1", categories={"science: computers": "1.2"})

    batch = parse(json.dumps([WHICH]).encode(), "f.json", intake)

    assert batch.questions[0].section == "1.2"
