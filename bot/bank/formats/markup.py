"""HTML out of other programs, made plain text that means the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from bot.bank.formats.readings import BadKey

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
    """Turn HTML into text with line ends; raises BadKey for a picture, without which the text may say nothing."""
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
            alt = " ".join((dict(attrs).get("alt") or "").split())[:80]
            shown = f' ("{alt}")' if alt else ""
            raise BadKey(
                "", f"needs a picture or another medium{shown}, which is not imported", "Say in words what it shows"
            )
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
        mark, letters, raised = _SCRIPTS[tag]
        inner = "".join(self.parts[begin:]).strip()
        del self.parts[begin:]
        if all(letter in letters for letter in inner):
            self.parts.append(inner.translate(str.maketrans(letters, raised)))
        else:
            self.parts.append(f"{mark}{inner}" if inner.isalnum() else f"{mark}({inner})")
