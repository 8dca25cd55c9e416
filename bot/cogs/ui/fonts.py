"""Text in pictures: which font draws a character, how the runs of a line are ordered, and how wide they are.

The fonts come with the bot, so that a name looks the same everywhere. Pillow shapes joined and stacked scripts through
Raqm, which needs FriBidi on the machine. Without it, Arabic is joined and reversed here, and Indic vowel signs stay in
typing order.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import groupby, pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FOLDER = Path(__file__).parent / "fonts"
FAINT = 0.04
"""How much thicker a bold line is, as a share of its size, if a font has no bold face."""

_SCRIPTS = (
    "Adlam", "Balinese", "Bengali", "Buginese", "CanadianAboriginal", "Chakma", "Cham", "Cherokee", "Devanagari", "Ethiopic", "Gujarati",
    "Gurmukhi", "Javanese", "Kannada", "Khmer", "Lao", "Lisu", "Malayalam", "MeeteiMayek", "Mongolian", "Myanmar", "NKo", "NewTaiLue",
    "OlChiki", "Oriya", "Osage", "Runic", "Sinhala", "Sundanese", "Syriac", "TaiLe", "TaiTham", "Tamil", "Telugu", "Thaana", "Thai", "Tifinagh",
    "Vai", "Yi",
)  # fmt: skip


@dataclass(frozen=True)
class Face:
    """One font: its file, and its bold file if it has one."""

    file: str
    bold_file: str | None = None

    def covers(self, char: str) -> bool:
        starts, ends = self._ranges
        place = bisect_right(starts, ord(char)) - 1
        return place >= 0 and ord(char) <= ends[place]

    @cached_property
    def _ranges(self) -> tuple[list[int], list[int]]:
        with (FOLDER / self.file).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as font:
            ranges = list(covered(font))
        return [first for first, _ in ranges], [last for _, last in ranges]


FACES = (
    Face("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    *(Face(f"NotoSans{script}-Regular.ttf") for script in _SCRIPTS),
    Face("NotoSerifTibetan-Regular.ttf"),
    Face("DroidSansFallback.ttf"),
)
"""The first font that has a character draws it. The last one has Chinese, Japanese and Korean."""


_UNDRAWN = {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Run:
    """Part of a line, drawn in one font and direction."""

    words: str
    face: Face
    leftward: bool = False


# -- which characters a font has


def covered(font: bytes | mmap) -> Iterator[tuple[int, int]]:
    """Return the ranges of characters, first to last, for which a TrueType font has a glyph."""
    for table in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16):
        if font[table : table + 4] == b"cmap":
            break
    else:
        return
    start = struct.unpack_from(">I", font, table + 8)[0]
    subtables = {}
    for entry in range(struct.unpack_from(">H", font, start + 2)[0]):
        offset = start + struct.unpack_from(">I", font, start + 8 + 8 * entry)[0]
        subtables[struct.unpack_from(">H", font, offset)[0]] = offset
    if 12 in subtables:  # format 12 has all planes; format 4 has only the first
        offset = subtables[12]
        for group in range(struct.unpack_from(">I", font, offset + 12)[0]):
            yield struct.unpack_from(">II", font, offset + 16 + 12 * group)
    elif 4 in subtables:
        yield from _covered_in_first_plane(font, subtables[4])


def _covered_in_first_plane(font: bytes | mmap, offset: int) -> Iterator[tuple[int, int]]:
    count = struct.unpack_from(">H", font, offset + 6)[0] // 2
    row = f">{count}H"
    ends, starts, deltas, places = (
        struct.unpack_from(row, font, offset + 14 + 2 * count * number + (2 if number else 0)) for number in range(4)
    )
    first_place = offset + 16 + 6 * count
    for number, (start, end, delta, place) in enumerate(zip(starts, ends, deltas, places, strict=True)):
        if not place:
            if start < 0xFFFF:
                yield start, end
            continue
        glyphs = struct.unpack_from(f">{end - start + 1}H", font, first_place + 2 * number + place)
        for code, glyph in enumerate(glyphs, start):
            if glyph and (glyph + delta) & 0xFFFF and code < 0xFFFF:
                yield code, code


@lru_cache(maxsize=4096)
def face_of(char: str) -> Face | None:
    """Return the font that draws a character; None if none does, or for a control character."""
    if unicodedata.category(char) in _UNDRAWN:
        return None
    return next((face for face in FACES if face.covers(char)), None)


# -- the parts of a line


def runs(words: str) -> list[Run]:
    """Return the runs of a line from left to right as displayed; characters without a font are left out."""
    parts = [
        Run("".join(char for char, _, _ in group), face, leftward)
        for (face, leftward), group in groupby(_placed(words), key=lambda placed: placed[1:])
    ]
    leftward = next((part.leftward for part in parts if part.words.strip()), False)
    ordered = [list(group) for _, group in groupby(parts, key=lambda part: part.leftward)]
    # Neighboring runs of the same direction keep their order, whichever direction the line has.
    ordered = [group[::-1] if group[0].leftward else group for group in (ordered[::-1] if leftward else ordered)]
    return [part for group in ordered for part in group]


def _placed(words: str) -> Iterator[tuple[str, Face, bool]]:
    """Return each character with its font and whether it is right-to-left. Neutral characters follow their neighbor."""
    strong = next((side for side in map(_leftward, words) if side is not None), False)
    face: Face | None = None
    leftward = strong
    for char in words:
        own = _leftward(char)
        leftward = leftward if own is None else own
        if face is None or own is not None or not face.covers(char):
            face = face_of(char) or face
        if face is not None and face_of(char) and face.covers(char):
            yield char, face, leftward


def _leftward(char: str) -> bool | None:
    side = unicodedata.bidirectional(char)
    return side != "L" if side in {"L", "R", "AL"} else None


# -- fonts and widths


@lru_cache(maxsize=256)
def font_of(face: Face, size: float, *, bold: bool) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(FOLDER / (face.bold_file or face.file if bold else face.file), size)


def stroke_of(face: Face, size: float, *, bold: bool) -> float:
    """Return how much to thicken letters for bold, if the font has no bold ones."""
    return size * FAINT / 2 if bold and face.bold_file is None else 0


def typed(run: Run) -> tuple[str, str | None]:
    """Return the text and direction of a run, as Pillow expects them."""
    if shapes():
        return run.words, "rtl" if run.leftward else "ltr"
    return (turned(run.words) if run.leftward else run.words), None


@cache
def shapes() -> bool:
    """Return whether Pillow can shape and order letters on this machine."""
    from PIL import features

    return bool(features.check("raqm"))


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in pixels."""
    total = 0.0
    for run in runs(words):
        text, direction = typed(run)
        total += font_of(run.face, size, bold=bold).getlength(text, direction=direction)
    return total


def fitted(words: str, size: float, width: float, *, least: float, bold: bool = False) -> tuple[str, float]:
    """Return text and size that fit `width` pixels: shrink first, but not below `least`; then cut."""
    if (wide := width_of(words, size, bold=bold)) <= width:
        return words, size
    size = max(min(least, size), int(size * width / wide))
    if width_of(words, size, bold=bold) <= width:
        return words, size
    return cut(words, lambda shorter: width_of(shorter, size, bold=bold) <= width), size


def cut(words: str, fits: Callable[[str], bool]) -> str:
    """Return the longest prefix that fits with an ellipsis; the ellipsis alone if none does."""
    low, high = 0, len(words) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(f"{words[:middle].rstrip()}…"):
            low = middle
        else:
            high = middle - 1
    return f"{words[:low].rstrip()}…"


# -- without Raqm


def turned(words: str) -> str:
    """Return right-to-left text as it must be drawn: joined, without vowel marks, and reversed except for numbers."""
    bare = "".join(char for char in words if not unicodedata.combining(char))
    return re.sub(r"\d[\d.,:/]*", lambda number: number[0][::-1], joined(bare))[::-1]


def joined(words: str) -> str:
    """Return Arabic with each letter in the form required by its neighbors."""
    forms = _forms()
    words = re.sub("\u0644[\u0622\u0623\u0625\u0627]", lambda pair: forms[pair[0]]["isolated"], words)
    own = [forms.get(char, {}) for char in words]
    # A letter with a final form joins backward, and one with an initial form joins forward.
    reaches = [False, *("initial" in first and "final" in then for first, then in pairwise(own)), False]
    return "".join(
        form.get(_FORM[back, on], char) for char, form, (back, on) in zip(words, own, pairwise(reaches), strict=False)
    )


_FORM = {(False, False): "isolated", (False, True): "initial", (True, True): "medial", (True, False): "final"}


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Return the forms of each Arabic letter, and of each ligature of lam and alef. The isolated form of a ligature is
    also a key."""
    forms: dict[str, dict[str, str]] = {}
    for code in range(0xFB50, 0xFEFD):
        tag, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if tag.strip("<>") in _FORM.values() and (len(letters) == 1 or code >= 0xFEF5):
            forms.setdefault("".join(chr(int(letter, 16)) for letter in letters), {})[tag.strip("<>")] = chr(code)
    return forms | {own["isolated"]: own for letters, own in forms.items() if len(letters) > 1}
