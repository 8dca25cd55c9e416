"""Words for members: grammar, times, and text from elsewhere made harmless."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

TITLE = 256
DESCRIPTION = 4096
FIELD = 1024
FOOTER = 2048
MESSAGE = 6000
"""Discord's limits, in characters: of an embed's parts, and of all embeds of one message together."""
CHOICE = 100
LABEL = 45
NAME = 32

_MARKS = re.compile(r"[\\*_~`|<\[]")
_LINE_MARKS = re.compile(r"(?m)^(\s*)(#{1,3}|-#|>{1,3}|[-+]|\d+[.)])(?=\s)")
"""A heading, quote or list mark is markup only at the start of a line, before a space."""
_SPACES = re.compile(r"\s+")


def plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def human_join(items: Sequence[str], last: str = "and") -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one ends near."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit * 2 // 3 else cut).rstrip() + "…"


def stamp(at: datetime, style: Literal["t", "d", "D", "f", "F", "R"] = "f") -> str:
    """A time that each reader sees in a zone of their own."""
    return f"<t:{int(at.timestamp())}:{style}>"


def when(at: datetime) -> str:
    return f"{stamp(at)} ({stamp(at, 'R')})"


def plain(text: str) -> str:
    """Text from a bank or a member, shown as it is written: no formatting, no link, no mention."""
    return _LINE_MARKS.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", text).replace("@", "@\u200b"))


def visible(text: str) -> str:
    """One line without invisible or direction marks. Not escaped: for pictures and files, or for `plain`."""
    kept = "".join(char for char in unicodedata.normalize("NFC", text) if _visible(char))
    return _SPACES.sub(" ", kept).strip()


def safe_name(name: str) -> str:
    """A member's name for a line of a board: no invisible or direction marks, no formatting, at most 32 characters."""
    return plain(clip(visible(name), NAME)) or "a member"


def _visible(char: str) -> bool:
    # Cf holds the joiners of emoji beside the direction marks; without them a family becomes its members, which is legible.
    return (
        unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
        and not unicodedata.combining(char) > 0
    )
