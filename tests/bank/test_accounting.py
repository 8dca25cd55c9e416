"""Whatever a file holds is taken, here already, left out or not read: the counts always add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.faults import errors
from bot.bank.formats import Batch, Format, Intake, parse
from tests.bank.builders import CHECKED, PACK

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")

Write = Callable[[list[tuple[str, bool]]], str]
"""A file with a question for each word, good or bad."""


def csv(items: list[tuple[str, bool]]) -> str:
    rows = (f"choice,Is it {word}?,yes,no,{1 if good else 7}\n" for word, good in items)
    return "type,stem,option_1,option_2,correct\n" + "".join(rows)


def jsonl(items: list[tuple[str, bool]]) -> str:
    return "".join(
        json.dumps({"type": "choice", "stem": f"Is it {word}?", "options": ["y", "n"], "correct": [0 if good else 7]})
        + "\n"
        for word, good in items
    )


def array(items: list[tuple[str, bool]]) -> str:
    return "[\n" + jsonl(items).rstrip().replace("}\n", "},\n") + "\n]"


def results(items: list[tuple[str, bool]]) -> str:
    rows = [
        {"type": "boolean", "question": f"Is it {word}?", "correct_answer": "True", "incorrect_answers": ["False"]}
        | ({} if good else {"correct_answer": 7})
        for word, good in items
    ]
    return json.dumps({"response_code": 0, "results": rows}, indent=1)


def aiken(items: list[tuple[str, bool]]) -> str:
    return "".join(f"Is it {word}?\nA. yes\nB. no\nANSWER: {'A' if good else 'D'}\n\n" for word, good in items)


def anki(items: list[tuple[str, bool]]) -> str:
    rows = (f"Is it {word}?\ty\tn\t{1 if good else 7}\n" for word, good in items)
    return "#separator:tab\n#html:false\n#columns:Question\tA\tB\tAnswer\n" + "".join(rows)


def moodle(items: list[tuple[str, bool]]) -> str:
    rows = (
        f'<question type="multichoice"><questiontext><text>Is it {word}?</text></questiontext>'
        f'<answer fraction="{100 if good else 0}"><text>y</text></answer><answer fraction="0"><text>n</text></answer>'
        "</question>\n"
        for word, good in items
    )
    return f'<?xml version="1.0"?>\n<quiz>\n{"".join(rows)}</quiz>'


def yaml(items: list[tuple[str, bool]]) -> str:
    rows = (
        f"  - kind: choice\n    stem: Is it {word}?\n    options:\n"
        f"      - {{text: y, correct: {str(good).lower()}}}\n      - {{text: n}}\n"
        for word, good in items
    )
    return 'section: "1.1"\nquestions:\n' + "".join(rows)


def gift(items: list[tuple[str, bool]]) -> str:
    return "".join(f"Is it {word}?{{{'=' if good else '~'}y ~n}}\n\n" for word, good in items)


def trivia(items: list[tuple[str, bool]]) -> str:
    return "".join(f"Is it {word}?: [{word + 's' if good else ''}]\n" for word, good in items)


def blooket(items: list[tuple[str, bool]]) -> str:
    head = '"Blooket\nImport Template"\nQuestion #,Question Text,Answer 1,Answer 2,Time Limit (sec),Correct Answer(s)\n'
    return head + "".join(f"{n},Is it {word}?,yes,no,20,{1 if good else 7}\n" for n, (word, good) in enumerate(items))


class Kind(NamedTuple):
    format: Format
    write: Write
    spoil: str | None
    """What before a question breaks the syntax."""


KINDS = {
    "anki": Kind(Format.ANKI, anki, '"'),
    "moodle": Kind(Format.MOODLE, moodle, None),
    "csv": Kind(Format.CSV, csv, '"'),
    "lines": Kind(Format.JSONL, jsonl, '"'),
    "array": Kind(Format.JSONL, array, '"'),
    "opentdb": Kind(Format.OPENTDB, results, '"'),
    "yaml": Kind(Format.YAML, yaml, '"'),
    "gift": Kind(Format.GIFT, gift, "{"),
    "trivia": Kind(Format.TRIVIA, trivia, '"'),
    "aiken": Kind(Format.AIKEN, aiken, None),
    "blooket": Kind(Format.CSV, blooket, '"'),
}
each = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
words = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.booleans()),
    min_size=1,
    max_size=12,
    unique_by=lambda item: item[0],
)


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return len(batch.questions), batch.already_here, batch.left_out, batch.unread


@each
@settings(max_examples=40, deadline=None)
@given(items=words, most=st.integers(1, 14))
def test_every_question_of_a_file_is_accounted_for(kind: Kind, items: list[tuple[str, bool]], most: int) -> None:
    batch = parse(kind.write(items).encode(), "f", INTAKE, format=kind.format, most_questions=most)

    assert batch.held == len(items)
    assert batch.unread == max(0, len(items) - most)
    if kind.format is not Format.TRIVIA:  # whose questions need the answers of others
        assert len(batch.questions) == sum(good for _, good in items[:most])
    assert bool(errors(batch.faults)) == bool(batch.left_out or batch.unread)


@each
@settings(max_examples=40, deadline=None)
@given(items=words)
def test_a_second_import_counts_the_same(kind: Kind, items: list[tuple[str, bool]]) -> None:
    data = kind.write(items).encode()
    first = parse(data, "f", INTAKE, format=kind.format)
    here = {question.id: question for question in first.questions}

    second = parse(data, "f", Intake(on=CHECKED, pack=PACK, section="1.1", taken=here), format=kind.format)

    assert counts(second) == (0, len(first.questions), first.left_out, 0)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.spoil], ids=lambda kind: kind.write.__name__)
@settings(max_examples=60, deadline=None)
@given(items=words, data=st.data())
def test_a_fault_of_syntax_costs_its_own_question(
    kind: Kind, items: list[tuple[str, bool]], data: st.DataObject
) -> None:
    items = [(word, True) for word, _ in items]
    whole = kind.write(items)
    stem = f"Is it {data.draw(st.sampled_from(items))[0]}?"
    spoilt = whole.replace(stem, f"{kind.spoil}{stem}", 1)

    good = parse(whole.encode(), "f", INTAKE, format=kind.format)
    batch = parse(spoilt.encode(), "f", INTAKE, format=kind.format)

    assert batch.held == len(items)
    if good.questions and len(items) > 4:
        assert {question.stem for question in good.questions} - {question.stem for question in batch.questions} == {
            stem
        }


@each
@settings(max_examples=100, deadline=None)
@given(items=words, data=st.data())
def test_a_mutilated_file_is_accounted_for(kind: Kind, items: list[tuple[str, bool]], data: st.DataObject) -> None:
    whole = kind.write(items)
    begin, end = sorted(data.draw(st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)))))
    scrap = data.draw(st.sampled_from(["", '"', "{", "}", "\n", "\n\n", "- ", ": ", "~", "=", ",", "\x00", "[", "&a "]))
    mutilated = whole[:begin] + scrap + whole[min(end, begin + 40) :]

    batch = parse(mutilated.encode(), "f", INTAKE, format=kind.format)

    assert batch.held == sum(counts(batch))
    assert batch.held or batch.faults
    named = {(fault.line, fault.problem) for fault in errors(batch.faults)}
    assert len(named) >= min(1, batch.left_out)
    untouched = whole[:begin].count("Is it ") + whole[min(end, begin + 40) :].count("Is it ")
    if batch.held and kind.format in (Format.JSONL, Format.YAML, Format.TRIVIA):
        assert batch.held >= untouched - 2


@settings(max_examples=15, deadline=None)
@given(items=words, most=st.integers(1, 14))
def test_every_row_of_a_spreadsheet_is_accounted_for(items: list[tuple[str, bool]], most: int) -> None:
    book = openpyxl.Workbook()
    for line in csv(items).splitlines():
        book.active.append(line.split(","))
    out = BytesIO()
    book.save(out)

    batch = parse(out.getvalue(), "f", INTAKE, most_questions=most)

    assert batch.held == len(items)
    assert batch.unread == max(0, len(items) - most)
    assert len(batch.questions) == sum(good for _, good in items[:most])
