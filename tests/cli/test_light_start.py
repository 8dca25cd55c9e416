"""What a start does not load: modules that only some bots need are loaded when they are first used.

A library imported by accident costs time at every start and memory in every process, without anybody noticing.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

from tests.discord_stub.nursery import ROOT

LEFT_ALONE = {
    "aiohttp.web": "the pages of health and of the web, where a port is set",
    "alembic": "a database that is not at the newest version",
    "bot.bank.formats.tables": "uploads and exports",
    "bot.bank.loader": "packs that have changed since the last start",
    "bot.playground": "`cohort playground`",
    "bot.web": "web pages, where an address is set",
    "jinja2": "web pages",
    "openpyxl": "spreadsheets",
    "PIL": "pictures",
    "rich": "commands that show progress",
    "simcord": "`cohort playground`",
    "sqlalchemy.dialects.postgresql": "PostgreSQL",
    "sqlalchemy.ext.asyncio": "PostgreSQL",
    "sqlalchemy.orm": "PostgreSQL",
    "pydantic": "files of questions: packs that have changed, uploads",
    "yaml": "packs that have changed since the last start",
}
"""Modules that `cohort run` does not load, each with what needs it."""


def printed(code: str) -> set[str]:
    """Return the words that a new process prints when it runs this code."""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_a_start_loads_nothing_that_only_some_bots_need():
    too_many = printed("import sys, bot.cli.serve; print(*sys.modules)") & LEFT_ALONE.keys()

    assert not too_many, "import these where they are used: " + ", ".join(sorted(too_many))


def test_the_modules_that_a_start_does_not_load_exist():
    """A misspelled name is never loaded, so the other test would always pass for it."""
    assert not [name for name in LEFT_ALONE if find_spec(name) is None]
