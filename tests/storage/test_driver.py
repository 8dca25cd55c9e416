"""Statements sent directly to the driver keep SQLAlchemy's promises: the same transaction, and its errors."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from bot.storage import attempts, guilds, learners, members
from bot.storage.driver import run
from bot.storage.sql import read_together

MET = (1, 100, "2026-11", "1.1-001")
pytestmark = pytest.mark.sqlite


async def test_a_read_sees_one_state_of_the_database_from_its_first_statement_on(db):
    await db.write(lambda tx: members.see(tx, 1, 100, "ana"))
    seen = []

    def look(tx):
        seen.append(members.known(tx, [(1, 100), (1, 101)]).keys())
        return tx.in_transaction()

    assert await db.read(look)
    assert seen == [{(1, 100)}]


async def test_statements_that_a_failed_write_sent_to_the_driver_are_undone(db):
    def fail(tx):
        members.see(tx, 1, 100, "ana")
        raise LookupError

    with pytest.raises(LookupError):
        await db.write(fail)

    assert await db.read(lambda tx: members.known(tx, [(1, 100)])) == {}


async def test_a_violated_unique_key_raises_the_error_that_means_a_lost_race(db):
    def meet_twice(tx):
        attempts.meet_in_season(tx, [(MET, True)])
        with pytest.raises(IntegrityError) as caught:
            attempts.meet_in_season(tx, [(MET, False)])
        return str(caught.value)

    said = await db.write(meet_twice)

    assert "UNIQUE" in said
    assert MET[2] not in said, "values of rows stay out of the log"


async def test_lookups_that_are_read_together_return_what_each_returns_separately(db):
    def prepare(tx):
        members.see(tx, 1, 100, "ana")
        attempts.meet_in_season(tx, [(MET, True)])

    await db.write(prepare)

    wanted = (members.KNOWN, [(1, 100)]), (attempts.SCORED, [MET]), (guilds.BY_ID, []), (learners.BY_ID, [100])
    together, alone = await db.read(
        lambda tx: (read_together(tx, *wanted), [lookup.read(tx, named) for lookup, named in wanted])
    )

    assert together == alone
    assert together[1] == {MET: True}
    assert together[2] == {}


async def test_text_for_the_driver_returns_rows(db):
    assert await db.read(lambda tx: run(tx, "SELECT ?, 'b'", ("a",))) == [("a", "b")]
