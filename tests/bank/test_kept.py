"""The stored copy of packs: it gives the same packs, or none."""

from __future__ import annotations

import shutil

import pytest

from bot.bank import kept
from bot.bank.faults import BankFaults
from bot.bank.loader import load_library
from tests.discord_stub.process import ROOT


@pytest.fixture
def content(tmp_path):
    """Copy the real bank, so that every kind of question is stored."""
    return shutil.copytree(ROOT / "content", tmp_path / "content")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "packs.json"


def unread(*_):
    raise AssertionError("the packs were read again")


def test_a_second_start_has_the_very_same_packs_without_reading_them(content, file, monkeypatch):
    first = kept.load(content, file)
    monkeypatch.setattr(kept, "_read", unread)

    second = kept.load(content, file)

    assert second == first == load_library(content)
    assert {name: list(pack.questions) for name, pack in second.items()} == {
        name: list(pack.questions) for name, pack in first.items()
    }


def test_a_change_to_the_bank_is_read(content, file):
    kept.load(content, file)
    page = content / "aws-mla-c01" / "questions" / "1.1.yaml"
    page.write_text(
        page.read_text(encoding="utf-8").replace("retired: false", "", 1) + "\n  - nonsense\n", encoding="utf-8"
    )

    with pytest.raises(BankFaults):
        kept.load(content, file)


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-9], lambda data: b"", lambda data: b"x" + data, lambda _: b"\n{}"]
)
def test_a_damaged_file_is_not_used(content, file, spoil):
    first = kept.load(content, file)
    file.write_bytes(spoil(file.read_bytes()))

    assert kept.load(content, file) == first


def test_if_nothing_can_be_stored_the_packs_are_still_loaded(content, tmp_path):
    assert kept.load(content, tmp_path / "no folder" / "packs.json") == kept.load(content, None)


def test_another_process_reads_the_packs_so_that_this_one_stays_small(content, file, monkeypatch):
    monkeypatch.setattr(kept, "_read", unread)

    assert kept.load(content, file) == load_library(content)


def test_packs_are_read_in_this_process_if_no_other_can_be_started(content, file, monkeypatch):
    monkeypatch.setattr("sys.executable", str(content / "no python"))

    assert kept.load(content, file) == load_library(content)
