"""A private PostgreSQL for tests: its own cluster in a folder of its own, reached by a socket in that folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

USER = "cohort"
TEMPLATE = "template_cohort"

MISSING = "PostgreSQL's server programs are missing; `apt-get install postgresql` brings them on Debian, and no service needs to run"

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests that do not pull the plug."""
ALWAYS = (
    "listen_addresses=",
    "jit=off",
    "max_connections=60",
    "deadlock_timeout=50ms",
    "shared_buffers=64MB",
    "timezone=Asia/Kolkata",
)
"""A zone that nobody expects, so that a time stored without one shows."""


def programs() -> Path | None:
    """The folder of initdb and postgres: on the path, or where Debian keeps the newest of them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda folder: float(folder.parent.name), default=None)


@dataclass
class Cluster:
    """Starts with `start`, may be stopped and started again, and is gone with `remove`."""

    durable: bool = False
    folder: Path = field(init=False)
    _programs: Path = field(init=False)
    _server: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        found = programs()
        assert found is not None, MISSING
        self._programs = found
        # Not pytest's folder: its path may be too long for a socket, and closed to the user that the server runs as.
        self.folder = Path(tempfile.mkdtemp(prefix="cohort-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        self._run("initdb", "-D", str(self._data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _as_nobody(self) -> dict[str, object]:
        """PostgreSQL refuses to run as root."""
        who: dict[str, object] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
        return {**who, "cwd": self.folder}

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments], capture_output=True, text=True, check=False, **self._as_nobody
        )
        assert done.returncode == 0, f"{program} failed:\n{done.stdout}{done.stderr}"

    def start(self) -> None:
        """Unless it runs already."""
        if self._server is not None and self._server.poll() is None:
            return
        settings = [*ALWAYS, *(() if self.durable else QUICK)]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    str(self._programs / "postgres"),
                    *("-D", str(self._data), "-k", str(self.folder)),
                    *(part for setting in settings for part in ("-c", setting)),
                ],
                stdout=log,
                stderr=log,
                **self._as_nobody,
            )
        patience = time.monotonic() + 20
        while not self._answers():
            ill = self._server.poll() is not None or time.monotonic() > patience
            assert not ill, f"PostgreSQL does not start:\n{(self.folder / 'log').read_text()}"
            time.sleep(0.02)

    def _answers(self) -> bool:
        probe = [str(self._programs / "pg_isready"), "-q", "-h", str(self.folder)]
        return subprocess.run(probe, check=False).returncode == 0

    def stop(self, *, crash: bool = False) -> None:
        """At once, cutting every connection; `crash`: without finishing anything."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
            self._server.wait(20)

    def remove(self) -> None:
        self.stop(crash=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://{USER}@/{database}?host={self.folder}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement, outside any transaction; its rows as lines."""
        done = subprocess.run(
            [str(self._programs / "psql"), "-XqtA", "-h", str(self.folder), "-U", USER, database, "-c", statement],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
