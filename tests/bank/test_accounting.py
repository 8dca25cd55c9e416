"""Whatever a file holds is taken, here already, left out or not read: the counts always add up."""

from __future__ import annotations

import json
from collections.abc import Callable

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


WRITERS: dict[Format, Write] = {
    Format.CSV: csv,
    Format.JSONL: jsonl,
    Format.YAML: yaml,
    Format.GIFT: gift,
    Format.TRIVIA: trivia,
}
words = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.booleans()),
    min_size=1,
    max_size=12,
    unique_by=lambda item: item[0],
)


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return len(batch.questions), batch.already_here, batch.left_out, batch.unread


@pytest.mark.parametrize("format", WRITERS)
@settings(max_examples=40, deadline=None)
@given(items=words, most=st.integers(1, 14))
def test_every_question_of_a_file_is_accounted_for(format: Format, items: list[tuple[str, bool]], most: int) -> None:
    batch = parse(WRITERS[format](items).encode(), "f", INTAKE, format=format, most_questions=most)

    assert batch.held == len(items)
    assert batch.unread == max(0, len(items) - most)
    if format is not Format.TRIVIA:  # whose questions need the answers of others
        assert len(batch.questions) == sum(good for _, good in items[:most])
    assert bool(errors(batch.faults)) == bool(batch.left_out or batch.unread)


@pytest.mark.parametrize("format", WRITERS)
@settings(max_examples=40, deadline=None)
@given(items=words)
def test_a_second_import_counts_the_same(format: Format, items: list[tuple[str, bool]]) -> None:
    data = WRITERS[format](items).encode()
    first = parse(data, "f", INTAKE, format=format)
    here = {question.id: question for question in first.questions}

    second = parse(data, "f", Intake(on=CHECKED, pack=PACK, section="1.1", taken=here), format=format)

    assert counts(second) == (0, len(first.questions), first.left_out, 0)


SPOILT = {
    Format.CSV: '"',
    Format.JSONL: '"',
    Format.YAML: '"',
    Format.GIFT: "{",
    Format.TRIVIA: '"',
}


@pytest.mark.parametrize("format", WRITERS)
@settings(max_examples=60, deadline=None)
@given(items=words, data=st.data())
def test_a_fault_of_syntax_costs_its_own_question(
    format: Format, items: list[tuple[str, bool]], data: st.DataObject
) -> None:
    items = [(word, True) for word, _ in items]
    whole = WRITERS[format](items)
    stem = f"Is it {data.draw(st.sampled_from(items))[0]}?"
    spoilt = whole.replace(stem, SPOILT[format] + stem, 1)

    good = parse(whole.encode(), "f", INTAKE, format=format)
    batch = parse(spoilt.encode(), "f", INTAKE, format=format)

    assert batch.held == len(items)
    if good.questions and len(items) > 4:
        assert {question.stem for question in good.questions} - {question.stem for question in batch.questions} == {
            stem
        }


@pytest.mark.parametrize("format", WRITERS)
@settings(max_examples=100, deadline=None)
@given(items=words, data=st.data())
def test_a_mutilated_file_is_accounted_for(format: Format, items: list[tuple[str, bool]], data: st.DataObject) -> None:
    whole = WRITERS[format](items)
    begin, end = sorted(data.draw(st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)))))
    scrap = data.draw(st.sampled_from(["", '"', "{", "}", "\n", "\n\n", "- ", ": ", "~", "=", ",", "\x00", "[", "&a "]))
    mutilated = whole[:begin] + scrap + whole[min(end, begin + 40) :]

    batch = parse(mutilated.encode(), "f", INTAKE, format=format)

    assert batch.held == sum(counts(batch))
    assert batch.held or batch.faults
    named = {(fault.line, fault.problem) for fault in errors(batch.faults)}
    assert len(named) >= min(1, batch.left_out)
    untouched = whole[:begin].count("Is it ") + whole[min(end, begin + 40) :].count("Is it ")
    if batch.held and format in (Format.JSONL, Format.YAML, Format.TRIVIA):
        assert batch.held >= untouched - 2
