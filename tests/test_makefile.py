"""The Makefile, on a machine that lacks something."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

HALF = f"""#!/bin/sh
case "$*" in
    *"-m venv"*) mkdir -p .venv/bin && ln -sf {sys.executable} .venv/bin/python && echo "ensurepip is not available" && exit 1 ;;
    *) exit 0 ;;
esac
"""
"""A Python that creates virtual environments without pip, as Debian's does until python3-venv is installed."""


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_a_virtual_environment_that_could_not_be_made_whole_is_not_left_behind(tmp_path):
    for name in ("Makefile", "uv.lock", "requirements-uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python"
    python.write_text(HALF)
    python.chmod(0o755)

    # Variables such as VENV in `make test VENV=...` are inherited, and would affect this Makefile.
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "VENV")}

    made = subprocess.run(
        ["make", "install", f"PYTHON={python}"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert made.returncode != 0
    assert "ensurepip is not available" in made.stdout
    assert not (tmp_path / ".venv").exists()
