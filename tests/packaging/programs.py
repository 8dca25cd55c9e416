"""The programs that these tests run."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

UV = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
"""In the same environment as pytest, or on the path."""
MISSING = "uv is missing; `make test-package` brings it"
