"""Record the fingerprints of new migrations in migrations/landed.txt. The code of a recorded migration never changes.

    python tools/migrations.py

Exits with 1 if a recorded migration differs: databases have already run it, so the change needs a new migration. To
edit a migration that has not been merged yet, delete its line first.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "migrations"
NOTES = FOLDER / "landed.txt"


def fingerprint(text: str) -> str:
    """Return the fingerprint of a migration's code. Its docstring, which may be reworded, is left out."""
    code = text.removeprefix('"""').partition('"""')[2]
    return sha256(code.encode()).hexdigest()


def fingerprints() -> dict[str, str]:
    """Return the fingerprints of all migrations, by file name."""
    paths = sorted((FOLDER / "versions").glob("[0-9]*.py"))
    return {path.name: fingerprint(path.read_text(encoding="utf-8")) for path in paths}


def noted() -> dict[str, str]:
    lines = NOTES.read_text(encoding="utf-8").splitlines() if NOTES.exists() else []
    return {name: digest for digest, name in (line.split() for line in lines)}


def main() -> None:
    now, before = fingerprints(), noted()
    changed = [name for name, digest in now.items() if before.get(name, digest) != digest]
    if changed:
        sys.exit(
            f"{', '.join(changed)}: recorded, and edited since. Undo the edit, and write a new migration for the change."
        )
    NOTES.write_text("".join(f"{digest}  {name}\n" for name, digest in now.items()), encoding="utf-8")


if __name__ == "__main__":
    main()
