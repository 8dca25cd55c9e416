"""The signals that ask a process to end."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that ask a process to end, such as when its terminal is closed. Windows has no SIGHUP."""


def is_ignored(number: int) -> bool:
    """Return whether the parent process has a signal ignored, as `nohup` does with SIGHUP."""
    return signal.getsignal(number) is signal.SIG_IGN


@contextlib.contextmanager
def cleaning_up() -> Iterator[None]:
    """Let signals end a command as Ctrl-C does, so that it removes its unfinished files first."""
    before = {number: signal.signal(number, _end) for number in ENDING if not is_ignored(number)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
