"""Fast starts of bots: a process that has imported everything forks each bot.

A start of the bot takes two seconds of imports and a quarter of a second of work. A test that starts it fifty times
needs only the work: each bot is a process of its own, with its own id, sockets and files, that runs `bot.__main__.main`
and can be killed like any other. Only the imports, which make no difference to a kill, are done before it begins.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

PRELOADED = ("bot.__main__", "bot.cli.serve", "bot.storage.migrate", "sqlalchemy.ext.asyncio", "asyncpg", "aiosqlite")


class Child:
    """One bot, with the attributes of a process that `BotProcess` uses."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery

    async def wait(self) -> int:
        while self.returncode is None:
            self._nursery.hear_of_deaths()
            await asyncio.sleep(0.005)
        return self.returncode


class Nursery:
    """The process that forks bots. `with` starts and ends it; all its bots must have ended by then. It belongs to no
    event loop."""

    def __enter__(self) -> Nursery:
        self._children: dict[int, Child] = {}
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.discord_stub.nursery import main; main()"],
            cwd=ROOT,
            env=environment,
            stdin=PIPE,
            stdout=PIPE,
            bufsize=0,
        )
        assert self._process.stdin is not None, "it takes orders"
        assert self._process.stdout is not None, "it tells of births and deaths"
        self._orders, self._news = self._process.stdin, self._process.stdout
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.close()
        self._process.wait()
        self._news.close()

    def bear(self, folder: Path, log: Path, environment: Mapping[str, str], *words: str) -> Child:
        """Run `python -m bot words…` in this folder, with its output in the file `log`."""
        order = {"folder": str(folder), "log": str(log), "environment": dict(environment), "words": words}
        self._orders.write(json.dumps(order).encode() + b"\n")
        while (born := self._hear()) is None:
            pass
        return born

    def hear_of_deaths(self) -> None:
        while select.select([self._news], [], [], 0)[0]:
            self._hear()

    def _hear(self) -> Child | None:
        """Read the next event; return the new bot if the event says that one was forked."""
        line = self._news.readline()
        assert line, "the nursery came to an end"
        event, pid, code = line.decode().split()
        if event == "dead":
            self._children.pop(int(pid)).returncode = int(code)
            return None
        child = self._children[int(pid)] = Child(self, int(pid))
        return child


def main() -> None:
    """Run the process that forks: read one order per line until the input ends."""
    for module in PRELOADED:
        importlib.import_module(module)
    gc.freeze()  # so that a fork does not copy objects that are never collected
    deaths, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    orders = b""
    while True:
        # Wait for orders and for deaths in one call: a signal that arrived between a check and a read would wake
        # nothing.
        ready, _, _ = select.select([0, deaths], [], [])
        if deaths in ready:
            os.read(deaths, 4096)
            _tell_of_deaths()
        if 0 in ready:
            if not (read := os.read(0, 65536)):
                return
            *complete, orders = (orders + read).split(b"\n")
            for order in complete:
                _bear(json.loads(order))


def _bear(order: dict[str, Any]) -> None:
    pid = os.fork()
    if pid == 0:
        _live(order)
    _say("born", pid, 0)


def _say(event: str, pid: int, code: int) -> None:
    os.write(1, f"{event} {pid} {code}\n".encode())


def _tell_of_deaths() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say("dead", pid, os.waitstatus_to_exitcode(status))


def _live(order: dict[str, Any]) -> None:
    """Run a bot in the forked child. This never returns."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, log = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600),
    )
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["bot", *order["words"]]
    from bot.__main__ import main as bot_main

    code: object = 1
    try:
        bot_main()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:  # noqa: BLE001  told as the interpreter would tell it
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)
