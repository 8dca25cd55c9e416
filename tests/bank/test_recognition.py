"""A file's format is recognized by its content, whatever its name."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bank.formats import READABLE, WRITABLE, Format, Intake, format_of, parse, write
from bot.bank.formats.recognition import Foreign
from tests.bank.builders import CHECKED, PACK, a_pack, a_question

NAMES = ("questions", "q.txt", "q.csv", "q.yaml", "q.json", "q.xlsx", "q.gift", "q.dat")


def archive(*names: str, **parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "")
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("file", NAMES)
@pytest.mark.parametrize("format", [format for format in WRITABLE if format in READABLE])
def test_our_files_are_recognized_under_any_name(format: Format, file: str) -> None:
    pack = a_pack(a_question())

    data = write(pack.active, {}, format, pack)

    if (format, file) != (Format.CSV, "q.yaml"):  # this CSV is also valid YAML
        assert format_of(file, data) is format


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"Q?\nA. x\nB. y\nANSWER: B\n", Format.AIKEN),
        (b"#separator:tab\n#html:true\nQ?\tA\n", Format.ANKI),
        (b'{"response_code":0,"results":[{"incorrect_answers":["x"],"correct_answer":"y"}]}', Format.OPENTDB),
        (b'\xef\xbb\xbf[\n {"type": "choice"}\n]', Format.JSONL),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<quiz><question/></quiz>", Format.MOODLE),
        (b'<?xml version="1.0"?><qti-assessment-item xmlns="x"/>', Format.QTI),
        (b'<ims:questestinterop xmlns:ims="x"/>', Format.QTI),
        (b"$CATEGORY: $course$/top/1.1\n\n::Q::Which?{=a ~b}\n", Format.GIFT),
        (b"// question: 12  name: Q\nWhich?{=a ~b}\n", Format.GIFT),
        (b"Which one is it?{\n=this\n~that\n}\n", Format.GIFT),
        (b"AUTHOR: Me\nWhich?: [a]\n", Format.TRIVIA),
        (b"Which?:\n- a\nWhat?:\n- b\n", Format.TRIVIA),
        (b'section: "1.1"\nquestions:\n  - {id: a}\n', Format.YAML),
        (b"type;stem;option_1;option_2;correct\n", Format.CSV),
        (archive("collection.anki21b", "media"), Format.ANKI),
        (archive("[Content_Types].xml", "xl/workbook.xml"), Format.XLSX),
        (archive("imsmanifest.xml", "item.xml"), Format.QTI),
    ],
)
@pytest.mark.parametrize("file", ["questions", "q.txt", "q.dat"])
def test_a_file_is_recognized_by_its_content(file: str, data: bytes, format: Format) -> None:
    assert format_of(file, data) is format


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "is a PDF, not a list of questions"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an old Office file (.xls or .doc)"),
        (archive("h5p.json"), "is an H5P package"),
        (archive("word/document.xml", "[Content_Types].xml"), "is a word processor document"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "a spreadsheet of another kind"),
        (b"PK\x03\x04 and no more", "is a damaged archive"),
        (b"<!DOCTYPE html>\n<html><body>", "is a web page"),
        (b"MZ\x00\x00\x00\x00\x00\x00", "is a binary file"),
        (b"bucket\tstores objects\nqueue\tholds messages\n", "is a list of cards with two sides"),
        (b"MC\tWhich?\ta\tcorrect\tb\tincorrect\n", "is an upload for Blackboard"),
        (b"Dear all, the exam is on Monday.", "is not in a supported format"),
    ],
)
def test_a_file_without_questions_is_reported(data: bytes, said: str) -> None:
    batch = parse(data, "file", Intake(on=CHECKED, pack=PACK, section="1.1"))

    (fault,) = batch.faults
    assert said in fault.problem
    assert fault.remedy


def test_the_name_decides_if_the_content_is_ambiguous() -> None:
    assert format_of("q.csv", b"id,stem\n") is Format.CSV
    assert format_of("q.yaml", b"just text") is Format.TRIVIA
    assert format_of("q.gift", b"just text") is Format.GIFT


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_any_content_is_recognized_or_rejected(data: bytes) -> None:
    assert isinstance(format_of("f", data), Format | Foreign | None)
    assert isinstance(format_of("f", b"PK\x03\x04" + data), Format | Foreign)
