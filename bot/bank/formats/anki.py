"""Read Anki packages (.apkg, .colpkg) of old and new versions, and notes exported as text."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from io import BytesIO
from typing import Any, Final

from bot.bank.archives import SIGNATURE, Archive, FileRefused
from bot.bank.dialects import ANKI
from bot.bank.faults import Fault, Level
from bot.bank.formats.ages import Earlier
from bot.bank.formats.anki_collection import SEPARATOR
from bot.bank.formats.anki_deck import MODEL
from bot.bank.formats.anki_notes import KNOWN, Note, Roles, question_in, roles_of
from bot.bank.formats.readings import BadKey, Found, Reading, gather
from bot.bank.formats.spreadsheets import swallows_rows
from bot.bank.limits import UNPACKED_BYTES_MAX
from bot.study.questions import Case

NEWEST: Final = "collection.anki21b"
COLLECTIONS: Final = (NEWEST, "collection.anki21", "collection.anki2")
"""The files that may hold the notes, newest format first, because newer packages also contain an old collection, whose
single note asks the user to update Anki."""
_OLDER: Final = 'Export it from Anki again with "Support older Anki versions" checked'
_STEPS_MAX: Final = 200_000_000
"""The maximum number of steps of SQLite's virtual machine: reading hostile tables might otherwise never end."""
_TABLE: Final = re.compile(r"CREATE TABLE\b(?!.*\bAS\s*\()", re.DOTALL | re.IGNORECASE)
_HEADER: Final = re.compile(r"#\s*([a-z ]+?)\s*:(.*)", re.IGNORECASE)
_HEADERS: Final = frozenset(
    (
        "separator",
        "html",
        "tags",
        "columns",
        "notetype",
        "deck",
        "notetype column",
        "deck column",
        "tags column",
        "guid column",
    )
)
_SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_RECORD_LINES: Final = 200


def is_text_export(data: bytes) -> bool:
    found = _HEADER.match(data[:400].decode("utf-8-sig", "replace").split("\n")[0])
    return found is not None and found[1].lower() in _HEADERS


def read(data: bytes, file: str, most: int, fields: Mapping[str, Sequence[str]]) -> Reading:
    """Read a file. `fields` says which note fields hold the question, options, answer and explanation, if their names
    do not."""
    faults: list[Fault] = []
    try:
        if data.startswith(SIGNATURE):
            return _notes(_collection(data), file, most, fields, faults)
        return _notes(_rows(data.decode("utf-8-sig")), file, most, fields, faults)
    except FileRefused as refused:
        return Reading(faults=[Fault(file, 0, "", refused.problem, refused.remedy)])
    except UnicodeDecodeError:
        return Reading(faults=[Fault(file, 0, "", "is not UTF-8 text", "Save it as UTF-8")])


def earlier(data: bytes) -> dict[str, Earlier]:
    """Return our own notes in a previously exported deck, by guid. Raises FileRefused."""
    return {
        note.guid: Earlier(tuple(note.values), tuple(note.tags), note.changed)
        for _, note in _collection(data)
        if note is not None and note.kind == MODEL
    }


def _notes(
    notes: Iterator[tuple[int, Note | None]],
    file: str,
    most: int,
    fields: Mapping[str, Sequence[str]],
    faults: list[Fault],
) -> Reading:
    cases: dict[str, Case] = {}
    roles: dict[tuple[str, tuple[str, ...]], Roles | None] = {}

    def judge(note: Note | None) -> Found:
        if note is None:
            problem = 'has a quote (") that is never closed, or a field that is too long'
            raise BadKey("", problem, 'Write two quotes ("") for one inside a field')
        key = note.kind, tuple(note.names)
        if key not in roles:
            roles[key] = found = roles_of(note.names, fields)
            if found and note.kind != MODEL:
                kind = f'notes of the type "{note.kind}"' if note.kind else "notes"
                faults.append(
                    Fault(
                        file,
                        0,
                        kind,
                        f"were read like this: {found}",
                        "If that is wrong, name the fields when you import, such as options=A,B,C",
                        Level.WARNING,
                    )
                )
        try:
            return question_in(note, roles[key], cases)
        except BadKey as bad:
            name = " ".join(re.sub(r"<[^>]*>", " ", note.values[0] if note.values else "").split())[:40]
            raise BadKey(bad.key, bad.problem, bad.remedy, name or "note") from None

    return gather(file, notes, judge, most, ANKI, cases=cases, faults=faults)


# -- packages


def _collection(data: bytes) -> Iterator[tuple[int, Note | None]]:
    """Return the notes of a package, each with its number from 1. Raises FileRefused if the package cannot be
    opened."""
    archive = Archive(data, wanted=COLLECTIONS.__contains__)
    name = next((name for name in COLLECTIONS if name in archive.members), None)
    if name is None:
        raise FileRefused("contains no Anki collection", "Export the deck from Anki again")
    packed = archive.read(name)
    image = bytearray(_unpacked(packed) if name == NEWEST else packed)
    if not image.startswith(b"SQLite format 3\0"):
        raise FileRefused("contains a collection of an unknown kind", _OLDER)
    image[18:20] = b"\1\1"  # switch off WAL mode, because an in-memory database has no write-ahead log
    try:
        with closing(sqlite3.connect(":memory:")) as db:
            db.deserialize(bytes(image))
            return iter([*_read_notes(db)])
    except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise FileRefused("contains a collection that is damaged or of an unknown version", _OLDER) from None


def _unpacked(packed: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    out = bytearray()
    try:
        with zstd.open(BytesIO(packed), options={zstd.DecompressionParameter.window_log_max: 27}) as stream:
            while chunk := stream.read(1 << 20):
                out += chunk
                if len(out) > UNPACKED_BYTES_MAX:
                    raise FileRefused(f"unpacks to more than {UNPACKED_BYTES_MAX:,} bytes", "Export only part of it")
    except (zstd.ZstdError, EOFError, MemoryError):
        raise FileRefused("contains a collection that cannot be unpacked", _OLDER) from None
    return bytes(out)


def _read_notes(db: sqlite3.Connection) -> Iterator[tuple[int, Note]]:
    db.execute("PRAGMA trusted_schema = OFF")
    db.text_factory = lambda text: text.decode(errors="replace")  # one broken note must not spoil the others
    db.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    db.set_progress_handler(lambda: 1, _STEPS_MAX)
    db.set_authorizer(_only_reads)
    tables = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    read = ("notes", "cards", "col", *(name for name in ("notetypes", "fields", "decks") if name in tables))
    if not all(_TABLE.match(str(tables.get(name))) for name in read):
        raise ValueError("tables that are missing, or that compute their content")
    kinds, decks = _kinds_and_decks(db, tables)
    placed: dict[int, int] = dict(db.execute("SELECT nid, did FROM cards ORDER BY id DESC"))
    data = "data" if re.search(r"\bdata\b", str(tables["notes"])) else "''"
    rows = db.execute(f"SELECT id, guid, mid, mod, tags, flds, {data} FROM notes ORDER BY id")  # noqa: S608  `data` is one of two constants
    for number, (own, guid, kind, changed, tags, values, more) in enumerate(rows, 1):
        name, fields = kinds.get(kind, ("", ()))
        deck = tuple(re.split("::|\x1f", decks.get(placed.get(own, 0), "")))
        cells = str(values).split(SEPARATOR)
        yield number, Note(name, fields, cells, True, deck, str(guid), str(tags).split(), int(changed), str(more))


def _kinds_and_decks(
    db: sqlite3.Connection, tables: Mapping[str, Any]
) -> tuple[dict[int, tuple[str, tuple[str, ...]]], dict[int, str]]:
    """Return the name and fields of each note type, and the deck names. Since schema 15, these are in tables of their
    own."""
    if "notetypes" in tables:
        fields: dict[int, list[str]] = {}
        for kind, name in db.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
            fields.setdefault(kind, []).append(name)
        kinds = {
            kind: (name, tuple(fields.get(kind, ()))) for kind, name in db.execute("SELECT id, name FROM notetypes")
        }
        return kinds, dict(db.execute("SELECT id, name FROM decks"))
    models, decks = (json.loads(text) for text in db.execute("SELECT models, decks FROM col").fetchone())
    kinds = {
        int(number): (
            str(model["name"]),
            tuple(part["name"] for part in sorted(model["flds"], key=lambda part: part["ord"])),
        )
        for number, model in models.items()
    }
    return kinds, {int(number): str(deck["name"]) for number, deck in decks.items()}


def _only_reads(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) else sqlite3.SQLITE_DENY


# -- text


def _rows(text: str) -> Iterator[tuple[int, Note | None]]:
    lines = [f"{line}\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    headers: dict[str, str] = {}
    first = 0
    for first, line in enumerate(lines):  # noqa: B007  used after the loop
        found = _HEADER.match(line)
        if found is None or found[1].lower() not in _HEADERS:
            break
        headers[found[1].lower()] = found[2].rstrip("\n") if found[1].lower() == "separator" else found[2].strip()
    typed = headers.get("separator", "")
    separator = _SEPARATORS.get(typed.strip().lower()) or typed[:1].strip('"\0') or _guessed(lines[first])
    names: list[str] = []
    with suppress(csv.Error):  # an absurdly long field
        names = next(csv.reader([headers.get("columns", "")], delimiter=separator), [])
    apart = {
        int(place) - 1: name.partition(" ")[0]
        for name, place in headers.items()
        if name.endswith(" column") and place.isdecimal()
    }
    for number, cells in _records(lines, first, separator):
        if cells is None:
            yield number, None
            continue
        values = [cell for place, cell in enumerate(cells) if place not in apart]
        in_columns = {what: cells[place] for place, what in apart.items() if place < len(cells)}
        kind = in_columns.get("notetype", headers.get("notetype", ""))
        fields = [name for place, name in enumerate(names) if place not in apart] or KNOWN.get(kind, ())
        deck = tuple(in_columns.get("deck", headers.get("deck", "")).split("::"))
        tags = [*headers.get("tags", "").split(), *in_columns.get("tags", "").split()]
        as_html = headers.get("html", "").lower() == "true"
        yield number, Note(kind, fields, values, as_html, deck, in_columns.get("guid", ""), tags)


def _records(lines: Sequence[str], first: int, separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each row with its line number, or None instead of a row whose quote never ends.

    An unquoted line that begins with # is a comment.
    """
    stray = -1
    while first < len(lines):
        if first == stray:
            yield first + 1, None
            first += 1
            continue
        if lines[first].startswith("#") or not lines[first].strip():
            first += 1
            continue
        ahead = lines[first : first + _RECORD_LINES]
        reader = csv.reader(ahead, delimiter=separator, strict=True)
        cells: list[str] | None = None
        try:
            cells, count = next(reader), reader.line_num
            if swallows_rows(ahead[:count], cells, separator):
                cells, count, stray = None, 1, first + count - 1
        except csv.Error as error:
            count = 1
            if reader.line_num == 1 and "unexpected end" not in str(
                error
            ):  # such as `"x" now`, where Anki drops the quotes
                with suppress(csv.Error):  # a field is too long
                    cells = next(csv.reader(ahead[:1], delimiter=separator))
        yield first + 1, cells
        first += count


def _guessed(line: str) -> str:
    return next((sign for sign in "\t|;," if sign in line), "\t")
