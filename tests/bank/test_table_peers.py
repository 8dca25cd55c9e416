"""Other programs read our tables and texts, and find the intended content in each cell."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import yaml
from hypothesis import given, settings

from bot.bank.formats import Format, write
from bot.bank.formats.spreadsheets import guarded, kept
from bot.bank.loader import load_library
from bot.study.questions import Case, Kind, Pack, Question
from tests.bank.builders import PACK
from tests.bank.strategies import banks, coded_banks, scenarios
from tests.examples import examples

PEERS = Path(__file__).parent.parent / "peers"
needs_papaparse = pytest.mark.skipif(
    shutil.which("node") is None or not (PEERS / "node_modules/papaparse").exists(),
    reason="papaparse is not installed: npm ci --prefix tests/peers",
)
some = settings(max_examples=examples(15), deadline=None)


def pack_for(questions: Iterable[Question]) -> Pack:
    sections = {question.section: replace(PACK.sections["1.1"], id=question.section) for question in questions}
    return replace(PACK, sections=PACK.sections | sections)


def whole_bank() -> list[tuple[list[Question], Mapping[str, Case], Pack]]:
    return [(list(pack.questions.values()), pack.cases, pack) for pack in load_library(Path("content")).values()]


# -- tables


def cells_of(question: Question) -> dict[str, str]:
    """Return what a reader of the table must find, except for the apostrophe that marks a cell as text."""
    found = {"id": question.id, "section": question.section, "type": question.kind.value, "stem": question.stem}
    found |= {f"option_{place}": option.text for place, option in enumerate(question.options, 1)}
    found |= {f"why_{place}": option.rationale for place, option in enumerate(question.options, 1)}
    found |= {f"prompt_{place}": text for place, text in enumerate(question.prompts, 1)}
    found |= {f"source_{place}": text for place, text in enumerate(question.sources, 1)}
    return found | {"explanation": question.explanation}


def compare(questions: Sequence[Question], rows: Sequence[Mapping[str, Any]]) -> None:
    assert len(rows) == len(questions)
    for question, row in zip(questions, rows, strict=True):
        for name, text in cells_of(question).items():
            shown = str(row.get(name) or "")
            assert shown in (text, guarded(text), kept(text)), (question.id, name)


def by_papaparse(data: bytes) -> list[dict[str, str]]:
    script = "const p=require('papaparse');let s='';process.stdin.on('data',d=>s+=d).on('end',()=>{const r=p.parse(s,{header:true,skipEmptyLines:true});if(r.errors.length)throw new Error(JSON.stringify(r.errors));process.stdout.write(JSON.stringify(r.data))})"
    done = subprocess.run(["node", "-e", script], input=data, capture_output=True, check=True, timeout=120, cwd=PEERS)
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def by_openpyxl(data: bytes) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    head, *rows = book.worksheets[0].iter_rows()
    names = [cell.value for cell in head]
    for row in rows:
        assert all(
            cell.data_type in ("s", "inlineStr", "n") and not isinstance(cell.value, int | float) for cell in row
        )
    return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in rows]


@needs_papaparse
def test_papaparse_reads_the_whole_bank_as_we_meant_it() -> None:
    for questions, cases, pack in whole_bank():
        compare(questions, by_papaparse(write(questions, cases, Format.CSV, pack)))


@needs_papaparse
@some
@given(questions=banks, cases=scenarios())
def test_papaparse_reads_whatever_the_schema_allows(questions: list[Question], cases: Mapping[str, Case]) -> None:
    compare(questions, by_papaparse(write(questions, cases, Format.CSV, PACK)))


@some
@given(questions=coded_banks, cases=scenarios(code=True))
def test_pythons_reader_finds_the_same_cells(questions: list[Question], cases: Mapping[str, Case]) -> None:
    text = write(questions, cases, Format.CSV, PACK).decode("utf-8-sig")
    compare(questions, list(csv.DictReader(io.StringIO(text, newline=""), strict=True)))


def test_openpyxl_reads_the_whole_bank_as_texts() -> None:
    for questions, cases, pack in whole_bank():
        compare(questions, by_openpyxl(write(questions, cases, Format.XLSX, pack)))


@some
@given(questions=banks, cases=scenarios())
def test_openpyxl_reads_whatever_the_schema_allows_as_texts(
    questions: list[Question], cases: Mapping[str, Case]
) -> None:
    compare(questions, by_openpyxl(write(questions, cases, Format.XLSX, PACK)))


# -- JSON lines and YAML


def compare_objects(questions: Iterable[Question], rows: Sequence[Mapping[str, Any]]) -> None:
    asked = [question for question in questions if not question.retired]
    assert len(rows) == len(asked)
    for question, row in zip(asked, rows, strict=True):
        assert row["stem"].endswith(question.stem)
        assert row["options"] == [option.text for option in question.options]
        assert row["option_rationales"] == [option.rationale for option in question.options]
        assert (row["id"], row["type"], tuple(row["correct"])) == (question.id, question.kind, question.correct)
        assert (row["explanation"], tuple(row.get("prompts", ()))) == (question.explanation, question.prompts)


def test_json_lines_of_the_whole_bank_are_json_on_each_line() -> None:
    for questions, cases, pack in whole_bank():
        text = write(questions, cases, Format.JSONL, pack).decode()
        compare_objects(questions, [json.loads(line) for line in text.split("\n") if line])


@some
@given(questions=coded_banks, cases=scenarios(code=True))
def test_json_lines_are_json_on_each_line_whatever_the_schema_allows(
    questions: list[Question], cases: Mapping[str, Case]
) -> None:
    text = write(questions, cases, Format.JSONL, PACK).decode()
    compare_objects(questions, [json.loads(line) for line in text.split("\n") if line])


def compare_entries(questions: Iterable[Question], data: bytes) -> None:
    pages = list(yaml.load_all(data, Loader=yaml.SafeLoader))
    found = {entry["id"]: (page["section"], entry) for page in pages for entry in page["questions"]}
    known = list(questions)
    assert found.keys() == {question.id for question in known}
    for question in known:
        section, entry = found[question.id]
        assert (section, entry["kind"], entry["stem"]) == (question.section, question.kind, question.stem)
        assert [option["text"] for option in entry["options"]] == [option.text for option in question.options]
        assert [option.get("why", "") for option in entry["options"]] == [o.rationale for o in question.options]
        assert entry.get("explanation", "") == question.explanation
        assert tuple(entry.get("sources", ())) == question.sources
        if question.kind in (Kind.CHOICE, Kind.RESPONSE):
            right = [place for place, option in enumerate(entry["options"]) if option.get("correct")]
            assert tuple(right) == question.correct


def test_pyyaml_reads_the_whole_bank_as_we_meant_it() -> None:
    for questions, cases, pack in whole_bank():
        compare_entries(questions, write(questions, cases, Format.YAML, pack))


@some
@given(questions=coded_banks, cases=scenarios(code=True))
def test_pyyaml_reads_whatever_the_schema_allows(questions: list[Question], cases: Mapping[str, Case]) -> None:
    compare_entries(questions, write(questions, cases, Format.YAML, PACK))


# -- XML, by the reader of the standard library


def compare_moodle(questions: Iterable[Question], data: bytes) -> None:
    items = [item for item in ET.fromstring(data) if item.get("type") != "category"]
    kept = {question.id: question for question in questions if not question.retired}
    assert {item.findtext("idnumber") for item in items} == kept.keys()
    for item in items:
        question = kept[item.findtext("idnumber") or ""]
        match question.kind:
            case Kind.CHOICE | Kind.RESPONSE:
                fractions = [float(answer.get("fraction", "0")) for answer in item.findall("answer")]
                assert [place for place, worth in enumerate(fractions) if worth > 0] == sorted(question.correct)
                assert sum(worth for worth in fractions if worth > 0) == pytest.approx(100, abs=0.01)
                assert (item.findtext("single") == "true") == (question.kind is Kind.CHOICE)
            case Kind.ORDERING:
                assert len(item.findall("answer")) == len(question.options)
            case Kind.MATCHING:
                pairs = [part for part in item.findall("subquestion") if part.findtext("text")]
                assert len(pairs) == len(question.prompts)


def test_a_reader_of_xml_finds_every_question_of_the_bank_in_moodles() -> None:
    for questions, cases, pack in whole_bank():
        compare_moodle(questions, write(questions, cases, Format.MOODLE, pack))


@some
@given(questions=coded_banks, cases=scenarios(code=True))
def test_a_reader_of_xml_finds_whatever_the_schema_allows(questions: list[Question], cases: Mapping[str, Case]) -> None:
    compare_moodle(questions, write(questions, cases, Format.MOODLE, pack_for(questions)))


def test_every_file_of_a_qti_package_is_xml_and_named_in_its_manifest() -> None:
    for questions, cases, pack in whole_bank():
        with zipfile.ZipFile(io.BytesIO(write(questions, cases, Format.QTI, pack))) as archive:
            names = set(archive.namelist())
            roots = {name: ET.fromstring(archive.read(name)) for name in names if name.endswith(".xml")}
        files = {part.get("href") for part in roots["imsmanifest.xml"].iter() if part.tag.endswith("}file")}
        assert files == names - {"imsmanifest.xml"}
