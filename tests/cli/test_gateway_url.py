"""A gateway proxy: DISCORD_GATEWAY_URL takes precedence over Discord's API."""

from __future__ import annotations

import pytest

from tests.discord_stub import BotProcess


@pytest.mark.parametrize("shard_count", [None, 1])
async def test_the_bot_connects_where_the_setting_says(stub, nursery, tmp_path, shard_count):
    stub.rest.gateway_url = "wss://127.0.0.1:1"
    settings = {"DISCORD_GATEWAY_URL": stub.gateway.url, "SHARD_COUNT": shard_count}

    async with BotProcess(tmp_path, stub, nursery=nursery, COHORT_BACKUPS_KEPT=0, **settings) as process:
        await process.start()
        await stub.connected()

        assert process.running
