"""HTML out of other programs, made plain text that means the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from bot.bank.formats import pictures

_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "big",
        "cite",
        "code",
        "del",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "tt",
        "u",
        "var",
    ]
)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_CELLS: Final = frozenset(("td", "th"))
_PICTURES: Final = frozenset(["audio", "canvas", "embed", "iframe", "img", "object", "svg", "video"])
_SCRIPTS: Final = {
    "sup": ("^", "0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"),
    "sub": ("_", "0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
KNOWN: Final = _INLINE | _BLOCKS | _CELLS | _PICTURES | _SCRIPTS.keys()
_KNOWN: Final = "|".join(sorted(KNOWN))
_NO_TAG: Final = re.compile(rf"<(?!/?(?:{_KNOWN})(?:[\s/][^<>]*)?>|!--)", re.IGNORECASE)
"""A `<` of a formula or of code, such as `a < b` and `list<int>`: text, not markup."""


def plain_text(source: str) -> str:
    """Turn HTML into text with line ends. Each picture leaves its mark: see `pictures`."""
    if "<" not in source and "&" not in source:
        return source
    parser = _Text()
    parser.feed(_NO_TAG.sub("&lt;", source))
    parser.close()
    return parser.text()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.scripts: list[tuple[str, int]] = []
        """Open sup and sub, each with the number of parts before it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PICTURES:
            self.parts.append(pictures.mark(dict(attrs).get("alt") or ""))
        if tag in _SCRIPTS:
            self.scripts.append((tag, len(self.parts)))
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _CELLS and self.parts and self.parts[-1].strip(" ") not in ("", "\n"):
            self.parts.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SCRIPTS:
            if self.scripts and self.scripts[-1][0] == tag:
                self._close_script()
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def text(self) -> str:
        while self.scripts:
            self._close_script()
        return "".join(self.parts).strip()

    def _close_script(self) -> None:
        tag, begin = self.scripts.pop()
        inner = "".join(self.parts[begin:]).strip()
        del self.parts[begin:]
        self.parts.append(raised(tag, inner))


def raised(tag: str, text: str) -> str:
    """A text that stands above (`sup`) or below (`sub`) the line, in letters that do, or with a mark."""
    mark, letters, shown = _SCRIPTS[tag]
    if all(letter in letters for letter in text):
        return text.translate(str.maketrans(letters, shown))
    return f"{mark}{text}" if text.isalnum() else f"{mark}({text})"
