from __future__ import annotations

import json
from typing import Any

import pytest

from bot.bank.faults import Level
from bot.bank.formats import Batch, Format, Intake, parse, write
from bot.study.questions import Case, Kind
from tests.bank.builders import CHECKED, PACK, a_pack, a_question

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")
ROW: dict[str, Any] = {
    "id": "x-1",
    "section": "1.1",
    "type": "choice",
    "stem": "Which one?",
    "options": ["This", "That"],
    "correct": [1],
    "explanation": "It is.",
    "option_rationales": ["No.", "Yes."],
    "sources": ["A: B"],
    "covers": ["1.1-queue"],
    "exams": ["c02"],
    "skills": ["3.1.4"],
    "difficulty": 3,
    "case": None,
}


def jsonl(**changes: Any) -> Batch:
    row = {key: value for key, value in (ROW | changes).items() if value is not ...}
    return parse(json.dumps(row).encode(), "f.jsonl", INTAKE)


def csv(*rows: str, head: str = "id,type,stem,option_1,option_2,option_3,prompt_1,correct") -> Batch:
    return parse("\n".join([head, *rows]).encode(), "f.csv", INTAKE)


def test_a_json_line_becomes_a_question() -> None:
    (question,) = jsonl().questions

    assert (question.id, question.kind, question.correct, question.difficulty) == ("x-1", Kind.CHOICE, (1,), 3)
    assert [option.rationale for option in question.options] == ["No.", "Yes."]
    assert jsonl().faults == ()


def test_a_json_line_has_exactly_the_promised_keys() -> None:
    pack = a_pack(a_question())

    row = json.loads(write(pack.active, {}, Format.JSONL, pack))

    assert list(row) == list(ROW)


def test_what_is_missing_is_filled_in_and_said() -> None:
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
        ({"type": "ordering"}, "correct: is no order of all options"),
        ({"type": "matching", "prompts": ["a"], "correct": [0, 1]}, "correct: has 2 entries for 1 prompts"),
        ({"type": "matching", "prompts": ["a"], "correct": [0]}, "prompts: has 1 entries; at least 3 are needed"),
        ({"prompts": ["a"]}, "prompts: does not go with choice"),
        ({"options": ["This", 3]}, "option 2: is read as the number 3, not as text"),
        ({"option_rationales": ["No."]}, "option_rationales: has 1 entries for 2 options"),
        ({"section": "7"}, 'section: "7" is no section that holds questions. Use one of 1.1, 1.2.'),
        ({"case": "gone"}, 'case: "gone" has no scenario in this file'),
        ({"stem": "x" * 601}, "stem: has 601 characters"),
        ({"stem": "\ud800"}, "stem: holds an invisible control character"),
        ({"hint": "no"}, "hint: is not a known key"),
        ({"id": "a b"}, 'id: cannot be "a b"'),
        ({"stem": ...}, "stem: is missing"),
    ],
)
def test_a_bad_json_line_is_named_and_left_out(changes: dict[str, Any], said: str) -> None:
    batch = jsonl(**changes)

    assert (batch.questions, batch.left_out) == ((), 1)
    assert any(said in str(fault) for fault in batch.faults), batch.faults


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "must be a set of keys"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a": NaN}', "holds NaN, which is not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "holds a number without end"),
        ('{"type": "choice", "type": "choice"}', "holds a key twice"),
    ],
)
def test_bad_json_is_named_and_the_rest_goes_in(line: str, said: str) -> None:
    batch = parse(f"{line}\n\n{json.dumps(ROW)}\n".encode(), "f.jsonl", INTAKE)

    assert [question.id for question in batch.questions] == ["x-1"]
    assert str(batch.faults[0]).startswith("f.jsonl:1: error:")
    assert said in str(batch.faults[0])


def test_a_case_question_is_whole_in_one_json_line() -> None:
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
    assert 'y, case: "c" has another scenario than above' in str(batch.faults[0])


def test_a_csv_row_becomes_a_question() -> None:
    batch = csv("o-1,Ordering,Put in order,C,A,B,,2 3 1", "c-1,choice,Which?,This,That,,,2")

    assert [question.correct for question in batch.questions] == [(1, 2, 0), (1,)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_may_be_separated_as_spreadsheets_do(separator: str) -> None:
    rows = ["type,stem,option_1,option_2,correct", 'choice,"One, two; three?",This,That,1']
    data = "\r\n".join(rows).replace(",", separator) if separator != "," else "\r\n".join(rows)

    (question,) = parse(b"\xef\xbb\xbf" + data.encode(), "f.csv", INTAKE).questions

    assert question.options[0].text == "This"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,choice,Which?,This,That,,,Z", 'f.csv:2: error: x, correct: is "Z", which is neither a number'),
        ("x,choice,Which?,This,That,,,3", 'x, correct: is "3", which points beyond the options'),
        ("x,choice,Which?,This,That,,,", "x, correct: is empty"),
        ("x,choice,Which?,This,,That,,1", "option 2, text: is empty"),
        ("x,poll,Which?,This,That,,,1", 'type: cannot be "poll"'),
        ("x,choice", "correct: is"),
        ("x,choice,Which?,This,That,,,1,more", "has more cells than the first row"),
    ],
)
def test_a_bad_csv_row_is_named_and_the_rest_goes_in(row: str, said: str) -> None:
    batch = csv(row, "c-1,choice,Which?,This,That,,,2")

    assert [question.id for question in batch.questions] == ["c-1"]
    assert any(said in str(fault) for fault in batch.faults), batch.faults


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("id,stem", "f.csv:1: error: the first row: lacks type, option_1, option_2, correct."),
        ("type,stem,option_1,option_2,correct,colour", 'has an unknown column "colour"'),
        ("type,stem,option_1,option_2,correct,stem", "names a column twice"),
    ],
)
def test_a_bad_csv_header_is_refused_whole(head: str, said: str) -> None:
    assert said in str(csv("a,b", head=head).faults[0])


def test_a_spreadsheet_never_sees_a_formula() -> None:
    evil = a_question(stem="=HYPERLINK(1)", explanation="'=x", options=("-5", "+1 +2", "@a", "b"))

    data = write([evil], {}, Format.CSV, PACK).decode("utf-8-sig")

    assert "'=HYPERLINK(1)" in data
    assert "''=x" in data
    assert ",'-5,'+1 +2,'@a,b," in data
    assert parse(data.encode(), "f.csv", INTAKE).questions == (evil,)


def test_lines_of_a_csv_are_counted_through_cells_with_line_breaks() -> None:
    batch = csv('a,choice,"Which\none\nis it?",This,That,,,1', "b,choice,Which?,This,That,,,9")

    assert batch.questions[0].stem == "Which one is it?"
    assert batch.faults[0].line == 5


def test_our_yaml_goes_in_with_its_faults_named_by_line() -> None:
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


def test_unknown_facts_are_taken_out_and_said() -> None:
    batch = jsonl(covers=["1.1-queue", "gone"])

    assert batch.questions[0].covers == ("1.1-queue",)
    assert batch.faults[0].level is Level.CHANGE
    assert batch.changed == {"x-1"}


def test_the_same_question_again_is_passed_over() -> None:
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


def test_a_question_twice_in_a_file_goes_in_once() -> None:
    batch = parse(f"{json.dumps(ROW)}\n{json.dumps(ROW)}".encode(), "f.jsonl", INTAKE)

    assert (len(batch.questions), batch.left_out) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"options": ["rec\u200ball", "recall", "other"]}, "option 2, text: is the same as an option before it"),
        (
            {"options": ["\uff32\uff45\uff43\uff41\uff4c\uff4c", "recall", "other"]},
            "is the same as an option before it",
        ),
        ({"options": ["e\u0301tat", "\u00c9TAT", "other"]}, "is the same as an option before it"),
        ({"options": ["a", "\u3164", "other"]}, "option 2, text: is empty but for invisible characters"),
        ({"stem": "\u2800"}, "stem: is empty but for invisible characters"),
    ],
)
def test_texts_are_compared_by_what_is_seen(changes: dict[str, Any], said: str) -> None:
    batch = jsonl(correct=[1], option_rationales=..., **changes)

    assert (batch.questions, batch.left_out) == ((), 1)
    assert said in str(batch.faults[0])


def test_options_that_look_different_are_different() -> None:
    (question,) = jsonl(options=["10\u00b3", "103"]).questions

    assert [option.text for option in question.options] == ["10\u00b3", "103"]


def test_the_same_row_twice_is_said_in_terms_of_the_file() -> None:
    batch = csv("choice,Q?,a,b,1", "choice,Q?,a,b,1", head="type,stem,option_1,option_2,correct")

    assert (len(batch.questions), batch.left_out) == (1, 1)
    assert str(batch.faults[0]) == (
        "f.csv:3: error: question 2: is the same question as in line 2. Remove one of the two."
    )


def test_the_same_question_twice_on_one_line_is_said_by_its_number() -> None:
    row = {key: ROW[key] for key in ("type", "stem", "options", "correct")}

    batch = parse(json.dumps([row, {**row, "stem": "Q?"}, row]).encode(), "f.json", INTAKE)

    assert (len(batch.questions), batch.left_out) == (2, 1)
    assert str(batch.faults[0]) == (
        "f.json:1: error: question 3: is the same question as question 1. Remove one of the two."
    )


FIVE = [f"choice,Is number {number} good?,yes,no,1" for number in range(5)]
SHORT = "type,stem,option_1,option_2,correct"


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    rows = list(FIVE)
    rows[2] = 'choice,"Is number 2 good?,yes,no,1'

    batch = csv(*rows, head=SHORT)

    assert [question.stem[10] for question in batch.questions] == ["0", "1", "3", "4"]
    assert batch.left_out == 1
    assert str(batch.faults[0]).startswith('f.csv:4: error: has a quote (") that is never closed')


def test_two_quotes_that_are_never_closed_cost_two_rows() -> None:
    rows = list(FIVE)
    rows[1] = 'choice,"Is number 1 good?,yes,no,1'
    rows[3] = 'choice,"Is number 3 good?,yes,no,1'

    batch = csv(*rows, head=SHORT)

    assert [question.stem[10] for question in batch.questions] == ["0", "2", "4"]
    assert [fault.line for fault in batch.faults if fault.level is Level.ERROR] == [3, 5]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ('choice,"Is number 1 good?,yes,no,1,so', 'choice,Is number 3 good?",yes,no,1,so'),
        ('choice,Is number 1 good?,yes,no,1,"so', 'choice,Is number 3 good?,yes,no,1,it is"'),
        ('choice,Is number 1 good?,"yes,no,1,so', 'choice,Is number 3 good?,yes",no,1,"so, it is"'),
    ],
)
def test_a_quote_that_swallows_rows_up_to_a_stray_one_costs_both_their_rows(first: str, last: str) -> None:
    rows = [f"{row},so" for row in FIVE]
    rows[1], rows[3] = first, last

    batch = csv(*rows, head=f"{SHORT},explanation")

    assert [question.stem[10] for question in batch.questions] == ["0", "2", "4"]
    wrong = [fault for fault in batch.faults if fault.level is Level.ERROR]
    assert [fault.line for fault in wrong] == [3, 5]
    assert all("never closed, or that stands alone" in fault.problem for fault in wrong)


@pytest.mark.parametrize(
    "row",
    [
        'choice,"one\rtwo, three\nfour",a,b,1,so',
        'choice,"one\nwhat?",a,b,1,so\rso',
        'choice,"\nwhat?",a,b,1,so',
        'choice,"what?\nx",' + '"a,"' * 30_000 + ",b,1,so",
        'choice,"what?\n",""' + ",x" * 70_000 + '""',
    ],
)
def test_no_row_of_several_lines_breaks_the_reader(row: str) -> None:
    batch = csv(row, *FIVE, head=f"{SHORT},explanation")

    assert [question.stem for question in batch.questions][-5:] == [f"Is number {number} good?" for number in range(5)]


@pytest.mark.parametrize(
    "row",
    [
        'choice,"What is printed?\nx = [1, 2, 3, 4, 5, 6]\nprint(x, 1, 2, 3)",a,b,1,"so, and so, and so"',
        'choice,"Of a, b, c, d and e,\nwhich one?",a,b,1,"because, as said, it is so"',
        'choice,Which?,a,b,1,"It is so.\nFirst, second, third, fourth, fifth, sixth"',
    ],
)
def test_lines_and_commas_of_a_text_are_no_swallowed_rows(row: str) -> None:
    batch = csv(row, head=f"{SHORT},explanation")

    assert (len(batch.questions), batch.left_out) == (1, 0)


def test_what_a_spreadsheet_made_of_the_bookkeeping_costs_no_question() -> None:
    batch = csv("choice,Q?,a,b,1,11/23/2026,2.0", "choice,R?,a,b,1,,hard", head=f"{SHORT},checked,difficulty")

    assert [(question.checked, question.difficulty) for question in batch.questions] == [(CHECKED, 2), (CHECKED, 2)]
    assert [fault.key.rpartition(", ")[2] for fault in batch.faults if "was taken as" in fault.problem] == [
        "checked",
        "difficulty",
    ]
    assert batch.left_out == 0


def test_empty_columns_behind_the_header_are_ignored() -> None:
    assert len(csv("choice,Q?,a,b,1,,,", head=f"{SHORT},,,").questions) == 1


@pytest.mark.parametrize("key", ["2", "2.0", "b", "B", "two words", "Two  Words"])
def test_a_key_is_a_number_a_letter_or_the_text_of_an_option(key: str) -> None:
    (question,) = csv(f"choice,Q?,first,two words,{key}", head=SHORT).questions

    assert question.correct == (1,)


THREE = "type,stem,option_1,option_2,option_3,correct"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("choice,Q?,0,A,B,A", 'correct: is "A", which is the letter of option_1 and the text of option_2'),
        ("choice,Q?,2,1,3,1", 'correct: is "1", which is the number of option_1 and the text of option_2'),
        (
            "response,Q?,2,3,1,1 2",
            'is "1 2", which is the number of option_1 option_2 and the text of option_3 option_1',
        ),
        ("response,Q?,A,B,AB,AB", 'is "AB", which is the letter of option_1 option_2 and the text of option_3'),
        ("choice,Q?,x,x,z,x", 'correct: is "x", which is the text of 2 options'),
        ("choice,Q?,x,y,z,", "correct: is empty"),
    ],
)
def test_a_key_with_two_readings_is_refused_with_both(row: str, said: str) -> None:
    batch = csv(row, head=THREE)

    assert (batch.questions, batch.left_out) == ((), 1)
    assert said in str(batch.faults[0])


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ("choice,Q?,0,A,B,option_2", 1),
        ("choice,Q?,A,B,C,b", 1),
        ("choice,Q?,10,20,30,20", 1),
        ("choice,Q?,A,B,AB,AB", 2),
        ("choice,Q?,x,bad,D,bad", 1),
    ],
)
def test_a_key_with_one_reading_is_taken(row: str, right: int) -> None:
    assert csv(row, head=THREE).questions[0].correct == (right,)


def test_our_table_names_columns_where_a_number_could_be_a_text() -> None:
    question = a_question(options=("2", "1", "3", "4"), correct=(1,))

    for format in (Format.CSV, Format.XLSX):
        data = write([question], {}, format, PACK)
        assert parse(data, f"f.{format}", INTAKE).questions[0].correct == (1,)
    assert ",option_2," in write([question], {}, Format.CSV, PACK).decode()


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "sep=;\r"])
def test_a_first_line_may_name_the_separator(first: str) -> None:
    batch = csv("choice;Q, or what?;a;b;1", head=f"{first}\nType;Stem;Option 1;option 2;Correct;;")

    assert [question.stem for question in batch.questions] == ["Q, or what?"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_unicode_text_of_a_spreadsheet_is_read(encoding: str) -> None:
    text = "type\tstem\toption_1\toption_2\tcorrect\r\nchoice\tQ\u00e9?\ta\tb\t1\r\n"

    (question,) = parse(text.encode(encoding), "f.csv", INTAKE).questions

    assert question.stem == "Q\u00e9?"


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"title": "Mine", "questions": rows}])
def test_a_json_array_is_read(indent: int | None, wrap: Any) -> None:
    text = json.dumps(wrap([ROW, ROW | {"id": "x-2"}]), indent=indent)

    batch = parse(text.encode(), "f.json", INTAKE)

    assert [question.id for question in batch.questions] == ["x-1", "x-2"]
    assert batch.faults == ()


def test_a_broken_object_of_a_json_array_costs_itself_alone_in_words_of_json() -> None:
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


def test_remedies_speak_the_words_of_the_file() -> None:
    assert jsonl(options="a").faults[0].remedy == "Write it in square brackets: [...]"
    assert jsonl(correct=[0, 1]).faults[0].remedy == "Give `correct` exactly one index, from 0"
    assert csv("x,choice,Q?,a,b,,,1 2").faults[0].remedy == "Write the number of the one right option under correct"


@pytest.mark.parametrize(("first", "said"), [(10, True), (8, True), (7, False)])
def test_a_key_that_nearly_always_stands_at_one_place_is_said(first: int, said: bool) -> None:
    data = "".join(f"Q{n}?{{{'=a ~b ~c' if n < first else '~a ~b =c'}}}\n\n" for n in range(10))
    batch = parse(data.encode(), "f.gift", Intake(on=CHECKED, section="1.1"))

    sentence = f"has the right option as A in {first} of 10 choices, so that members learn the letter"
    assert (sentence in [fault.problem for fault in batch.faults]) == said
    assert len(batch.questions) == 10
