"""Archives from strangers: whatever is wrong with them, the reply is one sentence and nothing was unpacked."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.bank.archives import Archive, FileRefused, glance


def a_zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def refused(data: bytes, most: int = 1000) -> str:
    with pytest.raises(FileRefused) as caught:
        read_all(data, most)
    return f"{caught.value.problem}. {caught.value.remedy}"


def read_all(data: bytes, most: int) -> list[bytes]:
    archive = Archive(data, most)
    return [archive.read(name) for name in archive.names]


def test_members_are_read_by_name_and_folders_are_not_members() -> None:
    archive = Archive(a_zip({"a/": b"", "a/b.txt": b"hello"}))

    assert archive.names == ["a/b.txt"]
    assert archive.read("a/b.txt") == b"hello"


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_read() -> None:
    assert "unpacks to more than 1,000 bytes" in refused(a_zip({"bomb": bytes(1_000_000)}))
    assert "unpacks to more than 1,000 bytes" in refused(a_zip({str(n): bytes(100) for n in range(11)}))


def test_unwanted_members_are_neither_counted_nor_read() -> None:
    archive = Archive(a_zip({"film.mp4": bytes(1_000_000), "a.xml": b"<a/>"}), 1000, lambda name: name.endswith(".xml"))

    assert archive.names == ["a.xml"]
    assert "unsafe path" in refused(a_zip({"../film.mp4": b""}))


def test_a_member_that_declares_less_than_it_has_returns_no_more_than_declared() -> None:
    data = a_zip({"bomb": bytes(1_000_000)})
    lying = data.replace(struct.pack("<L", 1_000_000), struct.pack("<L", 10))

    assert "is damaged in bomb" in refused(lying)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", "C:\\b"])
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    assert "a file with an unsafe path" in refused(a_zip({name: b"x"}))


def test_too_many_members_are_refused_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bank.archives.ARCHIVE_MEMBERS_MAX", 3)

    assert "is an archive of more than 3 files" in refused(a_zip({str(number): b"" for number in range(4)}))


def test_a_peek_reads_only_the_beginning_of_a_member() -> None:
    bomb = a_zip({"mimetype": bytes(50_000_000), "a": b""})

    tracemalloc.start()
    names, begins = glance(bomb, "mimetype")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (names, begins) == ({"mimetype", "a"}, bytes(80))
    assert peak < 2_000_000
    assert glance(a_zip({"a": b""}), "mimetype") == ({"a"}, b"")


def test_two_members_with_the_same_name_are_refused() -> None:
    data = a_zip({"aa": b"1", "bb": b"2"}).replace(b"bb", b"aa")

    assert 'contains two files named "aa"' in refused(data)


def test_an_encrypted_archive_and_a_rare_compression_are_reported() -> None:
    plain = bytearray(a_zip({"a": b"1"}, zipfile.ZIP_STORED))
    plain[plain.index(b"PK\x01\x02") + 8] |= 1

    assert "is locked with a password" in refused(bytes(plain))
    assert "uses a compression method that is not supported" in refused(a_zip({"a": b"1"}, zipfile.ZIP_BZIP2))


@settings(deadline=None)
@example(place=698, byte=0, cut=0)  # a file without a name, for which Python's own `ZipInfo.is_dir` fails
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 10_000))
def test_a_damaged_archive_is_read_or_refused(place: int, byte: int, cut: int) -> None:
    data = bytearray(a_zip({"a": b"hello " * 20, "b": b"1"}))
    data[place % len(data)] = byte
    with suppress(FileRefused):
        read_all(bytes(data[: len(data) - cut % 3]), 10_000)
