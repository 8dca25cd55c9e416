"""The ids on buttons and forms, written and read by one codec each. They carry numbers and short words, but no state and never the key.

A feature's ids are in its own `custom_ids.py`; each class registers itself in `CODECS`.
"""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum
from functools import cache, lru_cache
from typing import ClassVar, Self, get_type_hints

VERSION = "v1"


class BankId(str):
    """The id of a question or the name of a pack, as the bank's schema allows."""

    __slots__ = ()


_PATTERNS: dict[type, str] = {
    int: "0|[1-9][0-9]{0,17}",
    str: "[a-z0-9.-]{1,32}",
    BankId: "[A-Za-z0-9][A-Za-z0-9._-]{0,47}",
}

_NOT_ZERO = "[1-9][0-9]{0,17}|[1-8][0-9]{18}"
"""Matches positive numbers up to 19 digits, such as Discord ids, that fit a database integer."""

CODECS: dict[str, type[CustomId]] = {}
"""The codec for each verb."""


class CustomId:
    """The base of all custom ids. Subclasses are frozen dataclasses of ints, short words and enums. `parse(str(x)) == x`, and nothing else
    parses."""

    VERB: ClassVar[str]
    OPTIONAL: ClassVar[frozenset[str]] = frozenset()
    """Trailing numbers that are omitted while they are 0, so that older ids stay valid."""
    REPEATABLE: ClassVar[bool] = False
    """Whether handling a press is idempotent, even if two processes handle it at once."""

    def __init_subclass__(cls) -> None:
        # A slotted dataclass is created twice under the same name. Two classes with the same verb would get each
        # other's presses.
        taken = CODECS.setdefault(cls.VERB, cls)
        if taken.__qualname__ != cls.__qualname__:
            raise TypeError(f"{cls.__qualname__}: the verb {cls.VERB!r} is {taken.__qualname__}'s")
        CODECS[cls.VERB] = cls

    @classmethod
    @cache
    def template(cls) -> re.Pattern[str]:
        parts = [
            f"(?::(?P<{name}>{_NOT_ZERO}))?" if name in cls.OPTIONAL else f":(?P<{name}>{_pattern(kind)})"
            for name, kind in cls._kinds().items()
        ]
        return re.compile("".join([VERSION, ":", re.escape(cls.VERB), *parts]), re.ASCII)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        match = cls.template().fullmatch(text)
        return cls.from_match(match) if match else None

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        kinds = cls._kinds()
        return cls(**{name: kinds[name](text) for name, text in match.groupdict().items() if text is not None})

    @classmethod
    @cache
    def _kinds(cls) -> dict[str, type]:
        kinds = get_type_hints(cls)
        return {field.name: kinds[field.name] for field in fields(cls)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        values = ((field.name, getattr(self, field.name)) for field in fields(self))  # type: ignore[arg-type]
        written = [str(value) for name, value in values if value or name not in self.OPTIONAL]
        return ":".join([VERSION, self.VERB, *written])


def _pattern(kind: type) -> str:
    return "|".join(map(re.escape, kind)) if issubclass(kind, StrEnum) else _PATTERNS[kind]


@lru_cache(maxsize=4096)  # many members press the buttons of a post
def parse(text: str) -> CustomId | None:
    """Parse a custom id; return None if the bot cannot have written it."""
    codec = CODECS.get(verb_of(text))
    return codec.parse(text) if codec else None


def known(text: str) -> bool:
    return parse(text) is not None


def verb_of(text: str) -> str:
    """Return the word that says what an id does; empty if there is none. The id may come from somebody else: check it
    with `known`."""
    parts = text.split(":", 2)
    return parts[1] if len(parts) > 1 else ""
