"""Logs for operators: one line for each event, with ids, but never with texts, answers or tokens."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from bot import metrics

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LineFormatter(logging.Formatter):
    """A formatter for people: `time level logger message key=value …`, where keys and values come from `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        extras = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD)
        head, *traceback = line.split("\n", 1)
        return "\n".join([f"{head} {extras}" if extras else head, *traceback])


class JsonFormatter(logging.Formatter):
    """A formatter for log collectors: a JSON object on each line, with `at` (UTC), `level`, `logger`, `message` and
    `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name, "message": record.getMessage(), **extras}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def without_trace(record: logging.LogRecord) -> bool:
    """Remove the traceback when the library reconnects, because it adds nothing to the message."""
    if record.exc_info and (error := record.exc_info[1]) is not None:
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
        record.exc_info = record.exc_text = None
    return True


def count_rate_limits(record: logging.LogRecord) -> bool:
    """Count 429 responses from the library's log, because tracing would slow down every request."""
    if "rate limited" in str(record.msg):
        metrics.RATE_LIMITS.inc()
    return record.levelno >= logging.getLogger().level


def set_up_logging(level: str, style: str = "text") -> None:
    # Our lines contain none of this, and collecting it for each line would double its cost.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001  recommended by the library's documentation
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter() if style == "json" else LineFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # At DEBUG, libraries log whole payloads and call arguments: names, answers, interaction tokens. So that level
    # applies only to the bot's own loggers.
    quiet = max(logging.getLevelName(level), logging.INFO)
    root.setLevel(quiet)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("discord.shard").addFilter(without_trace)
    for name in ("discord.http", "discord.webhook.async_"):
        logging.getLogger(name).setLevel(min(quiet, logging.WARNING))
        logging.getLogger(name).addFilter(count_rate_limits)
