"""Recognize a file's format by its content; its name decides only in case of doubt.

The order matters: unmistakable marks of a program are checked before mere similarity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Final

from bot.bank.archives import FileRefused, glance

_HEAD: Final = 256 * 1024
"""How many bytes are inspected."""
_SUFFIXES: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".gift": "gift",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".xml": "moodle",
    ".apkg": "anki",
    ".colpkg": "anki",
}


@dataclass(frozen=True, slots=True)
class Foreign:
    """A kind of file that is not supported, and what to do instead."""

    what: str
    advice: str


_SPREADSHEET: Final = "Save it as .xlsx, or as CSV UTF-8"
_TEXT: Final = "Save its text in a supported format, such as GIFT or Aiken, or as a spreadsheet"
_CARDS: Final = "Add wrong answers: cards have none, so they cannot become multiple-choice questions"
_SIGNATURES: Final = (
    (b"\xd0\xcf\x11\xe0", Foreign("an old Office file (.xls or .doc)", _SPREADSHEET)),
    (b"%PDF", Foreign("a PDF", _TEXT)),
    (b"\x89PNG", Foreign("a picture", _TEXT)),
    (b"\xff\xd8\xff", Foreign("a picture", _TEXT)),
    (b"GIF8", Foreign("a picture", _TEXT)),
    (b"{\\rtf", Foreign("an RTF document", _TEXT)),
    (b"SQLite format 3\x00", Foreign("a database", "Export its questions first; from Anki as .apkg")),
    (b"\x1f\x8b", Foreign("a gzip archive", "Unpack it, and import what it contains")),
)
_ROOTS: Final[Mapping[str, str | Foreign]] = {
    "quiz": "moodle",
    "questestinterop": "qti",
    "assessmentItem": "qti",
    "assessmentTest": "qti",
    "qti-assessment-item": "qti",
    "qti-assessment-test": "qti",
    "manifest": "qti",
    "html": Foreign("a web page", _TEXT),
    "Workbook": Foreign("an XML spreadsheet", _SPREADSHEET),
}
_ROOT: Final = re.compile(
    r"(?:\s|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>)*<(?:[\w.-]+:)?([\w.-]+)", re.S
)
_JSON: Final = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*(?:[{\[\]\"\d-]|true|false|null))")
_OURS: Final = re.compile(r"^questions:", re.M)
_GIFT: Final = re.compile(r"^(?:\$CATEGORY:|::.|// ?(?:question:|\[(?:id|tag):))", re.M)
_GIFT_ANSWERS: Final = re.compile(r"(?<!\\)\{\s*(?:>|#|[=~][^{}]*|T|F|TRUE|FALSE)[^{}]*(?<!\\)\}", re.S)
_TRIVIA_KEY: Final = re.compile(r"^[^\s#\-][^\n]*:[ \t]*(?:\[[^\n]*\][ \t]*)?(?:#[^\n]*)?$", re.M)
_TRIVIA_SETTING: Final = re.compile(r"^(?:AUTHOR|CONFIG|DESCRIPTION|\$schema):", re.M)
_BLACKBOARD: Final = re.compile(r"^(?:MC|MA|TF|ORD|MAT|FIB|FIB_PLUS|NUM|ESS|SR)\t[^\t\n]+\t", re.M)


def recognise(file: str, data: bytes) -> str | Foreign | None:
    """Return the name of the format, or the kind of an unsupported file; None if unknown."""
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    for signature, foreign in _SIGNATURES:
        if data.startswith(signature):
            return foreign
    text = data[:_HEAD].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if data.count(b"\0", 0, _HEAD) > 4:
        return Foreign("a binary file", _TEXT)
    suffix = _SUFFIXES.get(PurePath(file).suffix.lower())
    return _text(data, text, suffix) or _by_name(text, suffix)


def _archive(data: bytes) -> str | Foreign:
    try:
        names, kind = glance(data, "mimetype")
    except FileRefused as refused:
        return Foreign(refused.problem.removeprefix("is "), refused.remedy)
    if any(PurePath(name).name.startswith("collection.anki2") for name in names):
        return "anki"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(PurePath(name).name == "imsmanifest.xml" for name in names):
        return "qti"
    if "h5p.json" in names:
        return Foreign("an H5P package", "Export its questions as QTI, or type them into a spreadsheet")
    if "xl/workbook.bin" in names or b"spreadsheet" in kind:
        return Foreign("a spreadsheet of another kind (.xlsb or .ods)", _SPREADSHEET)
    if "word/document.xml" in names or b"opendocument" in kind:
        return Foreign("a word processor document", _TEXT)
    if any(name.endswith(".xml") for name in names):
        return "qti"
    return Foreign("an archive without questions in it", "Unpack it, and import what it contains")


def _text(data: bytes, text: str, suffix: str | None) -> str | Foreign | None:
    """Recognize text by marks that no other format has."""
    from bot.bank.formats.aiken import is_aiken
    from bot.bank.formats.anki import is_text_export
    from bot.bank.formats.opentdb import is_opentdb
    from bot.bank.formats.spreadsheets import split_rows
    from bot.bank.formats.tables import is_table

    if text.lstrip().startswith("<") and (root := _ROOT.match(text)) and root[1] in _ROOTS:
        return _ROOTS[root[1]]
    if _JSON.match(text):
        return "opentdb" if is_opentdb(data) else "jsonl"
    if is_text_export(data):
        return "anki"
    if suffix != "yaml" and is_table(islice(split_rows(text), 12)):
        return "csv"
    if _OURS.search(text):
        return "yaml"
    if _GIFT.search(text):
        return "gift"
    if suffix == "yaml":
        return "trivia"
    if is_aiken(data):
        return "aiken"
    return None


def _by_name(text: str, suffix: str | None) -> str | Foreign | None:
    """Guess by the file's suffix, or by what the text most resembles."""
    if suffix is not None:
        return suffix
    if _GIFT_ANSWERS.search(text):
        return "gift"
    lines = [line for line in text.split("\n") if line.strip()]
    if _TRIVIA_SETTING.search(text) or (lines and len(_TRIVIA_KEY.findall(text)) * 2 >= len(lines) > 1):
        return "trivia"
    if _BLACKBOARD.match(text):
        return Foreign("an upload for Blackboard", "Export it from there as QTI, or put it into a spreadsheet")
    if lines and all(line.count("\t") == 1 for line in lines):
        return Foreign("a list of cards with two sides", _CARDS)
    return "gift" if text.strip() and "{" in text else None
