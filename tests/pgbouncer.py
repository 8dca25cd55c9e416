"""PgBouncer in front of a test PostgreSQL, which gives each transaction another connection."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import USER, Cluster

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "PgBouncer is missing; `apt-get install pgbouncer` brings it on Debian, and no service needs to run"
START_WITHIN = 10.0

CONFIG = """
[databases]
* = host={server} user={user}
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 500
"""


@dataclass
class PgBouncer:
    cluster: Cluster
    pool: int
    """The number of connections to PostgreSQL, which all clients share."""
    folder: Path = field(init=False)
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def start(self) -> None:
        assert PROGRAM is not None, MISSING
        self.folder = Path(tempfile.mkdtemp(prefix="cohort-pgb-"))
        config = self.folder / "pgbouncer.ini"
        config.write_text(CONFIG.format(server=self.cluster.folder, user=USER, folder=self.folder, pool=self.pool))
        who = {}
        if os.geteuid() == 0:  # PgBouncer refuses to run as root
            who = {"user": "nobody", "extra_groups": []}
            for path in (config, self.folder):
                shutil.chown(path, "nobody")
        self._process = subprocess.Popen(
            [PROGRAM, "--quiet", str(config)],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **who,
        )
        deadline = time.monotonic() + START_WITHIN
        while not (self.folder / ".s.PGSQL.6432").exists():
            assert self._process.poll() is None, "PgBouncer ended at once"
            assert time.monotonic() < deadline, "PgBouncer is not up"
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://{USER}@/{database}?host={self.folder}&port=6432&pooler=transaction"
