"""Logs: one line per event, for people or for machines."""

from __future__ import annotations

import json
import logging

import pytest

from bot.logs import JsonFormatter, LineFormatter, set_up_logging, without_trace


def record(**extra):
    made = logging.makeLogRecord(
        {"name": "bot.x", "levelname": "INFO", "msg": "daily %s", "args": ("posted",), **extra}
    )
    made.created = 1_795_420_800.5
    return made


def test_a_line_for_people_ends_with_its_extra_fields():
    line = LineFormatter("%(levelname)s %(name)s: %(message)s").format(record(guild=7, daily=3))

    assert line == "INFO bot.x: daily posted guild=7 daily=3"


def test_a_line_for_machines_is_a_json_object():
    line = json.loads(JsonFormatter().format(record(guild=7)))

    assert line == {
        "at": "2026-11-23T08:00:00.500+00:00",
        "level": "INFO",
        "logger": "bot.x",
        "message": "daily posted",
        "guild": 7,
    }


def test_a_traceback_for_machines_stays_on_one_line():
    try:
        raise ValueError("boom")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)

    line = JsonFormatter().format(record(exc_info=info))

    assert "\n" not in line
    assert "ValueError: boom" in json.loads(line)["traceback"]


def test_a_broken_connection_is_logged_on_one_line_without_its_traceback():
    try:
        raise ConnectionResetError("reset by peer")
    except ConnectionResetError as error:
        broken = record(exc_info=(type(error), error, error.__traceback__))

    assert without_trace(broken)
    line = LineFormatter("%(message)s").format(broken)

    assert line == "daily posted (ConnectionResetError: reset by peer)"


async def test_each_action_of_a_member_is_one_line_with_ids_and_no_names(world, caplog):
    caplog.set_level(logging.INFO, "bot.cogs.ui.intake")

    await world.ana.slash(world.channel, "help")

    [line] = [record for record in caplog.records if record.name == "bot.cogs.ui.intake"]
    assert line.getMessage() == "/help"
    assert (line.guild, line.user) == (world.guild.id, world.ana.id)
    assert "ana" not in LineFormatter("%(message)s").format(line)


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING"])
def test_libraries_never_log_their_arguments(level):
    """At DEBUG, aiosqlite logs the arguments of each call, and discord.py whole payloads."""
    root, handlers, before = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    try:
        set_up_logging(level)
        loud = [
            name
            for name in (
                "aiosqlite",
                "asyncio",
                "sqlalchemy.engine",
                "discord.gateway",
                "discord.http",
                "PIL",
                "a.new.library",
            )
            if logging.getLogger(name).isEnabledFor(logging.DEBUG)
        ]
        ours = logging.getLogger("bot.services.answers").isEnabledFor(logging.DEBUG)
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
        logging.getLogger("bot").setLevel(logging.NOTSET)

    assert loud == []
    assert ours is (level == "DEBUG")
