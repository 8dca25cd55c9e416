"""Logs for the person on call at 3 a.m.: one line per event, with ids and never texts, answers or tokens."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from bot import metrics

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LineFormatter(logging.Formatter):
    """Format a line as `time level logger message key=value …`, with what was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        extras = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD)
        head, *traceback = line.split("\n", 1)
        return "\n".join([f"{head} {extras}" if extras else head, *traceback])


class JsonFormatter(logging.Formatter):
    """Format one JSON object a line, for log collectors: `at` (UTC), `level`, `logger`, `message`, and what was passed
    as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name, "message": record.getMessage(), **extras}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def without_trace(record: logging.LogRecord) -> bool:
    """Drop the traceback of the library's reconnects: a broken connection reconnects, and the traceback adds
    nothing."""
    if record.exc_info and (error := record.exc_info[1]) is not None:
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
        record.exc_info = record.exc_text = None
    return True


def count_rate_limits(record: logging.LogRecord) -> bool:
    """Count 429 responses, which the library only logs. Tracing every request would cost each of them."""
    if "rate limited" in str(record.msg):
        metrics.RATE_LIMITS.inc()
    return record.levelno >= logging.getLogger().level


def set_up_logging(level: str, style: str = "text") -> None:
    # No line contains any of this, and collecting it for each costs as much as the line itself.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001  as the library's documentation has it
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter() if style == "json" else LineFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # At DEBUG, libraries log whole payloads and call arguments: names, answers, interaction tokens. Ids and events are
    # in the bot's own lines.
    quiet = max(logging.getLevelName(level), logging.INFO)
    root.setLevel(quiet)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("discord.shard").addFilter(without_trace)
    for name in ("discord.http", "discord.webhook.async_"):
        logging.getLogger(name).setLevel(min(quiet, logging.WARNING))
        logging.getLogger(name).addFilter(count_rate_limits)
