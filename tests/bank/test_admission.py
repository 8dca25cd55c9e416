"""The checks that apply to questions of every format: facts, ids, texts that look the same, and what is reported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.bank.faults import Level
from bot.bank.formats import Intake, parse
from tests.bank.builders import CHECKED, PACK, a_question
from tests.bank.rows import INTAKE, ROW, csv, jsonl


def test_our_yaml_is_imported_with_its_faults_reported_by_line() -> None:
    data = """\
section: "1.1"
questions:
  - id: good
    kind: choice
    stem: Which?
    options: [{text: A}, {text: B, correct: true}]
  - id: bad
    kind: choice
    stem: 1.10
    options: [{text: A}, {text: B, correct: true}]
"""

    batch = parse(data.encode(), "f.yaml", INTAKE)

    assert [question.id for question in batch.questions] == ["good"]
    assert 'f.yaml:9: error: bad, stem: is read as the number 1.1, not as text. Put it in quotes: "1.10".' in map(
        str, batch.faults
    )


def test_unknown_facts_are_removed_and_reported() -> None:
    batch = jsonl(covers=["1.1-queue", "gone"])

    assert batch.questions[0].covers == ("1.1-queue",)
    assert batch.faults[0].level is Level.CHANGE
    assert batch.changed == {"x-1"}


def test_the_same_question_is_skipped() -> None:
    (question,) = jsonl().questions
    again = parse(json.dumps(ROW).encode(), "f.jsonl", Intake(on=CHECKED, pack=PACK, taken={"x-1": question}))

    assert (again.questions, again.left_out, again.already_here) == ((), 0, 1)


def test_another_question_with_a_taken_id_is_refused() -> None:
    again = parse(
        json.dumps(ROW).encode(), "f.jsonl", Intake(on=CHECKED, pack=PACK, taken={"x-1": a_question(id="x-1")})
    )

    assert (again.left_out, again.already_here) == (1, 0)


def test_an_id_of_another_pack_needs_a_prefix() -> None:
    refused = parse(json.dumps(ROW).encode(), "f.jsonl", Intake(on=CHECKED, pack=PACK, elsewhere={"x-1": "other"}))
    kept = parse(
        json.dumps(ROW).encode(),
        "f.jsonl",
        Intake(on=CHECKED, pack=PACK, elsewhere={"x-1": "other"}, rename=lambda own: f"my-{own}"),
    )

    assert "is the id of a question in the pack other" in refused.faults[0].problem
    assert kept.questions[0].id == "my-x-1"


def test_a_question_that_is_twice_in_a_file_is_imported_once() -> None:
    batch = parse(f"{json.dumps(ROW)}\n{json.dumps(ROW)}".encode(), "f.jsonl", INTAKE)

    assert (len(batch.questions), batch.left_out) == (1, 1)


@pytest.mark.parametrize("changes", [{}, {"id": ...}])
def test_a_question_twice_in_a_file_counts_the_same_at_the_second_import(changes: dict[str, Any]) -> None:
    row = json.dumps({key: value for key, value in (ROW | changes).items() if value is not ...})
    data = f"{row}\n{row}".encode()
    here = {question.id: question for question in parse(data, "f.jsonl", INTAKE).questions}

    again = parse(data, "f.jsonl", Intake(on=CHECKED, pack=PACK, taken=here))

    assert (again.questions, again.left_out, again.already_here) == ((), 1, 1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"options": ["rec\u200ball", "recall", "other"]}, "option 2, text: is the same as an option before it"),
        (
            {"options": ["\uff32\uff45\uff43\uff41\uff4c\uff4c", "recall", "other"]},
            "is the same as an option before it",
        ),
        ({"options": ["e\u0301tat", "\u00c9TAT", "other"]}, "is the same as an option before it"),
        ({"options": ["a", "\u3164", "other"]}, "option 2, text: contains only invisible characters"),
        ({"stem": "\u2800"}, "stem: contains only invisible characters"),
    ],
)
def test_texts_are_compared_as_they_look(changes: dict[str, Any], said: str) -> None:
    batch = jsonl(correct=[1], option_rationales=..., **changes)

    assert (batch.questions, batch.left_out) == ((), 1)
    assert said in str(batch.faults[0])


def test_options_that_look_different_are_different() -> None:
    (question,) = jsonl(options=["10\u00b3", "103"]).questions

    assert [option.text for option in question.options] == ["10\u00b3", "103"]


def test_a_repeated_row_is_reported_in_terms_of_the_file() -> None:
    batch = csv("choice,Q?,a,b,1", "choice,Q?,a,b,1", head="type,stem,option_1,option_2,correct")

    assert (len(batch.questions), batch.left_out) == (1, 1)
    assert str(batch.faults[0]) == (
        "f.csv:3: error: question 2: is the same question as in line 2. Remove one of the two."
    )


def test_a_repeated_question_on_one_line_is_reported_by_its_number() -> None:
    row = {key: ROW[key] for key in ("type", "stem", "options", "correct")}

    batch = parse(json.dumps([row, {**row, "stem": "Q?"}, row]).encode(), "f.json", INTAKE)

    assert (len(batch.questions), batch.left_out) == (2, 1)
    assert str(batch.faults[0]) == (
        "f.json:1: error: question 3: is the same question as question 1. Remove one of the two."
    )


def test_remedies_use_the_terms_of_the_file() -> None:
    assert jsonl(options="a").faults[0].remedy == "Write it in square brackets: [...]"
    assert jsonl(correct=[0, 1]).faults[0].remedy == "Give `correct` exactly one index, from 0"
    assert csv("x,choice,Q?,a,b,,,1 2").faults[0].remedy == "Write the number of the one right option under correct"


@pytest.mark.parametrize(("first", "said"), [(10, True), (8, True), (7, False)])
def test_a_key_that_is_nearly_always_in_one_position_is_reported(first: int, said: bool) -> None:
    data = "".join(f"Q{n}?{{{'=a ~b ~c' if n < first else '~a ~b =c'}}}\n\n" for n in range(10))
    batch = parse(data.encode(), "f.gift", Intake(on=CHECKED, section="1.1"))

    sentence = f"has A as the right option in {first} of 10 choices, so members would learn the letter"
    assert (sentence in [fault.problem for fault in batch.faults]) == said
    assert len(batch.questions) == 10


@pytest.mark.parametrize("place", [0, 2])
def test_a_stray_quote_before_an_entry_of_yaml_affects_only_that_entry(place: int) -> None:
    entries = [
        f"  - kind: choice\n    stem: Q{n}?\n    options: [{{text: a, correct: true}}, {{text: b}}]\n" for n in range(4)
    ]
    entries[place] = f'"{entries[place]}'

    batch = parse(("questions:\n" + "".join(entries)).encode(), "f.yaml", INTAKE)

    assert (batch.held, batch.left_out) == (4, 1)
    assert f"Q{place}?" not in {question.stem for question in batch.questions}
