"""The packs of this repository, and the documentation about them."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from bot.bank.check import check_library, check_pack
from bot.bank.faults import Level, errors
from bot.bank.jsonschema import schema_texts
from bot.bank.loader import load_library
from tests.bank.builders import a_folder

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "content"
GUIDE = (ROOT / "docs" / "writing-questions.md").read_text(encoding="utf-8")


def test_all_content_passes_the_check_within_three_seconds() -> None:
    started = time.process_time()

    faults = check_library(CONTENT)

    assert not errors(faults), "\n".join(map(str, faults))
    assert time.process_time() - started < 3


def test_our_pack_has_what_was_promised() -> None:
    pack = load_library(CONTENT)["aws-mla-c01"]

    assert len(pack.active) >= 480
    assert len(pack.facts) == 215
    assert sum(section.weight for section in pack.sections.values()) == 100
    assert sum(domain.weight for domain in pack.domains) == 100


@pytest.mark.parametrize("name", schema_texts())
def test_the_schema_for_editors_matches_the_models(name: str) -> None:
    """If this fails, run `python -m bot schema`."""
    assert (CONTENT / "schema" / name).read_text(encoding="utf-8") == schema_texts()[name]


def test_the_examples_of_the_guide_for_writers_are_good(tmp_path: Path) -> None:
    pack, first, kinds = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)

    folder = a_folder(tmp_path, {"pack.yaml": pack, "questions/1.1.yaml": first, "questions/1b.yaml": kinds}, "my-pack")
    faults = check_pack(folder)

    assert not errors(faults), "\n".join(map(str, faults))
    whole = [fault for fault in faults if fault.key.startswith("1-001")]
    assert [fault for fault in whole if fault.level is Level.ERROR] == []
    assert whole == []
