"""`make test-all` kills the bot at least fifty times, half of them on PostgreSQL; `make chaos` ten times as often."""

from __future__ import annotations

import secrets

import pytest

from tests.chaos.__main__ import many
from tests.postgres import MISSING, programs

KILLS = 50


@pytest.fixture
def server(request):
    """Return a PostgreSQL server, if its programs are installed. It is a fixture because it cannot be set up on the
    test's running loop."""
    return request.getfixturevalue("cluster") if programs() else None


async def test_nothing_is_lost_or_duplicated_however_often_the_bot_is_killed(server, tmp_path, capsys):
    seed = secrets.randbelow(10**6)

    with capsys.disabled():
        print(f"\n{KILLS} kills, seed {seed}" + ("" if server else f", all on SQLite: {MISSING}"))
        found = await many(KILLS, seed, tmp_path, server)

    assert sum(findings.kills.total() for findings in found) >= KILLS
    assert all(findings.members.recorded for findings in found)
    assert [problem for findings in found for problem in findings.problems] == []
