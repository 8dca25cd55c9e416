"""Messages that are sent outside the ticks."""

from __future__ import annotations

import pytest

from bot.cogs.ui.outgoing import Outgoing
from bot.storage.engine import NotRecorded


@pytest.mark.parametrize("error", [NotRecorded("the disk is full"), ValueError("ours")], ids=repr)
async def test_a_failed_send_is_logged_and_can_begin_again(caplog, error):
    outgoing = Outgoing(None, per_second=50)

    async def fail():
        raise error

    outgoing.begin("standings", 7, fail())
    await outgoing.tasks.finished()

    assert outgoing.busy("standings") == set()
    assert "standings 7" in caplog.text
