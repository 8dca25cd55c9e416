"""Packs as they were read the last time. To read and judge the files anew takes longer than all else at a start.

What is kept is a file of JSON that says from what it was made: every file of the packs, and the code that judges them. Whatever
does not fit, for any reason, is not used.
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
    """Every pack below a folder, as `loader.load_library` reads them. `file` keeps them for the next time; None keeps nothing."""
    if file is None:
        return _read(content)
    mark = fingerprint(content)
    packs = _kept(file, mark)
    if packs is None:
        packs = _read(content)
        _keep(file, mark, packs)
    return packs


def fingerprint(content: Path) -> str:
    """Another one when a pack's file or our own code is another."""
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
    # Where it cannot be written, the next start takes as long as this one. Half a file never stands there under its name.
    with suppress(OSError):
        draft = file.with_suffix(".new")
        draft.write_bytes(mark.encode() + b"\n" + TypeAdapter(dict[str, Pack]).dump_json(dict(packs)))
        draft.replace(file)
