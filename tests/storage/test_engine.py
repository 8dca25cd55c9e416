"""The database's promises to readers and writers, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
import threading
import time
from contextlib import closing, contextmanager, suppress
from math import inf

import pytest
from sqlalchemy import Engine, event, func, insert, select, text

from bot.config import Settings
from bot.storage import batches, engine, members
from bot.storage.engine import MAX_BATCH, Database, DatabaseAway, DatabaseFailed, DatabaseUnusable, NotRecorded
from bot.storage.tables import dailies
from bot.storage.tables import members as member_rows
from tests.conftest import MONDAY

GUILD = 1


class Refused(Exception):
    """An error that a rule might raise."""


def add(user_id):
    """Return work that adds a member, and fails if the member exists."""

    def work(tx):
        tx.execute(insert(member_rows).values(guild_id=GUILD, user_id=user_id, name=f"member {user_id}"))
        return user_id

    return work


def user_ids(tx):
    return list(tx.execute(select(member_rows.c.user_id).order_by(member_rows.c.user_id)).scalars())


@contextmanager
def counting(kind):
    """Record the events of every engine of this kind, such as `begin` and `commit`."""
    counted = []
    listen = counted.append
    event.listen(Engine, kind, listen)
    try:
        yield counted
    finally:
        event.remove(Engine, kind, listen)


@pytest.fixture
def commits():
    with counting("commit") as counted:
        yield counted


async def test_written_rows_are_read_back(db):
    assert await db.write(add(7)) == 7

    assert await db.read(user_ids) == [7]


async def test_writes_that_wait_together_are_committed_together(db, commits):
    results = await asyncio.gather(*(db.write(add(n)) for n in range(1, MAX_BATCH + 1)))

    assert results == list(range(1, MAX_BATCH + 1))
    assert len(commits) == 1


async def test_no_more_are_committed_together_than_a_batch_holds(db, commits):
    await asyncio.gather(*(db.write(add(n)) for n in range(1, 2 * MAX_BATCH + 2)))

    assert len(commits) == 3
    assert len(await db.read(user_ids)) == 2 * MAX_BATCH + 1


async def test_each_write_sees_what_earlier_ones_in_the_queue_wrote(db):
    seen = await asyncio.gather(db.write(add(1)), db.write(user_ids), db.write(add(2)), db.write(user_ids))

    assert seen == [1, [1], 2, [1, 2]]


async def test_one_failure_undoes_only_itself(db):
    def half(tx):
        add(2)(tx)
        raise Refused

    done = await asyncio.gather(db.write(add(1)), db.write(half), db.write(add(3)), return_exceptions=True)

    assert done[0] == 1
    assert isinstance(done[1], Refused)
    assert done[2] == 3
    assert await db.read(user_ids) == [1, 3]


async def test_a_refused_write_is_not_recorded_and_the_rest_is(db):
    await db.write(add(1))

    done = await asyncio.gather(db.write(add(1)), db.write(add(2)), return_exceptions=True)

    assert isinstance(done[0], NotRecorded)
    assert done[1] == 2
    assert await db.read(user_ids) == [1, 2]


async def test_a_lost_race_for_a_unique_key_runs_the_work_again(db):
    """Another process may write between our read and our write. The second run sees what it wrote."""
    await db.write(add(1))
    seen = []

    def look_then_write(tx):
        seen.append(user_ids(tx) if seen else [])  # the first read comes before the other process writes
        return add(1)(tx) if 1 not in seen[-1] else "there already"

    assert await db.write(look_then_write) == "there already"
    assert seen == [[], [1]]


async def test_a_race_that_is_lost_repeatedly_is_given_up(db):
    await db.write(add(1))
    runs = []

    def stubborn(tx):
        runs.append(1)
        add(1)(tx)

    with pytest.raises(NotRecorded):
        await db.write(stubborn)

    assert 1 < len(runs) <= 5


@pytest.mark.sqlite
async def test_a_failed_commit_is_reported_to_all_callers_and_nothing_is_stored(db):
    """A foreign key is checked only at the commit, after every savepoint has succeeded."""

    def orphan(tx):
        tx.execute(text("PRAGMA defer_foreign_keys = ON"))
        tx.execute(
            insert(dailies).values(
                guild_id=404, day=MONDAY.date(), state="claimed", feedback="at-once", channel_id=1, claimed_at=MONDAY
            )
        )

    done = await asyncio.gather(db.write(add(1)), db.write(orphan), db.write(add(2)), return_exceptions=True)

    assert [type(outcome) for outcome in done] == [NotRecorded] * 3
    assert await db.read(user_ids) == []
    assert await db.write(add(3)) == 3


@pytest.mark.sqlite
async def test_a_database_that_another_program_has_locked_records_nothing_and_then_continues(db, database_url):
    await db.write(lambda tx: tx.execute(text("PRAGMA busy_timeout = 20")) and None)
    with closing(sqlite3.connect(database_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        done = await asyncio.gather(db.write(add(1)), db.write(add(2)), return_exceptions=True)

        assert [type(outcome) for outcome in done] == [NotRecorded] * 2
        other.execute("ROLLBACK")
    assert await db.write(add(3)) == 3
    assert await db.read(user_ids) == [3]


@pytest.mark.sqlite
async def test_writes_that_arrive_while_the_database_is_locked_do_not_wait_for_the_lock_again(db, database_url):
    await db.write(lambda tx: tx.execute(text("PRAGMA busy_timeout = 200")) and None)
    with closing(sqlite3.connect(database_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with counting("begin") as begun:
            first = asyncio.create_task(db.write(add(1)))
            while not begun:  # noqa: ASYNC110  it is a thread that begins
                await asyncio.sleep(0.001)

            later = await asyncio.gather(*(db.write(add(n)) for n in range(2, 3 * MAX_BATCH)), return_exceptions=True)

        assert {type(outcome) for outcome in [*later, first.exception()]} == {NotRecorded}
        assert len(begun) == 1
    assert await db.write(add(1)) == 1


async def test_a_cancelled_caller_does_not_affect_the_others(db):
    tasks = [asyncio.create_task(db.write(add(n))) for n in (1, 2, 3)]
    await asyncio.sleep(0)

    tasks[1].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)

    assert done[0] == 1
    assert isinstance(done[1], asyncio.CancelledError)
    assert done[2] == 3
    assert await db.read(user_ids) == [1, 2, 3]


@pytest.fixture
async def held(database_url):
    """Yield a database in the middle of a batch, with another batch in its queue; `finish` lets it continue."""
    db = Database(database_url)
    begun, finish = threading.Event(), threading.Event()
    writes = [asyncio.create_task(db.write(lambda tx: (begun.set(), finish.wait(5), add(1)(tx))[-1]))]
    writes += [asyncio.create_task(db.write(add(n))) for n in range(2, 2 * MAX_BATCH)]
    await asyncio.to_thread(begun.wait, 5)
    yield db, writes, finish
    finish.set()
    await db.close()


async def read_anew(database_url):
    """Return what the next start will find."""
    again = Database(database_url)
    try:
        return await again.read(user_ids)
    finally:
        await again.close()


async def test_closing_in_the_middle_of_a_batch_finishes_all_requested_writes(held, database_url):
    """Each write must report what is true of the database."""
    db, writes, finish = held

    closing = asyncio.create_task(db.close())
    await asyncio.sleep(0)
    finish.set()
    await closing

    told = await asyncio.gather(*writes, return_exceptions=True)
    assert told == await read_anew(database_url) == list(range(1, 2 * MAX_BATCH))


@pytest.mark.sqlite
async def test_closing_a_failing_database_does_not_retry_queued_writes(db, database_url):
    """Each further attempt would wait for the lock as long as the first, and a process that is being stopped has no
    time for that."""
    await db.write(lambda tx: tx.execute(text("PRAGMA busy_timeout = 200")) and None)
    with closing(sqlite3.connect(database_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writes = [asyncio.create_task(db.write(add(n))) for n in range(5 * MAX_BATCH)]
        await asyncio.sleep(0)
        with counting("begin") as begun:
            await db.close()

    told = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(outcome) for outcome in told} == {NotRecorded}
    assert len(begun) == 1
    assert await read_anew(database_url) == []


async def test_writes_after_closing_are_refused_and_not_stored(db, database_url):
    await db.write(add(1))
    await db.close()

    with pytest.raises(NotRecorded, match="stopping"):
        await db.write(add(2))
    with pytest.raises(DatabaseAway, match="stopping"):
        await db.read(user_ids)

    assert await read_anew(database_url) == [1]


@pytest.mark.sqlite
async def test_a_read_that_outlasts_closing_leaves_no_connection_open(database_url):
    before = set(threading.enumerate())
    db = Database(database_url)
    started, finish = threading.Event(), threading.Event()
    reading = asyncio.create_task(db.read(lambda tx: (started.set(), finish.wait(5), user_ids(tx))[-1]))
    await asyncio.to_thread(started.wait, 5)

    await db.close()
    finish.set()

    assert await reading == []
    workers = [t for t in set(threading.enumerate()) - before if "_connection_worker_thread" in t.name]
    for worker in workers:
        await asyncio.to_thread(worker.join, 2)
    assert not any(worker.is_alive() for worker in workers)


@pytest.mark.sqlite
async def test_a_read_sees_one_state_of_the_database_throughout(db):
    started, written = threading.Event(), threading.Event()

    def look_twice(tx):
        before = user_ids(tx)
        started.set()
        written.wait(5)
        return before, user_ids(tx)

    reading = asyncio.create_task(db.read(look_twice))
    await asyncio.to_thread(started.wait, 5)
    await db.write(add(1))
    written.set()

    assert await reading == ([], [])
    assert await db.read(user_ids) == [1]


async def test_writes_in_a_read_are_discarded(db):
    with suppress(Exception):  # the database may also refuse the write
        await db.read(add(1))

    assert await db.read(user_ids) == []


async def test_reads_continue_during_a_write(db):
    reads, writes = await asyncio.gather(
        asyncio.gather(*(db.read(user_ids) for _ in range(20))),
        asyncio.gather(*(db.write(add(n)) for n in range(1, 21))),
    )

    assert len(reads) == len(writes) == 20


async def test_foreign_keys_are_enforced(db):
    with pytest.raises(NotRecorded):
        await db.write(
            lambda tx: tx.execute(
                insert(dailies).values(
                    guild_id=404, day=MONDAY.date(), state="x", feedback="x", channel_id=1, claimed_at=MONDAY
                )
            )
        )


@pytest.mark.sqlite
async def test_every_commit_reaches_the_disk(db):
    def pragmas(tx):
        return {name: tx.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}

    assert await db.write(pragmas) == {"journal_mode": "wal", "synchronous": 2}  # 2 is FULL


async def test_a_name_is_changed_only_when_it_differs(db):
    await db.write(lambda tx: members.see(tx, GUILD, 7, "ana"))
    await db.write(lambda tx: members.see(tx, GUILD, 7, "Ana, who learns" + "!" * 99))

    assert await db.read(lambda tx: members.names(tx, GUILD, [7, 8])) == {7: ("Ana, who learns" + "!" * 99)[:64]}
    assert await db.read(lambda tx: tx.execute(select(func.count()).select_from(member_rows)).scalar()) == 1


# -- errors at startup


def a_folder(path):
    path.mkdir()


def a_text(path):
    path.write_text("not a database, but long enough to be taken for one " * 40)


def below_a_file(path):
    path.parent.rmdir()
    path.parent.write_text("no folder")


@pytest.mark.parametrize("spoil", [a_folder, a_text, below_a_file])
async def test_an_unopenable_database_is_reported_in_one_sentence(tmp_path, spoil):
    path = tmp_path / "data" / "cohort.db"
    path.parent.mkdir()
    spoil(path)
    db = Database(f"sqlite+aiosqlite:///{path}")

    with pytest.raises(DatabaseUnusable) as told:
        await db.migrate()

    assert str(told.value).startswith("DATABASE_URL: ")
    assert str(path) in str(told.value)
    assert "\n" not in str(told.value)
    await db.close()


async def test_an_unreachable_server_is_reported_without_the_password():
    db = Database("postgresql+asyncpg://cohort:hunter2@127.0.0.1:1/cohort")

    with pytest.raises(DatabaseUnusable) as told:
        await db.migrate()

    assert str(told.value).startswith("DATABASE_URL: ")
    assert "hunter2" not in str(told.value)
    await db.close()


async def test_a_missing_folder_is_created(tmp_path):
    db = Database(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'folder' / 'cohort.db'}")

    await db.migrate()

    assert await db.read(user_ids) == []
    await db.close()


def test_the_default_is_a_file(settings):
    assert Settings.database_url.startswith("sqlite+aiosqlite:///data/")


# -- work on many items at once


class Lists:
    """Work on many items: it records which items it was given together, and adds a row for each. It refuses item 13,
    and item 66 makes it fail as a whole."""

    def __init__(self):
        self.seen = []

    def add_all(self, tx, numbers):
        self.seen.append(list(numbers))
        members.see_all(tx, [(GUILD, number, "name") for number in numbers if number != 13])
        if 66 in numbers:
            raise RuntimeError("spoilt")
        return [ValueError("unlucky") if number == 13 else number * 10 for number in numbers]


async def test_items_that_wait_for_the_same_work_are_passed_to_it_together(db, commits):
    lists = Lists()

    done = await asyncio.gather(*(db.write_together(lists.add_all, n) for n in (1, 2, 3)), db.write(add(4)))

    assert done == [10, 20, 30, 4]
    assert lists.seen == [[1, 2, 3]]
    assert len(commits) == 1


async def test_a_refusal_is_reported_only_to_its_own_caller(db):
    lists = Lists()

    done = await asyncio.gather(*(db.write_together(lists.add_all, n) for n in (1, 13, 3)), return_exceptions=True)

    assert [str(outcome) for outcome in done] == ["10", "unlucky", "30"]
    assert lists.seen == [[1, 13, 3]]
    assert await db.read(user_ids) == [1, 3]


async def test_work_that_fails_for_many_items_is_repeated_for_each_item(db):
    lists = Lists()

    done = await asyncio.gather(*(db.write_together(lists.add_all, n) for n in (1, 66, 3)), return_exceptions=True)

    assert [str(outcome) for outcome in done] == ["10", "spoilt", "30"]
    assert lists.seen == [[1, 66, 3], [1], [66], [3]]
    assert await db.read(user_ids) == [1, 3]


async def test_the_parameters_of_a_failed_statement_are_in_no_log(db, caplog):
    """The parameters include answers and names, which must not be in a log."""

    name = "".join(["a-secret", "-name"])  # the traceback shows this line, but must not show its value

    def work(tx):
        tx.execute(text("SELECT :name FROM nowhere"), {"name": name})

    with caplog.at_level(logging.DEBUG), pytest.raises(DatabaseFailed):
        await db.write(work)

    assert "nowhere" in caplog.text
    assert name not in caplog.text


def runs_out(_tx):
    return next(iter(()))


async def test_work_that_runs_out_of_an_iterator_raises_only_for_its_own_caller(db):
    written = await asyncio.wait_for(
        asyncio.gather(db.write(add(1)), db.write(runs_out), db.write(add(2)), return_exceptions=True), 5
    )
    together = await asyncio.wait_for(
        asyncio.gather(
            db.write_together(lambda tx, items: [runs_out(tx) for _ in items], 1),
            db.write(add(3)),
            return_exceptions=True,
        ),
        5,
    )

    assert [type(each) for each in written] == [int, RuntimeError, int]
    assert [type(each) for each in together] == [RuntimeError, int]
    assert await db.read(user_ids) == [1, 2, 3]


async def test_reads_that_run_out_of_an_iterator_release_their_readers(db):
    for _ in range(6):  # more than the number of readers
        with pytest.raises(RuntimeError):
            await asyncio.wait_for(db.read(runs_out), 5)

    assert await asyncio.wait_for(db.read(user_ids), 5) == []


@pytest.fixture
async def blocked(db):
    """Block SQLite in a write, in its own thread, so that a queue forms; then let it continue."""
    begun, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold(_tx):
        loop.call_soon_threadsafe(begun.set)
        go_on.wait()

    task = asyncio.create_task(db.write(hold))
    await begun.wait()
    yield go_on
    go_on.set()
    await task


@pytest.mark.sqlite
async def test_a_write_of_a_member_goes_before_an_earlier_one_of_a_tick(db, blocked, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", inf)
    order = []
    ticks = [asyncio.create_task(db.write(lambda _tx, n=n: order.append(n), patient=True)) for n in range(3)]
    await asyncio.sleep(0)
    press = asyncio.create_task(db.write(lambda _tx: order.append("a press")))
    await asyncio.sleep(0)
    blocked.set()
    await asyncio.gather(press, *ticks)

    assert order == ["a press", 0, 1, 2]


@pytest.mark.sqlite
async def test_writes_of_ticks_get_a_turn_after_a_while_even_if_members_wait(db, blocked, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 0.0)
    order = []
    press = asyncio.create_task(db.write(lambda _tx: order.append("a press")))
    tick = asyncio.create_task(db.write(lambda _tx: order.append("a tick"), patient=True))
    await asyncio.sleep(0)
    blocked.set()
    await asyncio.gather(press, tick)

    assert order == ["a tick", "a press"]


@pytest.mark.sqlite
async def test_a_press_waits_for_at_most_one_batch_of_writes_of_a_tick(db, monkeypatch):
    """A transaction includes as many patient writes as there is time for, and at least one."""
    monkeypatch.setattr(engine, "PATIENCE", inf)
    order, begun, go_on = [], asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def heavy(_tx):
        loop.call_soon_threadsafe(begun.set)
        go_on.wait()
        time.sleep(batches.PORTION_TAKES)
        order.append("heavy")

    ticks = [asyncio.create_task(db.write(heavy, patient=True)) for _ in range(4)]
    await begun.wait()
    press = asyncio.create_task(db.write(lambda _tx: order.append("a press")))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(press, *ticks)

    assert order == ["heavy", "a press", "heavy", "heavy", "heavy"]


@pytest.mark.sqlite
async def test_patient_writes_are_committed_together_while_there_is_time(db, blocked, commits, monkeypatch):
    monkeypatch.setattr(batches, "PORTION_TAKES", 60.0)
    ticks = [asyncio.create_task(db.write(add(n), patient=True)) for n in range(5)]
    await asyncio.sleep(0)
    blocked.set()
    await asyncio.gather(*ticks)

    assert len(commits) == 2  # the blocking commit, and the queued writes' commit
    assert await db.read(user_ids) == list(range(5))


@pytest.mark.sqlite
async def test_writes_move_from_the_log_to_the_file_while_the_bot_runs(db, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "CHECKPOINT", 0)
    file, alone = engine.sqlite_path(db.url), tmp_path / "alone.db"

    for user_id in range(1, 500):
        await db.write(add(user_id))
        shutil.copy(file, alone)  # copy it without its log
        with closing(sqlite3.connect(alone)) as found:
            if found.execute("SELECT count(*) FROM members").fetchone()[0]:
                break
    else:
        pytest.fail("all of it is still in the log")
