"""The same queries on PostgreSQL, which plans by what the tables hold: an index range, however long the history."""

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
    # Of the few rows of one member, or of one question, it looks through the rest.
    "an answer in a live round": "live_answers by its key (live_id=? AND user_id=?)",
    "whether anybody is waited for": "live_answers by its key (live_id=? AND number=?)",
    # The key of the table and the index of its order begin alike, so that either leads to a whole board.
    "the boards of weeks": "(guild_id=? AND period=? AND board=?)",
    # Few rounds are going on, and hardly one of those is not due some day.
    "the live rounds that are due": "ix_live_rounds_going_on",
    # Few evenings are to come or running.
    "the questions of running evenings": "ix_exam_evenings_due_at",
    # Hardly anybody is in many servers.
    "a streak": "ix_members_user_id (user_id=?)",
}
"""Where it goes another way than SQLite, and reads as little."""

EACH_SERVER = {"dailies of dates to come": "pk_schedules"}
"""What looks at every server, once in ten minutes, and the index that leads to them."""

LARGE = ("seqscan", "hashjoin", "mergejoin")
"""What PostgreSQL does with tables as small as a test's, and is told to leave: to read them whole."""
MANY = ("sort", "bitmapscan")
"""What it does with few rows, where it could have them in order."""


@pytest.fixture(scope="module")
def urls(cluster, pytestconfig):
    """An empty database of this worker's own, and one for all workers with some history in it, whose planner has been told. That
    one is only looked at."""
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
    """An index as the tables have it."""

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
    """A step of a plan that goes by an index. `by`: the columns of the index that its range is bounded by."""

    index: Known
    by: frozenset[str]
    first: bool = False
    """Whether no more than the first rows are asked for, whatever they are."""

    @classmethod
    def of(cls, step: Mapping[str, Any]) -> Taken:
        index, condition = INDEXES[step["Index Name"]], step.get("Index Cond", "")
        by = frozenset(column for column in index.columns if re.search(rf"\b{column}\b", condition))
        return cls(index, by, first=step["Under"] == "Limit" and "Filter" not in step)

    @property
    def bounded(self) -> bool:
        """Whether no more is read than what is asked for: a range from the left, the first rows, or all of an index that holds only
        what waits."""
        return self.index.partial or self.first or self.index.columns[0] in self.by


def nodes(plan: dict[str, Any], under: str = "") -> Iterator[dict[str, Any]]:
    yield {**plan, "Under": under}
    for part in plan.get("Plans", ()):
        yield from nodes(part, plan["Node Type"])


@pytest.fixture
async def steps_of(urls):
    """All steps of the plans for what a piece of work sends. It is sent to the empty database: what is found there need not
    make sense, as the rows of the other do not."""
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
async def test_postgresql_takes_the_same_index_by_its_first_columns_and_scans_no_table(steps_of, name):
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

    # An incremental sort is one of those few that are alike by what the index is ordered by.
    assert not [step["Sort Key"] for step in steps if step["Node Type"] == "Sort"], WHERE


def is_meant(taken: Taken, expected: str) -> bool:
    """Whether it is the index, and by those of its columns, that SQLite's plan is expected to name. SQLite numbers the indexes of
    keys; here they have names. Where only columns are said, any index will do that begins with them."""
    columns = re.findall(r"(\w+)[=<>]\?", expected)
    if by_key := re.match(r"(\w+) by its key", expected):
        named = taken.index.table == by_key[1] and taken.index.name.startswith(("pk_", "uq_"))
    elif begins := re.search(r"(ix|uq)_\w+", expected):
        named = taken.index.name.startswith(begins[0])
    else:
        assert columns, f"{expected!r} names neither an index nor columns"
        named = set(taken.index.columns[: len(columns)]) == set(columns)
    return named and taken.bounded and taken.by >= set(columns)
