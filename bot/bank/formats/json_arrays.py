"""Split a JSON file into its objects. A broken object ends where the next one seems to begin, so that no other object
is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from bot.bank.formats.readings import BadKey

_DECODER: Final = json.JSONDecoder()
_FOLLOWS: Final = re.compile(r"\s*(?:[,\]{]|$)")
_OBJECT: Final = re.compile(r"(?=\{)")
_ENDS: Final = re.compile(r'\s*(?:\}|,\s*")')
_MORE: Final = re.compile(r"\s*\}\s*,\s*\{")
"""Matches `},{` after a `]`: both closing brackets are extra, and another entry follows."""
_GAP: Final = re.compile(r"[ \t\r\n,]*")
_NEXT: Final = re.compile(r"\}\s*,\s*(?=\{)|\n\s*(?=\{)")
"""Matches the end of a row. Rows are flat, so a brace on a new line, or after a closing brace, begins another row."""


def objects(text: str, key: str) -> Iterator[tuple[int, str]]:
    """Yield each entry with its line: the entries of the outermost array or of the array at `key`, or else every object
    in the file."""
    place, listed = _begin(text, key, 0)
    line, counted = 1, 0
    while place < len(text):
        if text[place] == "]":
            place = _after_list(text, key, place + 1, listed)
            continue
        end = _end(text, place)
        line, counted = line + text.count("\n", counted, place), place
        yield line, text[place:end].rstrip(" \t\r\n,")
        place = _gap(text, end)


def load(text: str, remedy: str) -> Any:
    """Parse one piece. Raises BadKey if it is not JSON."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadKey("", f"is not JSON: {error.msg}", remedy) from None
    except RecursionError:
        raise BadKey("", "is nested too deeply", "Write one flat object for each question") from None
    except ValueError as error:
        problem = "contains a number with too many digits" if "digits" in str(error) else str(error)[:120]
        raise BadKey("", problem, remedy) from None


def _begin(text: str, key: str, place: int) -> tuple[int, bool]:
    """Return where the first entry is, and whether it is in a list at `key`."""
    place = _gap(text, place)
    if text.startswith("[", place):
        return _gap(text, place + 1), False
    listed = _list_at(key).search(text, place, place + 4096)
    return (_gap(text, listed.end()), True) if listed else (place, False)


def _after_list(text: str, key: str, place: int, listed: bool) -> int:
    """Return where entries continue after the end of a list, as in concatenated files and after an extra bracket."""
    more_keys = listed and _ENDS.match(text, place) is not None  # other keys next to the list are not entries
    again = _list_at(key).search(text, place) if more_keys else None
    if again is None and (not more_keys or _MORE.match(text, place)):
        again = _OBJECT.search(text, place)
    return _gap(text, again.end()) if again else len(text)


def _list_at(key: str) -> re.Pattern[str]:
    return re.compile(rf'"{re.escape(key)}"\s*:\s*\[')


def _end(text: str, place: int) -> int:
    """Return where the entry at `place` ends; for a broken one, where the next seems to begin."""
    if text[place] != "[":  # after an extra bracket, all that follows would be one entry
        with suppress(ValueError, RecursionError):
            entry, end = _DECODER.raw_decode(text, place)
            if _FOLLOWS.match(text, end) and not _holds_entries(entry):
                return end
    broken = _NEXT.search(text, place + 1)
    return broken.end() if broken else len(text)


def _holds_entries(entry: object) -> bool:
    """Return whether a list in an entry has swallowed other entries, because of a missing or extra bracket."""
    if not isinstance(entry, dict):
        return False
    parts = (part for value in entry.values() if isinstance(value, list) for part in value)
    return any(isinstance(part, dict) and len(part.keys() & entry.keys()) > 1 for part in parts)


def _gap(text: str, place: int) -> int:
    found = _GAP.match(text, place)
    return found.end() if found else place


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("has a key twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"contains {name}, which is not JSON")
