"""Our clock follows this machine's clock as long as Discord's agrees with it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import TOLERANCE, Clock

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
lengths = st.timedeltas(timedelta(0), timedelta(days=400))
steps = st.timedeltas(timedelta(days=-400), timedelta(days=400))


class Machine:
    """A machine whose clock is `ahead` of the true time."""

    def __init__(self, ahead=timedelta(0)):
        self.true, self.ahead, self.up = NOON, ahead, 1000.0
        self.clock = Clock(lambda: self.true + self.ahead, lambda: self.up)

    def pass_time(self, length):
        self.true += length
        self.up += length.total_seconds()

    def error(self):
        return abs(self.clock.now() - self.true)


def test_the_machine_s_clock_is_used_until_discord_s_time_is_known():
    machine = Machine(ahead=timedelta(days=40))

    assert machine.clock.now() == NOON + timedelta(days=40)
    assert not machine.clock.doubtful


@given(ahead=steps, length=lengths)
def test_the_clock_is_right_once_it_knows_the_time(ahead, length):
    machine = Machine(ahead)
    machine.clock.record(machine.true)
    machine.pass_time(length)

    assert machine.error() <= TOLERANCE
    assert not machine.clock.doubtful


@given(before=lengths, step=steps, after=lengths)
def test_a_step_of_the_machine_s_clock_moves_nothing(before, step, after):
    machine = Machine()
    machine.clock.record(machine.true)
    machine.pass_time(before)
    machine.ahead += step
    machine.pass_time(after)

    assert machine.error() <= TOLERANCE
    assert machine.clock.doubtful is (abs(step) > TOLERANCE)


@given(length=st.timedeltas(TOLERANCE + SECOND, timedelta(days=400)))
def test_a_machine_that_was_frozen_asks_for_the_time_and_is_right_again(length):
    """After a snapshot was resumed, the wall clock is right, but the monotonic clock stood still."""
    machine = Machine()
    machine.clock.record(machine.true)
    machine.true += length

    assert machine.clock.doubtful
    assert machine.clock.now() <= machine.true, "what is early is not done"
    machine.clock.record(machine.true)
    assert machine.error() <= TOLERANCE
    assert not machine.clock.doubtful


def test_a_wrong_clock_is_logged_and_so_is_its_correction(caplog):
    caplog.set_level(logging.INFO)
    machine = Machine(ahead=timedelta(hours=2))
    machine.clock.record(machine.true)
    machine.ahead = timedelta(0)
    machine.clock.record(machine.true)
    machine.clock.record(machine.true)

    assert [record.message for record in caplog.records] == [
        "this machine's clock is wrong by 2:00:00: using Discord's time",
        "this machine's clock agrees with Discord's again",
    ]


@pytest.mark.parametrize("off", [timedelta(0), 59 * SECOND, -59 * SECOND])
def test_a_late_response_of_discord_is_not_taken_for_a_wrong_clock(off):
    machine = Machine()
    machine.clock.record(machine.true + off)

    assert machine.clock.now() == machine.true
