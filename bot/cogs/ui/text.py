"""Text for members: grammar, times, and escaping of foreign text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from bot.study.characters import visible
from bot.study.code_blocks import FENCE, Part, has_code, parts

MESSAGE = 4000
"""Discord's limit on all texts of a message together, in characters."""
CONTENT = 2000
"""Discord's limit on a plain message without a frame."""
TITLE, FIELD, PAGE = 256, 1024, 3400
"""The maximum lengths of a title, a block, and a page of a long text, so that everything fits in a message."""
FORM_TEXT = 4000
"""The maximum length of the text on a form."""
CHOICE = 100
LABEL = 45
LABEL_HINT = 100
NAME = 32

_MARKS = re.compile(r"[\\*_~`|<\[]|(?<=http:)(?=//)|(?<=https:)(?=//)", re.IGNORECASE)
"""Marks that format, link or mention anywhere in a line. Discord turns a web address into a link even without marks."""
_EVERYBODY = re.compile(r"@(?=everyone|here)")
_LINE_MARKS = re.compile(r"(?m)^(\s*\d*)(#{1,3}|-#|>{1,3}|[-+]|(?<=\d)[.)])(?=\s)")
"""A heading, quote or list mark is markup only at the start of a line, before a space. In `1.` escape the dot: a
backslash before a letter or digit would be shown."""
_CLOSE = f"\n{FENCE}"
_FENCES = re.compile(r"(?m)^```[A-Za-z0-9+#-]{0,16}[ \t]*$")


def plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def ordinal(number: int) -> str:
    """Format an ordinal: `1st`, `22nd`, `113th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def human_join(items: Sequence[str], last: str = "and") -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def clip(text: str, limit: int) -> str:
    """Cut text to at most `limit` characters, at a word if possible. A cut code block is closed."""
    if len(text) <= limit:
        return text
    cut = _cut(text, limit)
    # A text of one line, such as a name, has no code block, even if it contains backticks.
    if "\n" in cut and len(_FENCES.findall(cut)) % 2 and limit > len(_CLOSE):
        return _cut(text, limit - len(_CLOSE)).rstrip("`") + _CLOSE
    return cut


def _cut(text: str, limit: int) -> str:
    cut = text[: max(0, limit - 1)]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit * 2 // 3 else cut).rstrip() + "…"


def blocks(lines: Iterable[str], limit: int) -> Iterator[str]:
    """Join lines into as few texts of at most `limit` characters as possible, in order."""
    block = ""
    for line in lines:
        longer = f"{block}\n{line}" if block else line
        if len(longer) > limit:
            yield block
            longer = line
        block = longer
    if block:
        yield block


def stamp(at: datetime, style: Literal["t", "d", "D", "f", "F", "R"] = "f") -> str:
    """Return a timestamp that each reader sees in their own zone."""
    return f"<t:{int(at.timestamp())}:{style}>"


def when(at: datetime) -> str:
    return f"{stamp(at)} ({stamp(at, 'R')})"


def in_days(days: int) -> str:
    """Say how far away a date is, roughly: `today`, `tomorrow`, `in 9 days`, `in 5 months`."""
    if days < 2:
        return "tomorrow" if days == 1 else "today"
    if days < 60:
        return f"in {days} days"
    months = round(days / 30.44)
    return f"in {months} months" if months < 24 else f"in {days // 365} years"


def day_name(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}"


def as_many(lines: Sequence[str], limit: int) -> str:
    """Return the first lines that fit `limit` characters, and how many more there are."""
    for count in range(len(lines), 0, -1):
        rest = len(lines) - count
        text = "\n".join([*lines[:count], *([f"And {rest:,} more."] if rest else [])])
        if len(text) <= limit:
            return text
    if not lines:
        return ""
    note = f"\nAnd {len(lines) - 1:,} more." if len(lines) > 1 else ""
    return clip(lines[0], limit - len(note)) + note


@lru_cache(maxsize=8192)  # texts of a bank are shown again and again
def plain(text: str) -> str:
    """Escape text from a bank or a member: no formatting except code blocks, no link, no mention."""
    if FENCE not in text or not has_code(text):
        return _prose(text)
    return "\n".join(_block(part) if part.code else _prose(part.text) for part in parts(text))


def bold(text: str) -> str:
    """Escape like `plain`, with the prose in bold."""
    shown = (_block(part) if part.code else f"**{_prose(part.text)}**" for part in parts(text))
    return "\n".join(shown)


def _block(part: Part) -> str:
    code = part.text.replace(FENCE, "`\u200b`\u200b`")
    return f"{FENCE}{part.language}\n{code}\n{FENCE}"


def _prose(text: str) -> str:
    return _LINE_MARKS.sub(r"\1\\\2", _EVERYBODY.sub("@\u200b", _MARKS.sub(r"\\\g<0>", text)))


def safe_name(name: str) -> str:
    """Return a member's name for a line of a leaderboard: legible, escaped, at most 32 characters, and isolated if it is
    right-to-left, so that the figures after it stay in order."""
    seen = clip(visible(name), NAME)
    if any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in seen):
        return f"\u2068{plain(seen)}\u2069"
    return plain(seen) or "a member"
