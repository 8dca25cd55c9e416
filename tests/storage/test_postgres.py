"""What only PostgreSQL has: other processes that write, and a server that becomes unreachable and returns."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, insert, select, text, update

from bot.storage import engine, guilds, postgres
from bot.storage.engine import Database, DatabaseAway, DatabaseUnusable, FateUnknown, NotRecorded
from bot.storage.tables import members, metadata
from tests.conftest import MONDAY
from tests.postgres import MISSING, Cluster, programs

pytestmark = pytest.mark.postgres

GUILD = 7


def add(user_id, name="ana"):
    return lambda tx: tx.execute(insert(members).values(guild_id=GUILD, user_id=user_id, name=name)) and None


def one_more(user_id, wait=0.0):
    """Read a number, wait, and write the next number, which could lose a change if two processes do it at once."""

    def work(tx):
        days = tx.execute(select(members.c.streak_days).where(members.c.user_id == user_id)).scalar_one()
        tx.execute(text("SELECT pg_sleep(:wait)"), {"wait": wait})
        tx.execute(update(members).where(members.c.user_id == user_id).values(streak_days=days + 1))
        return days + 1

    return work


def days(tx):
    return {row.user_id: row.streak_days for row in tx.execute(select(members))}


@pytest.fixture
async def other(db, database_url):
    """Return what looks like another process to the database."""
    another = Database(database_url)
    yield another
    await another.close()


@pytest.fixture(scope="module")
def second_server():
    if programs() is None:
        pytest.skip(MISSING)
    server = Cluster()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture
def away(second_server):
    """Return a server that the test may stop and start, with an empty database `cohort`."""
    second_server.start()
    second_server.sql("DROP DATABASE IF EXISTS cohort WITH (FORCE)")
    second_server.sql("CREATE DATABASE cohort")
    yield second_server
    second_server.stop()


@pytest.fixture
async def moved(away):
    """Return the database of the server `away`, migrated to the newest version."""
    db = Database(away.url("cohort"))
    await db.migrate()
    yield db
    await db.close()


# -- other processes


async def test_no_change_is_lost_when_two_processes_change_one_row(db, other):
    await db.write(add(1))

    results = await asyncio.gather(*(process.write(one_more(1, 0.002)) for _ in range(15) for process in (db, other)))

    assert sorted(results) == list(range(1, 31))
    assert await db.read(days) == {1: 30}


async def test_transactions_that_conflict_wait_for_each_other(db, other):
    """Otherwise, one of many transactions could lose so often that its change is refused."""
    await db.write(add(1))
    attempts = []

    def lose_once(name):
        def work(tx):
            attempts.append(name)
            if attempts.count(name) == 1:
                tx.execute(text("DO $$ BEGIN RAISE 'lost' USING ERRCODE = '40001'; END $$"))
            return one_more(1, 0.2)(tx)

        return work

    results = await asyncio.gather(db.write(lose_once("first")), other.write(lose_once("second")))

    assert sorted(results) == [1, 2]
    assert sorted(attempts) == ["first", "first", "second", "second"], "the one that waited saw what the other wrote"


async def test_a_race_for_a_key_runs_again_and_sees_what_the_winner_wrote(db, other):
    def see_or_add(name):
        def work(tx):
            found = tx.execute(select(members.c.name).where(members.c.user_id == 1)).scalar()
            tx.execute(text("SELECT pg_sleep(0.05)"))
            if found is None:
                add(1, name)(tx)
            return found or name

        return work

    first, second = await asyncio.gather(db.write(see_or_add("ana")), other.write(see_or_add("ben")))

    assert first == second
    assert await db.read(lambda tx: tx.execute(select(func.count()).select_from(members)).scalar()) == 1


async def test_a_race_lost_after_conflicts_with_others_is_still_run_again(db):
    conflict, race = "40001", "23505"
    fates = iter([conflict] * 3 + [race] * 2)

    def work(tx):
        if (fate := next(fates, None)) is not None:
            tx.execute(text(f"DO $$ BEGIN RAISE 'lost' USING ERRCODE = '{fate}'; END $$"))
        return "recorded"

    assert await db.write(work) == "recorded"


async def test_two_transactions_that_wait_for_each_other_both_succeed(db, other):
    await db.write(add(1))
    await db.write(add(2))

    def both(first, second):
        def work(tx):
            one_more(first, 0.1)(tx)
            one_more(second)(tx)

        return work

    await asyncio.gather(db.write(both(1, 2)), other.write(both(2, 1)))

    assert await db.read(days) == {1: 2, 2: 2}


async def test_one_refusal_in_a_batch_that_runs_again_is_still_one_refusal(db, other):
    await db.write(add(1))

    def refuse(tx):
        one_more(1)(tx)
        raise ValueError("no")

    results = await asyncio.gather(
        *(process.write(one_more(1, 0.002)) for _ in range(5) for process in (db, other)),
        *(process.write(refuse) for _ in range(5) for process in (db, other)),
        return_exceptions=True,
    )

    assert [type(result) for result in results[10:]] == [ValueError] * 10
    assert await db.read(days) == {1: 10}


async def test_a_row_that_was_only_read_can_be_locked_against_others(db, other):
    """Two rules each read what the other writes: without the lock, both would pass."""
    await db.write(add(1))
    await db.write(add(2))

    def only_one(mine, theirs):
        def work(tx):
            taken = tx.execute(
                select(members.c.streak_days).where(members.c.user_id == theirs).with_for_update(read=True)
            ).scalar_one()
            tx.execute(text("SELECT pg_sleep(0.05)"))
            if not taken:
                tx.execute(update(members).where(members.c.user_id == mine).values(streak_days=1))
            return not taken

        return work

    won = await asyncio.gather(db.write(only_one(1, 2)), other.write(only_one(2, 1)))

    assert sorted(won) == [False, True]


async def test_a_read_sees_one_state_of_the_database_throughout(db, other):
    await db.write(add(1))

    def look_twice(tx):
        before = days(tx)
        tx.execute(text("SELECT pg_sleep(0.1)"))
        return before, days(tx)

    seen, _ = await asyncio.gather(db.read(look_twice), other.write(one_more(1)))

    assert seen[0] == seen[1]


# -- a server that becomes unreachable


async def test_reads_and_writes_outlast_a_restart_of_the_server(moved, away):
    await moved.write(add(1))
    await moved.read(days)

    away.stop()
    waiting = [asyncio.create_task(moved.write(one_more(1))), asyncio.create_task(moved.read(days))]
    await asyncio.sleep(0.1)
    await asyncio.to_thread(away.start)

    assert await waiting[0] == 1
    assert await waiting[1] in ({1: 0}, {1: 1})
    assert await moved.write(one_more(1)) == 2


async def test_a_connection_that_breaks_in_the_middle_of_work_is_replaced(moved, away):
    await moved.write(add(1))
    cuts = []

    def cut_once(tx):
        result = one_more(1)(tx)
        if not cuts:
            cuts.append(tx.execute(text("SELECT pg_backend_pid()")).scalar())
            away.sql(f"SELECT pg_terminate_backend({cuts[0]}, 5000)")
        return result

    assert await moved.write(cut_once) == 1

    assert await moved.read(days) == {1: 1}


async def test_while_the_server_is_unreachable_nothing_is_recorded_and_all_callers_are_told(moved, away, monkeypatch):
    monkeypatch.setattr(engine, "PAUSES", (0.01, 0.02))
    await moved.write(add(1))
    away.stop()

    written = await asyncio.gather(*(moved.write(one_more(1)) for _ in range(200)), return_exceptions=True)
    with pytest.raises(DatabaseAway):
        await moved.read(days)

    assert {type(outcome) for outcome in written} == {NotRecorded}
    away.start()
    assert await moved.read(days) == {1: 0}
    assert await moved.write(one_more(1)) == 1


async def test_a_commit_whose_response_is_lost_is_not_reported_as_unrecorded(moved, away):
    """The server closes the connection during the commit, so only the server knows whether it was saved."""
    away.sql(
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER cut AFTER UPDATE ON members DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION cut()",
        "cohort",
    )
    await moved.write(add(1))

    with pytest.raises(FateUnknown):
        await moved.write(one_more(1))

    assert await moved.write(add(2)) is None


async def test_a_commit_without_a_response_in_time_is_not_reported_as_unrecorded(moved, away, monkeypatch):
    """The network has failed without an error: the server may have committed. The connection is not used again."""
    monkeypatch.setattr(postgres, "STATEMENT_SECONDS", 0.3)
    away.sql(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER dawdle AFTER UPDATE ON members DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION dawdle()",
        "cohort",
    )
    hasty = Database(away.url("cohort"))
    await hasty.write(add(1))
    before = await hasty.write(backend)

    with pytest.raises(FateUnknown):
        await hasty.write(one_more(1))

    assert await hasty.write(backend) != before
    await hasty.close()


async def test_waiting_in_vain_for_a_free_connection_is_reported_as_an_unreachable_database(moved, away, monkeypatch):
    monkeypatch.setattr(postgres, "STATEMENT_SECONDS", 0.3)
    monkeypatch.setattr(engine, "READERS", 1)
    monkeypatch.setattr(engine, "PAUSES", ())
    busy = Database(away.url("cohort"))
    await busy.read(backend)
    async with busy._readers.connect():
        with pytest.raises(DatabaseAway, match="too slow"):
            await busy.read(backend)
    await busy.close()


def backend(tx):
    return tx.execute(text("SELECT pg_backend_pid()")).scalar()


# -- the schema


async def test_processes_that_start_together_migrate_once(away):
    processes = [Database(away.url("cohort")) for _ in range(3)]

    await asyncio.gather(*(process.migrate() for process in processes))

    assert await processes[0].read(days) == {}
    for process in processes:
        await process.close()


async def test_the_migrations_create_exactly_the_tables(db):
    """Alembic compares each type and index."""

    def differences(tx):
        context = MigrationContext.configure(tx, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)

    assert await db.read(differences) == []


async def test_a_text_that_is_too_long_is_refused(db):
    """SQLite accepts any length, so texts must be cut before they are written."""
    with pytest.raises(NotRecorded):
        await db.write(add(1, "a" * 65))


async def test_times_are_read_back_as_the_same_instants(db):
    """The test server uses an unusual time zone."""
    await db.write(lambda tx: guilds.ensure(tx, GUILD, MONDAY))

    row = await db.read(lambda tx: tx.execute(select(metadata.tables["guilds"].c.created_at)).scalar())

    assert row == MONDAY


@pytest.mark.parametrize(
    ("part", "remedy"),
    [
        ("nowhere?host={folder}", "has no database of that name. Create it with createdb"),
        ("postgres?host=/nowhere", "cannot be reached (FileNotFoundError). Check the address"),
        (
            "postgres?host=127.0.0.1&port=9",
            "cannot be reached (ConnectionRefusedError). Check the address",
        ),
    ],
)
async def test_an_unusable_server_is_reported_in_one_sentence(cluster, part, remedy):
    db = Database(f"postgresql+asyncpg://cohort:hunter2@/{part.format(folder=cluster.folder)}")

    with pytest.raises(DatabaseUnusable, match=r"^DATABASE_URL: the database server ") as told:
        await db.migrate()

    assert remedy in str(told.value)
    assert "hunter2" not in str(told.value)
    await db.close()


async def test_a_user_without_permission_to_create_tables_is_reported(cluster):
    with contextlib.suppress(AssertionError):
        cluster.sql("CREATE ROLE guest LOGIN")
    cluster.sql("CREATE DATABASE guarded")
    db = Database(cluster.url("guarded").replace("cohort@", "guest@"))

    with pytest.raises(DatabaseUnusable, match="does not let this user create tables"):
        await db.migrate()

    await db.close()
    cluster.sql("DROP DATABASE guarded WITH (FORCE)")
