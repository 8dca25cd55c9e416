"""Write our own YAML files as an author would: prose folded under its key, and strings unquoted where possible.

PyYAML's dumper builds a node for each value and looks up its tag; for ten thousand questions that took longer than the
rest of the import. This module writes mappings, lists, strings, dates, integers and booleans, which is all that our
files hold. A string is plain only where no parser could take it for anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

Value: TypeAlias = "str | int | date | list[Value] | dict[str, Value]"

_WIDTH: Final = 116
_PROSE_FROM: Final = 91
"""The minimum length, in characters, of a text that is folded under its key."""
_BARE: Final = re.compile(
    r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z](?:[\w./()%+@;!?&*='\"$,-]|[ :](?=[\w(\"'$&+=*/]))*"
    r"|\d{1,3}\.\d{1,2}(?:-|\.\d{1,2})[\w.-]*",
    re.IGNORECASE | re.ASCII,
)
"""Matches a text that needs no quotes: it begins like a word or an id, contains no ` #` or `: `, and does not end in a
colon."""
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def written(pages: Iterable[Mapping[str, Value]]) -> str:
    """Return the pages as YAML, each as a document."""
    known = ["".join(_mapping(page, 0)) for page in pages]
    return "".join(f"---\n{page}" for page in known) if len(known) > 1 else "".join(known)


def lines_of(values: Mapping[str, Value], indent: int) -> list[str]:
    """Return a mapping as indented lines, with line ends."""
    return f"{' ' * indent}{''.join(_mapping(values, indent))}".splitlines(keepends=True)


def _mapping(values: Mapping[str, Value], indent: int) -> Iterator[str]:
    """Yield pieces of text that make up the lines. The first has no indentation, because it may follow a dash."""
    margin = " " * indent
    lead = ""
    for key, value in values.items():
        match value:
            case [_, *_]:
                yield f"{lead}{key}:\n"
                for entry in value:
                    yield f"{margin}- "
                    yield from _mapping(entry, indent + 2) if isinstance(entry, dict) else _scalar(entry, indent + 2)
            case list():
                yield f"{lead}{key}: []\n"
            case dict():
                yield f"{lead}{key}:\n{margin}  "
                yield from _mapping(value, indent + 2)
            case _:
                yield f"{lead}{key}: "
                yield from _scalar(value, indent + 2)
        lead = margin


def _scalar(value: Value, indent: int) -> Iterator[str]:
    match value:
        case str():
            yield _text(value, indent)
        case bool():
            yield "true\n" if value else "false\n"
        case date():
            yield f"{value.isoformat()}\n"
        case _:
            yield f"{value}\n"


def _text(text: str, indent: int) -> str:
    if len(text) < _PROSE_FROM and _BARE.fullmatch(text):
        return f"{text}\n"
    if "\n" in text:
        lines = text.split("\n")
        if all(map(_folds, lines)) and lines[0] and lines[-1]:
            margin = " " * indent
            return "|-\n" + "".join(f"{margin}{line}\n" if line else "\n" for line in lines)
    elif len(text) >= _PROSE_FROM and _folds(text):
        return f">-\n{_folded(text, indent)}"
    if text.isprintable():
        quoted = text.replace("'", "''")
        return f"'{quoted}'\n"
    return f'"{"".join(map(_escaped, text))}"\n'


def _folds(text: str) -> bool:
    """Return whether a text can be folded: it needs no escapes, and folding loses none of its spaces."""
    return text.isprintable() and "  " not in text and text == text.strip()


def _folded(text: str, indent: int) -> str:
    """Fold a text: break each line at the first space after the width."""
    margin = " " * indent
    lines: list[str] = []
    begin = 0
    while (end := text.find(" ", begin + _WIDTH - indent + 1)) > 0:
        lines.append(text[begin:end])
        begin = end + 1
    return "".join(f"{margin}{line}\n" for line in [*lines, text[begin:]])


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
