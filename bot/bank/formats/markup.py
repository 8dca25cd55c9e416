"""Turn HTML from other programs into plain text with the same meaning."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
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
_LISTS: Final = frozenset(("ol", "ul"))
BLANKS: Final = re.compile(r"[ \t\r\n]+")
_AROUND: Final = re.compile(rf"\n(?=\n+{FENCE})|(?<={FENCE}\n)\n+")
"""Matches extra empty lines around a code block, which come from block tags."""
_PICTURES: Final = frozenset(["audio", "canvas", "embed", "iframe", "img", "object", "svg", "video"])
_SCRIPTS: Final = {
    "sup": ("^", "0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"),
    "sub": ("_", "0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
KNOWN: Final = _INLINE | _BLOCKS | _CELLS | _PICTURES | _SCRIPTS.keys()
_SILENT: Final = frozenset(("script", "style", "annotation", "annotation-xml"))
"""Elements whose text is not meant for readers or is a duplicate."""
_IN_MATH: Final = frozenset(["annotation", "annotation-xml", "mi", "mn", "mo", "mrow", "mspace", "mtext", "semantics"])
"""Elements of a formula that need not be reported in addition to `math`."""
_LAYOUT: Final = frozenset(["mfrac", "mmultiscripts", "mover", "mroot", "msub", "msubsup", "msup", "mtable", "munder"])
"""MathML elements whose meaning depends on the place of their parts."""
_SIGN: Final = re.compile(r"<(?!!--)(?:(/?)([a-z][\w:.-]*)((?:\s[^<>]*)?)/?>)?", re.IGNORECASE)
"""Matches a `<` and, if it looks like a tag, its slash, name and attributes."""
_ATTRIBUTE: Final = re.compile(r"\s[\w:.-]+\s*=")
_ROW: Final = "\x1e"
"""Marks the start of a row in an open table."""
_BORDER: Final = " | "
_BULLET: Final = "\u2022"
_ROMAN: Final = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def plain_text(source: str) -> str:
    """Convert HTML to plain text with line breaks.

    Each picture, and each tag that loses its meaning, is replaced by a mark: see `pictures`.
    """
    if "<" not in source and "&" not in source:
        return source
    marked = _without_signs(source)
    if "<" not in marked:
        return html.unescape(marked)
    parser = _Text()
    parser.feed(marked)
    parser.close()
    return parser.text()


def _without_signs(source: str) -> str:
    """Escape each `<` that is not markup, as in `a < b` and `list<int>`.

    An unknown tag is markup if it has attributes or a closing tag somewhere.
    """
    signs = [sign for sign in _SIGN.finditer(source) if sign[2]]
    opened = {sign[2].lower() for sign in signs if not sign[1]}
    closed = {sign[2].lower() for sign in signs if sign[1]}
    with_attributes = {sign[2].lower() for sign in signs if _ATTRIBUTE.search(sign[3])}
    tags = KNOWN | (opened & closed) | with_attributes
    return _SIGN.sub(lambda sign: sign[0] if (sign[2] or "").lower() in tags else f"&lt;{sign[0][1:]}", source)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.code = 0
        """Number of open `pre` elements. Spaces and line breaks inside them are kept."""
        self.blocks: list[tuple[str, int]] = []
        self.scripts: list[tuple[str, int]] = []
        """Open `sup` and `sub` elements, each with the number of parts before it."""
        self.lists: list[tuple[str, int]] = []
        """The open lists, each with the style and the number of its next item."""
        self.tables: list[int] = []
        """The number of parts before each open table."""
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self.code += 1
        if tag in _CODE and not self.blocks:
            self.blocks.append((tag, len(self.parts)))
        if tag in _PICTURES:
            self.parts.append(pictures.mark(dict(attrs).get("alt") or ""))
        elif tag in _LAYOUT:
            self.parts.append(pictures.mark("a formula in MathML"))
        elif tag not in KNOWN:
            if tag not in _IN_MATH:
                kept = ("which was left out with its content",) if tag in _SILENT else ()
                self.parts.append(pictures.tag_mark(tag, *kept))
            self.silent += tag in _SILENT
        if tag in _LISTS:
            self._open_list(tag, dict(attrs))
        if tag in _SCRIPTS:
            self.scripts.append((tag, len(self.parts)))
        elif tag in _BLOCKS:
            self.parts.append(_ROW if tag == "tr" and self.tables else "\n")
            if tag == "table":
                self.tables.append(len(self.parts))
            if tag == "li":
                self._begin_item()
        elif tag in _CELLS and self.parts and self.parts[-1].strip(" ") not in ("", "\n", _ROW):
            self.parts.append(_BORDER)

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self.code -= 1
        if tag in _LISTS and self.lists:
            self.lists.pop()
        if tag in _SILENT and self.silent:
            self.silent -= 1
        if self.blocks and self.blocks[-1][0] == tag:
            self._close_block()
        if tag == "table" and self.tables:
            self._close_table()
        if tag in _SCRIPTS:
            if self.scripts and self.scripts[-1][0] == tag:
                self._close_script()
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        self.parts.append(data if self.code > 0 else BLANKS.sub(" ", data))

    def text(self) -> str:
        while self.blocks:
            self._close_block()
        while self.tables:
            self._close_table()
        while self.scripts:
            self._close_script()
        if self.silent:  # everything after the opening tag was lost
            self.parts.append(pictures.mark("a script or style that is never closed"))
        return _AROUND.sub("", "".join(self.parts)).strip()

    def _open_list(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        first = attributes.get("start") or "1"
        style = (attributes.get("type") or "1") if tag == "ol" else ""
        self.lists.append((style, int(first) if re.fullmatch(r"\d{1,3}", first) else 1))

    def _begin_item(self) -> None:
        if self.lists:
            style, number = self.lists[-1]
            self.lists[-1] = style, number + 1
            self.parts.append(f"{_number(style, number)}. " if style else f"{_BULLET} ")

    def _close_block(self) -> None:
        """Put `pre`, and `code` of several lines, into a fence; `code` on one line stays text."""
        tag, begin = self.blocks.pop()
        inner = "".join(self.parts[begin:]).strip("\n")
        if tag == "pre" or "\n" in inner.strip():
            code = inner.replace(FENCE, "'''")
            self.parts[begin:] = [f"\n{FENCE}\n{code}\n{FENCE}\n"]

    def _close_table(self) -> None:
        """Put a table with several columns into a fence, which keeps its lines; other tables are only layout."""
        begin = self.tables.pop()
        inner = "".join(self.parts[begin:])
        if FENCE in inner:
            self.parts[begin:] = [inner.replace(_ROW, "\n")]
            return
        rows = [row for row in (" ".join(row.split()) for row in inner.split(_ROW)) if row]
        around = FENCE if sum(_BORDER in row for row in rows) > 1 else ""
        self.parts[begin:] = ["\n".join(("", around, *rows, around, ""))]

    def _close_script(self) -> None:
        tag, begin = self.scripts.pop()
        inner = "".join(self.parts[begin:]).strip()
        del self.parts[begin:]
        self.parts.append(raised(tag, inner))


def _number(style: str, number: int) -> str:
    """Format the number of an item by the `type` of its list: 1, a, A, i or I."""
    shown = str(number)
    if style in ("a", "A") and 1 <= number <= 26:
        shown = chr(ord("a") + number - 1)
    elif style in ("i", "I") and 1 <= number < 40:
        shown, left = "", number
        for value, letters in _ROMAN:
            shown, left = shown + letters * (left // value), left % value
    return shown.upper() if style.isupper() else shown


def raised(tag: str, text: str) -> str:
    """Return a superscript (`sup`) or subscript (`sub`) in Unicode's own characters, or else with `^` or `_` before
    it."""
    mark, letters, shown = _SCRIPTS[tag]
    if all(letter in letters for letter in text):
        return text.translate(str.maketrans(letters, shown))
    return f"{mark}{text}" if text.isalnum() else f"{mark}({text})"


def html_of(text: str, mark: tuple[str, str] = ("<br>", "&nbsp;")) -> str:
    """Return HTML that shows a text as it is, with code in `pre` and any scenario in a separate paragraph.

    `mark`: how a line break and a blank line are written.
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
