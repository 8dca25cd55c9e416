"""The spreadsheet templates of quiz sites, filled in as people fill them in."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest

from bot.bank.formats import Batch, Intake, parse
from tests.bank.builders import CHECKED, PACK

KAHOOT = [
    ["", "Quiz template"],
    ["", "Add questions, at least two answer alternatives, time limit and choose correct answers (at least one)."],
    [],
    ["", "Remember: questions have a limit of 120 characters and answers can have 75 characters max."],
    [],
    [],
    [],
    [
        "",
        "Question - max 120 characters",
        *(f"Answer {n} - max 75 characters" for n in range(1, 5)),
        "Time limit (sec) \u2013 5, 10, 20, 30, 60, 90, 120, or 240 secs",
        "Correct answer(s) - choose at least one",
    ],
]
WAYGROUND = [
    [
        *("Question Text", "Question Type"),
        *(f"Option {n}" for n in range(1, 6)),
        *("Correct Answer", "Time in seconds", "Image Link", "Answer explanation"),
    ],
    [
        "Text of the question\n\n(required)",
        "Question Type\n\n(default is Multiple Choice)",
        "Text for option 1",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
    ],
]
BLOOKET = [
    ["Blooket\nImport Template"],
    [
        *("Question #", "Question Text", "Answer 1", "Answer 2", "Answer 3\n(Optional)", "Answer 4\n(Optional)"),
        *("Time Limit (sec)\n(Max: 300 seconds)", "Correct Answer(s)\n(Only include Answer #)"),
    ],
]
GIMKIT = [
    ["Gimkit Spreadsheet Import Template", "", "", "", ""],
    [
        "Question",
        "Correct Answer",
        "Incorrect Answer 1",
        "Incorrect Answer 2 (Optional)",
        "Incorrect Answer 3 (Optional)",
    ],
]


def xlsx(rows: Sequence[Sequence[Any]]) -> Batch:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return parse(out.getvalue(), "quiz.xlsx", Intake(on=CHECKED, pack=PACK, section="1.1"))


def text(rows: Sequence[Sequence[Any]], delimiter: str = ",") -> Batch:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return parse(out.getvalue().encode("utf-8-sig"), "quiz", Intake(on=CHECKED, pack=PACK, section="1.1"))


READERS = {"xlsx": xlsx, "csv": text, "semicolons": lambda rows: text(rows, ";"), "tabs": lambda rows: text(rows, "\t")}
in_each = pytest.mark.parametrize("read", READERS.values(), ids=READERS)


def keys(batch: Batch) -> list[list[str]]:
    return [[question.options[place].text for place in question.correct] for question in batch.questions]


@in_each
def test_kahoot(read: Any) -> None:
    batch = read(
        [
            *KAHOOT,
            [1, "Which?", "a", "b", "c", "d", 20, 2],
            [2, "Which two?", "a", "b", "c", "", 20, "1,3"],
            [3, "", "", "", "", "", "", ""],
        ]
    )

    assert keys(batch) == [["b"], ["a", "c"]]
    assert batch.held == 2


@in_each
def test_wayground(read: Any) -> None:
    rows = [
        ["Which?", "", "a", "b", "c", "", "", 3, 30, "", "Since c."],
        ["Which two?", "Checkbox", "a", "b", "c", "d", "e", "1,5", 30, "", ""],
        ["What do you think?", "Poll", "a", "b", "", "", "", "", 30, "", ""],
        ["Say it.", "Fill-in-the-Blank", "a", "", "", "", "", 1, 30, "", ""],
        ["What is this?", "Multiple Choice", "a", "b", "", "", "", 1, 30, "https://example.org/x", ""],
    ]

    batch = read([*WAYGROUND, *rows])

    assert keys(batch) == [["c"], ["a", "e"]]
    assert batch.questions[0].explanation == "Since c."
    assert (batch.held, batch.left_out) == (5, 3)
    said = " ".join(map(str, batch.faults))
    assert "is of the type poll, which has no right answer" in said
    assert "asks for a typed answer" in said
    assert "needs a picture or other media" in said


@in_each
def test_blooket(read: Any) -> None:
    rows = [
        [1, "Which?", "a", "b", "", "", 20, 2],
        [2, "Which two?", "a", "b", "c", "", 20, "1,3"],
        [3, "Type it", "a", "b", "", "", 20, "", "typing"],
    ]

    batch = read([*BLOOKET, *rows])

    assert keys(batch) == [["b"], ["a", "c"]]
    assert (batch.held, batch.left_out) == (3, 1)


@in_each
def test_gimkit(read: Any) -> None:
    batch = read([*GIMKIT, ["Which?", "right", "wrong", "other", ""], ["Which else?", "this", "that", "", ""]])

    assert keys(batch) == [["right"], ["this"]]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (1.3, "is 1.3, which is not the number of an answer; was it 1,3?"),
        (13, "is 13, which is not the number of an answer; was it 1,3?"),
        (5, "is 5, but there are 4 answers"),
        ("b", 'is "b", which is not the number of an answer'),
        ("", "is empty, so no answer is right"),
    ],
)
def test_a_key_that_a_spreadsheet_changed_is_reported_in_terms_of_the_template(key: Any, said: str) -> None:
    batch = xlsx([*KAHOOT, [1, "Which?", "a", "b", "c", "d", 20, key]])

    (fault,) = batch.faults
    assert (batch.left_out, fault.line, fault.problem) == (1, 9, said)
    assert "Correct answer(s)" in fault.key


def test_a_picture_is_left_out_on_request() -> None:
    rows = [*WAYGROUND, ["What is this?", "", "a", "b", "", "", "", 1, 30, "https://example.org/x", ""]]
    out = StringIO()
    csv.writer(out).writerows(rows)

    batch = parse(out.getvalue().encode(), "q.csv", Intake(on=CHECKED, pack=PACK, section="1.1", without_pictures=True))

    assert [question.stem for question in batch.questions] == ["What is this?"]
    assert batch.changed == {batch.questions[0].id}


@pytest.mark.parametrize("first", ["Timestamp", "Zeitstempel", "Start time"])
def test_answers_to_a_form_are_not_questions(first: str) -> None:
    batch = text([[first, "Score", "Which?"], ["1/2/2026", "3 / 5", "a"]])

    assert (batch.held, len(batch.faults)) == (0, 1)


def test_answers_to_a_form_are_reported_as_answers() -> None:
    batch = xlsx([["Timestamp", "Score", "Which?"], ["1/2/2026", "3 / 5", "a"]])

    assert batch.faults[0].problem == "contains people's answers to a form, not its questions"
