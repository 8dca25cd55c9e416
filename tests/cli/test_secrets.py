"""Neither the token nor the database's password is ever shown: not in the log at any level, not on a page and not in a
reply, whatever goes wrong."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.cli.doctor import examine
from bot.config import Secret, Settings
from tests.discord_stub import BotProcess, DiscordStub, faults, user_ids

TOKEN = "MTIzNDU2Nzg5.hunter2-token.of-a-bot-that-is-not"
PASSWORD = "hunter2-password"
SOON = 20.0
UNREACHABLE = f"postgresql+asyncpg://cohort:{PASSWORD}@127.0.0.1:1/cohort"


@pytest.fixture
async def stub():
    async with DiscordStub(guilds=2, token=TOKEN) as stub:
        yield stub
        stub.rest.release()


@pytest.fixture
def a_process(nursery, tmp_path, stub):
    """Return a bot that logs as much as possible."""

    def make(**settings):
        return BotProcess(tmp_path / "bot", stub, nursery=nursery, LOG_LEVEL="DEBUG", COHORT_BACKUPS_KEPT=0, **settings)

    return make


def assert_no_secret(said):
    assert said
    for secret in (TOKEN, PASSWORD, "hunter2"):
        assert secret not in said


@pytest.mark.postgres
async def test_a_run_from_start_to_stop_with_everything_going_wrong_in_between(
    a_process, stub, cluster, unused_tcp_port
):
    cluster.sql("CREATE DATABASE secrets")
    address = cluster.url("secrets").replace("cohort@", f"cohort:{PASSWORD}@")
    async with (
        a_process(DATABASE_URL=address, COHORT_HEALTH_PORT=unused_tcp_port, LOG_FORMAT="json") as process,
        aiohttp.ClientSession() as session,
    ):
        pages = []

        async def look(path):
            async with session.get(f"http://127.0.0.1:{unused_tcp_port}{path}") as page:
                pages.append(await page.text())

        await process.start()
        await stub.connected()
        guild, ana = stub.guilds[0], user_ids(1)[0]
        # Discord returns errors, limits the rate, drops connections and rejects the session, while the member keeps on pressing.
        for fault in (
            faults.answer("POST /interactions/*", 500),
            faults.rate_limited("POST /interactions/*", seconds=0.05),
            faults.cut("POST /interactions/*"),
            faults.answer("POST /interactions/*", 404, code=10062),
        ):
            stub.fault(fault)
            await stub.command(guild, ana, "quiz")
            await asyncio.wait_for(fault.met.wait(), SOON)
        stub.gateway.refuse_resume = True
        await stub.gateway.drop()
        await stub.gateway.until(lambda: stub.gateway.identified == 2, SOON)
        # First a table is missing, then the database: this causes unexpected errors with tracebacks, and refusals.
        cluster.sql("ALTER TABLE plans RENAME TO lost", "secrets")
        await (await stub.command(guild, ana, "plan")).reply(SOON)
        cluster.sql("ALTER DATABASE secrets ALLOW_CONNECTIONS false")
        cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'secrets'")
        await (await stub.command(guild, ana, "quiz")).reply(SOON)
        await look("/healthz")
        await look("/metrics")
        process.ask_to_stop()
        assert await process.ended() == 0

    said = process.said()
    assert "Traceback" in said, "an unexpected error was in the story"
    assert '"healthy": false' in pages[0]
    assert not [i for i in stub.world.interactions.values() if i.token in said], (
        "a token that answers for us, for a while"
    )
    assert_no_secret(said + "".join(pages) + " ".join(i.text for i in stub.world.interactions.values() if i.shown))


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"DISCORD_TOKEN": f"{TOKEN}.wrong"}, None),
        ({}, faults.answer("PUT /applications/*/commands", 400)),
        ({}, faults.answer("GET /users/@me", 503)),
        ({"DATABASE_URL": UNREACHABLE}, None),
        ({"DATABASE_URL": f"postgresql+asyncpg://cohort:{PASSWORD}@[::1/cohort"}, None),
        ({"DATABASE_URL": f"postgresql+asyncpg://cohort:{PASSWORD}@host/cohort?no_such_option=1"}, None),
        ({"DATABASE_URL": f"postgresql+asyncpg://cohort:{PASSWORD}@host:0/cohort"}, None),
        ({"SHARD_IDS": f"{TOKEN}", "SHARD_COUNT": 2}, None),
    ],
    ids=["token", "commands refused", "Discord ill", "no server", "half an address", "option", "port", "wrong place"],
)
async def test_a_start_that_fails(a_process, stub, settings, fault):
    if fault is not None:
        stub.fault(fault)
    async with a_process(**settings) as process:
        await process.start()
        assert await process.ended() != 0

    assert_no_secret(process.said())


async def test_doctor_on_settings_that_cannot_work(stub, packs):
    stub.fault(faults.answer("GET /users/@me", 401))
    settings = Settings(discord_token=Secret(TOKEN), database_url=UNREACHABLE, discord_api_url=stub.url)

    findings = await examine(settings)

    assert not all(finding.well for finding in findings)
    assert_no_secret("\n".join(map(str, findings)) + repr(findings) + repr(settings))
