"""Logs for the person at three in the morning: one line an event, with ids and never texts, answers or tokens."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from bot import metrics

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LineFormatter(logging.Formatter):
    """`time level logger message key=value …`, with what was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        extras = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD)
        head, *traceback = line.split("\n", 1)
        return "\n".join([f"{head} {extras}" if extras else head, *traceback])


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for machines that collect logs: `at` (UTC), `level`, `logger`, `message`, and what was passed as
    `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name, "message": record.getMessage(), **extras}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def without_trace(record: logging.LogRecord) -> bool:
    """For the library's reconnections: a connection that breaks mends itself, and its trace says nothing but that it broke."""
    if record.exc_info and (error := record.exc_info[1]) is not None:
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
        record.exc_info = record.exc_text = None
    return True


def count_rate_limits(record: logging.LogRecord) -> bool:
    """Answers 429, of which the library tells nobody but the log. It would let every request be traced, at a cost to each."""
    if "rate limited" in str(record.msg):
        metrics.RATE_LIMITS.inc()
    return record.levelno >= logging.getLogger().level


def set_up_logging(level: str, style: str = "text") -> None:
    # Nothing of this stands in a line, and to find it out for each costs as much as the line itself.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001  as the library's documentation has it
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter() if style == "json" else LineFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # What libraries log at DEBUG is whole payloads and the arguments of calls: names, answers, tokens of interactions. Ids and
    # events are the bot's own lines.
    quiet = max(logging.getLevelName(level), logging.INFO)
    root.setLevel(quiet)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("discord.shard").addFilter(without_trace)
    for name in ("discord.http", "discord.webhook.async_"):
        logging.getLogger(name).setLevel(min(quiet, logging.WARNING))
        logging.getLogger(name).addFilter(count_rate_limits)
