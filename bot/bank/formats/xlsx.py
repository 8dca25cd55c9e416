"""Read spreadsheets (.xlsx) with openpyxl; `xlsx_writer` writes them. A formula is read as the value that it last
showed.

A cell shows its value in its format: 0.5 as `50%`. Where it is uncertain what a cell shows, the row says so. Macros,
links and charts are ignored, and nothing is computed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from bot.bank.archives import Archive, FileRefused
from bot.bank.faults import Fault, Level
from bot.bank.formats.markup import raised
from bot.bank.formats.readings import Reading
from bot.bank.formats.spreadsheets import SheetRow
from bot.bank.formats.tables import read_sheets
from bot.bank.limits import SHEET_COLUMNS_MAX, SHEET_RATIO_MAX, SHEET_ROWS_MAX, UNPACKED_BYTES_MAX

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_TEXT: Final = "@"
_CELL_MAX: Final = 32_767
"""The maximum number of characters in a cell."""
_SHOWN: Final = re.compile(r'(?:"([^"]*)"|([€$£] ?))?(#,##)?(0+)(\.0+)?(%?)(?:"([^"]*)"|( ?[€$£]))?(?:;.*)?')
_UNCOMPUTED: Final = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_CUT: Final = b"x005F_"
_DOUBLED: Final = b"x005Fx005F__"
_ESCAPES: Final = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x000D_(?=\n)")
_NOT_KEPT: Final = "whose format was not kept", "Format the column as text, and type it again"


def read(data: bytes, file: str, most: int) -> Reading:
    """Read a spreadsheet, following the contract in `readings`."""
    import openpyxl  # slow to import, and rarely needed

    try:
        archive = Archive(data, _unpacked_max(len(data)))
        parts = {name: archive.read(name) for name in archive.names if name.endswith((".xml", ".rels", ".vml"))}
        uncomputed = _examined(parts)
        book = openpyxl.load_workbook(
            BytesIO(_protected(data, parts)), read_only=True, data_only=True, keep_links=False, rich_text=True
        )
    except FileRefused as refused:
        return Reading(faults=[Fault(file, 0, "", refused.problem, refused.remedy)])
    except Exception:  # noqa: BLE001  a damaged file can make the library raise anything
        return Reading(faults=[_damaged(file)])
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    sheets = {sheet.title if len(shown) > 1 else "": _rows(sheet, uncomputed) for sheet in shown}
    try:
        reading = read_sheets(sheets, file, most)
    except Exception:  # noqa: BLE001  the library parses while we read
        return Reading(faults=[_damaged(file)])
    notes = [
        Fault(file, 0, f'sheet "{name[:40]}"', "is hidden, and was not read", "", Level.WARNING) for name in hidden
    ]
    return Reading(reading.units, reading.cases, reading.unread, [*reading.faults, *notes])


def _damaged(file: str) -> Fault:
    return Fault(file, 0, "", "is a damaged spreadsheet", "Open it in a spreadsheet program and save it again as .xlsx")


def _unpacked_max(size: int) -> int:
    """Return the maximum unpacked size of a file: tables compress to a tenth, zip bombs to a thousandth."""
    return min(UNPACKED_BYTES_MAX, max(4 * 1024 * 1024, SHEET_RATIO_MAX * size))


def _examined(parts: Mapping[str, bytes]) -> frozenset[tuple[int, int]]:
    """Return cells whose formula was never computed, by row and column. Raises FileRefused for XML that could
    expand."""
    found: set[tuple[int, int]] = set()
    for name, part in parts.items():
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FileRefused("declares a document type, which can be harmful", "Save it again as .xlsx")
        if name.startswith("xl/worksheets/"):
            found |= {(int(row), _column(letters.decode())) for letters, row in _UNCOMPUTED.findall(part)}
    return frozenset(found)


def _protected(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Double each `x005F_`, because openpyxl 3.1 removes it wherever it occurs. It is an escape only after an
    underscore, and `_unescaped` decodes it."""
    if not any(_CUT in part for part in parts.values()):
        return data
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as copy:
        for name, part in parts.items():
            copy.writestr(name, part.replace(_CUT, _DOUBLED))
    return out.getvalue()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _rows(sheet: ReadOnlyWorksheet, uncomputed: frozenset[tuple[int, int]]) -> Iterator[SheetRow]:
    sheet.reset_dimensions()  # the dimensions that the file states may be wrong
    for number, cells in enumerate(sheet.iter_rows(max_col=SHEET_COLUMNS_MAX, max_row=SHEET_ROWS_MAX), 1):
        texts: list[str] = []
        notes: dict[int, tuple[str, str]] = {}
        broken: tuple[str, str] | None = None
        for place, cell in enumerate(cells):
            value = cell.value
            if value is None and (number, place) in uncomputed:
                broken = "contains a formula that was never computed", "Open and save it in a spreadsheet program"
            if value is not None and cell.data_type == "e":
                broken = f"shows the error {value}", "Correct the cell, or write its text with an apostrophe before it"
            text, note = ("", None) if value is None else _shown(value, cell.number_format)
            texts.append(text)
            if note:
                notes[place] = note
        yield SheetRow(number, texts, broken, notes)


def _shown(value: Any, format: str) -> tuple[str, tuple[str, str] | None]:
    """Return the text that a cell shows, and a note if that is a guess."""
    match value:
        case str():
            return _unescaped(value[: _CELL_MAX + 1]), None
        case bool():
            return str(value).upper(), (f'was a boolean, and was taken as "{str(value).upper()}"', _NOT_KEPT[1])
        case int() | float():
            return _number(value, format)
        case datetime() if value.time() == time():
            return _as(value.date().isoformat(), "date")
        case datetime() | date():
            return _as(str(value), "date")
        case time():
            return _as(f"{value.hour}:{value.minute:02}" + (f":{value.second:02}" if value.second else ""), "time")
        case timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            return _as(f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else ""), "time")
        case _:
            return _rich(value), None


def _as(text: str, what: str) -> tuple[str, tuple[str, str]]:
    return text, (f'was a {what}, and was taken as "{text}"', _NOT_KEPT[1])


def _number(value: float, format: str) -> tuple[str, tuple[str, str] | None]:
    plain = f"{value:.15g}"
    if "e" in plain or "n" in plain:  # more digits than a cell can store
        return plain, (f'was a number with more digits than a cell can keep, and was taken as "{plain}"', _NOT_KEPT[1])
    if format in ("General", _TEXT, ""):
        return plain, None
    if not (shown := _SHOWN.fullmatch(format)):
        return plain, (f'was the number {plain}, {_NOT_KEPT[0]}, and was taken as "{plain}"', _NOT_KEPT[1])
    quoted, sign, thousands, zeros, decimals, percent, unit, unit_sign = shown.groups()
    figure = abs(value) * 100 if percent else abs(value)
    places = len(decimals) - 1 if decimals else 0
    digits = f"{figure:{',' if thousands else ''}.{places}f}"
    whole, point, rest = digits.partition(".")
    least = len(zeros) if not thousands else 1
    minus = "-" if value < 0 else ""
    return f"{minus}{quoted or sign or ''}{whole.zfill(least)}{point}{rest}{percent}{unit or unit_sign or ''}", None


def _rich(value: Iterable[Any]) -> str:
    """Return formatted text as plain text. Superscripts and subscripts are kept: see `markup.raised`."""
    parts: list[str] = []
    for part in value:
        script = getattr(getattr(part, "font", None), "vertAlign", None)
        text = _unescaped(str(getattr(part, "text", part)))
        tag = {"superscript": "sup", "subscript": "sub"}.get(script or "")
        parts.append(raised(tag, text) if tag else text)
    return "".join(parts)[: _CELL_MAX + 1]


def _unescaped(text: str) -> str:
    """Decode what Windows programs write for a carriage return, which XML cannot hold, and for an underscore that would
    look like the start of such an escape (ECMA-376, ST_Xstring)."""
    return _ESCAPES.sub(lambda found: "_" if found[0] == "_x005F_" else "", text)
