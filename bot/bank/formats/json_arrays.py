"""The objects of a JSON array with their lines, one after the other: a broken one costs those behind it, not those before."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from bot.bank.formats.keys import BadKey

_DECODER: Final = json.JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\r\n]*")


def entries(text: str, key: str) -> Iterator[tuple[int, object]]:
    """Yield the entries of the outermost array or, in an object, of the array at `key`.

    Raises BadKey, with the line as its key, where the text stops being JSON.
    """
    place = _blank(text, 0)
    line, counted = 1, 0
    try:
        if text[place : place + 1] == "{":
            place = _value_at(text, place, key)
        if text[place : place + 1] != "[":
            raise BadKey("0", f'holds no list "{key}"', "Save the whole answer of the service")
        place = _blank(text, place + 1)
        while text[place : place + 1] != "]":
            line, counted = line + text.count("\n", counted, place), place
            value, place = _DECODER.raw_decode(text, place)
            yield line, value
            place = _blank(text, place)
            if text[place : place + 1] == ",":
                place = _blank(text, place + 1)
            elif text[place : place + 1] != "]":
                raise json.JSONDecodeError("Expecting ',' delimiter", text, place)
    except json.JSONDecodeError as error:
        problem = f"is not JSON here: {error.msg}; nothing behind it was read"
        raise BadKey(str(error.lineno), problem, "Correct it, or save the file again") from None
    except (RecursionError, ValueError):
        raise BadKey(str(line), "is nested too deeply, or holds a number without end", "Remove it") from None


def _value_at(text: str, place: int, key: str) -> int:
    """Where the value of a key of the object at `place` begins."""
    place = _blank(text, place + 1)
    while text[place : place + 1] != "}":
        name, place = _DECODER.raw_decode(text, place)
        place = _blank(text, place)
        if text[place : place + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, place)
        place = _blank(text, place + 1)
        if name == key:
            return place
        place = _blank(text, _DECODER.raw_decode(text, place)[1])
        if text[place : place + 1] == ",":
            place = _blank(text, place + 1)
    return place


def _blank(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place
