"""Pictures: one set of colors and fonts, drawn off the event loop.

A picture never replaces text: the message says the same, and its description is for screen readers. Pillow is imported when
the first picture is drawn, and one thread draws at a time.
"""

from __future__ import annotations

import asyncio
import io
import struct
import time
import unicodedata
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin
from typing import TYPE_CHECKING, Literal, ParamSpec

import discord

from bot.cogs.ui import fonts
from bot.study.characters import is_letter, visible

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

P = ParamSpec("P")
Point = tuple[float, float]

BACKGROUND, BACKGROUND_LOW = "#1b2140", "#10142a"
"""A sheet's color at its top and bottom."""
PANEL = "#2a3157"
INK, SOFT_INK, DARK_INK = "#f4f6ff", "#aeb8de", "#151a33"
ACCENT, GOOD = "#7c9cff", "#4fc38a"
GOLD, SILVER, BRONZE = "#f5c451", "#c9d3e6", "#dd9a66"

LEAST = 28
"""The size of the smallest letters, in pixels of a sheet that is 1,200 wide. Phones show the sheet at a third of that
width."""
FINE = 4
"""How many times larger shapes are drawn before they are reduced, for smooth edges."""
CAPITALS = 0.73
"""The height of a capital letter, as a share of a line's size."""
PNG_EFFORT = 1
"""The zlib level, 1 to 9. The default of 6 takes several times as long and saves only a tenth of the size."""
BAND = 64
"""How many rows of a picture are copied at once. Other threads have to wait for each copy."""
MAX_DESCRIPTION = 1024
"""The maximum length of a file description in Discord."""

_painter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="painter")


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture. `description` says in words what it shows."""

    name: str
    png: bytes
    description: str

    @property
    def url(self) -> str:
        """The URL by which a message refers to its attachment."""
        return f"attachment://{self.name}"

    @property
    def alt(self) -> str | None:
        """The description, cut to Discord's limit."""
        return self.description[:MAX_DESCRIPTION] or None

    def file(self) -> discord.File:
        """Return a new file for each send, because a file is read only once."""
        return discord.File(io.BytesIO(self.png), filename=self.name, description=self.alt)


async def paint(draw: Callable[P, Sheet], *args: P.args, **kwargs: P.kwargs) -> bytes:
    """Return the PNG of the sheet that `draw` returns. All work happens in the painter's thread."""

    def work() -> bytes:
        return draw(*args, **kwargs).png()

    return await asyncio.get_running_loop().run_in_executor(_painter, work)


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A line of text as drawn. `x` is its left end, `y` the middle of its capitals."""

    words: str
    size: float
    x: float
    y: float
    width: float

    @property
    def end(self) -> float:
        return self.x + self.width


class Sheet:
    """A sheet to draw on, measured in pixels from its lower left corner. `lines` are its texts."""

    def __init__(self, width: int = 1200, height: int = 675) -> None:
        from PIL import ImageDraw

        self.width, self.height = width, height
        self.image = _backdrop(width, height)
        self.draw = ImageDraw.Draw(self.image)
        self.lines: list[PictureLine] = []

    def box(self, x: float, y: float, width: float, height: float, color: str, *, radius: float = 0) -> None:
        """Draw a rectangle with round corners; `x` and `y` are its lower left corner."""
        radius = round(min(radius, width / 2, height / 2), 1)
        left, top = round(x), round(self.height - y - height)
        wide, high = max(1, round(x + width) - left), max(1, round(self.height - y) - top)
        self._stamp(left, top, _rounded(wide, high, radius), color)

    def disc(self, x: float, y: float, radius: float, color: str, *, edge: str | None = None) -> None:
        """Draw a filled circle around a point, with a rim of 5 pixels in the color `edge`."""
        for reach, paint in ((radius + 3, edge), (radius - 2 if edge else radius, color)):
            if paint:
                size = 2 * round(reach)
                mask = _rounded(size, size, size / 2)
                self._stamp(round(x) - size // 2, self.height - round(y) - size // 2, mask, paint)

    def ring(self, x: float, y: float, side: float, color: str, *, thickness: int = 3) -> None:
        """Draw a square frame around a point."""
        left, top = round(x - side / 2), round(self.height - y - side / 2)
        self.draw.rectangle((left, top, left + side - 1, top + side - 1), outline=color, width=thickness)

    def scrap(self, x: float, y: float, width: float, height: float, angle: float, color: str) -> None:
        """Draw a small rectangle, rotated around its lower left corner by `angle` degrees."""
        across, up = (cos(radians(angle)), sin(radians(angle))), (-sin(radians(angle)), cos(radians(angle)))
        corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
        self.shape([(x + a * across[0] + b * up[0], y + a * across[1] + b * up[1]) for a, b in corners], color)

    def shape(self, points: Sequence[Point], color: str) -> None:
        """Fill the polygon between the points."""
        self._smooth(points, 1, color, lambda draw, spots: draw.polygon(spots, fill=255))

    def path(self, points: Sequence[Point], color: str, *, thickness: float = 3) -> None:
        """Draw a line from point to point."""
        self._smooth(
            points,
            thickness,
            color,
            lambda draw, spots: draw.line(spots, fill=255, width=round(thickness * FINE), joint="curve"),
        )

    def _smooth(
        self, points: Sequence[Point], around: float, color: str, drawn: Callable[[ImageDraw, list[Point]], None]
    ) -> None:
        from PIL import Image, ImageDraw

        left, right = int(min(x for x, _ in points) - around), int(max(x for x, _ in points) + around) + 1
        top = int(self.height - max(y for _, y in points) - around)
        bottom = int(self.height - min(y for _, y in points) + around) + 1
        large = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE))
        drawn(ImageDraw.Draw(large), [((x - left) * FINE, (self.height - y - top) * FINE) for x, y in points])
        self._stamp(left, top, large.reduce(FINE), color)

    def _stamp(self, left: int, top: int, mask: Image, color: str) -> None:
        from PIL import ImageColor

        _give_way()
        red, green, blue, *clear = ImageColor.getrgb(color)
        if clear:
            mask = mask.point([value * clear[0] // 255 for value in range(256)])
        self.image.paste((red, green, blue), (left, top), mask)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        color: str = INK,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
        width: float | None = None,
    ) -> PictureLine:
        """Draw one line, `size` pixels high, with the middle of its capitals at `y`.

        If it is wider than `width`, it is shrunk down to `LEAST`, then cut. Returns the line as it was drawn.
        """
        if width is not None:
            words, size = fonts.fitted(words, size, width, least=LEAST, bold=bold)
        wide = fonts.width_of(words, size, bold=bold)
        x -= {"left": 0, "center": wide / 2, "right": wide}[align]
        line = PictureLine(words, size, x, y, wide)
        self.lines.append(line)
        base = self.height - y + size * CAPITALS / 2
        for run in fonts.runs(words):
            _give_way()
            font, (text, direction) = fonts.font_of(run.face, size, bold=bold), fonts.typed(run)
            stroke = fonts.stroke_of(run.face, size, bold=bold)
            self.draw.text(
                (x, base), text, fill=color, font=font, anchor="ls", direction=direction, stroke_width=stroke
            )
            x += font.getlength(text, direction=direction)
        return line

    def png(self) -> bytes:
        """Return the PNG file. zlib lets other threads run while it works, unlike Pillow's own writer."""
        stride, packer, packed = self.width * 3, zlib.compressobj(PNG_EFFORT), []
        for top in range(0, self.height, BAND):
            band = self.image.crop((0, top, self.width, min(top + BAND, self.height))).tobytes()
            rows = b"".join(b"\0" + band[start : start + stride] for start in range(0, len(band), stride))
            packed.append(packer.compress(rows))
        body = b"".join([*packed, packer.flush()])
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _give_way() -> None:
    """Let the event loop run if it is waiting. Otherwise it would wait for the interpreter's switch interval of 5
    ms."""
    time.sleep(0)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _backdrop(width: int, height: int) -> Image:
    """Draw a gradient as a column, stretched to the sheet."""
    from PIL import Image, ImageColor

    top, low = ImageColor.getrgb(BACKGROUND), ImageColor.getrgb(BACKGROUND_LOW)
    column = Image.new("RGB", (1, height))
    for y in range(height):
        share = y / max(1, height - 1)
        column.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, low, strict=True)))
    return column.resize((width, height), Image.Resampling.NEAREST)


@lru_cache(maxsize=128)
def _rounded(width: int, height: int, radius: float) -> Image:
    """Return how much of each pixel a rounded rectangle covers."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", (width, height), 255)
    if radius <= 0:
        return mask
    side = min(int(radius) + 1, (width + 1) // 2, (height + 1) // 2)
    large = Image.new("L", (side * FINE, side * FINE))
    ImageDraw.Draw(large).ellipse((0, 0, 2 * radius * FINE - 1, 2 * radius * FINE - 1), fill=255)
    corner = large.reduce(FINE)
    flip, turn = Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM
    for part, left, top in (
        (corner, 0, 0),
        (corner.transpose(flip), width - side, 0),
        (corner.transpose(turn), 0, height - side),
        (corner.transpose(flip).transpose(turn), width - side, height - side),
    ):
        mask.paste(part, (left, top))
    return mask


# -- letters


def legible(text: str, instead: str) -> str:
    """Return the part of a text that the fonts can draw, which excludes most emoji; `instead` if little is left."""
    wanted = visible(text)
    drawn = " ".join("".join(map(_drawable, wanted)).split())
    letters = sum(char.isalnum() or is_letter(char) for char in wanted)
    kept = sum(char.isalnum() for char in drawn)
    return drawn if drawn and kept * 2 >= letters else instead


def _drawable(char: str) -> str:
    if char.isspace() or fonts.face_of(char):
        return char
    # Draw a letter in an ornamental form as its plain letter.
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain != char and all(map(fonts.face_of, plain)) else ""


def initials(name: str) -> str:
    """Return at most two letters that represent a name."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    return "".join(word[0] for word in (words[:1] if len(words) == 1 else (words[0], words[-1]))).upper()[:2]
