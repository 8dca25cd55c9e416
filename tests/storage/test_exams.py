"""The database's promises about mock exams, and the migration that added them."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.shards import EVERYTHING
from bot.storage import exams
from bot.storage.engine import Database, NotRecorded
from bot.storage.exams import Exam, ExamItem, ExamOutcome
from bot.storage.migrate import upgrade
from bot.study.exams import Length

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
END = AT + timedelta(minutes=40)


def an_exam(user_id=1, *, ends_at=END):
    return Exam(0, 5, user_id, "aws-mla-c01", Length.SHORT, AT, ends_at)


def items():
    return [ExamItem(place, f"1.1-{place:03}", "D1", (1, 0, 2, 3), scored=place != 2) for place in range(3)]


async def add(db, exam):
    return await db.write(lambda tx: exams.add(tx, exam, items()))


async def end(db, exam, *, at=END):
    outcome = ExamOutcome(at, scored=2, correct=1, score=550)
    await db.write(lambda tx: exams.grade(tx, exam.id, outcome, {0: True, 1: False, 2: True}))


async def test_an_exam_is_read_back_as_it_was_stored(db):
    exam = await add(db, an_exam())

    def work(tx):
        exams.set_answer(tx, exam.id, 1, (2, 3))
        exams.set_flag(tx, exam.id, 1, True)

    await db.write(work)
    kept = await db.read(lambda tx: exams.items(tx, exam.id))
    assert await db.read(lambda tx: exams.get(tx, exam.id)) == exam
    assert [kept[0], kept[2]] == [items()[0], items()[2]]
    assert kept[1] == ExamItem(1, "1.1-001", "D1", (1, 0, 2, 3), scored=True, flagged=True, answer=(2, 3))


async def test_the_schema_allows_one_running_exam_for_each_person(db):
    await add(db, an_exam())

    with pytest.raises(NotRecorded):
        await add(db, an_exam())


async def test_another_exam_can_begin_after_the_end(db):
    first = await add(db, an_exam())
    await end(db, first)

    second = await add(db, an_exam())

    assert await db.read(lambda tx: exams.running(tx, 1)) == second


async def test_the_end_stores_the_outcome_and_a_mark_for_each_question(db):
    exam = await add(db, an_exam())

    await end(db, exam)

    ended = await db.read(lambda tx: exams.get(tx, exam.id))
    kept = await db.read(lambda tx: exams.items(tx, exam.id))
    assert ended.outcome == ExamOutcome(END, 2, 1, 550)
    assert [item.correct for item in kept] == [True, False, True]


async def test_exams_are_due_when_their_time_is_up_and_the_oldest_come_first(db):
    late = await add(db, an_exam(1, ends_at=AT + timedelta(minutes=30)))
    now = await add(db, an_exam(2, ends_at=END))
    await add(db, an_exam(3, ends_at=END + timedelta(seconds=1)))
    done = await add(db, an_exam(4, ends_at=AT))
    await end(db, done)

    assert await db.read(lambda tx: exams.due(tx, END, 10, EVERYTHING)) == [late.id, now.id]
    assert await db.read(lambda tx: exams.due(tx, END, 1, EVERYTHING)) == [late.id]


async def test_past_exams_come_newest_first_and_by_pack(db):
    done = []
    for _ in range(3):
        done.append(await add(db, an_exam()))
        await end(db, done[-1])
    await add(db, an_exam())

    def work(tx):
        return exams.past(tx, 1, "aws-mla-c01", offset=1, limit=5), exams.count_past(tx, 1, "another-pack")

    past, elsewhere = await db.read(work)
    assert [exam.id for exam in past] == [done[1].id, done[0].id]
    assert elsewhere == 0


async def test_how_often_a_question_was_asked_counts_all_exams_of_one_person(db):
    await end(db, await add(db, an_exam()))
    await add(db, an_exam())
    await add(db, an_exam(2))

    assert await db.read(lambda tx: exams.asked(tx, 1)) == {"1.1-000": 2, "1.1-001": 2, "1.1-002": 2}


async def test_attempts_from_before_exams_existed_are_kept(tmp_path):
    path = tmp_path / "old.db"
    db = Database(f"sqlite+aiosqlite:///{path}")

    def to(revision):
        async def run():
            async with db._writer.connect() as connection:
                await connection.run_sync(upgrade, revision)

        return run()

    await to("0001")
    old = sqlite3.connect(path)
    old.execute(
        "INSERT INTO attempts VALUES (9, 5, 1, '1.1-001', '1.1', 'quiz', NULL, NULL, '2', 1, 5, 0, 1, '2026-11-01', "
        "'2026-11-01 09:00:00.000000')"
    )
    old.commit()
    old.close()

    await to("0004")

    new = sqlite3.connect(path)
    kept = new.execute("SELECT id, user_id, answer, points, exam_id FROM attempts").fetchall()
    indexes = {row[1] for row in new.execute("PRAGMA index_list(attempts)")}
    new.close()
    await db.close()
    assert kept == [(9, 1, "2", 5, None)]
    assert "ix_attempts_member_question" in indexes
