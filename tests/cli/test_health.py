"""`/healthz` and `/metrics`: green while all is well; otherwise red, naming the part that is not."""

from __future__ import annotations

import re
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import text

from bot import clock
from bot.__main__ import UNUSABLE
from bot.cli import health
from bot.config import Unusable
from bot.jobs import Jobs


@pytest.fixture
async def ticks():
    made = Jobs()
    made.last_run = clock.now()
    return made


async def test_a_working_bot_is_healthy(world, ticks):
    found = await health.examine(world.bot, ticks, clock.now())

    assert found.healthy, found


async def test_a_silent_scheduler_makes_the_health_page_red(world, ticks):
    ticks.last_run = clock.now() - timedelta(minutes=5)

    found = await health.examine(world.bot, ticks, clock.now())

    assert not found.healthy
    assert found.scheduler.startswith("no tick for 0:05")


async def test_a_post_that_waits_too_long_makes_the_health_page_red(world, ticks):
    await world.schedule_daily()

    found = await health.examine(world.bot, ticks, world.now + timedelta(hours=2))

    assert not found.healthy
    assert "has been waiting" in found.posts


async def test_a_database_that_fails_in_an_unknown_way_makes_the_health_page_red_and_hides_no_other_part(world, ticks):
    await world.db.write(lambda tx: tx.execute(text("ALTER TABLE schedules RENAME TO lost")))

    found = await health.examine(world.bot, ticks, clock.now())

    assert not found.healthy
    assert found.database.startswith("unexpected error (")
    assert (found.gateway, found.scheduler) == ("ok", "ok")


async def test_a_database_that_cannot_record_makes_the_health_page_red(world, ticks):
    world.db.trouble = "the disk is full"

    found = await health.examine(world.bot, ticks, clock.now())

    assert (found.healthy, found.database) == (False, "the disk is full")


async def test_both_pages_are_served_and_contain_no_names(world, ticks, unused_tcp_port):
    await world.ana.slash(world.channel, "help")

    async with (
        health.serving(world.bot, ticks, "127.0.0.1", unused_tcp_port),
        aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as session,
    ):
        async with session.get("/healthz") as answer:
            parts = await answer.json()
            status = answer.status
        async with session.get("/metrics") as answer:
            figures = await answer.text()

    assert (status, parts["healthy"]) == (200, True)
    assert 'cohort_action_seconds_count{action="/help"}' in figures
    assert not re.search(r"\bana\b", figures)  # "evening-manage" is an action


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.7", "2001:db8::7", "a..b", "not a host"])
async def test_an_invalid_host_is_reported_and_not_the_port(world, ticks, unused_tcp_port, host):
    with pytest.raises(Unusable) as told:
        async with health.serving(world.bot, ticks, host, unused_tcp_port):
            pass

    assert str(told.value).startswith(f"COHORT_HEALTH_HOST: {host} is not an address of this machine. Use 127.0.0.1")


async def test_a_port_in_use_is_reported_in_one_sentence(world, ticks, unused_tcp_port):
    async with health.serving(world.bot, ticks, "127.0.0.1", unused_tcp_port):
        with pytest.raises(Unusable, match="COHORT_HEALTH_PORT: port"):
            async with health.serving(world.bot, ticks, "127.0.0.1", unused_tcp_port):
                pass


def test_a_health_page_that_is_switched_off_is_not_requested(run, monkeypatch):
    monkeypatch.setenv("COHORT_HEALTH_PORT", "0")

    code, said = run("health")

    assert code == UNUSABLE
    assert said.startswith("COHORT_HEALTH_PORT is 0, so the bot has no health page.")


def test_a_host_where_nothing_answers_is_reported(run, monkeypatch, unused_tcp_port):
    monkeypatch.setenv("COHORT_HEALTH_HOST", "no-such-host.invalid")
    monkeypatch.setenv("COHORT_HEALTH_PORT", str(unused_tcp_port))

    code, said = run("health")

    assert code == UNUSABLE
    assert f"Nothing answers at no-such-host.invalid, port {unused_tcp_port}" in said
