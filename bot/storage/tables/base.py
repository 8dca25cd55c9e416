"""Shared by all tables: constraint names and column types."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    TextClause,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. A naive datetime raises an error, because a time without a zone is a bug."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored; pass aware UTC")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


EnumT = TypeVar("EnumT", bound=StrEnum)


class EnumText(TypeDecorator[EnumT]):
    """An enum member, stored as its value. Anything else raises an error."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[EnumT], length: int = 16) -> None:
        super().__init__(length)
        self.kind = kind

    def process_bind_param(self, value: EnumT | str | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> EnumT | None:
        return None if value is None else self.kind(value)


class IndexList(TypeDecorator[tuple[int, ...]]):
    """An answer or an option order, stored as `2` or `0,3`."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, _dialect: Dialect) -> str | None:
        return None if value is None else ",".join(map(str, value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[int, ...] | None:
        return None if value is None else tuple(map(int, value.split(","))) if value else ()


class WordList(TypeDecorator[tuple[str, ...]]):
    """Words that contain no commas, stored separated by commas."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, _dialect: Dialect) -> str | None:
        return None if value is None else ",".join(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value.split(",")) if value else ()


class Numbers(TypeDecorator[tuple[float, ...]]):
    """Floats with all their digits, stored separated by commas."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[float, ...] | None, _dialect: Dialect) -> str | None:
        return None if value is None else ",".join(map(repr, value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[float, ...] | None:
        return None if value is None else tuple(map(float, value.split(",")))


Serial = BigInteger().with_variant(Integer, "sqlite")
"""SQLite generates row ids only for a column of type INTEGER."""


def snowflake(name: str, *args: Any, **options: Any) -> Column[int]:
    return Column(name, BigInteger, *args, **options)


class MemberId(BigInteger):
    """The id of a person. `/privacy` exports and erases by this type, so a new column is never forgotten."""


def member_id(name: str, *args: Any, **options: Any) -> Column[int]:
    return Column(name, MemberId, *args, **options)


def partial(name: str, *columns: Any, where: ColumnElement[bool] | TextClause, unique: bool = False) -> Index:
    """Return an index over only the rows that meet a condition.

    Migrations create the same index on both databases. Here the condition is given only in the option for SQLite,
    because the one for PostgreSQL would load its whole dialect into every process.
    """
    return Index(name, *columns, unique=unique, sqlite_where=where)
