"""Types and names in all tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, DateTime, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from bot.storage import dailies, daily_closes, guilds
from bot.storage.dailies import Daily
from bot.storage.tables import Instant, metadata
from bot.storage.tables import guilds as guild_rows
from bot.study.dailies import DailyState, Feedback
from tests.conftest import MONDAY

BERLIN = timezone(timedelta(hours=1))
COLUMNS = [column for table in metadata.sorted_tables for column in table.columns]
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=offsets)  # noqa: DTZ001


def stored(at):
    return Instant().process_bind_param(at, sqlite.dialect())


async def test_a_time_without_a_zone_is_refused(db):
    naive = MONDAY.replace(tzinfo=None)

    with pytest.raises(StatementError, match="without a zone"):
        await db.read(lambda tx: tx.execute(select(guild_rows).where(guild_rows.c.created_at == naive)))


async def test_a_time_is_read_back_as_the_same_instant_in_utc(db):
    at = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=BERLIN)
    await db.write(lambda tx: tx.execute(insert(guild_rows).values(guild_id=1, created_at=at)) and None)

    kept = await db.read(lambda tx: tx.execute(select(guild_rows.c.created_at)).scalar_one())

    assert kept == at
    assert kept.tzinfo is UTC


@given(instants)
def test_any_instant_can_be_stored(at):
    assert Instant().process_result_value(stored(at), sqlite.dialect()) == at


@given(instants, instants)
def test_instants_are_compared_as_instants_whatever_their_zones(one, other):
    assert (stored(one) < stored(other)) == (one < other)


async def test_a_daily_closed_early_keeps_the_instant_whatever_zone_it_was_given_in(db):
    at = MONDAY.astimezone(BERLIN)
    daily = Daily(
        id=0,
        guild_id=1,
        day=MONDAY.date(),
        question_id="1.1-001",
        section="1.1",
        state=DailyState.CLAIMED,
        feedback=Feedback.AT_ONCE,
        channel_id=5,
        message_id=None,
        role_id=None,
        claimed_at=MONDAY,
        closes_at=MONDAY + timedelta(days=1),
        closed_at=None,
        answered=0,
    )

    def work(tx):
        guilds.ensure(tx, 1, MONDAY)
        claimed = dailies.claim(tx, daily)
        daily_closes.settle(tx, claimed.id, at)
        return dailies.get(tx, claimed.id)

    settled = await db.write(work)

    assert (settled.closes_at, settled.closed_at) == (MONDAY, MONDAY)


def test_every_time_has_a_zone():
    assert not [
        column for column in COLUMNS if isinstance(column.type, DateTime) and not isinstance(column.type, Instant)
    ]


def test_every_id_of_discord_fits_its_column():
    """Discord's ids have more than 32 bits."""
    discords = [
        c for c in COLUMNS if c.name in ("guild_id", "user_id", "channel_id", "message_id", "role_id", "set_by")
    ]

    assert discords
    assert not [column for column in discords if not isinstance(column.type, BigInteger)]


def test_every_constraint_has_a_name():
    """A migration on SQLite cannot drop a constraint without a name."""
    assert not [
        constraint for table in metadata.sorted_tables for constraint in table.constraints if not constraint.name
    ]
