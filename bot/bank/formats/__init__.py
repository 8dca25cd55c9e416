"""Questions in and out of files. The command line and uploads in Discord use the same two functions.

Most starts read and write none, so that what a format needs is loaded when it is used.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.bank.faults import Fault
from bot.bank.formats.batches import Batch, Intake
from bot.bank.limits import UPLOAD_BYTES_MAX, UPLOAD_QUESTIONS_MAX
from bot.study.questions import Case, Pack, Question

if TYPE_CHECKING:
    from bot.bank.formats.drafts import Track
    from bot.bank.formats.readings import Reading

__all__ = ["SUFFIXES", "Batch", "Format", "Intake", "format_of", "parse", "parse_typed", "write"]


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    YAML = "yaml"
    ANKI = "anki"
    GIFT = "gift"
    TRIVIA = "trivia"
    AIKEN = "aiken"
    OPENTDB = "opentdb"
    MOODLE = "moodle"
    QTI = "qti"


READABLE = (
    Format.ANKI,
    Format.YAML,
    Format.JSONL,
    Format.CSV,
    Format.GIFT,
    Format.MOODLE,
    Format.QTI,
    Format.TRIVIA,
    Format.AIKEN,
    Format.OPENTDB,
)
WRITABLE = (Format.JSONL, Format.CSV, Format.YAML, Format.ANKI, Format.GIFT, Format.MOODLE, Format.QTI)
SUFFIXES: Mapping[Format, str] = {
    Format.JSONL: ".jsonl",
    Format.CSV: ".csv",
    Format.YAML: ".yaml",
    Format.ANKI: ".apkg",
    Format.GIFT: ".gift",
    Format.MOODLE: ".xml",
    Format.QTI: ".zip",
}
_BY_SUFFIX = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSONL,
    ".csv": Format.CSV,
    ".gift": Format.GIFT,
    ".txt": Format.GIFT,
    ".yaml": Format.YAML,
    ".yml": Format.YAML,
    ".xml": Format.MOODLE,
    ".zip": Format.QTI,
    ".apkg": Format.ANKI,
    ".colpkg": Format.ANKI,
}


def _reader_of(format: Format, fields: Mapping[str, Sequence[str]]) -> Callable[[bytes, str, int], Reading] | None:
    """By the contract of `readings`."""
    from bot.bank.formats import aiken, anki, cohort_yaml, csv_table, gift, json_lines, moodle_xml, opentdb, qti, trivia
    from bot.bank.formats.readings import of_text

    readers: dict[Format, Callable[[bytes, str, int], Reading]] = {
        Format.YAML: of_text(cohort_yaml.read),
        Format.JSONL: of_text(json_lines.read),
        Format.CSV: of_text(csv_table.read),
        Format.GIFT: of_text(gift.read),
        Format.TRIVIA: of_text(trivia.read),
        Format.AIKEN: of_text(aiken.read),
        Format.OPENTDB: of_text(opentdb.read),
        Format.MOODLE: moodle_xml.read,
        Format.QTI: qti.read,
        Format.ANKI: partial(anki.read, fields=fields),
    }
    return readers.get(format)


def format_of(file: str, data: bytes) -> Format | None:
    """By what it holds where that is plain, else by its name; a YAML file without a list `questions:` is a trivia list."""
    from bot.bank.archives import names_in
    from bot.bank.formats import aiken, anki, opentdb, qti

    if names_in(data) & {*anki.COLLECTIONS} or anki.is_text_export(data):
        return Format.ANKI
    if data.lstrip()[:1] == b"<" and qti.is_qti(data):
        return Format.QTI
    found = _BY_SUFFIX.get(PurePath(file).suffix.lower())
    if found is Format.JSONL and opentdb.is_opentdb(data):
        return Format.OPENTDB
    if found in (Format.GIFT, None) and aiken.is_aiken(data):
        return Format.AIKEN
    if found is Format.YAML and not any(line.startswith(b"questions:") for line in data.splitlines()):
        return Format.TRIVIA
    return found


def parse(
    data: bytes,
    file: str,
    intake: Intake,
    *,
    format: Format | None = None,
    most_bytes: int = UPLOAD_BYTES_MAX,
    most_questions: int = UPLOAD_QUESTIONS_MAX,
    track: Track = iter,
    fields: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Batch:
    """Everything good in the file, and a fault for everything else. Never raises for what the file holds.

    The bounds are those of an upload by a stranger; the command line, whose user owns the machine, passes wider ones.
    `fields` says which fields of Anki's notes hold the question, options, answer and explanation, where names do not tell.
    """
    if len(data) > most_bytes:
        return _refused(file, f"has {len(data):,} bytes; at most {most_bytes:,} are read", "Split it")
    data = _as_utf8(data)
    chosen = format or format_of(file, data)
    reader = _reader_of(chosen, fields) if chosen else None
    if reader is None:
        known = ", ".join(sorted(_BY_SUFFIX))
        return _refused(file, "is of no format that can be read", f"Give it a name that ends with one of {known}")
    reading = reader(data, file, most_questions)
    if not reading.units and not reading.faults:
        return _refused(file, "holds no questions", "")
    from bot.bank.formats.drafts import admit

    return admit(file, reading, intake, track)


def parse_typed(
    intake: Intake, *, section: str, difficulty: int, stem: str, options: str, explanation: str = "", source: str = ""
) -> Batch:
    """One question out of a form (`typed` says how it is typed), judged like one out of a file."""
    from bot.bank.formats import typed
    from bot.bank.formats.drafts import admit

    reading = typed.read(
        section=section, difficulty=difficulty, stem=stem, options=options, explanation=explanation, source=source
    )
    return admit(typed.FORM, reading, intake)


def write(questions: Iterable[Question], cases: Mapping[str, Case], format: Format, pack: Pack) -> bytes:
    """A file with the questions, in their order within each section; `pack` gives titles to decks and categories.

    Retired questions go only into YAML and CSV, which can say that they are retired.
    """
    from bot.bank.formats import (
        anki_deck,
        cohort_yaml,
        csv_table,
        gift_writer,
        json_lines,
        moodle_xml_writer,
        qti_writer,
    )

    match format:
        case Format.JSONL:
            return json_lines.write(questions, cases)
        case Format.CSV:
            return csv_table.write(questions, cases)
        case Format.YAML:
            return cohort_yaml.write(questions, cases)
        case Format.GIFT:
            return gift_writer.write(questions, cases, pack)
        case Format.ANKI:
            return anki_deck.write(questions, cases, pack)
        case Format.MOODLE:
            return moodle_xml_writer.write(questions, cases, pack)
        case Format.QTI:
            return qti_writer.write(questions, cases, pack)
        case _:
            raise ValueError(f"{format} is read, not written")


def _as_utf8(data: bytes) -> bytes:
    """What spreadsheets call Unicode text is UTF-16, and says so in its first two bytes."""
    if not data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data
    try:
        return data.decode("utf-16").encode()
    except UnicodeError:
        return data


def _refused(file: str, problem: str, remedy: str) -> Batch:
    return Batch((), {}, (Fault(file, 0, "", problem, remedy),))
