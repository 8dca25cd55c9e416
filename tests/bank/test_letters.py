from __future__ import annotations

import json
from typing import Any

import pytest

from bot.bank.faults import Level
from bot.bank.formats import Batch, Intake, parse
from tests.bank.builders import CHECKED, PACK


def read(options: list[str], **changes: Any) -> Batch:
    row = {"type": "choice", "stem": "Where?", "options": options, "correct": [0]} | changes
    return parse(json.dumps(row).encode(), "f.jsonl", Intake(on=CHECKED, pack=PACK, section="1.1"))


def texts(batch: Batch) -> list[str]:
    return [option.text for option in batch.questions[0].options]


@pytest.mark.parametrize("mark", ["A.", "a)", "(A)", "A:", "1.", "(1)"])
def test_letters_before_all_options_are_removed_and_reported(mark: str) -> None:
    marks = [mark.translate(str.maketrans("Aa1", letters)) for letters in ("Aa1", "Bb2", "Cc3")]

    batch = read([f"{one} {text}" for one, text in zip(marks, ("S3", "EBS", "RDS"), strict=True)])

    assert texts(batch) == ["S3", "EBS", "RDS"]
    assert batch.changed == {batch.questions[0].id}


@pytest.mark.parametrize(
    "options",
    [
        ["A. S3", "EBS"],
        ["B. S3", "A. EBS"],
        ["A. S3", "C. EBS"],
        ["1.5 GB", "2.5 GB"],
        ["A team", "B team"],
        ["2) two", "3) three"],
    ],
)
def test_text_that_is_not_a_sequence_of_letters_stays(options: list[str]) -> None:
    batch = read(options)

    assert texts(batch) == options
    assert batch.changed == frozenset()


def test_a_question_that_refers_to_letters_is_imported_with_a_warning() -> None:
    batch = read(
        ["A. S3", "B. EBS", "C. RDS", "D. All of the above"], explanation="A is correct because it stores objects."
    )

    assert texts(batch) == ["S3", "EBS", "RDS", "All of the above"]
    said = [fault for fault in batch.faults if fault.level is Level.WARNING]
    assert any("depends on the order of its options" in fault.problem for fault in said)


def test_matches_follow_their_options() -> None:
    batch = read(["A. one", "B. two", "C. three"], type="matching", prompts=["1", "2", "3"], correct=[1, 0, 2])

    assert texts(batch) == ["one", "two", "three"]
    assert batch.questions[0].correct == (1, 0, 2)
