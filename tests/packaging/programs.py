"""Programs that the packaging tests run."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

UV = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
"""The program `uv`, from the same environment as pytest or from the path; None if it is missing."""
MISSING = "uv is missing; `make test-package` brings it"
