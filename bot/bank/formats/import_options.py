"""Settings of an import: the sections of a file's categories, and the roles of its notes' fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.study.errors import UnreadableCategories, UnreadableFields
from bot.study.typed import choose

ROLES: Final = ("question", "options", "answer", "explanation")
"""The roles of a note's fields: see `anki_notes`."""


def categories(options: Iterable[str]) -> dict[str, str]:
    """Read entries of the form `NAME=SECTION`. Raises UnreadableCategories."""
    found: dict[str, str] = {}
    for text in options:
        name, _, section = (part.strip() for part in text.rpartition("="))
        if not name or not section:
            raise UnreadableCategories(text.strip())
        found[name] = section
    return found


def fields(options: Iterable[str]) -> dict[str, list[str]]:
    """Read entries of the form `ROLE=NAME,NAME`. Raises UnreadableFields."""
    found: dict[str, list[str]] = {}
    for text in options:
        role, _, names = (part.strip() for part in text.partition("="))
        if (known := choose(role, ((name,) for name in ROLES))) is None or not names:
            raise UnreadableFields(text.strip())
        found[known] = [name.strip() for name in names.split(",")]
    return found
