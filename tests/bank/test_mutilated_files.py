"""Damaged files are read or reported without a traceback, and everything in them is accounted for."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.formats import Batch, Format, Intake, parse, write
from bot.study.questions import Kind
from tests.bank.builders import CHECKED, PACK, a_question
from tests.bank.decks import GOOD, a_database
from tests.bank.test_archives import a_zip
from tests.examples import examples

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")
QUESTIONS = [
    a_question(id="a"),
    a_question(id="b", kind=Kind.ORDERING, correct=(2, 0, 3, 1)),
    a_question(id="c", kind=Kind.MATCHING, prompts=("One", "Two", "Three"), correct=(1, 0, 1)),
]
SAMPLES = {
    format: write(QUESTIONS, {}, format, PACK) for format in (Format.MOODLE, Format.GIFT, Format.QTI, Format.ANKI)
}
SAMPLES[Format.AIKEN] = b"Q?\nA. x\nB. y\nANSWER: A\n\nR?\nA. x\nB. y\nANSWER: B\n"
SAMPLES[Format.OPENTDB] = (
    b'{"results": [{"type": "boolean", "question": "Q?", "correct_answer": "True", "incorrect_answers": ["False"]}]}'
)
scraps = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"<", b">", b"]]>", b"<![CDATA[", b"&x;", b"</", b"\x00", b"\xff", b'"', b"{", b"}", b"<p>", b"->"]
    ),
)


@st.composite
def mutilated(draw: st.DrawFn, data: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(data)))
        data = data[:begin] + draw(scraps) + data[begin + draw(st.integers(0, 30)) :]
    return data


def judge(data: bytes, file: str, format: Format | None = None) -> Batch:
    batch = parse(data, file, INTAKE, format=format)
    assert batch.held or batch.faults
    assert not batch.left_out or batch.faults
    return batch


@pytest.mark.parametrize("format", SAMPLES)
@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_a_file_with_changed_bytes_is_read_or_reported(format: Format, data: st.DataObject) -> None:
    judge(data.draw(mutilated(SAMPLES[format])), "f", format)


@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_a_package_counts_each_of_its_items_whatever_their_content(data: st.DataObject) -> None:
    with zipfile.ZipFile(BytesIO(SAMPLES[Format.QTI])) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    victim = data.draw(st.sampled_from([name for name in members if name.startswith("items/")]))
    members[victim] = data.draw(mutilated(members[victim]))

    assert judge(a_zip(members), "f.zip").held in (2, 3)  # an item may have become something else, such as a test

    members["imsmanifest.xml"] = data.draw(mutilated(members["imsmanifest.xml"]))
    judge(a_zip(members), "f.zip")


@pytest.mark.parametrize("new", [False, True])
@settings(max_examples=examples(80), deadline=None)
@given(data=st.data())
def test_a_collection_with_changed_bytes_is_read_or_reported(new: bool, data: st.DataObject) -> None:
    database = data.draw(mutilated(a_database([(f"g{number}", GOOD) for number in range(3)], new=new)))
    packed = zstd.compress(database) if new else database

    judge(a_zip({"collection.anki21b" if new else "collection.anki2": packed}), "f.apkg", Format.ANKI)
    judge(a_zip({"collection.anki21b": data.draw(mutilated(packed))}), "f.apkg", Format.ANKI)
