"""Run our own code in another process, for work that would hold the GIL or keep a lot of memory afterward."""

from __future__ import annotations

import os
import subprocess
import sys

PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH")
"""The environment variables that a child process gets, because Python needs them. It gets no token and no database
address."""


def run(code: str, *arguments: str, text: str = "", timeout: float | None = None) -> str:
    """Run code that reads `text` from standard input, and return what it prints.

    Raises OSError if no process can be started, and SubprocessError with the last line of the error output if the code
    fails.
    """
    paths = os.pathsep.join(path for path in sys.path if path) or os.curdir
    kept = {name: value for name, value in os.environ.items() if name in PASSED_ON}
    done = subprocess.run(  # noqa: S603  our own interpreter, and code of ours
        [sys.executable, "-c", code, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={**kept, "PYTHONPATH": paths},
    )
    if done.returncode:
        raise subprocess.SubprocessError(done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}")
    return done.stdout
