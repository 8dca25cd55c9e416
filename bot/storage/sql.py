"""What the two databases spell alike but SQLAlchemy keeps apart, what is asked and written for many at once, and the condition
that every tick's query has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    column,
    literal,
    literal_column,
    true,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from bot.shards import Shards

Ts = TypeVarTuple("Ts")
Convert: TypeAlias = Callable[[Any], Any]


def insert(tx: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that knows ON CONFLICT. Both dialects have the same methods; the type is SQLite's."""
    if tx.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)


class _Listed(FunctionElement[Any]):
    """A row for each entry of a JSON list."""

    name = "listed"
    inherit_cache = True


class _Part(FunctionElement[Any]):
    """One value of an entry that is itself a list, by its place."""

    name = "part"
    inherit_cache = True

    def __init__(self, entry: ColumnElement[Any], place: int, type: TypeEngine[Any]) -> None:
        super().__init__(entry, literal_column(str(place)))
        self.type = type


@compiles(_Listed, "sqlite")
def _json_each(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Listed, "postgresql")
def _array_elements(element: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSONB))"


@compiles(_Part, "sqlite")
def _json_extract(element: _Part, compiler: SQLCompiler, **options: Any) -> str:
    entry, place = (compiler.process(clause, **options) for clause in element.clauses)
    return f"json_extract({entry}, '$[{place}]')"


@compiles(_Part, "postgresql")
def _arrow(element: _Part, compiler: SQLCompiler, **options: Any) -> str:
    entry, place = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST({entry} ->> {place} AS {compiler.dialect.type_compiler_instance.process(element.type)})"


def among(statement: Select[*Ts], *columns: ColumnElement[Any]) -> Select[*Ts]:
    """Of the rows that a statement selects, those that `keys` names, each by its values of these columns; the statement is then
    executed with `keys(...)`.

    The keys are a table of their own, joined to the other: however many they are, the text is the same, and each is a search of
    the index. Of a long `IN` of pairs, SQLite makes a scan.
    """
    wanted = _Listed(bindparam("keys", type_=String)).table_valued(column("value"), name="wanted")
    same = (each == _Part(wanted.c.value, place, each.type) for place, each in enumerate(columns))
    return statement.select_from(wanted).where(*same)


def keys(wanted: Iterable[object]) -> dict[str, str]:
    """What `among` looks for: a tuple for each row, or the one value that names it. Numbers and text alone."""
    rows = [key if isinstance(key, tuple) else (key,) for key in dict.fromkeys(wanted)]
    return {"keys": json.dumps(rows)}


class Many:
    """A statement that writes many rows. SQLAlchemy makes its text once, and the rows go to the driver as they are: to be taken
    through the library one by one costs several times what the database does with them.

    A row is a tuple of values in the order of `names`.
    """

    def __init__(self, build: Callable[[Callable[[Table], sqlite.Insert]], UpdateBase], *names: str) -> None:
        self._build = build
        self._names = names
        self._made: dict[str, _Made] = {}

    def write(self, tx: Connection, rows: Iterable[tuple[object, ...]]) -> None:
        made = self._made.get(tx.dialect.name)
        if made is None:
            made = self._made[tx.dialect.name] = self._make(tx)
        sent = [made.parameters(row) for row in rows]
        if made.values is None:
            if sent:
                tx.exec_driver_sql(made.text, sent)
            return
        begin = 0
        for size in CHUNKS:
            while len(sent) - begin >= size:
                chunk = sent[begin : begin + size]
                tx.exec_driver_sql(made.of_rows(size), tuple(chain.from_iterable(chunk)))
                begin += size

    def _make(self, tx: Connection) -> _Made:
        statement = self._build(lambda table: insert(tx, table))
        compiled = statement.compile(dialect=tx.dialect, column_keys=list(self._names))
        assert compiled.positiontup is not None, "both drivers number their parameters"
        types = (compiled.binds[name].type.dialect_impl(tx.dialect) for name in compiled.positiontup)
        converters = (type.bind_processor(tx.dialect) for type in types)
        return _Made(
            str(compiled),
            f"({', '.join('?' for _ in compiled.positiontup)})"
            if tx.dialect.name == "sqlite" and statement.is_insert
            else None,
            [self._names.index(name) for name in compiled.positiontup],
            # The same instant, or date, often stands in many rows.
            [(place, lru_cache(maxsize=256)(convert)) for place, convert in enumerate(converters) if convert],
        )


CHUNKS = (256, 64, 16, 4, 1)
"""Rows that one INSERT takes on SQLite. Its driver lets go of the interpreter for each statement and has to wait for it afterwards;
with a statement a row, an answer waits twenty times for whatever else the bot does. Few sizes: each is a text to be parsed."""


@dataclass(frozen=True)
class _Made:
    """A statement as the driver takes it. `values` is the part of an INSERT that stands for one row, where it may be repeated."""

    text: str
    values: str | None
    order: Sequence[int]
    """From which place of a row each parameter comes."""
    converted: Sequence[tuple[int, Convert]]
    """Which parameters the driver needs in another form."""
    _texts: dict[int, str] = field(default_factory=dict)

    def parameters(self, row: tuple[object, ...]) -> tuple[object, ...]:
        values = [row[place] for place in self.order]
        for place, convert in self.converted:
            values[place] = convert(values[place])
        return tuple(values)

    def of_rows(self, count: int) -> str:
        text = self._texts.get(count)
        if text is None:
            assert self.values is not None, "an UPDATE is of one row"
            before, one, after = self.text.partition(f"VALUES {self.values}")
            assert one, "all that is bound is a row's"
            text = self._texts[count] = before + ", ".join([one, *[self.values] * (count - 1)]) + after
        return text


def own(shards: Shards, guild_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a row's server is one of this process's. Nothing is asked where one process has them all."""
    if shards.everything:
        return true()
    moment = guild_id.bitwise_rshift(literal(22, Integer))  # PostgreSQL shifts by an integer, not by a bigint
    return (moment % shards.count).in_(sorted(shards.ids))
