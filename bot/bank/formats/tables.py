"""Read tables of questions from CSV and spreadsheets. The header shows whether a table is our own, a quiz site's
template or something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final, TypeAlias

from bot.bank.dialects import TABLE, Dialect
from bot.bank.faults import Fault, Level
from bot.bank.formats import other_tables, own_table, quiz_sites
from bot.bank.formats.readings import Found, Reading, gather
from bot.bank.formats.spreadsheets import HEADER_ROWS, SheetRow
from bot.study.questions import Case

_RESPONSES: Final = re.compile(r"timestamp|zeitstempel|horodateur|marca temporal|start time|completion time")
_NO_QUESTIONS: Final = "contains people's answers to a form, not its questions"

_Judge: TypeAlias = Callable[[SheetRow], Found]


@dataclass(frozen=True, slots=True)
class _Layout:
    dialect: Dialect
    judge: _Judge
    is_unit: Callable[[SheetRow], bool]
    unread: Sequence[str] = ()
    """Headings of unknown columns."""


def read_sheets(sheets: Mapping[str, Iterable[SheetRow]], file: str, most: int) -> Reading:
    """Read each sheet that holds questions, and report the others. A CSV file is one sheet without a name."""
    cases: dict[str, Case] = {}
    readings: list[Reading] = []
    unknown: list[Fault] = []
    notes: list[Fault] = []
    left = most
    for sheet, rows in sheets.items():
        above, header, below = _parted(iter(rows))
        layout, fault = _layout(header, cases) if header else (None, ("is empty", "Write a question into each row"))
        if layout is None:
            unknown.append(_named(sheet, Fault(file, header.line if header else 0, "the first row", *fault)))
            continue
        units = ((row.line, row) for row in chain(above, below) if not row.is_blank and layout.is_unit(row))
        reading = gather(file, units, layout.judge, left, layout.dialect, cases=cases)
        left -= len(reading.units)
        readings.append(reading)
        notes += [
            _named(
                sheet,
                Fault(file, header.line if header else 0, f'column "{name[:40]}"', "was not read", "", Level.WARNING),
            )
            for name in layout.unread
        ]
    level = Level.WARNING if readings else Level.ERROR
    return Reading(
        [unit for reading in readings for unit in reading.units],
        cases,
        sum(reading.unread for reading in readings),
        [*(replace(fault, level=level) for fault in unknown), *notes],
    )


def is_table(rows: Iterable[SheetRow]) -> bool:
    """Return whether the rows have a header for questions, in our own layout or another known one."""
    _, header, _ = _parted(iter(rows))
    return header is not None and _layout(header, {})[0] is not None


def _parted(rows: Iterator[SheetRow]) -> tuple[list[SheetRow], SheetRow | None, Iterator[SheetRow]]:
    """Return broken rows above the header, the header, and the rows below. Other rows above the header are titles and
    hints."""
    head = list(islice(rows, HEADER_ROWS))
    known = [place for place, row in enumerate(head) if not row.broken and _is_header(row.cells)]
    first = next((place for place, row in enumerate(head) if not row.is_blank), None)
    place = known[0] if known else first
    if place is None:
        return [], None, rows
    broken = [row for row in head[:place] if row.broken]
    return broken, head[place], chain(head[place + 1 :], rows)


def _is_header(cells: Sequence[str]) -> bool:
    known = own_table.is_header(own_table.names_of(cells)) or quiz_sites.template_of(cells) is not None
    return known or other_tables.placed(cells) is not None


def _layout(header: SheetRow, cases: dict[str, Case]) -> tuple[_Layout | None, tuple[str, str]]:
    """Return how to read the rows below a header, or what is wrong with it."""
    if header.broken:
        return None, header.broken
    if placed := quiz_sites.template_of(header.cells):
        template = placed.template
        return _Layout(template.dialect, placed.judge, placed.is_unit), ("", "")
    names = own_table.names_of(header.cells)
    if not own_table.is_header(names) and (other := other_tables.placed(header.cells)):
        return _Layout(other.dialect, other.judge(cases), other.is_unit, other.unread), ("", "")
    if not own_table.is_header(names) and any(map(_RESPONSES.match, (name.replace("_", " ") for name in names))):
        return None, (_NO_QUESTIONS, "Import a table in which each row is a question with its options")
    if wrong := own_table.header_fault(names):
        return None, wrong
    return _Layout(TABLE, own_table.judge(names, cases), lambda _: True), ("", "")


def _named(sheet: str, fault: Fault) -> Fault:
    return replace(fault, key=f'sheet "{sheet[:40]}", {fault.key}') if sheet else fault
