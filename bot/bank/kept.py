"""A cache of parsed packs, because reading and checking the files is the slowest part of a start.

The cache is a JSON file that records what it was built from: every file of the packs, and the code that checks them. If
anything differs, it is not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.study import questions
from bot.study.questions import Pack


def load(content: Path, file: Path | None) -> Mapping[str, Pack]:
    """Load every pack below a folder, as `loader.load_library` does. `file` caches them for the next time; None caches
    nothing."""
    if file is None:
        return _read(content)
    mark = fingerprint(content)
    packs = _kept(file, mark)
    if packs is None:
        packs = _read(content)
        _keep(file, mark, packs)
    return packs


def fingerprint(content: Path) -> str:
    """Return a fingerprint that changes with any file of a pack and with our own code."""
    seen = sha256()
    code = [*Path(__file__).parent.rglob("*.py"), Path(questions.__file__)]
    for path in sorted([*content.rglob("*.yaml"), *code]):
        data = path.read_bytes()
        seen.update(f"{path}\0{len(data)}\0".encode())
        seen.update(data)
    return seen.hexdigest()


def _read(content: Path) -> Mapping[str, Pack]:
    from bot.bank.loader import load_library

    return load_library(content)


def _kept(file: Path, mark: str) -> Mapping[str, Pack] | None:
    with suppress(OSError, ValidationError):
        first, _, rest = file.read_bytes().partition(b"\n")
        if first.decode(errors="replace") == mark:
            return TypeAdapter(dict[str, Pack]).validate_json(rest)
    return None


def _keep(file: Path, mark: str, packs: Mapping[str, Pack]) -> None:
    # If it cannot be written, the next start takes as long as this one. The name never belongs to an incomplete file.
    with suppress(OSError):
        draft = file.with_suffix(".new")
        draft.write_bytes(mark.encode() + b"\n" + TypeAdapter(dict[str, Pack]).dump_json(dict(packs)))
        draft.replace(file)
