"""A cache of parsed packs, because reading and checking the files is the slowest part of startup.

The cache is a JSON file. Its first line says what it was built from (every file of the packs, and the code that checks
them) and what it holds. If anything differs, it is not used.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from pathlib import Path
from subprocess import SubprocessError
from types import NoneType
from typing import Any, TypeAlias, cast, get_args, get_origin, get_type_hints

from bot import child
from bot.bank.whole import write_whole
from bot.study import questions
from bot.study.questions import Pack

Read: TypeAlias = Callable[[Any, dict[Any, Any]], Any]
"""Builds a value from JSON. The second argument interns strings and tuples, because many questions share the same
ones."""

_KEEP = "import sys; from pathlib import Path; from bot.bank import kept; kept.keep(*map(Path, sys.argv[1:]))"


def load(content: Path, file: Path | None) -> Mapping[str, Pack]:
    """Load every pack below a folder, as `loader.load_library` does. `file`: where to cache them for the next start;
    None for no cache."""
    if file is None:
        return _read(content)
    mark = fingerprint(content)
    packs = _kept(file, mark)
    if packs is None and os.access(file.parent, os.W_OK):
        _read_elsewhere(content, file)
        packs = _kept(file, mark)
    if packs is None:
        packs = _read(content)
        _keep(file, mark, packs)
    return packs


def keep(content: Path, file: Path) -> None:
    """Read the packs and cache them. Raises BankFaults."""
    _keep(file, fingerprint(content), _read(content))


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
    from bot.bank.loader import load_library  # loads the YAML reader and the schema, which cached packs do not need

    return load_library(content)


def _read_elsewhere(content: Path, file: Path) -> None:
    """Have another process read and cache the packs, because the readers would occupy 20 MiB for as long as the bot
    runs.

    If that fails, the caller reads the packs itself and learns why.
    """
    with suppress(OSError, SubprocessError):
        child.run(_KEEP, str(content), str(file))


def _kept(file: Path, mark: str) -> Mapping[str, Pack] | None:
    with suppress(OSError):
        first, _, rest = file.read_bytes().partition(b"\n")
        if first.decode(errors="replace") == f"{mark} {sha256(rest).hexdigest()}":
            shared: dict[Any, Any] = {}
            return {name: _reader(Pack)(pack, shared) for name, pack in json.loads(rest).items()}
    return None


def _keep(file: Path, mark: str, packs: Mapping[str, Pack]) -> None:
    data = json.dumps(_plain(packs), ensure_ascii=False, separators=(",", ":")).encode()
    with suppress(OSError):  # the next start is as slow as this one
        write_whole(file, f"{mark} {sha256(data).hexdigest()}\n".encode() + data)


def _plain(value: Any) -> Any:
    """Convert a value for JSON: a dataclass becomes the list of its fields."""
    if is_dataclass(value):
        return [_plain(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value


@cache
def _reader(kind: Any) -> Read:
    """Return the function that reads values of a type. Raises TypeError for a type that packs do not use."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (int, bool):
        return lambda value, _: value
    if kind is str:
        return lambda value, shared: shared.setdefault(value, value)
    if kind in (date, datetime):
        return lambda value, shared: (
            shared.get((kind, value)) or shared.setdefault((kind, value), kind.fromisoformat(value))
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value, _: kind(value)
    if is_dataclass(kind):
        hints, make = get_type_hints(kind), cast("type[Any]", kind)
        readers = [_reader(hints[each.name]) for each in fields(kind)]
        return lambda value, shared: make(*(read(each, shared) for read, each in zip(readers, value, strict=True)))
    if origin is tuple:
        item = _reader(arguments[0])
        if arguments[0] in (int, str):
            return lambda value, shared: shared.setdefault(read := tuple(item(each, shared) for each in value), read)
        return lambda value, shared: tuple(item(each, shared) for each in value)
    if origin is not None and issubclass(origin, Mapping):
        key, item = map(_reader, arguments)
        return lambda value, shared: {key(name, shared): item(each, shared) for name, each in value.items()}
    if NoneType in arguments:
        item = _reader(next(each for each in arguments if each is not NoneType))
        return lambda value, shared: None if value is None else item(value, shared)
    raise TypeError(f"a pack holds {kind}, which its cache cannot read")
