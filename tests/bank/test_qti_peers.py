"""Our QTI files, converted to QTI 3 and back by citolab-qti-convert: nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.bank.formats import Batch, Format, Intake, parse, write
from bot.bank.loader import load_library
from bot.study.questions import Case, Pack, Question
from tests.bank.builders import CHECKED, PACK
from tests.bank.strategies import banks, scenarios
from tests.bank.test_round_trips import by_section, counted
from tests.examples import examples

qti_convert = pytest.importorskip(
    "qti_convert", reason="The converter is not installed: pip install citolab-qti-convert"
)


def converted(folder: Path, questions: list[Question], cases: Mapping[str, Case], pack: Pack) -> list[Batch]:
    """Return what we read from the version 3 files, and from the version 2 files converted back from these."""
    names = [str(folder / name) for name in ("ours.zip", "third.zip", "second.zip")]
    Path(names[0]).write_bytes(write(questions, cases, Format.QTI, pack))
    qti_convert.upgrade_package(names[0], names[1])
    assert list(qti_convert.downgrade_package(names[1], names[2]).warnings) == []
    return [
        parse(Path(name).read_bytes(), name, Intake(on=CHECKED), most_bytes=1 << 26, most_questions=10_000)
        for name in names[1:]
    ]


def test_the_whole_bank_is_read_back(tmp_path: Path) -> None:
    for pack in load_library(Path("content")).values():
        for batch in converted(tmp_path, list(pack.active), pack.cases, pack):
            assert {question.id for question in batch.questions} == {question.id for question in pack.active}
            for question in batch.questions:
                assert question == replace(pack.questions[question.id], closed=question.closed)


@settings(max_examples=examples(25), deadline=None)
@given(questions=banks, cases=scenarios())
def test_whatever_the_schema_allows_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, questions: list[Question], cases: Mapping[str, Case]
) -> None:
    kept = by_section([replace(counted(question), retired=False) for question in questions])
    sections = {question.section: replace(PACK.sections["1.1"], id=question.section) for question in kept}
    pack = replace(PACK, sections=PACK.sections | sections)

    for batch in converted(tmp_path_factory.mktemp("qti"), kept, cases, pack):
        assert list(batch.questions) == kept, batch.faults
