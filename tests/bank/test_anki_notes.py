"""Other people's notes: choice note types, notes that cannot be graded, and text exports."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.bank.faults import errors
from bot.bank.formats import Format
from bot.study.questions import Kind
from tests.bank.decks import ALL_IN_ONE, key, one, read, text_of

# -- choice note types


@pytest.mark.parametrize(
    ("names", "values", "right"),
    [
        (ALL_IN_ONE, ("Q?", "", "2", "a", "b", "c", "", "", "0 1 0", "", ""), ["b"]),
        (ALL_IN_ONE, ("Q?", "", "1", "a", "b", "c", "", "", "1 0 1 0 0", "", ""), ["a", "c"]),
        (("MC_1", "MC_2", "Question", "Answers"), ("a", "b", "Q?", "01"), ["b"]),
        (
            ("number", "question", *"abcd", "answers", "ref", "explanation"),
            ("7", "Q?", *"wxyz", "A, C", "", ""),
            ["w", "y"],
        ),
        (
            ("question", "optionA", "optionB", "optionC", "answer", "note", "noteA"),
            ("Q?", *"xyz", "BC", "", "no"),
            ["y", "z"],
        ),
        (("Question", "Correct", "Explanation", "Incorrect_1", "Incorrect_2"), ("Q?", "r", "", "v", "w"), ["r"]),
        (("Stem", "Option 1", "Option 2", "CorrectOptions"), ("Q?", "1", "2", "2"), ["2"]),
        (("Stem", "Option 1", "Option 2", "CorrectOptions"), ("Q?", "2", "1", "option_2"), ["1"]),
        (("Front", "Choice 1", "Choice 2", "Answer"), ("Q?", "up", "down", "Down"), ["down"]),
        (("Question", "Option 1", "Option 2", "Key"), ("Q?", "up", "down", "2"), ["down"]),
    ],
)
def test_choices_of_many_authors_are_read_by_the_names_of_their_fields(
    names: Sequence[str], values: Sequence[str], right: list[str]
) -> None:
    question = one(text_of(names, values))

    assert question.stem.startswith("Q?")
    assert sorted(key(question)) == right
    assert question.kind is (Kind.RESPONSE if len(right) > 1 else Kind.CHOICE)


def test_the_reading_of_a_note_type_is_reported_once_and_can_be_overridden() -> None:
    names = ("Frage", "A", "B", "C", "Lösung", "Text")
    rows = [(f"Q{number}?", "x", "y", "z", "2", "So.") for number in (1, 2)]
    said = {"question": ["Frage"], "options": ["A", "B", "C"], "answer": ["Lösung"], "explanation": ["Text"]}

    assert read(text_of(names, *rows)).left_out == 2
    batch = read(text_of(names, *rows), fields=said)
    assert [key(question) for question in batch.questions] == [["y"], ["y"]]
    assert batch.questions[0].explanation == "So."
    notes = [str(fault) for fault in batch.faults if "were read like this" in fault.problem]
    assert len(notes) == 1
    assert 'the question is in "Frage", options are in "A", "B", "C", the answer is in "Lösung"' in notes[0]


@pytest.mark.parametrize(
    ("names", "values", "said"),
    [
        (("Front", "Back"), ("F", "B"), "has no wrong answers and cannot be graded"),
        (("Text", "Back Extra"), ("{{c1::S3::hint}} holds", ""), "with gaps (cloze)"),
        (ALL_IN_ONE, ("Q?", "", "0", "a", "b", "c", "", "", "0 1 0", "", ""), "is a kprim question"),
        (
            ALL_IN_ONE,
            ("Q?", "", "2", "a", "b", "", "", "", "7", "", ""),
            'answer: is "7", which points beyond the options',
        ),
        (ALL_IN_ONE, ("Q?", "", "2", "a", "b", "", "", "", "", "", ""), "answer: is empty"),
        (
            ("Question", "A", "B", "C", "Answer"),
            ("Q?", "B", "A", "C", "b"),
            'answer: is "b", which is the letter of option_2 and the text of option_1',
        ),
        (
            ("Question", "A", "B", "Answer"),
            ("Q?", "20", "10", "10"),
            'answer: is "10", which is the number of option_1 and the text of option_2',
        ),
        (ALL_IN_ONE, ("Q?", "", "2", "a", "b", "", "", "", "0 0", "", ""), "has 0 correct options. Mark one option"),
        (ALL_IN_ONE, ('<img src="x.png"> Q?', "", "2", "a", "b", "", "", "", "1 0", "", ""), "needs a picture"),
        (ALL_IN_ONE, ("[sound:x.mp3] Q?", "", "2", "a", "b", "", "", "", "1 0", "", ""), 'other media ("x.mp3")'),
    ],
)
def test_notes_that_cannot_be_graded_are_reported_and_left_out(
    names: Sequence[str], values: Sequence[str], said: str
) -> None:
    batch = read(text_of(names, values))

    assert (batch.questions, batch.left_out, batch.held) == ((), 1, 1)
    assert any(said in str(fault) and "deck.txt:4: error:" in str(fault) for fault in batch.faults)


# -- text


def test_a_quoted_line_can_begin_with_a_hash_and_an_unquoted_one_is_a_comment() -> None:
    names = "#columns:Question\tA\tB\tAnswer\n"
    batch = read(f'#separator:tab\n#html:false\n{names}"#1 rule?"\tx\ty\tA\n# note to self\tA\tB\tA\n')

    assert [question.stem for question in batch.questions] == ["#1 rule?"]
    assert batch.held == 1


@pytest.mark.parametrize(("html", "stem"), [(True, "Vec?"), (False, "Vec<b>?"), (None, "Vec<b>?")])
def test_text_is_html_only_if_the_file_says_so(html: bool | None, stem: str) -> None:
    said = "" if html is None else f"#html:{str(html).lower()}\n"
    data = f"#separator:Tab\n{said}#columns:Question\tA\tB\tAnswer\nVec<b>?\tx\ty\tA\n"

    assert one(data).stem == stem


def test_headers_name_columns_other_than_fields() -> None:
    data = (
        "#separator:semicolon\n#HTML:true\n# guid column:1\n#notetype column:2\n#deck column:3\n#tags column:15\n"
        "a!b;AllInOne (kprim, mc, sc);Pack::1.2 Second;What is 10<sup>3</sup>?;;2;100;1000;1;;;0 1 0;A book;Thrice.;x y\n"
    )
    question = one(data)

    assert (question.section, question.stem, key(question)) == ("1.2", "What is 10³?", ["1000"])
    assert (question.explanation, question.sources) == ("Thrice.", ("A book",))
    assert question.id.startswith("anki-a-b-")


def test_a_quote_that_swallows_notes_up_to_a_stray_quote_affects_both_their_notes() -> None:
    rows = [f"Q{number}?\tx\ty\tA" for number in range(5)]
    rows[1], rows[3] = '"' + rows[1], rows[3].replace("?", '?"')

    batch = read("\n".join(["#separator:tab", "#columns:Question\tA\tB\tAnswer", *rows]))

    assert [question.stem for question in batch.questions] == ["Q0?", "Q2?", "Q4?"]
    assert [fault.line for fault in errors(batch.faults)] == [4, 6]


def test_a_quote_that_is_never_closed_affects_only_its_own_note() -> None:
    data = '#separator:tab\n#columns:Question\tA\tB\tAnswer\nOne?\tx\ty\tA\n"Two?\tx\ty\tA\nThree?\t"x" now\ty\tB\n'
    batch = read(data)

    assert [question.stem for question in batch.questions] == ["One?", "Three?"]
    assert "deck.txt:4: error: question 2: has a quote" in str(batch.faults[0])


@pytest.mark.parametrize("sign", ['"', "\0", "", "#", "\r", "nonsense"])
def test_any_character_can_be_named_as_the_separator(sign: str) -> None:
    assert read(f'#separator:{sign}\n#columns:Question\na\t"b\n', format=Format.ANKI).held == 1


def test_an_oversized_field_affects_only_its_own_note() -> None:
    batch = read("#separator:tab\n#columns:Question\tA\tB\tAnswer\n" + "x" * 200_000 + "\tx\ty\tA\nOne?\tx\ty\tA\n")

    assert ([question.stem for question in batch.questions], batch.left_out) == (["One?"], 1)
    assert "a field that is too long" in str(batch.faults[0])


@pytest.mark.parametrize(
    ("answer", "right"), [("3", "c"), ("C", "c"), ("0 0 1 0", "c"), ("0010", "c"), ("c", "c"), ("4", "d"), ("1", "a")]
)
def test_a_key_counts_the_empty_fields_between_options(answer: str, right: str) -> None:
    assert key(one(text_of(("Question", *"ABCD", "Answer"), ("Q?", "a", "", "c", "d", answer)))) == [right]


@pytest.mark.parametrize("answer", ["2", "B", "0 1 0 0", "1 2"])
def test_a_key_that_names_an_empty_field_is_refused(answer: str) -> None:
    batch = read(text_of(("Question", *"ABCD", "Answer"), ("Q?", "a", "", "c", "d", answer)))

    assert (batch.questions, batch.left_out) == ((), 1)
    assert 'answer: names the field "B", which is empty' in str(batch.faults[0])


def test_a_key_can_be_the_name_of_the_field_of_an_option() -> None:
    names = ("Question", "Option 1", "Option 2", "Option 3", "Answer")

    assert key(one(text_of(names, ("Q?", "a", "", "c", "Option 3")))) == ["c"]
