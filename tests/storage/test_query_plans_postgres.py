"""The same queries on PostgreSQL, which plans by the tables' contents: an index range, however long the history."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Index, UniqueConstraint, event, text

from bot.storage.engine import Database
from bot.storage.tables import metadata
from tests.databases import turn
from tests.postgres import TEMPLATE
from tests.storage import history
from tests.storage.test_query_plans import QUERIES, SORTED_ALREADY

WHERE = "PostgreSQL plans by what the tables hold, which tests/storage/history.py says"
FILLED = "history"

ON_POSTGRESQL: Mapping[str, str] = {
    # These indexes leave only the few rows of one member, or of one question, to be filtered.
    "an answer in a live round": "live_answers by its key (live_id=? AND user_id=?)",
    "whether anybody is waited for": "live_answers by its key (live_id=? AND number=?)",
    # The table's key and the index of its order begin with the same columns, so either selects a whole board.
    "the boards of weeks": "(guild_id=? AND period=? AND board=?)",
    # Few rounds are unfinished, and nearly all of them have a due time.
    "the live rounds that are due": "ix_live_rounds_going_on",
    # Few evenings are planned or running.
    "the questions of running evenings": "ix_exam_evenings_due_at",
    # Few members are in many servers.
    "a streak": "ix_members_user_id (user_id=?)",
}
"""Plans that differ from SQLite's, but read as little."""

EACH_SERVER = {"dailies of dates to come": "pk_schedules"}
"""Queries that read every server, once in ten minutes, each with its index."""

LARGE = ("seqscan", "hashjoin", "mergejoin")
"""Settings of plan steps that read whole tables. They are disabled, because PostgreSQL would use them for small test
tables."""
MANY = ("sort", "bitmapscan")
"""Settings of plan steps that PostgreSQL uses for few rows, even if an index has them in order."""


@pytest.fixture(scope="module")
def urls(cluster, pytestconfig):
    """Return an empty database of this worker, and a database that all workers share, with sample rows and current
    statistics. The shared one is only read."""
    blank = f"blank_{os.getpid()}"
    cluster.sql(f"CREATE DATABASE {blank} TEMPLATE {TEMPLATE}")
    with turn(pytestconfig, FILLED) as made:
        if not made.exists():
            cluster.sql(f"CREATE DATABASE {FILLED} TEMPLATE {TEMPLATE}")
            cluster.sql(";\n".join(history.statements()), FILLED)
            cluster.sql("VACUUM ANALYZE", FILLED)
            made.touch()
    yield cluster.url(blank), cluster.url(FILLED)
    cluster.sql(f"DROP DATABASE {blank} WITH (FORCE)")


@dataclass(frozen=True)
class Known:
    """An index as the tables define it."""

    name: str
    table: str
    columns: tuple[str, ...]
    partial: bool


def _indexes() -> Iterator[Known]:
    for table in metadata.sorted_tables:
        for key in (table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))):
            name = key.name or metadata.naming_convention["pk"] % {"table_name": table.name}
            yield Known(str(name), table.name, tuple(column.name for column in key.columns), partial=False)
        for index in table.indexes:
            columns = tuple(re.findall(r"(\w+)", str(each).rpartition(".")[2])[0] for each in index.expressions)
            yield Known(str(index.name), table.name, columns, partial=_partial(index))


def _partial(index: Index) -> bool:
    return index.dialect_options["sqlite"]["where"] is not None


INDEXES: Mapping[str, Known] = {index.name: index for index in _indexes()}


@dataclass(frozen=True)
class Taken:
    """A step of a plan that uses an index. `by`: the columns of the index that bound its range."""

    index: Known
    by: frozenset[str]
    first: bool = False
    """Whether only the first rows are requested."""

    @classmethod
    def of(cls, step: Mapping[str, Any]) -> Taken:
        index, condition = INDEXES[step["Index Name"]], step.get("Index Cond", "")
        by = frozenset(column for column in index.columns if re.search(rf"\b{column}\b", condition))
        return cls(index, by, first=step["Under"] == "Limit" and "Filter" not in step)

    @property
    def bounded(self) -> bool:
        """Whether the step reads no more than it needs: a range from the left, the first rows, or all of an index that
        contains only waiting rows."""
        return self.index.partial or self.first or self.index.columns[0] in self.by


def nodes(plan: dict[str, Any], under: str = "") -> Iterator[dict[str, Any]]:
    yield {**plan, "Under": under}
    for part in plan.get("Plans", ()):
        yield from nodes(part, plan["Node Type"])


@pytest.fixture
async def steps_of(urls):
    """Return all steps of the plans for the statements of a piece of work. The work runs on the empty database, because
    the sample rows make no sense to it."""
    blank, filled = map(Database, urls)

    async def steps_of(work, without) -> list[dict[str, Any]]:
        sent = []

        def send(tx):
            event.listen(tx, "before_cursor_execute", listen := lambda *told: sent.append(told[2:4]))
            work(tx)
            event.remove(tx, "before_cursor_execute", listen)

        def explain(tx):
            for way in without:
                tx.execute(text(f"SET LOCAL enable_{way} = off"))
            plans = [tx.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query}", given).scalar_one() for query, given in sent]
            return [step for plan in plans for step in nodes(plan[0]["Plan"])]

        await blank.write(send)
        return await filled.write(explain)

    yield steps_of
    await blank.close()
    await filled.close()


@pytest.mark.postgres
@pytest.mark.parametrize("name", QUERIES)
async def test_postgresql_uses_the_same_index_by_its_first_columns_and_scans_no_table(steps_of, name):
    work, expected = QUERIES[name]

    steps = await steps_of(work, LARGE)

    scanned = [step["Relation Name"] for step in steps if step["Node Type"] == "Seq Scan"]
    assert not scanned, f"{scanned} are scanned: {WHERE}"
    taken = [Taken.of(step) for step in steps if "Index Name" in step]
    assert [each for each in taken if is_meant(each, ON_POSTGRESQL.get(name, expected))], f"it takes {taken}: {WHERE}"
    assert not [each for each in taken if not each.bounded and each.index.name != EACH_SERVER.get(name)], (
        f"it takes {taken}: {WHERE}"
    )


@pytest.mark.postgres
@pytest.mark.parametrize("name", SORTED_ALREADY)
async def test_rows_come_in_order_from_the_index_on_postgresql(steps_of, name):
    steps = await steps_of(QUERIES[name][0], (*LARGE, *MANY))

    # An incremental sort sorts only the few rows that are equal in the index's order.
    assert not [step["Sort Key"] for step in steps if step["Node Type"] == "Sort"], WHERE


def is_meant(taken: Taken, expected: str) -> bool:
    """Return whether a step uses the index and the columns that SQLite's plan is expected to name. SQLite numbers the
    indexes of keys; PostgreSQL names them. If only columns are given, any index that begins with them is accepted."""
    columns = re.findall(r"(\w+)[=<>]\?", expected)
    if by_key := re.match(r"(\w+) by its key", expected):
        named = taken.index.table == by_key[1] and taken.index.name.startswith(("pk_", "uq_"))
    elif begins := re.search(r"(ix|uq)_\w+", expected):
        named = taken.index.name.startswith(begins[0])
    else:
        assert columns, f"{expected!r} names neither an index nor columns"
        named = set(taken.index.columns[: len(columns)]) == set(columns)
    return named and taken.bounded and taken.by >= set(columns)
