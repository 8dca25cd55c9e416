"""The same queries on PostgreSQL, which plans by what the tables hold: an index range, however long the history."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.storage.engine import Database
from tests.postgres import TEMPLATE
from tests.storage import history
from tests.storage.test_query_plans import QUERIES

WHERE = "PostgreSQL plans by what the tables hold, which tests/storage/history.py says"


@pytest.fixture(scope="module")
def urls(cluster):
    """An empty database, and one with some history in it whose planner has been told."""
    blank, filled = f"blank_{os.getpid()}", f"history_{os.getpid()}"
    for name in (blank, filled):
        cluster.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    cluster.sql(";\n".join(history.statements()), filled)
    cluster.sql("VACUUM ANALYZE", filled)
    yield cluster.url(blank), cluster.url(filled)
    for name in (blank, filled):
        cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


@pytest.fixture
async def steps_of(urls):
    """All steps of the plans for what a piece of work sends. It is sent to the empty database: what is found there need not
    make sense, as the rows of the other do not."""
    blank, filled = map(Database, urls)

    async def steps_of(work) -> list[dict[str, Any]]:
        sent = []

        def send(tx):
            event.listen(tx, "before_cursor_execute", listen := lambda *told: sent.append(told[2:4]))
            work(tx)
            event.remove(tx, "before_cursor_execute", listen)

        def explain(tx):
            # No table is scanned that an index can spare, though it be as small as a test's.
            tx.execute(text("SET LOCAL enable_seqscan = off"))
            plans = [tx.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {query}", given).scalar_one() for query, given in sent]
            return [step for plan in plans for step in nodes(plan[0]["Plan"])]

        await blank.write(send)
        return await filled.write(explain)

    yield steps_of
    await blank.close()
    await filled.close()


@pytest.mark.postgres
@pytest.mark.xdist_group("the history on PostgreSQL")  # it is made once for each worker that asks
@pytest.mark.parametrize("name", QUERIES)
async def test_postgresql_takes_the_same_index_and_scans_no_table(steps_of, name):
    work, expected = QUERIES[name]

    steps = await steps_of(work)

    scanned = [step["Relation Name"] for step in steps if step["Node Type"] == "Seq Scan"]
    assert not scanned, f"{scanned} are scanned: {WHERE}"
    taken = [step["Index Name"] for step in steps if "Index Name" in step]
    assert any(re.fullmatch(index_named(expected), index) for index in taken), f"it takes {taken}: {WHERE}"


def index_named(expected: str) -> str:
    """What the index is called here that SQLite's plan is expected to name. SQLite numbers the indexes of keys; here they have
    names, which begin with what they are."""
    if by_key := re.match(r"(\w+) by its key", expected):
        return rf"(pk|uq)_{by_key[1]}|uq_{by_key[1]}_\w+"
    named = re.search(r"(ix|uq)_\w+", expected)
    return rf"{named[0]}\w*" if named else r"\w+"
