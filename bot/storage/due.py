"""Which ticks have something to do: each has its queries, and one statement runs them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, exists, false, literal_column, or_, select

from bot.shards import Shards
from bot.storage import (
    awards,
    competitions,
    daily_closes,
    daily_counts,
    duels,
    evenings,
    exams,
    live,
    live_answers,
    live_plans,
    posts,
    reminders,
    schedules,
    seasons,
)

QUERIES: Mapping[str, Callable[[datetime, Shards], Sequence[Select[Any]]]] = {
    "dailies": lambda at, shards: [schedules.due_query(at, 1, shards)],
    "closes": lambda at, shards: [daily_closes.due_query(at, 1, shards), daily_closes.without_post_query(1, shards)],
    "counts": lambda _, shards: [daily_counts.stale_query(1, shards)],
    "posts": lambda at, shards: [posts.ready_query(at, 1, shards)],
    "seasons": lambda at, shards: [seasons.due_query(at, 1, shards)],
    "competitions": lambda at, shards: [competitions.due_query(at, 1, shards)],
    "awards": lambda at, shards: [awards.pending_query(at, 1, shards)],
    "duels": lambda at, shards: [duels.due_query(at, 1, shards)],
    "exams": lambda at, shards: [exams.due_query(at, 1, shards)],
    "evenings": lambda at, shards: [evenings.due_query(at, shards)],
    "live-plans": lambda at, shards: [live_plans.due_query(at, shards)],
    "live": lambda at, shards: [live.due_query(at, shards)],
    "live-answers": lambda _, shards: [live_answers.unrecorded_query(1, shards)],
    # Members do not belong to a server, so one process reminds them all.
    "reminders": lambda at, shards: (
        [*reminders.due_queries(at), reminders.unsent_query(at, 1)] if shards.direct_messages else []
    ),
}
"""The queries of each tick that waits for rows. The tick has something to do if one of its queries finds a row."""

SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""A placeholder time in the statement; `look` shifts every instant in it to the present."""

Bind: TypeAlias = Callable[[datetime], object]


@dataclass(slots=True)
class Look:
    """One statement for all QUERIES, built once because building it costs many times more than running it."""

    shards: Shards
    _made: dict[str, tuple[str, Sequence[Bind]]] = field(init=False, default_factory=dict)

    def look(self, tx: Connection, at: datetime) -> frozenset[str]:
        """Return the ticks that have something to do."""
        made = self._made.get(tx.dialect.name)
        if made is None:
            made = self._made[tx.dialect.name] = self._make(tx)
        statement, binds = made
        found = tx.exec_driver_sql(statement, tuple(bind(at) for bind in binds)).one()
        return frozenset(name for name, any_due in zip(QUERIES, found, strict=True) if any_due)

    def _make(self, tx: Connection) -> tuple[str, Sequence[Bind]]:
        asked = (queries(SOME_TIME, self.shards) for queries in QUERIES.values())
        statement = select(*(or_(false(), *map(_finds, each)) for each in asked))
        compiled = statement.compile(dialect=tx.dialect, compile_kwargs={"render_postcompile": True})
        assert compiled.positiontup is not None, "both drivers number their parameters"
        binds: list[Bind] = []
        for name in compiled.positiontup:
            value = compiled.params[name]
            bound = compiled.binds.get(name)
            convert = bound.type.dialect_impl(tx.dialect).bind_processor(tx.dialect) if bound is not None else None
            binds.append(partial(_moved, value, convert or _as_it_is))
        return str(compiled), binds


def _finds(query: Select[Any]) -> ColumnElement[bool]:
    return exists(query.with_only_columns(literal_column("1"), maintain_column_froms=True).order_by(None).limit(None))


def _moved(value: object, convert: Callable[[Any], object], at: datetime) -> object:
    return convert(at + (value - SOME_TIME) if isinstance(value, datetime) else value)


def _as_it_is(value: object) -> object:
    return value
