"""Questions in text tables."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.faults import Level
from bot.bank.formats import Format, parse, write
from bot.bank.formats.spreadsheets import guarded, kept, unguarded
from tests.bank.builders import CHECKED, PACK, a_question
from tests.bank.rows import INTAKE, csv


def test_a_csv_row_becomes_a_question() -> None:
    batch = csv("o-1,Ordering,Put in order,C,A,B,,2 3 1", "c-1,choice,Which?,This,That,,,2")

    assert [question.correct for question in batch.questions] == [(1, 2, 0), (1,)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_can_have_the_separators_of_spreadsheets(separator: str) -> None:
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
def test_a_bad_csv_row_is_reported_and_the_rest_is_imported(row: str, said: str) -> None:
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
def test_a_file_with_a_bad_csv_header_is_refused(head: str, said: str) -> None:
    assert said in str(csv("a,b", head=head).faults[0])


@given(st.text(alphabet=";|\t\r\n '=+-@ax1", max_size=12))
def test_no_separator_makes_a_cell_of_a_formula_and_the_text_comes_back(text: str) -> None:
    assert re.search(r"[;|\t\r\n]\s*[=+\-@]", guarded(text)) is None
    assert unguarded(guarded(text)) == text
    assert unguarded(kept(text)) == text


def test_a_spreadsheet_never_finds_a_formula() -> None:
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


FIVE = [f"choice,Is number {number} good?,yes,no,1" for number in range(5)]
SHORT = "type,stem,option_1,option_2,correct"


def test_a_quote_that_is_never_closed_affects_one_row() -> None:
    rows = list(FIVE)
    rows[2] = 'choice,"Is number 2 good?,yes,no,1'

    batch = csv(*rows, head=SHORT)

    assert [question.stem[10] for question in batch.questions] == ["0", "1", "3", "4"]
    assert batch.left_out == 1
    assert str(batch.faults[0]).startswith('f.csv:4: error: has a quote (") that is never closed')


def test_two_quotes_that_are_never_closed_affect_two_rows() -> None:
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
def test_a_quote_that_swallows_rows_up_to_a_stray_quote_affects_both_their_rows(first: str, last: str) -> None:
    rows = [f"{row},so" for row in FIVE]
    rows[1], rows[3] = first, last

    batch = csv(*rows, head=f"{SHORT},explanation")

    assert [question.stem[10] for question in batch.questions] == ["0", "2", "4"]
    wrong = [fault for fault in batch.faults if fault.level is Level.ERROR]
    assert [fault.line for fault in wrong] == [3, 5]
    assert all("never closed, or that is not doubled" in fault.problem for fault in wrong)


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
def test_lines_and_commas_in_a_text_are_not_swallowed_rows(row: str) -> None:
    batch = csv(row, head=f"{SHORT},explanation")

    assert (len(batch.questions), batch.left_out) == (1, 0)


def test_values_that_a_spreadsheet_changed_in_extra_columns_affect_no_question() -> None:
    batch = csv("choice,Q?,a,b,1,11/23/2026,2.0", "choice,R?,a,b,1,,hard", head=f"{SHORT},checked,difficulty")

    assert [(question.checked, question.difficulty) for question in batch.questions] == [(CHECKED, 2), (CHECKED, 2)]
    assert [fault.key.rpartition(", ")[2] for fault in batch.faults if "was taken as" in fault.problem] == [
        "checked",
        "difficulty",
    ]
    assert batch.left_out == 0


def test_empty_columns_after_the_header_are_ignored() -> None:
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


@pytest.mark.parametrize(
    "head",
    [
        "Question;Option A;Option B;Option C;Answer;Explanation",
        "Question Text;A;B;C;Correct Answer;Feedback",
        "question;option1;option2;option3;correct;rationale",
        "Frage;Antwort 1;Antwort 2;Antwort 3;Antwort;Explanation",
        "Question;Choice (a);Choice (b);Choice (c);Key;Reason",
    ],
)
def test_a_table_under_headings_of_its_own_is_read(head: str) -> None:
    rows = ["Which?;x;y;z;B;so", "Which two?;x;y;z;1,3;", "Which word?;x;y;z;z;", ";;;;;", "Bad?;x;y;z;9;"]

    batch = parse("\n".join([head, *rows]).encode(), "f.csv", INTAKE)

    keys = [[question.options[place].text for place in question.correct] for question in batch.questions]
    assert keys == [["y"], ["x", "z"], ["z"]]
    assert (batch.held, batch.left_out) == (4, 1)
    assert batch.questions[0].explanation == "so"


def test_unknown_columns_are_reported() -> None:
    batch = parse(b"Title\n#,Question,A,B,Answer,Topic,Points\n1,Which?,x,y,B,Cars,5\n2,,,,,,\n", "f.csv", INTAKE)

    assert (len(batch.questions), batch.held) == (1, 1)
    assert [fault.key for fault in batch.faults if fault.problem == "was not read"] == [
        'column "Topic"',
        'column "Points"',
    ]


@pytest.mark.parametrize("head", ["Question,A,C,Answer", "Question,A,B", "A,B,Answer", "Question,A,B,Answer,Key"])
def test_a_table_without_question_or_options_or_answer_is_reported(head: str) -> None:
    batch = parse(f"{head}\nWhich?,x,y,A,B\n".encode(), "f.csv", INTAKE)

    assert (batch.questions, batch.held) == ((), 0)
    assert batch.faults


@pytest.mark.parametrize("text", [r"What is \(x^2\)?", "What is $$x^2$$?", r"What is \[x\]?"])
def test_a_formula_in_tex_is_reported(text: str) -> None:
    batch = parse(f"Question,A,B,Answer\n{text},x,y,A\n".encode(), "f.csv", INTAKE)

    assert any("has a formula in TeX" in str(fault) for fault in batch.faults)
    assert len(batch.questions) == 1


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("B. Rome", ["Rome"]),
        ("b)", ["Rome"]),
        ("(D)", ["Bern, CH"]),
        ("Option C", ["Bonn"]),
        ("A and C", ["Paris", "Bonn"]),
        ("Paris; Bonn", ["Paris", "Bonn"]),
        ("D: Bern, CH", ["Bern, CH"]),
        ("1) Paris", ["Paris"]),
    ],
)
def test_a_key_is_read_as_people_write_it(key: str, right: list[str]) -> None:
    data = f'Question,A,B,C,D,Answer\nQ?,Paris,Rome,Bonn,"Bern, CH","{key}"\n'

    (question,) = parse(data.encode(), "f.csv", INTAKE).questions

    assert [question.options[place].text for place in question.correct] == right


@pytest.mark.parametrize("key", ["B. Paris", "E)", "Paris and Oslo", "Option", "and", "A and", "?"])
def test_a_key_that_names_no_option_is_refused(key: str) -> None:
    batch = parse(f'Question,A,B,C,D,Answer\nQ?,Paris,Rome,Bonn,Bern,"{key}"\n'.encode(), "f.csv", INTAKE)

    assert (batch.questions, batch.left_out) == ((), 1)


def test_a_row_with_more_options_than_letters_is_reported() -> None:
    head = ["Question", *(f"Option {n}" for n in range(1, 12)), "Answer"]
    rows = [["Q?", *"abcdefghijk", "2"], ["R?", *"abcdefghij", "", "2"]]

    batch = parse("\n".join(",".join(row) for row in [head, *rows]).encode(), "f.csv", INTAKE)

    assert [question.stem for question in batch.questions] == ["R?"]
    assert "has more than 10 options" in str(batch.faults[0])
