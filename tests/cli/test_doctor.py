"""`python -m bot doctor`: one finding for each check, with the remedy if one is needed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from random import Random

import pytest
from discord import Permissions
from sqlalchemy import update

from bot.cli.doctor import examine
from bot.clock import now
from bot.config import Secret
from bot.services.schedules import SchedulePlan
from bot.storage.tables import schedules
from bot.study.discussions import Discussion
from bot.study.schedules import Schedule
from tests.discord_stub import faults


@pytest.fixture
def there(settings, stub):
    """Return the settings of a bot that could start: it has a token that this Discord accepts."""
    return replace(settings, discord_api_url=stub.url, discord_token=Secret(stub.token))


async def found(settings):
    """Return the finding of each check."""
    return {finding.what: finding for finding in await examine(settings)}


@pytest.fixture
async def scheduled(services, stub):
    """Schedule a server's daily; return the server and the name of its finding."""
    guild = stub.guilds[0]
    rule = Schedule((now() + timedelta(hours=2)).time().replace(microsecond=0), "UTC")
    plan = SchedulePlan(guild.channels[0], None, rule, ())
    await services.schedules.set(guild.id, plan, by=guild.owner_id, rng=Random(7), at=now())
    return guild


async def test_a_missing_setting_is_reported_with_its_remedy(settings, unused_tcp_port):
    alone = replace(settings, discord_api_url=f"http://127.0.0.1:{unused_tcp_port}/api/v10")

    said = await found(alone)

    assert said["bank"].well
    assert said["database"].well
    assert not said["clock"].well
    assert "DISCORD_API_URL" in said["clock"].detail
    assert str(said["token"]).startswith("BAD  token: it is not set. Put the bot's token into `.env`")


async def test_if_all_is_well_doctor_says_so_for_every_check(there, stub, scheduled):
    said = await found(there)

    assert [finding for finding in said.values() if not finding.well] == []
    assert list(said) == [
        "bank",
        "time zones",
        "memory",
        "web pages",
        "database",
        "clock",
        "token",
        f"server {scheduled.id}",
        "servers",
    ]
    assert said["servers"].detail == str(len(stub.guilds))
    assert "no privileged intent" in said["token"].detail
    assert said[f"server {scheduled.id}"].detail.startswith("the next daily is due ")


async def test_it_says_whether_there_are_web_pages_and_what_is_public(settings):
    off = await found(settings)
    on = await found(replace(settings, web_url="https://study.example.org", web_port=8123))

    assert off["web pages"].detail == "they are off; set COHORT_WEB_URL to turn them on"
    assert on["web pages"].detail == (
        "they are on at https://study.example.org, served at 127.0.0.1:8123; no pack is public"
    )


async def test_a_paused_daily_is_not_a_fault(there, services, scheduled):
    await services.schedules.pause(scheduled.id, at=now())

    finding = (await found(there))[f"server {scheduled.id}"]

    assert (finding.well, finding.detail) == (True, "its daily is paused")


async def discussed(services, guild, discussion, forum_id=None):
    [schedule] = await services.schedules.all(guild.id)
    await services.discussions.set(schedule, discussion, forum_id)


async def test_permissions_for_discussions_are_checked_if_discussions_are_switched_on(there, stub, services, scheduled):
    stub.world.forbid(scheduled.channels[0], Permissions(create_public_threads=True).value)
    off = (await found(there))[f"server {scheduled.id}"]
    await discussed(services, scheduled, Discussion.AT_CLOSE)

    on = (await found(there))[f"server {scheduled.id}"]

    assert off.well
    assert not on.well
    assert "its discussions need Create Public Threads" in on.detail


async def test_a_forum_for_discussions_that_is_gone(there, stub, services, scheduled):
    forum_id = stub.world.add_forum(scheduled.id)
    await discussed(services, scheduled, Discussion.AT_CLOSE, forum_id)
    well = (await found(there))[f"server {scheduled.id}"]
    del stub.world.channels[forum_id]

    gone = (await found(there))[f"server {scheduled.id}"]

    assert well.well
    assert "the forum for its discussions is gone or hidden" in gone.detail


async def test_each_daily_of_a_server_is_checked_under_its_name(there, services, scheduled):
    rule = Schedule((now() + timedelta(hours=3)).time().replace(microsecond=0), "UTC")
    plan = SchedulePlan(scheduled.channels[0], None, rule, ())
    await services.schedules.set(scheduled.id, plan, which="Deep dive", by=scheduled.owner_id, rng=Random(7), at=now())

    said = await found(there)

    assert said[f"server {scheduled.id}"].well
    assert said[f"server {scheduled.id}, Deep dive"].detail.startswith("the next daily is due ")


async def test_a_bank_with_a_fault(there, tmp_path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pack.yaml").write_text("name: [broken\n")

    said = await found(replace(there, content_dir=tmp_path))

    assert list(said) == ["bank"]
    assert not said["bank"].well
    assert "python -m bot check" in said["bank"].detail


async def test_a_file_that_is_not_a_database_hides_no_other_finding(there, tmp_path):
    (tmp_path / "text.db").write_text("this is no database, however long it may be " * 40)

    said = await found(replace(there, database_url=f"sqlite+aiosqlite:///{tmp_path / 'text.db'}"))

    assert not said["database"].well
    assert said["database"].detail.endswith("Name another file, or put a backup in its place.")
    assert said["token"].well


async def test_a_database_that_another_program_holds_locked(there, tmp_path):
    path = tmp_path / "cohort.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")

        said = await found(replace(there, database_url=f"sqlite+aiosqlite:///{path}"))

    assert not said["database"].well
    assert "End that program" in said["database"].detail


@pytest.mark.sqlite
async def test_a_database_of_a_newer_bot(there, database_url):
    with closing(sqlite3.connect(database_url.removeprefix("sqlite+aiosqlite:///"))) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()

    finding = (await found(there))["database"]

    assert not finding.well
    assert "Start a newer version of the bot" in finding.detail


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_is_wrong(there, stub, hours):
    theirs = format_datetime(now() + timedelta(hours=hours), usegmt=True)
    stub.fault(faults.Fault("GET /gateway", faults.After.ANSWER, 200, headers={"Date": theirs}))

    finding = (await found(there))["clock"]

    assert not finding.well
    assert "Turn on time synchronization (NTP)" in finding.detail


async def test_a_token_that_discord_does_not_accept(there, stub):
    stub.rest.token = "another"

    finding = (await found(there))["token"]

    assert not finding.well
    assert "Copy it again" in finding.detail


async def test_an_outage_of_discord(there, stub):
    stub.fault(faults.answer("GET /users/@me", 503))

    finding = (await found(there))["discord"]

    assert not finding.well
    assert "Check DISCORD_API_URL and the network" in finding.detail


async def test_a_channel_that_is_gone(there, stub, scheduled):
    del stub.world.channels[scheduled.channels[0]]

    finding = (await found(there))[f"server {scheduled.id}"]

    assert not finding.well
    assert "A manager can choose another with /daily schedule" in finding.detail


async def test_a_channel_that_the_bot_cannot_see(there, stub, scheduled):
    stub.world.hidden.add(scheduled.channels[0])

    finding = (await found(there))[f"server {scheduled.id}"]

    assert not finding.well
    assert "Give it View Channel there" in finding.detail


async def test_missing_permissions_are_named(there, stub, scheduled):
    stub.world.forbid(scheduled.channels[0], Permissions(send_messages=True, read_message_history=True).value)

    finding = (await found(there))[f"server {scheduled.id}"]

    assert not finding.well
    assert "the bot lacks Send Messages" in finding.detail
    assert "Read Message History" in finding.detail


async def test_a_timeout_is_reported_with_its_end_and_without_permissions(there, stub, scheduled, monkeypatch):
    until, member = now() + timedelta(hours=5), stub.world.member
    timed_out = {"communication_disabled_until": until.isoformat()}
    monkeypatch.setattr(stub.world, "member", lambda guild, user: {**member(guild, user), **timed_out})

    finding = (await found(there))[f"server {scheduled.id}"]

    assert not finding.well
    assert f"the bot is timed out there until {until:%Y-%m-%d %H:%M} UTC" in finding.detail
    assert "lacks" not in finding.detail


async def test_servers_beyond_the_first_page_are_checked_too(there, stub):
    for number in range(len(stub.guilds), 201):
        stub.world._add_guild(number, 1)

    assert (await found(there))["servers"].detail == "201"


@pytest.mark.sqlite
async def test_a_pending_migration_is_reported_and_not_run(there, database_url):
    file = database_url.removeprefix("sqlite+aiosqlite:///")
    with closing(sqlite3.connect(file)) as older:
        older.execute("UPDATE alembic_version SET version_num = '0009'")
        older.execute("DROP TABLE interactions")
        older.commit()

    finding = (await found(there))["database"]

    assert not finding.well
    assert "at version 0009, and a migration to " in finding.detail
    with closing(sqlite3.connect(file)) as older:
        assert older.execute("SELECT version_num FROM alembic_version").fetchall() == [("0009",)]


@pytest.mark.sqlite
async def test_a_missing_database_is_not_created(there, tmp_path):
    path = tmp_path / "nowhere" / "cohort.db"

    finding = (await found(replace(there, database_url=f"sqlite+aiosqlite:///{path}")))["database"]

    assert not finding.well
    assert "The first start creates it" in finding.detail
    assert not path.parent.exists()


async def test_a_daily_that_nobody_has_posted_is_a_fault(there, db, scheduled):
    due = now() - timedelta(hours=1)
    await db.write(lambda tx: tx.execute(update(schedules).values(next_post_at=due)) and None)

    finding = (await found(there))[f"server {scheduled.id}"]

    assert not finding.well
    assert f"its daily was due {due:%Y-%m-%d %H:%M} UTC, but it has not been posted" in finding.detail
