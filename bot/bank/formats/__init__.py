"""Read and write files of questions. The command line and Discord use the same functions, `parse` and `write`.

Most runs need no format, so each format's modules are loaded on first use.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.bank.faults import Fault
from bot.bank.formats.ages import Ages
from bot.bank.formats.batches import Batch, Intake
from bot.bank.limits import UPLOAD_BYTES_MAX, UPLOAD_QUESTIONS_MAX
from bot.study.questions import Case, Pack, Question

if TYPE_CHECKING:
    from bot.bank.formats.drafts import Track
    from bot.bank.formats.readings import Reading
    from bot.bank.formats.recognition import Foreign

__all__ = ["KEEPS_RETIRED", "SUFFIXES", "Batch", "Format", "Intake", "format_of", "parse", "parse_typed", "write"]


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
    XLSX = "xlsx"


READABLE = (
    Format.ANKI,
    Format.YAML,
    Format.JSONL,
    Format.CSV,
    Format.XLSX,
    Format.GIFT,
    Format.MOODLE,
    Format.QTI,
    Format.TRIVIA,
    Format.AIKEN,
    Format.OPENTDB,
)
WRITABLE = (
    Format.JSONL,
    Format.CSV,
    Format.XLSX,
    Format.YAML,
    Format.ANKI,
    Format.GIFT,
    Format.MOODLE,
    Format.QTI,
)
KEEPS_RETIRED = frozenset((Format.YAML, Format.CSV, Format.XLSX))
"""Formats that can mark a question as retired; the others leave retired questions out."""
SUFFIXES: Mapping[Format, str] = {
    Format.JSONL: ".jsonl",
    Format.CSV: ".csv",
    Format.XLSX: ".xlsx",
    Format.YAML: ".yaml",
    Format.ANKI: ".apkg",
    Format.GIFT: ".gift",
    Format.MOODLE: ".xml",
    Format.QTI: ".zip",
}


_NOTHING_KNOWN = Ages()


def _reader_of(format: Format, fields: Mapping[str, Sequence[str]]) -> Callable[[bytes, str, int], Reading] | None:
    """Return the reader of a format; every reader follows the contract in `readings`."""
    from bot.bank.formats import (
        aiken,
        anki,
        cohort_yaml,
        csv_table,
        gift,
        json_lines,
        moodle_xml,
        opentdb,
        qti,
        trivia,
        xlsx,
    )
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
        Format.XLSX: xlsx.read,
    }
    return readers.get(format)


NAMES: Mapping[Format, str] = {
    Format.YAML: "Cohort YAML",
    Format.JSONL: "JSON",
    Format.CSV: "CSV or TSV",
    Format.XLSX: "a spreadsheet (.xlsx)",
    Format.GIFT: "Moodle GIFT",
    Format.TRIVIA: "a Red trivia list",
    Format.AIKEN: "Aiken",
    Format.OPENTDB: "OpenTDB JSON",
    Format.ANKI: "Anki",
    Format.MOODLE: "Moodle XML",
    Format.QTI: "QTI",
}


def format_of(file: str, data: bytes) -> Format | Foreign | None:
    """Recognize a file's format by its content, then by its name: see `recognition`."""
    from bot.bank.formats.recognition import recognise

    found = recognise(file, data)
    return Format(found) if isinstance(found, str) else found


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
    """Read all usable questions of a file, with a fault for everything else. It never raises because of a file's
    content.

    The default limits are for an upload by a stranger; the command line, whose user owns the machine, passes larger
    limits. `fields` says which fields of Anki's notes hold the question, options, answer and explanation, if their
    names do not.
    """
    if len(data) > most_bytes:
        return _refused(file, f"has {len(data):,} bytes; at most {most_bytes:,} are read", "Split it")
    data = _as_utf8(data)
    chosen = format or format_of(file, data)
    reader = _reader_of(chosen, fields) if isinstance(chosen, Format) else None
    if reader is None:
        return _refused(file, *_unreadable(chosen))
    reading = reader(data, file, most_questions)
    if not reading.units and not reading.faults:
        return _refused(file, "contains no questions", "")
    from bot.bank.formats.drafts import admit

    return admit(file, reading, intake, track)


def parse_typed(
    intake: Intake, *, section: str, difficulty: int, stem: str, options: str, explanation: str = "", source: str = ""
) -> Batch:
    """Read one question from a form and check it like one from a file. `formats.typed` describes the syntax."""
    from bot.bank.formats import typed
    from bot.bank.formats.drafts import admit

    reading = typed.read(
        section=section, difficulty=difficulty, stem=stem, options=options, explanation=explanation, source=source
    )
    return admit(typed.FORM, reading, intake)


def write(
    questions: Iterable[Question], cases: Mapping[str, Case], format: Format, pack: Pack, *, ages: Ages = _NOTHING_KNOWN
) -> bytes:
    """Return a file with the questions, which keep their order within each section. `pack` provides the titles of decks
    and categories.

    `ages` holds what is known about an earlier deck. Retired questions go only into formats that can mark them:
    `KEEPS_RETIRED`.
    """
    from bot.bank.formats import (
        anki_deck,
        cohort_yaml,
        csv_table,
        gift_writer,
        json_lines,
        moodle_xml_writer,
        qti_writer,
        xlsx_writer,
    )

    match format:
        case Format.JSONL:
            return json_lines.write(questions, cases)
        case Format.CSV:
            return csv_table.write(questions, cases)
        case Format.XLSX:
            return xlsx_writer.write(questions, cases)
        case Format.YAML:
            return cohort_yaml.write(questions, cases)
        case Format.GIFT:
            return gift_writer.write(questions, cases, pack)
        case Format.ANKI:
            return anki_deck.write(questions, cases, pack, ages)
        case Format.MOODLE:
            return moodle_xml_writer.write(questions, cases, pack)
        case Format.QTI:
            return qti_writer.write(questions, cases, pack)
        case _:
            raise ValueError(f"{format} can be read but not written")


def _as_utf8(data: bytes) -> bytes:
    """Convert to UTF-8 what spreadsheets call Unicode text: UTF-16, which begins with a byte order mark."""
    if not data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data
    try:
        return data.decode("utf-16").encode()
    except UnicodeError:
        return data


def _unreadable(found: Format | Foreign | None) -> tuple[str, str]:
    known = ", ".join(NAMES[format] for format in READABLE)
    if isinstance(found, Format):
        return f"is {NAMES[found]}, which is not supported", f"Save it as one of: {known}"
    if found is not None:
        return f"is {found.what}, not a list of questions", found.advice
    return "is not in a supported format", f"Save it as one of: {known}"


def _refused(file: str, problem: str, remedy: str) -> Batch:
    return Batch((), {}, (Fault(file, 0, "", problem, remedy),))
