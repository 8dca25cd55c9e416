"""Code in question texts. A text is one line of prose, except for code, which keeps its lines between two fences (```).

A block is shown on separate lines. Whatever shows, compares or exports a text uses this module to split it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

FENCE: Final = "```"
_BLOCK: Final = re.compile(r"^```([A-Za-z0-9+#-]{0,16})[ \t]*\n(.*?)(?:\n```[ \t]*$|\Z)", re.M | re.S)
_GAP: Final = re.compile("\n[ \u00a0]*\n")
_TAB: Final = 4
_DEEP: Final = 4
"""The indentation that makes a line code, as in Markdown."""
_CODE: Final = re.compile(
    r"""(?:
    (?:async[ ])?def[ ]\w+\(.*|class[ ]\w+.*[:{]|@\w[\w.]*(?:\(.*\))?|import[ ][\w.]+.*|from[ ][\w.]+[ ]import[ ].*
    |(?:for|while|if|elif|else|try|except|finally|with|switch|case|match)\b.*[:{]|\}?[ ]*else[ ]*\{?
    |return\b.*|(?:let|const|var|int|float|double|char|auto|String)[ ]\w+.*
    |[\w.\[\]"']+[ ]?(?:[-+*/%|&]?=|:=|<-)(?!=)[ ]*\S.*|[A-Za-z_][\w.]*\(.*\)[;,]?
    |["']?[\w.-]+["']?:(?:[ ]+[\[{"'\w-].*)?|["'{}\[\]()].*[,{}\[\]();]|[{}\[\]()]+[;,]?|.*[;{]
    |(?:SELECT|INSERT|UPDATE|DELETE|CREATE|FROM|WHERE|JOIN|GROUP[ ]BY|ORDER[ ]BY)\b.*
    |(?:>>>|\.\.\.|\$|%|\#!|//|\#include|<\?|</?\w+[^>]*>).*|-[ ]\w[\w.-]*:.*
    )""",
    re.X,
)
_PROSE: Final = re.compile(r".*[?!]|(?:\S+[ ]+){3,}.*\w\.|[A-Z][a-z']*(?:[ ,]+[\w'-]+){3,}.*[.:?]")
_BULLET: Final = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of prose, or a code block with the language named by its fence."""

    text: str
    code: bool = False
    language: str = ""


def parts(text: str) -> Sequence[Part]:
    """Split a text into prose and code; prose keeps its line breaks."""
    if FENCE not in text:
        return [Part(text)] if text else []
    found: list[Part] = []
    place = 0
    for block in _BLOCK.finditer(text):
        found.append(Part(text[place : block.start()].strip("\n")))
        found.append(Part(block[2], True, block[1]))
        place = block.end()
    found.append(Part(text[place:].strip("\n")))
    return [part for part in found if part.text.strip()]


def tidied(text: str) -> str:
    """Put each run of prose on one line, and code into fences, even code that was not fenced."""
    if "\n" not in text and "\r" not in text and "\t" not in text:
        return " ".join(text.split())
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    found: list[Part] = []
    for part in parts(lines):
        found += [part] if part.code else _guessed(part.text)
    blocks: list[Part] = []
    for part in found:
        kept = replace(part, text=_lines(part.text) if part.code else " ".join(part.text.split()))
        if kept.text and not kept.code and blocks and not blocks[-1].code:
            blocks[-1] = Part(f"{blocks[-1].text} {kept.text}")
        elif kept.text:
            blocks.append(kept)
    return "\n".join(f"{FENCE}{part.language}\n{part.text}\n{FENCE}" if part.code else part.text for part in blocks)


def one_line(text: str) -> str:
    """Return the text as one line, for example for a menu: code loses its fences and line breaks."""
    if "\n" not in text:
        return text
    return " ".join(" ".join(part.text.split()) for part in parts(text))


def has_code(text: str) -> bool:
    return "\n" in text and any(part.code for part in parts(text))


def split_at_gap(text: str) -> tuple[str, str]:
    """Split the text at its first empty line outside of code; without one, the first part is empty."""
    inside = [block.span() for block in _BLOCK.finditer(text)] if FENCE in text else []
    for gap in _GAP.finditer(text):
        if not any(begin < gap.start() and gap.end() < end for begin, end in inside):
            return text[: gap.start()], text[gap.end() :]
    return "", text


def _lines(code: str) -> str:
    lines = [line.rstrip().expandtabs(_TAB) for line in code.replace("\u00a0", " ").split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)


def _guessed(text: str) -> list[Part]:
    """Split a text into prose and runs of lines that look like code. A single such line among prose stays prose."""
    lines = text.expandtabs(_TAB).replace("\u00a0", " ").split("\n")
    marks = _marks(lines)
    found: list[Part] = []
    first = 0
    for place in range(1, len(lines) + 1):
        if place < len(lines) and marks[place] == marks[first]:
            continue
        run = lines[first:place]
        filled = [line for line in run if line.strip()]
        is_code = marks[first] and len(filled) > 1
        if is_code:
            indent = min(len(line) - len(line.lstrip()) for line in filled)
            run = [line[indent:] for line in run]
        if found and not is_code and not found[-1].code:
            found[-1] = Part(f"{found[-1].text}\n" + "\n".join(run))
        else:
            found.append(Part("\n".join(run), is_code))
        first = place
    return found


def _marks(lines: Sequence[str]) -> list[bool]:
    marks: list[bool] = []
    for line in lines:
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        inside = bool(marks) and marks[-1]
        if not bare:
            marks.append(inside)
        elif _BULLET.match(line) and not (inside and indent >= 2):
            marks.append(False)
        elif inside and indent >= 2:
            marks.append(True)
        elif _PROSE.fullmatch(bare):
            marks.append(False)
        else:
            marks.append(indent >= _DEEP or _CODE.fullmatch(bare) is not None)
    for place in range(len(lines) - 1, -1, -1):  # an empty line between code and prose belongs to neither
        if marks[place] and not lines[place].strip() and (place + 1 == len(lines) or not marks[place + 1]):
            marks[place] = False
    return marks
