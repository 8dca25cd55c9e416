"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex


def write_whole(file: Path, data: bytes) -> None:
    """Replace a file, through links, or create it. If this fails or is interrupted, the old file stays as it is.

    Raises OSError.
    """
    target = file.resolve()
    draft = target.with_name(f"{target.name}.{token_hex(4)}.part")
    try:
        draft.write_bytes(data)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
