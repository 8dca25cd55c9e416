"""`make test` kills the bot at least fifty times; `make chaos` ten times as often."""

from __future__ import annotations

import secrets

from tests.chaos.__main__ import many

KILLS = 50


async def test_nothing_is_lost_and_nothing_comes_twice_however_often_the_bot_is_killed(tmp_path, capsys):
    seed = secrets.randbelow(10**6)

    with capsys.disabled():
        print(f"\n{KILLS} kills, seed {seed}")
        found = await many(KILLS, seed, tmp_path)

    assert sum(findings.kills.total() for findings in found) >= KILLS
    assert all(findings.members.recorded for findings in found)
    assert [problem for findings in found for problem in findings.problems] == []
