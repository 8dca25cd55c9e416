"""Spreadsheets: the bot imports what a cell shows."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings

from bot.bank.faults import Level
from bot.bank.formats import Batch, Format, Intake, parse, write
from bot.bank.loader import load_pack
from bot.study.questions import Case, Question
from tests.bank.builders import CHECKED, PACK, a_question
from tests.bank.strategies import banks, scenarios
from tests.examples import examples

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")
HEAD = ("type", "stem", "option_1", "option_2", "correct")
SOFFICE = shutil.which("soffice")


def book(
    *rows: Sequence[Any], formats: Mapping[str, str] | None = None, change: Callable[[Any], None] = lambda _: None
) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for cell, format in (formats or {}).items():
        made.active[cell].number_format = format
    change(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def read(data: bytes, file: str = "f.xlsx") -> Batch:
    return parse(data, file, INTAKE)


def shown(value: Any, format: str = "General") -> tuple[str, Batch]:
    """Return how the cell of an option is imported, and the batch."""
    batch = read(book(HEAD, ("choice", "Q?", value, "other", 1), formats={"C2": format}))
    return batch.questions[0].options[0].text, batch


@pytest.mark.parametrize(
    ("value", "format", "text"),
    [
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (0.6, "0.00", "0.60"),
        (700, "00000", "00700"),
        (10000, "#,##0", "10,000"),
        (1234.5, "#,##0.00", "1,234.50"),
        (16, '0" GB"', "16 GB"),
        (5, '"$"0', "$5"),
        (-5, "0.0", "-5.0"),
        (2, "General", "2"),
        (0.1 + 0.2, "General", "0.3"),
        ("007", "@", "007"),
        ("a\nb", "General", "a b"),
    ],
)
def test_a_number_is_imported_as_it_is_shown(value: Any, format: str, text: str) -> None:
    taken, batch = shown(value, format)

    assert taken == text
    assert batch.changed == frozenset()


@pytest.mark.parametrize(
    ("value", "format", "text"),
    [
        (0.5, "# ?/?", "0.5"),
        (12345678901234567890, "General", "1.23456789012346e+19"),
        (1e-7, "0.00", "1e-07"),
        (True, "General", "TRUE"),
        (date(2026, 1, 5), "mmm yy", "2026-01-05"),
        (time(10, 30), "h:mm", "10:30"),
    ],
)
def test_a_cell_whose_display_cannot_be_determined_is_reported(value: Any, format: str, text: str) -> None:
    taken, batch = shown(value, format)

    assert taken == text
    assert batch.changed == {batch.questions[0].id}
    (note,) = (fault for fault in batch.faults if fault.level is Level.CHANGE)
    assert f'taken as "{text}"' in note.problem
    assert (note.line, note.remedy) == (2, "Format the column as text, and type it again")


def test_extra_columns_can_have_numbers_and_dates() -> None:
    batch = read(book((*HEAD, "difficulty", "checked"), ("choice", "Q?", "a", "b", 2.0, 3, date(2026, 1, 5))))

    (question,) = batch.questions
    assert (question.correct, question.difficulty, question.checked) == ((1,), 3, date(2026, 1, 5))
    assert batch.changed == frozenset()


def test_superscripts_and_subscripts_keep_their_meaning() -> None:
    runs = b"".join(
        b'<r><rPr><vertAlign val="%s"/></rPr><t xml:space="preserve">%s</t></r>' % run
        for run in ((b"baseline", b"10"), (b"superscript", b"3"), (b"baseline", b" of H"), (b"subscript", b"2"))
    )
    data = write([a_question(stem="MARK")], {}, Format.XLSX, PACK)

    data = rewritten(
        data,
        "xl/sharedStrings.xml",
        lambda part: part.replace(b'<t xml:space="preserve">MARK</t>', runs + b"<r><t>O?</t></r>"),
    )

    assert read(data).questions[0].stem == "10³ of H₂O?"


@pytest.mark.parametrize("text", ["_x000D_", "x_x0041_y", "__x000A__"])
def test_a_text_that_looks_like_an_escape_stays_unchanged(text: str) -> None:
    (question,) = read(write([a_question(stem=text)], {}, Format.XLSX, PACK)).questions

    assert question.stem == text


def test_a_windows_line_end_counts_as_one() -> None:
    batch = read(book(HEAD, ("choice", "Which_x000D_\nis it?", "a", "b", 1)))

    assert batch.questions[0].stem == "Which is it?"


def test_a_row_with_an_error_or_an_uncomputed_formula_is_left_out() -> None:
    rows = [("choice", f"Q{number}?", "a", "b", 1) for number in range(4)]
    batch = read(
        book(
            HEAD,
            *rows,
            change=lambda made: made.active.__setitem__("C3", "#N/A") or made.active.__setitem__("C4", "=1+1"),
        )
    )

    assert [question.stem for question in batch.questions] == ["Q0?", "Q3?"]
    assert batch.left_out == 2
    assert [(fault.line, fault.problem) for fault in batch.faults if fault.level is Level.ERROR] == [
        (3, "shows the error #N/A"),
        (4, "contains a formula that was never computed"),
    ]


def test_a_formula_is_imported_as_it_was_last_shown() -> None:
    data = book(HEAD, ("choice", "Q?", "=1+1", "b", 1))
    data = rewritten(
        data,
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>"),
    )

    assert read(data).questions[0].options[0].text == "2"


def test_other_sheets_are_read_or_reported() -> None:
    def more(made: Any) -> None:
        second = made.create_sheet("Second")
        second.append(HEAD)
        second.append(("choice", "R?", "a", "b", 2))
        made.create_sheet("Notes").append(("Read me",))
        hidden = made.create_sheet("Old")
        hidden.append(HEAD)
        hidden.append(("choice", "S?", "a", "b", 2))
        hidden.sheet_state = "hidden"

    batch = read(book(HEAD, ("choice", "Q?", "a", "b", 1), change=more))

    assert [question.stem for question in batch.questions] == ["Q?", "R?"]
    assert batch.held == 2
    said = [str(fault) for fault in batch.faults]
    assert any('sheet "Notes", the first row: ' in line for line in said)
    assert any('sheet "Old": is hidden, and was not read' in line for line in said)


def test_titles_and_empty_rows_and_an_extra_column_on_the_left_are_skipped() -> None:
    rows = [(), ("", "My questions"), (), ("", *HEAD), (), ("", "choice", "Q?", "a", "b", 9)]

    (fault,) = read(book(*rows)).faults

    assert (fault.line, fault.problem) == (6, 'is "9", which points beyond the options')


def rewritten(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info.filename)
            new.writestr(info.filename, change(part) if info.filename == name else part)
    return out.getvalue()


BILLION = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: BILLION, "declares a document type, which can be harmful"),
        (lambda part: part[:200], "is a damaged spreadsheet"),
        (lambda part: b"<x/>", ""),
        (lambda part: part + b" " * 8_000_000, "unpacks to more than"),
    ],
)
@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_a_hostile_spreadsheet_is_refused_in_a_sentence(name: str, change: Callable[[bytes], bytes], said: str) -> None:
    batch = read(rewritten(book(HEAD, ("choice", "Q?", "a", "b", 1)), name, change))

    assert batch.faults or batch.questions
    assert said in " ".join(fault.problem for fault in batch.faults)


def test_a_far_away_cell_costs_nothing() -> None:
    data = book(HEAD, ("choice", "Q?", "a", "b", 1), change=lambda made: made.active.cell(1_000_000, 16_000, "x"))

    assert len(read(data).questions) == 1


@settings(max_examples=examples(20), deadline=None)
@given(questions=banks, cases=scenarios())
def test_a_spreadsheet_keeps_everything(questions: list[Question], cases: Mapping[str, Case]) -> None:
    data = write(questions, cases, Format.XLSX, PACK)

    batch = parse(data, "f.xlsx", Intake(on=CHECKED))

    assert list(batch.questions) == questions, batch.faults
    assert write(batch.questions, batch.cases, Format.XLSX, PACK) == data


@pytest.mark.parametrize("text", ["x005F_", "_x005F_", "x005F_x0041_", "_x0041_", "_x000D_\nb", "_x005F_x000D_\nb"])
def test_text_that_looks_like_an_escape_of_excel_is_read_back_unchanged(text: str) -> None:
    question = a_question(explanation=f"a{text}")

    batch = parse(write([question], {}, Format.XLSX, PACK), "f.xlsx", Intake(on=CHECKED))

    assert [read.explanation for read in batch.questions] == [" ".join(question.explanation.split())]


HOSTILE = (
    "=1+1",
    "'0.60",
    "''5",
    "0.60",
    "1/2",
    "a, b",
    "x_x0041_y",
    "x005F_",
    "_x005F_ and x005F_x005F_",
    "_x005F_",
    "_x000D_",
    "a &amp; <b>",
    "10,000",
    "007",
    "TRUE",
    "2026-01-05",
)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice Calc is not installed: apt-get install libreoffice-calc")
def test_an_export_opened_and_saved_in_libreoffice_is_read_back_unchanged(tmp_path: Path) -> None:
    questions = [
        *(
            a_question(id=f"hostile-{n}", options=HOSTILE[n : n + 4], explanation=HOSTILE[n], covers=())
            for n in range(0, len(HOSTILE), 4)
        ),
        *(replace(q, case=None) for q in load_pack(Path("content/aws-mla-c01")).questions.values()),
    ]
    (tmp_path / "out").mkdir()
    (tmp_path / "questions.xlsx").write_bytes(write(questions, {}, Format.XLSX, PACK))

    subprocess.run(
        [
            *(str(SOFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"),
            *("--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(tmp_path / "questions.xlsx")),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    batch = parse(
        (tmp_path / "out" / "questions.xlsx").read_bytes(),
        "q.xlsx",
        Intake(on=CHECKED),
        most_questions=5_000,
        most_bytes=2**25,
    )

    assert batch.left_out == 0, batch.faults
    assert list(batch.questions) == questions
