"""The result of a format's reader. Every reader, `read(data, file, most) -> Reading`, keeps this contract:

- A reader first finds the units of the file: rows, blocks, `<question>` elements, notes. A unit is what the file
  presents as a question. Each becomes one `Draft` or one `LeftOut`, in the order of the file, so that whatever the file
  holds is counted once.
- At most `most` units are judged. The rest are counted in `unread`, cheaply, without being judged.
- Anything that is not a question (categories, comments, settings, rows of hints) is not a unit. Problems with it, or
  with the whole file, go to `faults`, which do not affect the counts.
- If a unit is kept but something in it is altered or dropped, `Draft.changes` says what, why, and what to write
  instead.
- A remedy uses the terms of the format: see `bot.bank.dialects`.
- A reader never raises because of a file's content. A fault in one unit does not affect others.

Readers of text take `str` and are wrapped by `of_text`; readers of archives and of XML, which declares its own
encoding, take bytes.

`gather` does the counting for readers that can judge one raw unit at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

from bot.bank.dialects import Dialect
from bot.bank.faults import Fault, Level
from bot.bank.files import Document, Lines, Path
from bot.study.questions import Case

_T = TypeVar("_T")

Change: TypeAlias = tuple[str, str, str]
"""A change to an accepted question: the changed key of its entry, what was changed and why, and what to write
instead."""


UNNAMED: Final = "question"
"""What to call a unit without a name of its own; its number in the file follows."""


class BadKey(Exception):
    """One problem with a unit. `name`: the unit's own name, if it has one."""

    def __init__(self, key: str, problem: str, remedy: str, name: str = UNNAMED) -> None:
        super().__init__(problem)
        self.key, self.problem, self.remedy, self.name = key, problem, remedy, name


class BadUnit(Exception):
    """Several problems with a unit, already as `Fault` objects."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)


@dataclass(frozen=True)
class Draft:
    """An entry in the shape of our YAML, at `path` of `document`. `section`: the section that the file names, if
    any."""

    document: Document
    path: Path
    entry: object
    section: str | None = None
    identity: str | None = None
    """The text that identifies the entry in the file, if the entry has parts that the import chose, such as
    distractors."""
    changes: Sequence[Change] = ()
    category: Sequence[str] = ()
    """The entry's category in another program, as names, outermost first."""
    accepted: Sequence[str] = ()
    """For an entry from a list with free answers: all accepted answers, the key first. See `corrections`."""

    def fault(self, path: Path, problem: str, remedy: str = "", level: Level = Level.ERROR) -> Fault:
        return self.document.fault(self.path + path, problem, remedy, level)


@dataclass(frozen=True)
class LeftOut:
    """A unit that cannot become a question, with at least one reason."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Reading:
    units: Sequence[Draft | LeftOut] = ()
    cases: Mapping[str, Case] = field(default_factory=dict)
    unread: int = 0
    """How many units exceed the maximum and are not judged."""
    faults: Sequence[Fault] = ()
    """Faults of the file as a whole, or of parts that are not questions."""


@dataclass(frozen=True)
class Found:
    """The content of one unit."""

    entry: dict[str, Any]
    section: str | None = None
    identity: str | None = None
    changes: Sequence[Change] = ()
    category: Sequence[str] = ()
    accepted: Sequence[str] = ()


def gather(
    file: str,
    blocks: Iterable[tuple[int, _T]],
    judge: Callable[[_T], Found],
    most: int,
    dialect: Dialect,
    *,
    cases: Mapping[str, Case] | None = None,
    faults: Sequence[Fault] = (),
) -> Reading:
    """Judge up to `most` blocks, each given with the number of its first line, and count the rest.

    Units are numbered by their position in the file, including those that are left out. `judge` raises BadKey or
    BadUnit for what is left out. `cases` and `faults` may be filled while the units are judged.
    """
    entries: dict[int, dict[str, Any]] = {}
    lines = Lines(1)
    document = Document(file, {"questions": entries}, Lines(1, parts={"questions": lines}), dialect)
    units: list[Draft | LeftOut] = []
    unread = 0
    for line, block in blocks:
        if len(units) == most:
            unread += 1
            continue
        try:
            found = judge(block)
        except BadKey as bad:
            name = f"{bad.name} {len(units) + 1}" if bad.name == UNNAMED else bad.name
            key = f"{name}, {bad.key}" if bad.key else name
            units.append(LeftOut((Fault(file, line, key, bad.problem, bad.remedy),)))
        except BadUnit as bad_unit:
            units.append(LeftOut(bad_unit.faults))
        else:
            place = len(units)
            lines.parts[place], entries[place] = Lines(line), found.entry
            path = ("questions", place)
            rest = found.section, found.identity, found.changes, found.category, found.accepted
            units.append(Draft(document, path, found.entry, *rest))
    return Reading(units, cases if cases is not None else {}, unread, faults)


def of_text(read: Callable[[str, str, int], Reading]) -> Callable[[bytes, str, int], Reading]:
    """Wrap a reader of text as a reader of bytes."""

    def of_bytes(data: bytes, file: str, most: int) -> Reading:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            return Reading(faults=[Fault(file, line, "", "is not UTF-8 text", "Save it as UTF-8")])
        return read(text, file, most)

    return of_bytes
