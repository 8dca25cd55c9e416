"""A private PostgreSQL for tests: a cluster in its own folder, reached through a socket in that folder."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

USER = "cohort"
TEMPLATE = "template_cohort"

MISSING = "PostgreSQL's server programs are missing; `apt-get install postgresql` brings them on Debian, and no service needs to run"

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
"""Settings for tests that do not simulate a power cut."""
ALWAYS = (
    "listen_addresses=",
    "jit=off",
    "max_connections=100",
    "deadlock_timeout=50ms",
    "shared_buffers=64MB",
    "timezone=Asia/Kolkata",
)
"""Settings for all tests. The unusual time zone reveals times that are stored without a zone."""


EMPTY = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
    DO $$
    DECLARE name text; used bool;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- no foreign key is in the way
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO used;
            IF used THEN EXECUTE format('DELETE FROM %I', name); END IF;
        END LOOP;
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
            FROM pg_sequences WHERE last_value IS NOT NULL;
    END $$
"""
"""Statements that empty a database whose tables have not changed. Creating a new database takes fifty times as long."""


def programs() -> Path | None:
    """Return the folder of initdb and postgres: from the path, or of the newest version where Debian installs them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda folder: float(folder.parent.name), default=None)


@dataclass
class Cluster:
    """A PostgreSQL cluster. It can be started, stopped and started again; `remove` deletes it.

    With a `folder`, it is a cluster that another process has created and started. It can be used and removed.
    """

    durable: bool = False
    folder: Path = Path()
    _programs: Path = field(init=False)

    def __post_init__(self) -> None:
        found = programs()
        assert found is not None, MISSING
        self._programs = found
        if self.folder != Path():
            return
        # Do not use pytest's folder: its path may be too long for a socket, and the user that runs the server may have
        # no access to it.
        self.folder = Path(tempfile.mkdtemp(prefix="cohort-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        self._run("initdb", "-D", str(self._data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _as_nobody(self) -> dict[str, object]:
        """Return arguments for `subprocess.run` that run a program as a user other than root, because PostgreSQL
        refuses to run as root."""
        who: dict[str, object] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
        return {**who, "cwd": self.folder}

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments], capture_output=True, text=True, check=False, **self._as_nobody
        )
        assert done.returncode == 0, f"{program} failed:\n{done.stdout}{done.stderr}"

    def start(self) -> None:
        """Start the cluster, unless it is already running. It may outlive this process; the process that created it
        removes it."""
        if self._answers():
            return
        settings = [*ALWAYS, *(() if self.durable else QUICK)]
        options = shlex.join(["-k", str(self.folder), *(part for setting in settings for part in ("-c", setting))])
        self._run(
            "pg_ctl", "start", "-D", str(self._data), "-l", str(self.folder / "log"), "-w", "-t", "60", "-o", options
        )

    def _answers(self) -> bool:
        probe = [str(self._programs / "pg_isready"), "-q", "-h", str(self.folder)]
        return subprocess.run(probe, check=False).returncode == 0

    def stop(self, *, crash: bool = False) -> None:
        """Stop the cluster at once, closing every connection. `crash`: stop without finishing anything."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", str(self._data), "-m", "immediate" if crash else "fast", "-w")

    def remove(self) -> None:
        try:
            self.stop(crash=True)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://{USER}@/{database}?host={self.folder}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement outside any transaction; return its rows as lines."""
        done = subprocess.run(
            [str(self._programs / "psql"), "-XqtA", "-h", str(self.folder), "-U", USER, database, "-c", statement],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
