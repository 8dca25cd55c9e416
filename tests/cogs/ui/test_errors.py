"""Refusals and failures, as members read them."""

from __future__ import annotations

import logging
import re
from dataclasses import fields
from datetime import UTC, date, datetime, time
from typing import get_type_hints

import pytest
from discord import app_commands
from sqlalchemy import text

from bot.cogs.ui.errors import cause, sentence
from bot.storage.engine import NotRecorded
from bot.study.errors import (
    BadTime,
    NoDailyQuestions,
    NoQuestions,
    Refusal,
    Refused,
    StudyError,
    UnknownSection,
    Unreadable,
)
from bot.study.questions import Kind

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SAMPLES = {
    str: "`@everyone` **now**\n" * 20,
    int: 7,
    bool: True,
    float: 1.0,
    datetime: AT,
    datetime | None: AT,
    date: date(2026, 11, 23),
    int | None: None,
    tuple[date | time | datetime, ...]: (date(2026, 12, 1), date(2027, 1, 12)),
    str | None: None,
    tuple[int, ...]: (7, 8),
    tuple[int, int, int] | None: (7, 8, 9),
    tuple[str, ...]: ("View Channel", "Send Messages"),
}
OURS = {"what": "pictures", "expected": "one letter from A to D, such as `B`", "reason": "The start is in the past."}
"""Arguments whose texts our own code writes."""


def kinds_of(error):
    return [error, *(kind for child in error.__subclasses__() for kind in kinds_of(child))]


def sample(kind):
    """Return an error of this kind that contains hostile text."""
    hints = get_type_hints(kind)
    return kind(**{each.name: OURS.get(each.name) or SAMPLES[hints[each.name]] for each in fields(kind)})


REFUSALS = [
    *(sample(kind) for kind in kinds_of(StudyError)[1:] if kind not in (Refused, Unreadable)),
    *(Refused(reason) for reason in Refusal),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=repr)
def test_every_refusal_is_a_sentence(refusal):
    told = sentence(refusal)

    assert told is not None
    assert told[0].isupper()
    assert told[-1] in ".`"
    assert len(told) <= 500
    assert "None" not in told
    assert "**now**" not in re.sub(r"`[^`]*`", "", told)
    assert "@everyone" not in re.sub(r"`[^`]*`", "", told)


@pytest.mark.parametrize(
    "refusal",
    [NoDailyQuestions(), Refused(Refusal.NO_LIVE_QUESTIONS), Refused(Refusal.NO_COMPETITION_QUESTIONS)],
    ids=repr,
)
def test_only_members_who_can_leave_out_the_difficulty_are_told_to(refusal):
    assert "difficulty" in sentence(NoQuestions())
    assert "difficulty" not in sentence(refusal)
    assert "section" in sentence(refusal)


def test_an_unexpected_error_has_no_sentence():
    assert sentence(ValueError("secret")) is None
    assert sentence(StudyError()) is None


def test_typed_text_stays_inside_its_quotes():
    assert "`9 o'clock 'now'`" in sentence(BadTime("9 o'clock\n`now`"))
    assert r"\*\*" in sentence(UnknownSection("**bold**"))


def test_the_library_wraps_errors_and_the_member_reads_what_was_inside():
    wrapped = app_commands.CheckFailure()
    wrapped.__cause__ = Refused(Refusal.NOT_ALLOWED)

    assert cause(wrapped) is wrapped.__cause__
    assert "Manage Server" in sentence(cause(wrapped))


def test_a_write_that_failed_asks_to_try_again():
    told = sentence(NotRecorded("disk full"))

    assert "nothing was recorded" in told
    assert "disk full" not in told


async def break_reading(world):
    """Drop a table, which causes an error that no sentence covers."""
    world.may_fail = True
    await world.db.write(lambda tx: tx.execute(text("ALTER TABLE guilds RENAME TO lost")))


@pytest.mark.parametrize("way", ["command", "button", "form"])
async def test_an_unexpected_failure_shows_a_reference_to_the_log_and_not_its_text(world, caplog, way):
    message = await world.daily_of(Kind.RESPONSE)
    shown = await world.ana.click(message, label="Answer")
    board = await world.ana.slash(world.channel, "leaderboard")
    await break_reading(world)

    with caplog.at_level(logging.ERROR, "bot"):
        if way == "command":
            reply = await world.ana.slash(world.channel, "guide")
        elif way == "button":
            reply = await world.press(world.ana, "v1:board:all:season:points:1")
        else:
            reply = await world.fill(world.ana, shown, world.letters(message))

    assert board.ephemeral
    assert reply.ephemeral
    told = world.read(reply)
    assert "guilds" not in told
    assert "Error" not in told
    reference = re.search(r"reference: `([0-9a-f]{6})`", told)
    assert reference is not None
    assert reference[1] in caplog.text
    assert re.search(r"no such table|does not exist", caplog.text)
