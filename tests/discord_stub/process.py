"""The bot as a separate process that connects to a stub."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.discord_stub.nursery import ROOT, Child, Nursery
from tests.discord_stub.stub import DiscordStub


class BotProcess:
    """`python -m bot run` in its own empty folder; its output goes to the file `log`.

    A `nursery` starts it in a tenth of the time.
    """

    def __init__(
        self, folder: Path, stub: DiscordStub | None = None, *, nursery: Nursery | None = None, **settings: object
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.log = folder / "bot.log"
        self.log.touch()  # tests may read the log before the bot writes to it
        self.database_url = str(settings.get("DATABASE_URL") or f"sqlite+aiosqlite:///{folder / 'cohort.db'}")
        self._settings = {
            "CONTENT_DIR": ROOT / "content",
            "COHORT_HEALTH_PORT": 0,
            **({"DISCORD_TOKEN": stub.token, "DISCORD_API_URL": stub.url} if stub else {}),
            **settings,
            "DATABASE_URL": self.database_url,
        }
        self.nursery = nursery
        self._process: Process | Child | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT", "TMPDIR") if name in os.environ
        }
        settings = {name: str(value) for name, value in self._settings.items() if value is not None}
        return {**kept, "PYTHONPATH": str(ROOT), **settings}

    async def start(self, command: str = "run") -> None:
        if self.nursery is not None:
            assert not self.running, "it runs already"
            self._process = self.nursery.bear(self.folder, self.log, self.environment, command)
            return
        await self._start("-m", "bot", command)

    async def start_script(self, script: Path) -> None:
        """Run a script with another bot instead, for comparison."""
        await self._start(str(script))

    async def _start(self, *arguments: str) -> None:
        assert not self.running, "it runs already"
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None, "it was never started"
        return self._process.pid

    def kill(self) -> None:
        """Kill the process immediately, as a power cut does."""
        if self.running:
            with suppress(ProcessLookupError):  # the process is already dead, but this has not been reported yet
                os.kill(self.pid, signal.SIGKILL)

    def ask_to_stop(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    async def ended(self, within: float = 60.0) -> int:
        """Wait for the end of the process; return its exit code. Raises TimeoutError."""
        assert self._process is not None, "it was never started"
        return await asyncio.wait_for(self._process.wait(), within)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def __aenter__(self) -> BotProcess:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            self.kill()
            await self._process.wait()
