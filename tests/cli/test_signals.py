"""A signal that ends a command which writes a copy of the database leaves no part of it behind."""

from __future__ import annotations

import os
import signal

import pytest

from bot.cli.signals import cleaning_up
from bot.storage import backup
from bot.storage.engine import sqlite_path

pytestmark = pytest.mark.sqlite

HANGUP = pytest.param(
    signal.SIGHUP,
    marks=pytest.mark.skipif(
        signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="nohup hands on that hang-ups are ignored"
    ),
)


@pytest.mark.parametrize("number", [signal.SIGTERM, HANGUP])
async def test_a_signal_during_a_backup_leaves_no_part_of_it(db, tmp_path, number):
    copies = tmp_path / "copies"
    before = signal.getsignal(number)

    with pytest.raises(SystemExit) as ended, cleaning_up():
        backup.copy(sqlite_path(db.url), copies / "b.db", lambda *_: os.kill(os.getpid(), number))

    assert ended.value.code == 128 + number
    assert list(copies.iterdir()) == []
    assert signal.getsignal(number) == before


async def test_a_hangup_that_is_ignored_stays_ignored_during_a_backup(db, tmp_path):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with cleaning_up():
            backup.copy(sqlite_path(db.url), tmp_path / "b.db", lambda *_: os.kill(os.getpid(), signal.SIGHUP))
    finally:
        signal.signal(signal.SIGHUP, before)

    assert (tmp_path / "b.db").exists()
