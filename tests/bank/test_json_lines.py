"""Questions in JSON: one per line, or an array."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.bank.faults import Level
from bot.bank.formats import Format, parse, write
from bot.study.questions import Case, Kind
from tests.bank.builders import CHECKED, PACK, a_pack, a_question
from tests.bank.rows import INTAKE, ROW, jsonl


def test_a_json_line_becomes_a_question() -> None:
    (question,) = jsonl().questions

    assert (question.id, question.kind, question.correct, question.difficulty) == ("x-1", Kind.CHOICE, (1,), 3)
    assert [option.rationale for option in question.options] == ["No.", "Yes."]
    assert jsonl().faults == ()


def test_a_json_line_has_exactly_the_documented_keys() -> None:
    pack = a_pack(a_question())

    row = json.loads(write(pack.active, {}, Format.JSONL, pack))

    assert list(row) == list(ROW)


def test_missing_values_are_filled_in_and_reported() -> None:
    batch = jsonl(
        id=..., section=..., difficulty=..., explanation=..., option_rationales=..., sources=..., covers=..., case=...
    )

    (question,), (fault,) = batch.questions, batch.faults
    assert (question.section, question.difficulty, question.checked) == ("1.1", 2, CHECKED)
    assert question.id.startswith("q-")
    assert fault.level is Level.WARNING
    assert fault.problem == "has no explanation, source, rationale for 2 of 2 options"


def test_a_question_without_an_id_gets_the_same_one_every_time() -> None:
    assert jsonl(id=...).questions[0].id == jsonl(id=..., difficulty=1).questions[0].id
    assert jsonl(id=...).questions[0].id != jsonl(id=..., stem="Another?").questions[0].id


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"correct": [2]}, "f.jsonl:1: error: x-1, correct: points beyond the options. There are 2 options."),
        ({"correct": [-1]}, "points beyond the options"),
        ({"correct": "1"}, "correct: must be a list"),
        ({"correct": ["1"]}, "must be a whole number"),
        ({"correct": [True]}, "must be a whole number"),
        ({"correct": []}, "has 0 correct options"),
        ({"type": "poll"}, 'type: cannot be "poll". Write choice, response, ordering or matching.'),
        ({"type": "ordering"}, "correct: does not name every option once"),
        ({"type": "matching", "prompts": ["a"], "correct": [0, 1]}, "correct: has 2 entries for 1 prompts"),
        ({"type": "matching", "prompts": ["a"], "correct": [0]}, "prompts: has 1 entries; at least 3 are needed"),
        ({"prompts": ["a"]}, "prompts: does not go with choice"),
        ({"options": ["This", 3]}, "option 2: is read as the number 3, not as text"),
        ({"option_rationales": ["No."]}, "option_rationales: has 1 entries for 2 options"),
        ({"section": "7"}, 'section: "7" is not a section with questions. Use one of 1.1, 1.2.'),
        ({"case": "gone"}, 'case: "gone" has no scenario in this file'),
        ({"stem": "x" * 601}, "stem: has 601 characters"),
        ({"stem": "\ud800"}, "stem: contains an invisible control character"),
        ({"hint": "no"}, "hint: is not a known key"),
        ({"id": "a b"}, 'id: cannot be "a b"'),
        ({"stem": ...}, "stem: is missing"),
    ],
)
def test_a_bad_json_line_is_reported_and_left_out(changes: dict[str, Any], said: str) -> None:
    batch = jsonl(**changes)

    assert (batch.questions, batch.left_out) == ((), 1)
    assert any(said in str(fault) for fault in batch.faults), batch.faults


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "must be a set of keys"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a": NaN}', "contains NaN, which is not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "contains a number with too many digits"),
        ('{"type": "choice", "type": "choice"}', "has a key twice"),
    ],
)
def test_bad_json_is_reported_and_the_rest_is_imported(line: str, said: str) -> None:
    batch = parse(f"{line}\n\n{json.dumps(ROW)}\n".encode(), "f.jsonl", INTAKE)

    assert [question.id for question in batch.questions] == ["x-1"]
    assert str(batch.faults[0]).startswith("f.jsonl:1: error:")
    assert said in str(batch.faults[0])


def test_a_case_question_is_complete_in_one_json_line() -> None:
    case = Case("1.1-c", "A shop sells hats.")
    data = write([a_question(case="1.1-c")], {"1.1-c": case}, Format.JSONL, PACK)

    batch = parse(data, "f.jsonl", INTAKE)

    assert json.loads(data)["stem"].startswith("A shop sells hats.\n\nA bakery takes orders")
    assert batch.cases == {"1.1-c": case}
    assert batch.questions == (a_question(case="1.1-c"),)


def test_two_scenarios_for_one_case_are_refused() -> None:
    lines = [json.dumps(ROW | {"id": name, "case": "c", "stem": f"{name}.\n\nWhich?"}) for name in ("x", "y")]

    batch = parse("\n".join(lines).encode(), "f.jsonl", INTAKE)

    assert [question.id for question in batch.questions] == ["x"]
    assert 'y, case: "c" has a different scenario than above' in str(batch.faults[0])


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"title": "Mine", "questions": rows}])
def test_a_json_array_is_read(indent: int | None, wrap: Any) -> None:
    text = json.dumps(wrap([ROW, ROW | {"id": "x-2"}]), indent=indent)

    batch = parse(text.encode(), "f.json", INTAKE)

    assert [question.id for question in batch.questions] == ["x-1", "x-2"]
    assert batch.faults == ()


def test_a_broken_object_of_a_json_array_affects_only_itself_and_is_reported_in_terms_of_json() -> None:
    rows = [json.dumps(ROW | {"id": f"x-{number}"}) for number in range(3)]
    rows[1] = rows[1].replace('"options": [', '"options": "')

    batch = parse(f"[\n{rows[0]},\n{rows[1]},\n{rows[2]}\n]".encode(), "f.json", INTAKE)

    assert [question.id for question in batch.questions] == ["x-0", "x-2"]
    (fault,) = batch.faults
    assert str(fault).startswith("f.json:3: error: question 2: is not JSON: ")
    assert fault.remedy == "Write an array of objects, with commas between them"


def test_a_fault_of_json_on_one_line_names_its_entry() -> None:
    rows = [{**ROW, "id": "x-0"}, {**ROW, "id": "x-1", "options": "a"}, {"stem": "Q?"}]

    keys = [fault.key for fault in parse(json.dumps(rows).encode(), "f.json", INTAKE).faults]

    assert keys == ["x-1, options", "question 3, type", "question 3, options", "question 3, correct"]


@pytest.mark.parametrize(
    "text",
    [
        "[{0},{1}]\n[{2}]",
        "[{0},{1}]]>,{2}]",
        '{{"questions": [{0},{1}], "title": "A"}}\n{{"questions": [{2}], "more": {{"a": [{{}}]}}}}',
        '{{"questions": []]{0},{1},{2}]}}',
    ],
    ids=["two arrays", "a bracket too many", "two objects with lists", "a list that ends at once"],
)
def test_objects_after_the_end_of_a_list_are_read_too(text: str) -> None:
    rows = [json.dumps(ROW | {"id": f"x-{number}"}) for number in range(3)]

    batch = parse(text.format(*rows).encode(), "f.json", INTAKE)

    assert [question.id for question in batch.questions] == ["x-0", "x-1", "x-2"]
    assert batch.held == 3


@pytest.mark.parametrize("stray", ["[", '"', "7 ", "]"])
def test_a_stray_character_before_an_object_of_an_array_affects_no_other(stray: str) -> None:
    rows = [json.dumps(ROW | {"id": f"x-{number}"}) for number in range(4)]
    text = "[\n" + ",\n".join([rows[0], stray + rows[1], *rows[2:]]) + "\n]"

    batch = parse(text.encode(), "f.json", INTAKE)

    assert {"x-0", "x-2", "x-3"} <= {question.id for question in batch.questions}
    assert batch.held in (4, 5)
