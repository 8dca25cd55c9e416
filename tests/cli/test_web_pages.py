"""The web pages of a running bot are served as long as it runs."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import aiohttp
import pytest

from bot.config import Unusable
from bot.services import Services
from bot.web.serving import serving
from tests.discord_stub import BotProcess


async def test_a_running_bot_serves_its_pages_until_it_stops(stub, nursery, tmp_path, unused_tcp_port):
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with BotProcess(
        tmp_path, stub, nursery=nursery, COHORT_BACKUPS_KEPT=0, COHORT_WEB_URL=url, COHORT_WEB_PORT=unused_tcp_port
    ) as process:
        await process.start()
        await stub.connected()
        async with aiohttp.ClientSession(url) as session:
            async with session.get("/") as answer:
                assert answer.status == 200
                assert "Cohort: a study group on Discord" in await answer.text()
            async with session.get("/metrics") as answer:
                assert answer.status == 404  # the leaderboards belong to another server

            process.ask_to_stop()
            assert await process.ended() == 0

            with pytest.raises(aiohttp.ClientConnectionError):
                await session.get("/")
        assert f"web pages are served at {url}" in process.said()


async def test_without_an_address_no_port_is_opened(stub, nursery, tmp_path, unused_tcp_port):
    async with BotProcess(
        tmp_path, stub, nursery=nursery, COHORT_BACKUPS_KEPT=0, COHORT_WEB_PORT=unused_tcp_port
    ) as process:
        await process.start()
        await stub.connected()

        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", unused_tcp_port)


@pytest.fixture
def served(settings, db, packs):
    services = Services.over(db, packs, settings.pack, web_url="http://127.0.0.1")

    def served(**changes):
        changed = replace(settings, web_url="http://127.0.0.1", **changes)
        return serving(services, changed, name_of=lambda _: None)

    return served


async def test_a_port_in_use_is_reported_in_one_sentence(served, unused_tcp_port):
    async with served(web_port=unused_tcp_port):
        with pytest.raises(Unusable, match=f"COHORT_WEB_PORT: port {unused_tcp_port} is taken"):
            async with served(web_port=unused_tcp_port):
                pass


async def test_an_invalid_host_is_reported(served, unused_tcp_port):
    with pytest.raises(Unusable, match=r"COHORT_WEB_HOST: 192\.0\.2\.7 is not an address of this machine"):
        async with served(web_host="192.0.2.7", web_port=unused_tcp_port):
            pass
