"""Ranks on boards that are cut into blocks, compared with a plain count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.storage import members, ranks, standings
from bot.storage.tables import board_blocks
from bot.study.standings import By, Tally

BOARD = (1, "2026-11", "all")
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


def tally(points, answered, second):
    return Tally(points, min(points, answered), answered, BEGAN + timedelta(seconds=second))


def order(line):
    (*_, user_id), tally = line
    return -tally.points, tally.answered, tally.reached_at, user_id


def check(tx, lines):
    """Check that every rank equals the plain count, and that every block has as many members as it says."""
    in_order = [where for where, _ in sorted(lines.items(), key=order)]
    found = ranks.RANKS.read(tx, lines)
    assert found == {where: rank for rank, where in enumerate(in_order, start=1)}
    kept = tx.execute(select(board_blocks.c.id, board_blocks.c.members)).all()
    held = ranks.blocks_of(tx, lines)
    assert {id: members for id, members in kept if members} == (
        {id: list(held.values()).count(id) for id in held.values()} if kept else {}
    )
    return len(kept)


TALLIES = st.builds(tally, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
CHANGES = st.lists(st.dictionaries(st.integers(1, 40), TALLIES, min_size=1, max_size=6), max_size=8)


@pytest.fixture
def short_boards(monkeypatch):
    """Cut boards from the third place on, into blocks of four, so that a few members are enough to test many blocks."""
    monkeypatch.setattr(ranks, "LONG", 3)
    monkeypatch.setattr(ranks, "SIZE", 4)


@pytest.mark.usefixtures("short_boards")
async def test_ranks_equal_the_plain_count_whatever_changes_on_a_board(db):
    def work(tx):
        @settings(max_examples=40, deadline=None)
        @given(CHANGES)
        def hold(changes):
            standings.replace(tx, 1, {})
            lines = {}
            for change in changes:
                moved = {(*BOARD, user_id): tally for user_id, tally in change.items()}
                standings.keep(tx, moved)
                lines |= moved
                check(tx, lines)
                ranks.cut_long(tx, ranks.RANKS.read(tx, moved))
                check(tx, lines)

        hold()

    await db.write(work)


async def test_a_long_board_is_cut_into_blocks_that_split_and_join(db):
    rng = Random(5)
    lines = {(*BOARD, n): tally(rng.randrange(60), rng.randrange(20), rng.randrange(10**6)) for n in range(1, 1201)}

    def climb(tx):
        standings.keep(tx, lines)
        ranks.cut_long(tx, {(*BOARD, 1): ranks.LONG})
        assert check(tx, lines) == 0, "nobody is far enough down yet"
        ranks.cut_long(tx, {(*BOARD, 1): ranks.LONG + 1})
        before = check(tx, lines)
        # Each member climbs past everybody: blocks at the end become empty, and blocks at the top are split.
        for n in range(1, 1201):
            where = (*BOARD, n)
            lines[where] = tally(100 + lines[where].points, lines[where].answered + 1, n)
            standings.keep(tx, {where: lines[where]})
        return before, check(tx, lines)

    before, after = await db.write(climb)

    assert 1200 / (2 * ranks.SIZE) <= before <= 4 * 1200 / ranks.SIZE
    assert 1200 / (2 * ranks.SIZE) <= after <= 4 * 1200 / ranks.SIZE


@pytest.mark.usefixtures("short_boards")
async def test_members_who_differ_only_in_their_id_have_different_ranks(db):
    lines = {(*BOARD, n): tally(5, 1, 0) for n in range(1, 31)}

    def work(tx):
        standings.keep(tx, lines)
        ranks.cut_long(tx, ranks.RANKS.read(tx, lines))
        return check(tx, lines)

    assert await db.write(work) >= 1


@pytest.mark.usefixtures("short_boards")
async def test_ranks_on_a_cut_board_remain_right_when_a_member_leaves(db):
    lines = {(*BOARD, n): tally(n, 1, 0) for n in range(1, 31)}

    def work(tx):
        standings.keep(tx, lines)
        ranks.cut_long(tx, ranks.RANKS.read(tx, lines))
        standings.replace(tx, 1, {}, user_id=17)
        del lines[(*BOARD, 17)]
        check(tx, lines)
        ranks.cut_long(tx, ranks.RANKS.read(tx, lines))
        return check(tx, lines)

    assert await db.write(work) > 1


@pytest.mark.usefixtures("short_boards")
async def test_the_line_of_a_member_and_the_page_agree_on_a_cut_board(db):
    lines = {(*BOARD, n): tally(n % 7, n % 3, n % 5) for n in range(1, 31)}

    def work(tx):
        standings.keep(tx, lines)
        ranks.cut_long(tx, ranks.RANKS.read(tx, lines))
        page = standings.page(tx, *BOARD, By.POINTS, offset=0, limit=30)
        mine = [standings.place_of(tx, *BOARD, By.POINTS, one.user_id) for one in page]
        return page, mine, tx.execute(select(func.count()).select_from(board_blocks)).scalar_one()

    page, mine, blocks = await db.write(work)

    assert mine == page
    assert [one.rank for one in page] == list(range(1, 31))
    assert blocks > 1


async def test_the_first_of_each_board_is_the_first_of_its_page(db):
    boards = [(1, "2026-11", board) for board in ("all", "1", "1.1", "4.3")]
    lines = {
        (*board, n): tally(n * (place + 3) % 7, n % 3, n % 5) for place, board in enumerate(boards) for n in range(1, 9)
    }
    others = {(1, "2026-10", "1.1", 1): tally(90, 1, 1), (2, "2026-11", "1.1", 1): tally(90, 1, 1)}

    def work(tx):
        members.see(tx, 1, 3, "cleo")
        standings.keep(tx, lines | others)
        pages = {board[2]: standings.page(tx, *board, By.POINTS, offset=0, limit=1)[0] for board in boards}
        return standings.firsts(tx, 1, "2026-11"), pages

    firsts, pages = await db.write(work)

    assert firsts == pages
