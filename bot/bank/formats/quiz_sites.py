"""The spreadsheet templates of Kahoot, Wayground (formerly Quizizz), Blooket and Gimkit, recognized by the names of
their columns.

Titles and hints may stand above the header, in any column. A key is the number of an option, from 1. In Gimkit's
template, the first option column is the right one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.bank.dialects import Dialect
from bot.bank.formats import pictures
from bot.bank.formats.readings import BadKey, Change, Found
from bot.bank.formats.spreadsheets import SheetRow

_GAP: Final = re.compile(r"\s+")
_DASH: Final = re.compile("[\u2010-\u2015]")
_PLACE: Final = re.compile(r"[1-9](?:[.,]0+)?")
_LISTED: Final = re.compile(r"\s*[,;]\s*|\s+")
_TYPED: Final = "asks for a typed answer", "Add wrong options"
_WITHOUT_KEY: Final = re.compile(r"poll|open-ended|draw|slide")
_FILL_IN: Final = re.compile(r"fill-in.*|typing|type-in")


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    dialect: Dialect
    known_by: str
    """A column that no other template has."""
    stem: str
    options: tuple[str, ...]
    key: str | None = None
    """The column of the key; None if the first option is the right one."""
    explanation: str = ""
    kind: str = ""
    picture: str = ""
    note: bool = False
    """Whether files of this template may have an unnamed column, with a picture's address or the word "typing"."""


def _dialect(name: str, key: str) -> Dialect:
    return Dialect(
        one_right=f"Write the number of the right answer under {key}",
        several_right=f"Write the numbers of the right answers under {key}, such as 1,3, but not of all",
        missing="Fill its column",
        section=f"{name} has no sections: choose one when you import",
        id="Word the question differently",
        hints=False,
    )


_ANSWERS: Final = tuple(rf"answer {number}\b.*" for number in range(1, 5))
TEMPLATES: Final = (
    Template(
        "Blooket",
        _dialect("Blooket", "Correct Answer(s)"),
        r"question #",
        r"question text.*",
        _ANSWERS,
        r"correct answer.*",
        note=True,
    ),
    Template(
        "Wayground",
        _dialect("Wayground", "Correct Answer"),
        r"question type.*",
        r"question text.*",
        tuple(rf"option {number}\b.*" for number in range(1, 6)),
        r"correct answer.*",
        explanation=r"answer explanation.*",
        kind=r"question type.*",
        picture=r"image link.*",
    ),
    Template(
        "Gimkit",
        _dialect("Gimkit", "Correct Answer"),
        r"incorrect answer 1\b.*",
        r"question",
        (r"correct answer", *(rf"incorrect answer {number}\b.*" for number in range(1, 4))),
    ),
    Template(
        "Kahoot",
        _dialect("Kahoot", "Correct answer(s)"),
        r"time limit.*",
        r"question(?! ?#| text| type).*",
        _ANSWERS,
        r"correct answer.*",
    ),
)


@dataclass(frozen=True, slots=True)
class PlacedTemplate:
    """A template, with the index of each of its columns in a file."""

    template: Template
    stem: int
    options: tuple[int, ...]
    key: int | None
    explanation: int | None
    kind: int | None
    picture: int | None
    width: int

    def is_unit(self, row: SheetRow) -> bool:
        """Return whether a row is a question: a row number alone is not, and neither are hints."""
        if row.broken:
            return True
        stem = _cell(row, self.stem)
        hint = stem.casefold().startswith("text of the question")
        return not hint and bool(stem or any(_cell(row, place) for place in self.options))

    def judge(self, row: SheetRow) -> Found:
        if row.broken:
            raise BadKey("", *row.broken, "")
        kind = _cell(row, self.kind).casefold()
        beyond = [_cell(row, place) for place in range(self.width, self.width + 2)] if self.template.note else []
        if _FILL_IN.fullmatch(kind) or any(_FILL_IN.fullmatch(text.casefold()) for text in beyond):
            raise BadKey("", *_TYPED)
        if _WITHOUT_KEY.match(kind):
            raise BadKey("", f"is of the type {kind}, which has no right answer", "Ask it as Multiple Choice")
        texts = [_cell(row, place) for place in self.options]
        while texts and not texts[-1]:
            texts.pop()
        if len(texts) < 2:
            raise BadKey("", *_TYPED)
        right = self.places(_cell(row, self.key), len(texts)) if self.key is not None else [0]
        addresses = [_cell(row, self.picture), *(text for text in beyond if "://" in text)]
        entry: dict[str, Any] = {
            "kind": "choice" if len(right) == 1 else "response",
            "stem": _cell(row, self.stem) + "".join(pictures.mark() for address in addresses if address),
            "options": [{"text": text, "correct": place in right} for place, text in enumerate(texts)],
            "explanation": _cell(row, self.explanation),
        }
        return Found(entry, changes=self.changes(row))

    def places(self, key: str, count: int) -> list[int]:
        """Return the indexes of the right options."""
        name = self.template.dialect.one_right.rpartition(" under ")[2]
        if not key:
            raise BadKey(name, "is empty, so no answer is right", self.template.dialect.one_right)
        parts = _LISTED.split(key.strip())
        if all(_PLACE.fullmatch(part) for part in parts) and not (len(parts) == 1 and _is_joined(key, count)):
            places = sorted({int(part[0]) - 1 for part in parts})
            if places[-1] < count:
                return places
            raise BadKey(name, f"is {key}, but there are {count} answers", self.template.dialect.one_right)
        digits = re.findall(r"\d", key)
        if _is_joined(key, count):
            problem = f"is {key}, which is not the number of an answer; was it {','.join(digits)}?"
            raise BadKey(name, problem, f"Format the column as text, and write {','.join(digits)}")
        raise BadKey(name, f'is "{key[:40]}", which is not the number of an answer', self.template.dialect.one_right)

    def changes(self, row: SheetRow) -> list[Change]:
        names = {self.stem: "question", **{place: f"answer {n}" for n, place in enumerate(self.options, 1)}}
        return [(names[place], *note) for place, note in row.notes.items() if place in names]


def template_of(header: Sequence[str]) -> PlacedTemplate | None:
    names = [_folded(cell) for cell in header]

    def place_of(pattern: str | None) -> int | None:
        if not pattern:
            return None
        return next((place for place, name in enumerate(names) if re.fullmatch(pattern, name)), None)

    for template in TEMPLATES:
        stem, first = place_of(template.stem), place_of(template.options[0])
        if stem is None or first is None or place_of(template.known_by) is None:
            continue
        key = place_of(template.key)
        if template.key and key is None:
            continue
        options = tuple(place for place in map(place_of, template.options) if place is not None)
        width = max(place for place, name in enumerate(names) if name) + 1
        return PlacedTemplate(
            template,
            stem,
            options,
            key,
            place_of(template.explanation),
            place_of(template.kind),
            place_of(template.picture),
            width,
        )
    return None


def _is_joined(key: str, count: int) -> bool:
    """Return whether a spreadsheet may have merged several numbers into one: 1,3 becomes 1.3 or 13."""
    digits = re.findall(r"\d", key)
    return (
        re.fullmatch(r"\d[.,]?\d+", key) is not None
        and len(set(digits)) == len(digits) > 1
        and all(1 <= int(digit) <= count for digit in digits)
    )


def _folded(cell: str) -> str:
    return _GAP.sub(" ", _DASH.sub("-", cell)).strip().casefold()


def _cell(row: SheetRow, place: int | None) -> str:
    return row.cells[place].strip() if place is not None and place < len(row.cells) else ""
