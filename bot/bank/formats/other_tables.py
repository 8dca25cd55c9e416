"""Tables that people design themselves: a question, options and an answer under headings of their choice."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.bank.dialects import TABLE, Dialect
from bot.bank.formats import own_table
from bot.bank.formats.readings import BadKey, Found
from bot.bank.formats.spreadsheets import SheetRow
from bot.bank.limits import OPTIONS_MAX
from bot.study.looks import looks
from bot.study.questions import LETTERS, Case

_BEYOND: Final = re.compile(r"(?:option|answer|choice|opt|antwort) ?\(?(?:[k-z]|1[1-9]|[2-9]\d)\)?")
_STEM: Final = re.compile(r"questions?(?: text| stem)?|stem|frage")
_OPTION: Final = re.compile(r"(?:(?:option|answer|choice|opt|antwort) ?)?\(?([a-j]|10|[1-9])\)?")
_KEY: Final = re.compile(
    r"(?:correct|right)(?: ?(?:answer|option|choice)s?)?(?: ?\(s\))?|answers?(?: ?key)?|key|solution|antwort"
)
_EXPLANATION: Final = re.compile(r"(?:answer )?explanation|rationale|feedback|reason")
_NUMBER: Final = re.compile(r"#|no\.?|nr\.?|number|s ?no\.?")
_KEPT: Final = frozenset(("id", "section", "difficulty"))


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A foreign table. `names` has our name for each column, or an empty string if the column is ignored."""

    names: Sequence[str]
    dialect: Dialect
    unread: Sequence[str]
    """Headings of ignored columns."""
    beyond: Sequence[int]
    """Indexes of option columns beyond the maximum number of options."""

    def judge(self, cases: dict[str, Case]) -> Callable[[SheetRow], Found]:
        judge = own_table.judge(self.names, cases)

        def found(row: SheetRow) -> Found:
            if not row.broken and any(row.cells[place].strip() for place in self.beyond if place < len(row.cells)):
                raise BadKey("", f"has more than {OPTIONS_MAX} options", "Leave some out")
            return judge(row)

        return found

    def is_unit(self, row: SheetRow) -> bool:
        """Return whether a row is a question: a row number alone is not."""
        return bool(row.broken) or any(cell.strip() for name, cell in zip(self.names, row.cells, strict=False) if name)


def placed(header: Sequence[str]) -> PlacedTable | None:
    """Recognize a table by its headings: one for the question, two or more for options, one for the answer."""
    names: list[str] = []
    for heading in (re.sub(r"[\s_]+", " ", looks(name)) for name in header):
        option = _OPTION.fullmatch(heading)
        if option:
            letter = option[1].upper()
            names.append(f"option_{LETTERS.index(letter) + 1 if letter in LETTERS else letter}")
        elif _STEM.fullmatch(heading):
            names.append("stem")
        elif _KEY.fullmatch(heading):
            names.append("correct")
        elif _EXPLANATION.fullmatch(heading):
            names.append("explanation")
        else:
            names.append(heading if heading in _KEPT else "")
    used = [name for name in names if name]
    options = [f"option_{place}" for place in range(1, OPTIONS_MAX + 1) if f"option_{place}" in used]
    if len(set(used)) < len(used) or not {"stem", "correct", "option_1", "option_2"} <= set(used):
        return None
    if options[-1] != f"option_{len(options)}":
        return None
    key = header[names.index("correct")].strip()[:40]
    dialect = replace(
        TABLE,
        one_right=f"Write the number or letter of the one right option under {key}",
        several_right=f"Write the numbers of at least two options under {key}, but not of all",
        section="Choose a section when you import, or add a column section",
    )
    unread = [
        heading.strip()
        for heading, name in zip(header, names, strict=True)
        if heading.strip() and not name and not _NUMBER.fullmatch(looks(heading))
    ]
    beyond = [place for place, name in enumerate(header) if _BEYOND.fullmatch(re.sub(r"[\s_]+", " ", looks(name)))]
    return PlacedTable(names, dialect, unread, beyond)
