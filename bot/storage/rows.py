"""Convert rows to dataclasses and back, by the names of columns and fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, overload

from sqlalchemy import Row, Table

T = TypeVar("T")
KeyT = TypeVar("KeyT")


@overload
def from_row(kind: type[T], row: Row[*tuple[Any, ...]], **given: object) -> T: ...
@overload
def from_row(kind: type[T], row: None, **given: object) -> None: ...


def from_row(kind: type[T], row: Row[*tuple[Any, ...]] | None, **given: object) -> T | None:
    """Build a dataclass from a row by column name; `given` holds fields without a column. None for no row."""
    if row is None:
        return None
    names, read = _read(kind, *given)  # type: ignore[arg-type] # classes can be hashed
    return kind(**dict(zip(names, read(row), strict=True)), **given) if given else kind(*read(row))


def latest(rows: Iterable[tuple[KeyT, datetime]]) -> dict[KeyT, datetime]:
    """Map each key to its latest time."""
    found: dict[KeyT, datetime] = {}
    for key, at in rows:
        found[key] = max(at, found.get(key, at))
    return found


def columns_of(record: object, table: Table, *without: str) -> dict[str, Any]:
    """Return the columns that store a dataclass, except those named."""
    kept = _kept(type(record), table)  # type: ignore[arg-type]
    return {name: getattr(record, name) for name in kept if name not in without}


@cache
def _read(kind: Any, *given: str) -> tuple[Sequence[str], Callable[[Any], Any]]:
    names = [field.name for field in fields(kind) if field.name not in given]
    return names, attrgetter(*names)


@cache
def _kept(kind: Any, table: Table) -> Sequence[str]:
    return [field.name for field in fields(kind) if field.name in table.c]
