"""HTML out of other programs, made plain text that means the same."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Final

from bot.bank.formats import pictures
from bot.study.code_blocks import FENCE, has_code, parts, split_at_gap

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
_CODE: Final = frozenset(("pre", "code"))
_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_AROUND: Final = re.compile(rf"\n(?=\n+{FENCE})|(?<={FENCE}\n)\n+")
"""Empty lines around a block of code, which tags of blocks make."""
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
    marked = _NO_TAG.sub("&lt;", source)
    if "<" not in marked:
        return html.unescape(marked)
    parser = _Text()
    parser.feed(marked)
    parser.close()
    return parser.text()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.code = 0
        """How many `pre` are open: blanks and line ends count within."""
        self.blocks: list[tuple[str, int]] = []
        self.scripts: list[tuple[str, int]] = []
        """Open sup and sub, each with the number of parts before it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self.code += 1
        if tag in _CODE and not self.blocks:
            self.blocks.append((tag, len(self.parts)))
        if tag in _PICTURES:
            self.parts.append(pictures.mark(dict(attrs).get("alt") or ""))
        if tag in _SCRIPTS:
            self.scripts.append((tag, len(self.parts)))
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _CELLS and self.parts and self.parts[-1].strip(" ") not in ("", "\n"):
            self.parts.append(" | ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self.code -= 1
        if self.blocks and self.blocks[-1][0] == tag:
            self._close_block()
        if tag in _SCRIPTS:
            if self.scripts and self.scripts[-1][0] == tag:
                self._close_script()
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data if self.code > 0 else _BLANKS.sub(" ", data))

    def text(self) -> str:
        while self.blocks:
            self._close_block()
        while self.scripts:
            self._close_script()
        return _AROUND.sub("", "".join(self.parts)).strip()

    def _close_block(self) -> None:
        """Put what has lines of its own into a fence; a `code` of one line is text."""
        tag, begin = self.blocks.pop()
        inner = "".join(self.parts[begin:]).strip("\n")
        if tag == "pre" or "\n" in inner.strip():
            code = inner.replace(FENCE, "'''")
            self.parts[begin:] = [f"\n{FENCE}\n{code}\n{FENCE}\n"]

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


def html_of(text: str, mark: tuple[str, str] = ("<br>", "&nbsp;")) -> str:
    """HTML that shows a text as it is, with its code in `pre` and a scenario before it in a paragraph of its own.

    `mark` is how a line end and a blank are written.
    """
    above, stem = split_at_gap(text)
    if not above and not has_code(text):
        return _line(text, mark[0])
    gap = f"<p>{mark[1]}</p>" if has_code(text) else ""
    return gap.join(_paragraphs(piece, mark[0]) for piece in (above, stem) if piece)


def _paragraphs(text: str, line_end: str) -> str:
    return "".join(
        f"<pre>{html.escape(part.text, quote=False)}</pre>" if part.code else f"<p>{_line(part.text, line_end)}</p>"
        for part in parts(text)
    )


def _line(text: str, line_end: str) -> str:
    return html.escape(text, quote=False).replace("\n", line_end)
