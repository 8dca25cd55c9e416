"""Describe the machine that the benchmarks run on, because their figures mean nothing without it."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

SYNCS = 100


def describe(folder: Path) -> str:
    """Return one line for each part of the machine; `folder` is where the benchmark's databases are."""
    system = (
        platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()) if _is_linux() else platform.system()
    )
    parts = (
        f"{_processor()}, {os.cpu_count()} cores, {_memory()} of memory",
        f"{system}, Linux {platform.release()}" if _is_linux() else platform.platform(),
        f"Python {platform.python_version()}, discord.py {version('discord.py')}, aiohttp {version('aiohttp')}, "
        f"SQLAlchemy {version('sqlalchemy')}, SQLite {sqlite3.sqlite_version}",
        f"the disk takes {_sync_time(folder) * 1000:.2f} ms for a write of 4 kB with fsync (median of {SYNCS})",
    )
    return "\n".join(f"- {part}" for part in parts)


def _is_linux() -> bool:
    return sys.platform == "linux"


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def _sync_time(folder: Path) -> float:
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            began = time.perf_counter()
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return median(times)
