"""Shared SQL: statements that SQLAlchemy spells differently for each database, bulk reads and writes, and the condition
of every tick's query."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Float,
    Integer,
    Select,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    Update,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from bot.shards import Shards
from bot.storage.driver import run
from bot.storage.tables.base import Instant

Convert: TypeAlias = Callable[[Any], Any]


def insert(tx: Connection, table: Table) -> sqlite.Insert:
    """Return an INSERT that supports ON CONFLICT. Both dialects have the same methods; the type is SQLite's."""
    if tx.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)


class _Listed(FunctionElement[Any]):
    """A row for each entry of a JSON list."""

    name = "listed"
    inherit_cache = True


class _Part(FunctionElement[Any]):
    """One value of a list entry that is itself a list, by its position."""

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
    if isinstance(element.type, Instant):
        return f"(CAST({entry} ->> {place} AS TIMESTAMP) AT TIME ZONE 'UTC')"
    return f"CAST({entry} ->> {place} AS {compiler.dialect.type_compiler_instance.process(element.type)})"


WANTED = _Listed(bindparam("keys", type_=String, required=False)).table_valued(column("value"), name="wanted")
"""The keys passed to a statement, as a table: for joins that a plain column comparison cannot express."""


def entries(*types: TypeEngine[Any]) -> list[ColumnElement[Any]]:
    """Return columns with the values of each entry of `keys`. An UPDATE may use them too.

    The keys are a joined table, so the statement text is the same for any number of them, and each is an index search.
    SQLite turns a long `IN` of pairs into a scan.
    """
    return [_Part(WANTED.c.value, place, type) for place, type in enumerate(types)]


def keys(rows: Iterable[object]) -> dict[str, str]:
    """Return the parameter for `entries`: a tuple for each row, or its single value. Values may be numbers, text, dates,
    aware datetimes and None."""
    listed = [key if isinstance(key, tuple) else (key,) for key in dict.fromkeys(rows)]
    return {"keys": orjson.dumps(listed, _as_stored, orjson.OPT_PASSTHROUGH_DATETIME).decode()}


def _as_stored(value: object) -> str:
    """Return a date or an instant as SQLite stores it, because it compares them as text."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not a value of a key")


class Lookup:
    """Select rows by the values of some columns. Without columns, the statement joins WANTED itself.

    `into` turns the rows, which have column names but no order, into what `read` returns.
    """

    def __init__(
        self, statement: Select[Any], *columns: ColumnElement[Any], into: Callable[[Sequence[Any]], Any] = list
    ) -> None:
        same = (each == value for each, value in zip(columns, entries(*(each.type for each in columns)), strict=True))
        self.statement = statement.select_from(WANTED).where(*same)
        self.into = into
        self._made: dict[str, _Prepared] = {}

    def read(self, tx: Connection, named: Iterable[object]) -> Any:
        """Select rows by tuples, or by single values."""
        return read_together(tx, (self, named))[0]

    def prepared(self, dialect: Dialect) -> _Prepared:
        """Return the statement compiled for the driver. Its rows come back as one JSON text.

        SQLite's driver releases the GIL for each fetched row and then has to wait for it, so fetching each row could take
        as long as all other work at that moment. As texts, the rows of several lookups also fit in one row.
        """
        made = self._made.get(dialect.name)
        if made is None:
            inner = self.statement.subquery()
            readers = (_reader(each.type, dialect) for each in inner.c)
            made = self._made[dialect.name] = _Prepared(
                _by_keys(select(_packed(inner.c, dialect)), dialect),
                namedtuple("Row", inner.c.keys(), rename=True),
                [(place, lru_cache(maxsize=256)(reader)) for place, reader in enumerate(readers) if reader],
            )
        return made


def read_together(tx: Connection, *wanted: tuple[Lookup, Iterable[object]]) -> list[Any]:
    """Read several lookups, each by its keys, with one statement, because each statement has a fixed cost."""
    named = [(lookup, list(keys)) for lookup, keys in wanted]
    asked = [(lookup, lookup.prepared(tx.dialect), each) for lookup, each in named if each]
    found: dict[Lookup, Sequence[Any]] = {}
    if asked:
        text = _side_by_side(*(made.by_keys for _, made, _ in asked))
        bound = chain.from_iterable(made.by_keys.bound(each) for _, made, each in asked)
        ((*texts,),) = run(tx, text, tuple(bound))
        found = {lookup: made.rows(text) for (lookup, made, _), text in zip(asked, texts, strict=True)}
    return [lookup.into(found.get(lookup, ())) for lookup, _ in named]


@lru_cache(maxsize=64)
def _side_by_side(*statements: _ByKeys) -> str:
    texts, before = [], 0
    for statement in statements:
        texts.append(f"({_numbered_after(before, statement.text)})")
        before += len(statement.constants)
    return f"SELECT {', '.join(texts)}"


def _numbered_after(before: int, text: str) -> str:
    """Increase the numbers of a statement's parameters by `before`: PostgreSQL's $1, $2, ...; SQLite's have no
    numbers."""
    return re.sub(r"\$(\d+)", lambda match: f"${int(match[1]) + before}", text)


class Revision:
    """An UPDATE of many rows by `keys`."""

    def __init__(self, statement: Update) -> None:
        self._statement = statement
        self._made: dict[str, _ByKeys] = {}

    def write(self, tx: Connection, rows: Iterable[object]) -> None:
        listed = list(rows)
        if not listed:
            return
        made = self._made.get(tx.dialect.name)
        if made is None:
            made = self._made[tx.dialect.name] = _by_keys(self._statement, tx.dialect)
        run(tx, made.text, made.bound(listed))


@dataclass(frozen=True, eq=False)
class _ByKeys:
    """A statement with `keys` and constants, compiled for the driver. Compared by identity, so that it can be a key of
    a cache."""

    text: str
    constants: Sequence[Any]
    """The constants in the order of the parameters; None stands for the keys."""

    def bound(self, rows: Iterable[object]) -> list[Any]:
        (wanted,) = keys(rows).values()
        return [wanted if value is None else value for value in self.constants]


def _by_keys(statement: Select[Any] | Update, dialect: Dialect) -> _ByKeys:
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler), "it is a statement"
    assert compiled.positiontup is not None, "the driver numbers its parameters"
    return _ByKeys(
        str(compiled),
        [
            None if name == "keys" else _bound(compiled, name, compiled.params[name], dialect)
            for name in compiled.positiontup
        ],
    )


@dataclass(frozen=True)
class _Prepared:
    """A Lookup compiled for the driver, and how to decode the JSON that it returns."""

    by_keys: _ByKeys
    row: Any
    converted: Sequence[tuple[int, Convert]]
    """The places of the values that JSON stores in another form, each with its conversion."""

    def rows(self, text: str | None) -> Sequence[Any]:
        found = orjson.loads(text or "[]")
        for row in found:
            for place, convert in self.converted:
                row[place] = convert(row[place])
        return [self.row._make(row) for row in found]


def _packed(columns: Iterable[ColumnElement[Any]], dialect: Dialect) -> ColumnElement[Any]:
    """Return all rows as one JSON text; PostgreSQL returns NULL where there are none."""
    if dialect.name == "sqlite":
        return func.json_group_array(func.json_array(*map(_exact, columns)))
    return cast(func.json_agg(func.json_build_array(*columns)), Text)


def _exact(each: ColumnElement[Any]) -> ColumnElement[Any]:
    """Keep all digits of a float: SQLite's JSON has fifteen, but a double has up to seventeen."""
    if not isinstance(each.type, Float):
        return each
    return case((each.is_not(None), func.printf(literal_column("'%!.17g'"), each)))


def _bound(compiled: SQLCompiler, name: str, value: Any, dialect: Dialect) -> Any:
    """Convert a constant of a statement for the driver."""
    convert = (
        compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) if name in compiled.binds else None
    )
    return convert(value) if convert is not None and value is not None else value


def _reader(type: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return the function that converts a JSON value to a column's value; None if it needs no conversion."""
    if dialect.name != "sqlite":
        return _read_iso(type, dialect)
    if isinstance(type, Float):
        return lambda text: None if text is None else float(text)
    return type.dialect_impl(dialect).result_processor(dialect, None)


def _read_iso(type: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return the function that converts a JSON value on PostgreSQL, where dates and times in JSON are text that the
    driver does not convert."""
    stored = type.impl_instance if isinstance(type, TypeDecorator) else type
    parse = next((kind.fromisoformat for of, kind in _ISO.items() if isinstance(stored, of)), None)
    if not isinstance(type, TypeDecorator):
        return parse and (lambda text: None if text is None else parse(text))
    read = type.process_result_value
    return lambda value: read(parse(value) if parse and value is not None else value, dialect)


_ISO: Mapping[Any, Any] = {DateTime: datetime, Date: date, Time: time}


CHUNKS = (240, 48, 12, 4, 1)
"""Rows per INSERT on SQLite, because each statement has a fixed cost. There are few sizes, because each is one more
statement to parse; one answer changes 12 rows of boards."""


class Many:
    """An INSERT of many rows. SQLAlchemy renders the statement once, and rows go straight to the driver, because
    processing each one in the library costs several times the database's own work.

    A row is a tuple of values in the order of `names`.
    """

    def __init__(self, build: Callable[[Callable[[Table], sqlite.Insert]], sqlite.Insert], *names: str) -> None:
        self._build = build
        self._names = names
        self._made: dict[str, _Made] = {}

    def write(self, tx: Connection, rows: Iterable[tuple[object, ...]]) -> None:
        made = self._made.get(tx.dialect.name)
        if made is None:
            made = self._made[tx.dialect.name] = self._make(tx)
        sent = [made.parameters(row) for row in rows]
        if tx.dialect.name != "sqlite":
            if sent:
                tx.exec_driver_sql(made.text, sent)
            return
        begin = 0
        for size in CHUNKS:
            while len(sent) - begin >= size:
                run(tx, made.of_rows(size), tuple(chain.from_iterable(sent[begin : begin + size])))
                begin += size

    def _make(self, tx: Connection) -> _Made:
        statement = self._build(lambda table: insert(tx, table))
        compiled = statement.compile(dialect=tx.dialect, column_keys=list(self._names))
        assert compiled.positiontup is not None, "both drivers number their parameters"
        types = (compiled.binds[name].type.dialect_impl(tx.dialect) for name in compiled.positiontup)
        converters = (type.bind_processor(tx.dialect) for type in types)
        return _Made(
            str(compiled),
            [self._names.index(name) for name in compiled.positiontup],
            # Many rows share the same instant or date.
            [(place, lru_cache(maxsize=256)(convert)) for place, convert in enumerate(converters) if convert],
        )


@dataclass(frozen=True)
class _Made:
    """An INSERT compiled for the driver."""

    text: str
    order: Sequence[int]
    """For each parameter, the position of its value in a row."""
    converted: Sequence[tuple[int, Convert]]
    """The parameters that the driver needs in another form."""
    _texts: dict[int, str] = field(default_factory=dict)

    def parameters(self, row: tuple[object, ...]) -> tuple[object, ...]:
        values = [row[place] for place in self.order]
        for place, convert in self.converted:
            values[place] = convert(values[place])
        return tuple(values)

    def of_rows(self, count: int) -> str:
        """Return the same INSERT for this many rows, on SQLite."""
        text = self._texts.get(count)
        if text is None:
            row = f"({', '.join('?' for _ in self.order)})"
            before, one, after = self.text.partition(f"VALUES {row}")
            assert one, "only a row's values are bound"
            text = self._texts[count] = before + ", ".join([one, *[row] * (count - 1)]) + after
        return text


def own(shards: Shards, guild_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a row's server belongs to this process; no condition if one process has all servers."""
    if shards.everything:
        return true()
    moment = guild_id.bitwise_rshift(literal(22, Integer))  # PostgreSQL shifts by an integer, not by a bigint
    return (moment % shards.count).in_(sorted(shards.ids))
