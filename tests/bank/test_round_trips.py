"""Imported questions export unchanged, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.formats import READABLE, WRITABLE, Batch, Format, Intake, parse, write
from bot.bank.formats.losses import losses
from bot.bank.loader import load_pack, read_pack
from bot.bank.writer import files_for, store
from bot.study.questions import Case, Kind, Question
from tests.bank.builders import CHECKED, PACK, a_question
from tests.bank.strategies import banks, coded_banks, scenarios
from tests.examples import examples

INTAKE = Intake(on=CHECKED)
some = settings(max_examples=examples(20), deadline=None)
LOSSLESS = [Format.YAML, Format.CSV]


def there_and_back(
    questions: Sequence[Question], cases: Mapping[str, Case], format: Format, intake: Intake = INTAKE
) -> Batch:
    sections = {question.section: replace(PACK.sections["1.1"], id=question.section) for question in questions}
    data = write(questions, cases, format, replace(PACK, sections=PACK.sections | sections))
    return parse(data, f"f.{format}", intake, format=format)


def by_section(questions: Sequence[Question]) -> list[Question]:
    """Sort questions by section, as YAML and GIFT do."""
    sections = list(dict.fromkeys(question.section for question in questions))
    return sorted(questions, key=lambda question: sections.index(question.section))


@some
@given(questions=banks, cases=scenarios())
def test_yaml_and_csv_keep_everything(questions: list[Question], cases: Mapping[str, Case]) -> None:
    for format in LOSSLESS:
        batch = there_and_back(questions, cases, format)

        expected = by_section(questions) if format is Format.YAML else questions
        assert list(batch.questions) == expected, (format, batch.faults)
        assert batch.left_out == 0
        assert all(batch.cases[question.case] == cases[question.case] for question in questions if question.case)


@some
@given(questions=banks, cases=scenarios())
def test_json_lines_keep_everything_except_checked_and_retired(
    questions: list[Question], cases: Mapping[str, Case]
) -> None:
    batch = there_and_back(questions, cases, Format.JSONL)

    assert list(batch.questions) == [replace(q, checked=CHECKED) for q in questions if not q.retired], batch.faults


@some
@given(questions=banks, cases=scenarios())
def test_a_second_export_equals_the_first(questions: list[Question], cases: Mapping[str, Case]) -> None:
    questions = [replace(question, retired=False, checked=CHECKED) for question in questions]
    for format in (*LOSSLESS, Format.JSONL):
        first = write(questions, cases, format, PACK)

        batch = parse(first, "f", INTAKE, format=format)

        assert write(batch.questions, batch.cases, format, PACK) == first


@some
@given(questions=banks, cases=scenarios())
def test_qti_keeps_everything_except_retired_questions(questions: list[Question], cases: Mapping[str, Case]) -> None:
    questions = by_section([counted(question) for question in questions if not question.retired])

    batch = there_and_back(questions, cases, Format.QTI)

    assert list(batch.questions) == questions, batch.faults
    assert all(batch.cases[question.case] == cases[question.case] for question in questions if question.case)


@pytest.mark.parametrize("format", [Format.GIFT, Format.MOODLE])
@some
@given(questions=banks, cases=scenarios())
def test_moodle_s_formats_keep_what_they_can_store(
    format: Format, questions: list[Question], cases: Mapping[str, Case]
) -> None:
    questions = by_section([counted(question) for question in questions if not question.retired])

    batch = there_and_back(questions, cases, format)

    assert [question.id for question in batch.questions] == [question.id for question in questions], batch.faults
    for question, again in zip(questions, batch.questions, strict=True):
        assert answers(again) == answers(question)
        if question.kind in (Kind.CHOICE, Kind.RESPONSE):
            assert again == replace(question, sources=(), checked=CHECKED)
        else:
            bare = [option.text for option in again.options]
            assert sorted(bare) == sorted(dict.fromkeys(option.text for option in question.options))
            assert again == replace(question, sources=(), checked=CHECKED, options=again.options, correct=again.correct)
    assert all(batch.cases[question.case] == cases[question.case] for question in questions if question.case)


def counted(question: Question) -> Question:
    """Return a question as other formats store it: the stem says how many options are right, and neither steps nor
    matches are in the right order."""
    question = replace(question, stem=f"{question.stem[:500]} (Select ANY.)")
    paired = question.kind in (Kind.ORDERING, Kind.MATCHING)
    shown_solved = paired and question.correct == tuple(range(len(question.correct)))
    return replace(question, correct=question.correct[::-1]) if shown_solved else question


@pytest.mark.parametrize("format", [format for format in WRITABLE if format is not Format.XLSX])
@some
@given(questions=banks, cases=scenarios())
def test_exported_questions_are_already_here(
    format: Format, questions: list[Question], cases: Mapping[str, Case]
) -> None:
    questions = [replace(counted(question), retired=False) for question in questions]
    taken = {question.id: question for question in questions}

    batch = there_and_back(questions, cases, format, replace(INTAKE, taken=taken))

    assert (batch.questions, batch.left_out, batch.already_here) == ((), 0, len(questions)), batch.faults


LOST = {
    "sources": ("sources",),
    "rationales": ("options",),
    "shown": ("options", "correct"),
    "day": ("checked",),
}


@pytest.mark.parametrize("format", [format for format in WRITABLE if format is not Format.XLSX])
@some
@given(questions=banks, cases=scenarios())
def test_an_export_reports_exactly_what_the_format_loses(
    format: Format, questions: list[Question], cases: Mapping[str, Case]
) -> None:
    questions = [counted(question) for question in questions]
    said = losses(questions, format)
    batch = there_and_back(questions, cases, format)

    back = {question.id: question for question in batch.questions}
    gone = {question.id for question in questions} - back.keys()
    assert any("retired" in phrase for phrase in said) == bool(gone)
    may_differ = {name for word, names in LOST.items() if any(word in phrase for phrase in said) for name in names}
    differ = {
        part.name
        for question in questions
        if question.id in back
        for part in fields(question)
        if getattr(question, part.name) != getattr(back[question.id], part.name)
    }
    assert differ <= may_differ
    assert ("sources" in differ) == any("sources" in phrase for phrase in said)


def answers(question: Question) -> object:
    shown = [option.text for option in question.options]
    right = [shown[place] for place in question.correct]
    return dict(zip(question.prompts, right, strict=True)) if question.kind is Kind.MATCHING else right


@settings(some, max_examples=examples(15))
@given(questions=banks, cases=scenarios(), twice=st.booleans())
def test_an_import_becomes_a_pack_that_loads(
    tmp_path_factory: pytest.TempPathFactory, questions: list[Question], cases: Mapping[str, Case], twice: bool
) -> None:
    folder = tmp_path_factory.mktemp("content") / "mine"
    halves = [questions[:1], questions[1:]] if twice else [questions]
    for half in halves:
        source = read_pack(folder)[0] if (folder / "pack.yaml").exists() else None
        if source is None or {question.section for question in half} <= set(source.pack.leaves):
            store(files_for(there_and_back(half, cases, Format.YAML), folder, source, "My File.yaml"))

    pack = load_pack(folder)

    assert questions[0] in pack.questions.values()
    assert all(question in questions for question in pack.questions.values())
    assert not list(folder.glob("**/*.part"))


def test_a_case_is_written_once_even_if_two_sections_share_it(tmp_path: Path) -> None:
    questions = [a_question(id="a", case="c", covers=()), a_question(id="b", case="c", section="1.2", covers=())]
    batch = Batch(tuple(questions), {"c": Case("c", "A shop.")}, ())

    store(files_for(batch, tmp_path / "mine", None, "x.csv"))

    assert list(load_pack(tmp_path / "mine").questions.values()) == questions


@settings(max_examples=examples(8), deadline=None)
@given(questions=coded_banks, cases=scenarios(code=True))
def test_code_keeps_its_lines_in_every_format(questions: list[Question], cases: Mapping[str, Case]) -> None:
    questions = [replace(question, retired=False) for question in questions]
    sections = {question.section: replace(PACK.sections["1.1"], id=question.section) for question in questions}
    pack = replace(PACK, sections=PACK.sections | sections)
    for format in (Format.YAML, Format.CSV, Format.XLSX, Format.JSONL):
        batch = parse(write(questions, cases, format, pack), "f", INTAKE, format=format)

        kept = {question.id: question for question in batch.questions}
        for question in questions:
            assert replace(kept[question.id], checked=question.checked) == question, format


CODE = "```\ndef f(x):\n    if x < {1}:\n\n        return 'a=b'\n```"


@pytest.mark.parametrize("format", [format for format in WRITABLE if format in READABLE])
@pytest.mark.parametrize("kind", Kind)
def test_a_block_of_code_is_read_back_from_every_format(format: Format, kind: Kind) -> None:
    correct = {Kind.CHOICE: (1,), Kind.RESPONSE: (0, 2), Kind.ORDERING: (2, 0, 1, 3), Kind.MATCHING: (1, 0, 3)}[kind]
    question = a_question(
        kind=kind,
        stem=f"What does this give?\n{CODE}\nAnd why?" + (" (Select TWO.)" if kind is Kind.RESPONSE else ""),
        options=(f"{CODE}\nis one", "plain", "other", "more"),
        correct=correct,
        prompts=("one", "two", "three") if kind is Kind.MATCHING else (),
        explanation=f"It is so.\n{CODE}",
    )

    (again,) = parse(write([question], {}, format, PACK), "f", INTAKE, format=format).questions

    assert again.stem == question.stem
    if not (kind is Kind.MATCHING and format is Format.GIFT):  # GIFT stores the right sides of pairs as plain text
        assert {option.text for option in again.options} == {option.text for option in question.options}
    assert again.explanation == question.explanation
