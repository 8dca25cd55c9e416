"""`migrate`, `standings --rebuild` and `reviews --rebuild`."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.config import SETTINGS, env_name
from bot.services import Services
from bot.storage.engine import Database
from bot.study.members import Member
from tests.conftest import MONDAY

pytestmark = pytest.mark.sqlite


@pytest.fixture
def played(database_url, packs, monkeypatch, tmp_path):
    """Return the path of a database in which a member has answered one quiz question."""

    async def play() -> None:
        from random import Random

        db = Database(database_url)
        quizzes, member = Services.over(db, packs, "aws-mla-c01").quizzes, Member(1, 7, "ana")
        turn = await quizzes.start(member, section="1.1", count=20, difficulty=None, rng=Random(1), at=MONDAY)
        while turn.question.kind.value != "choice":
            place = turn.place + 1
            turn = await quizzes.turn_at(turn.quiz_id, place, member, at=MONDAY)
        await quizzes.answer(turn.quiz_id, turn.place, member, "A", at=MONDAY)
        await db.close()

    monkeypatch.chdir(tmp_path)
    for field in SETTINGS:
        monkeypatch.delenv(env_name(field), raising=False)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CONTENT_DIR", "nowhere")  # none of these commands needs the packs
    asyncio.run(play())
    return database_url.removeprefix("sqlite+aiosqlite:///")


def run(*words):
    return CliRunner().invoke(cli, words)


def test_migrate_creates_the_database_and_can_be_run_again(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    for _ in range(2):
        assert run("migrate").output == "The database is up to date.\n"

    assert (tmp_path / "data" / "cohort.db").exists()


def test_correct_boards_are_left_unchanged(played):
    result = run("standings", "--rebuild")

    assert (result.exit_code, result.output) == (0, "Every standing was right.\n")


def test_a_wrong_board_is_reported_and_corrected(played):
    with closing(sqlite3.connect(played)) as file:
        file.execute("UPDATE standings SET points = 999 WHERE period = 'all' AND board = '1'")
        file.execute("DELETE FROM standings WHERE period = 'all' AND board = '1.1'")
        file.commit()

    result = run("standings", "--rebuild")

    assert result.exit_code == 1
    first, second, last = result.output.splitlines()
    assert first.startswith("server 1, all, board 1, member 7: was 999 points, ")
    assert second.startswith("server 1, all, board 1.1, member 7: was missing, is ")
    assert last == "2 standings differed; all are correct now."
    assert run("standings", "--rebuild").exit_code == 0


def test_correct_cards_are_left_unchanged(played):
    result = run("reviews", "--rebuild")

    assert (result.exit_code, result.output) == (0, "Every card was right.\n")


def test_a_wrong_card_is_reported_and_corrected(played):
    with closing(sqlite3.connect(played)) as file:
        file.execute("UPDATE cards SET due_on = '2030-01-01'")
        file.commit()

    result = run("reviews", "--rebuild")

    assert result.exit_code == 1
    first, last = result.output.splitlines()
    assert first.startswith("member 7, aws-mla-c01, 1.1-")
    assert "was due on 2030-01-01, is due on 2026-11-2" in first
    assert last == "1 card differed; all are correct now."
    assert run("reviews", "--rebuild").exit_code == 0


@pytest.mark.parametrize("what", ["standings", "reviews"])
def test_a_rebuild_must_be_requested_by_name(played, what):
    assert "--rebuild" in run(what).output
