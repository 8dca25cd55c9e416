"""Queries of exams, of a server's own questions and of flags take their indexes, on SQLite."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from bot.storage import attempts, exams, questions, reports
from tests.conftest import MONDAY

GUILD, USER = 1, 7

QUERIES = {
    "the exams whose time is up": (lambda tx: exams.due(tx, MONDAY, 50), "ix_exams_due"),
    "the exam that is running": (lambda tx: exams.running(tx, USER), "ix_exams_running"),
    "the exams of a member": (lambda tx: exams.past(tx, USER, "a", offset=10, limit=10), "ix_exams_user_id_pack"),
    "the end of the last exam": (lambda tx: exams.last_submitted_at(tx, USER), "ix_exams_user_id_pack"),
    "the questions of an exam": (lambda tx: exams.items(tx, 1), "sqlite_autoindex_exam_items_1"),
    "the points of an exam": (lambda tx: attempts.points_of_exam(tx, 1), "ix_attempts_exam_id_question_id"),
    "a server's own questions": (lambda tx: questions.additions(tx, GUILD), "sqlite_autoindex_server_questions_1"),
    "the first answers to a question": (
        lambda tx: reports.responses(tx, GUILD, "1.1-001", 2_000),
        "ix_attempts_question_member",
    ),
    "whether a member has answered": (
        lambda tx: attempts.has_answered(tx, GUILD, USER, "1.1-001"),
        "ix_attempts_question_member",
    ),
    "the questions that are flagged": (lambda tx: reports.flagged(tx, GUILD), "uq_flags_open"),
    "the flags on a question": (lambda tx: reports.open_flags(tx, GUILD, "1.1-001", 10), "uq_flags_open"),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_takes_its_index_and_scans_no_table(db, name):
    work, index = QUERIES[name]

    def plan(tx):
        sent = []
        event.listen(tx, "before_cursor_execute", listen := lambda *told: sent.append(told[2:4]))
        work(tx)
        event.remove(tx, "before_cursor_execute", listen)
        return [
            row[-1]
            for statement, parameters in sent
            for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    lines = await db.write(plan)

    assert any(f"INDEX {index} " in f"{line} " for line in lines), lines
    assert not [line for line in lines if line.startswith("SCAN ") and not line.startswith("SCAN anon")], lines
