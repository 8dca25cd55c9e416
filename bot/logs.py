"""Logs for the person at three in the morning: one line an event, with ids and never texts, answers or tokens."""

from __future__ import annotations

import logging
import sys

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LineFormatter(logging.Formatter):
    """`time level logger message key=value …`, with what was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        extras = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD)
        head, *traceback = line.split("\n", 1)
        return "\n".join([f"{head} {extras}" if extras else head, *traceback])


def set_up_logging(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if level == "DEBUG":
        # At DEBUG the library logs whole payloads, with tokens of interactions in them.
        logging.getLogger("discord").setLevel(logging.INFO)
