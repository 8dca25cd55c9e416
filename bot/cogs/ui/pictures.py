"""Pictures: one set of colours and letters for all of them, drawn off the event loop.

A picture never stands alone: its text is beside it in the message, and its description is what a screen reader says.
matplotlib is imported when the first picture is drawn. Its object API keeps no global state, and one thread draws at a time.
"""

from __future__ import annotations

import asyncio
import gc
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Literal, ParamSpec

import discord

from bot.cogs.ui.text import visible

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font
    from matplotlib.text import Text

P = ParamSpec("P")

BACKGROUND, BACKGROUND_LOW = "#1b2140", "#10142a"
"""A sheet's colour at its top and at its bottom."""
PANEL = "#2a3157"
INK, SOFT_INK, DARK_INK = "#f4f6ff", "#aeb8de", "#151a33"
ACCENT, GOOD, BAD = "#7c9cff", "#4fc38a", "#ef7d7d"
GOLD, SILVER, BRONZE = "#f5c451", "#c9d3e6", "#dd9a66"

STRIPS = 32
"""More than the eye can tell apart between the two."""
DPI = 150
SHRINK = 0.75
"""How small a line may become, as a share of its size, before it is cut."""
PNG_BLOCK, PNG_EFFORT = 8192, 1
"""Bytes of a file that are made at once, for every thread stands still meanwhile; and how hard zlib tries, from 1 to 9. Its usual 6
takes twice as long for a tenth of the size."""
MAX_DESCRIPTION = 1024
"""What Discord takes as the description of a file, in characters."""

_FAMILIES = (
    "DejaVu Sans",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Emoji",
)
"""The first comes with matplotlib; the others are used where they are installed."""

_painter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="painter")


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture. `description` says in words what it shows."""

    name: str
    png: bytes
    description: str

    @property
    def url(self) -> str:
        """How an embed of the same message refers to it."""
        return f"attachment://{self.name}"

    def file(self) -> discord.File:
        """A new one for each sending: a file is read once."""
        return discord.File(
            io.BytesIO(self.png), filename=self.name, description=self.description[:MAX_DESCRIPTION] or None
        )


async def paint(draw: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
    """The result of `draw`, which runs in the painter's thread."""
    return await asyncio.get_running_loop().run_in_executor(_painter, partial(_undisturbed, draw, *args, **kwargs))


def _undisturbed(draw: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
    # The collector stops every thread, the event loop's too, and a picture makes enough objects to call it several times. So it
    # waits for the picture's end, and never again looks through what is loaded for good.
    _load()
    gc.disable()
    try:
        return draw(*args, **kwargs)
    finally:
        gc.enable()


@cache
def _load() -> None:
    import matplotlib.backends.backend_agg  # noqa: F401
    from PIL import ImageFile

    ImageFile.MAXBLOCK = PNG_BLOCK
    gc.freeze()


class Sheet:
    """A sheet to draw on, measured in pixels from its lower left corner."""

    def __init__(self, width: int = 1200, height: int = 675) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI)
        # Its renderer measures every text; without a canvas of its own, a figure makes one for each.
        self.canvas = FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, width), ylim=(0, height))
        self.axes.axis("off")
        self._backdrop()

    def _backdrop(self) -> None:
        """From one colour to the other in strips too fine to be seen; an image would be resampled to the whole sheet, which takes
        longer than all the rest."""
        from matplotlib.colors import to_rgb

        low, top = to_rgb(BACKGROUND_LOW), to_rgb(BACKGROUND)
        height = self.height / STRIPS
        shares = [(number + 0.5) / STRIPS for number in range(STRIPS)]
        colors = [tuple(a + (b - a) * share for a, b in zip(low, top, strict=True)) for share in shares]
        self.axes.barh(
            [number * height for number in range(STRIPS)],
            self.width,
            height,
            align="edge",
            color=colors,
            linewidth=0,
            antialiased=False,
            zorder=0,
        )

    def box(self, x: float, y: float, width: float, height: float, color: str, *, radius: float = 0) -> None:
        """A rectangle with round corners; `x` and `y` are its lower left one."""
        from matplotlib.patches import FancyBboxPatch

        # The style draws its rounding around the rectangle, so the rectangle is that much smaller.
        radius = min(radius, width / 2, height / 2)
        style = f"round,pad=0,rounding_size={radius}" if radius > 0 else "square,pad=0"
        self.axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=color, linewidth=0))

    def disc(self, x: float, y: float, radius: float, color: str, *, edge: str | None = None) -> None:
        from matplotlib.patches import Circle

        self.axes.add_patch(
            Circle((x, y), radius, facecolor=color, edgecolor=edge or color, linewidth=3 if edge else 0, zorder=3)
        )

    def scrap(self, x: float, y: float, width: float, height: float, angle: float, color: str) -> None:
        """A small turned rectangle, behind all else; `angle` in degrees."""
        from matplotlib.patches import Rectangle

        self.axes.add_patch(Rectangle((x, y), width, height, angle=angle, facecolor=color, linewidth=0, zorder=0.5))

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
    ) -> None:
        """One line, `size` pixels high, its middle at `y`. Where it is wider than `width` it shrinks a little, then it is cut."""
        points = size * 72 / DPI
        line = self.axes.text(
            x,
            y,
            words,
            fontsize=points,
            fontfamily=list(_families()),
            fontweight="bold" if bold else "normal",
            color=color,
            ha=align,
            va="center_baseline",
            parse_math=False,
            zorder=4,
        )
        if width is None or (wide := self._width_of(line)) <= width:
            return
        line.set_fontsize(points * max(width / wide, SHRINK))
        while len(words) > 1 and self._width_of(line) > width:
            words = words[:-1].rstrip()
            line.set_text(f"{words}…")

    def _width_of(self, line: Text) -> float:
        renderer = self.canvas.get_renderer()  # type: ignore[no-untyped-call]
        return line.get_window_extent(renderer).width

    def png(self) -> bytes:
        out = io.BytesIO()
        self.canvas.print_png(out, pil_kwargs={"compress_level": PNG_EFFORT})  # type: ignore[no-untyped-call]
        return out.getvalue()


# -- letters


def legible(text: str, instead: str) -> str:
    """Text as the installed fonts can draw it, without what they lack, such as most emoji; `instead` where little is left."""
    wanted = visible(text)
    drawn = "".join(char for char in wanted if char.isspace() or _has_glyph(char))
    drawn = " ".join(drawn.split())
    letters = sum(char.isalnum() for char in wanted)
    kept = sum(char.isalnum() for char in drawn)
    return drawn if drawn and kept * 2 >= letters else instead


def initials(name: str) -> str:
    """At most two letters that stand for a name."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    return "".join(word[0] for word in (words[:1] if len(words) == 1 else (words[0], words[-1]))).upper()[:2]


def _has_glyph(char: str) -> bool:
    return any(font.get_char_index(ord(char)) for font in _fonts())


@cache
def _families() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return tuple(family for family in _FAMILIES if family in installed)


@cache
def _fonts() -> tuple[FT2Font, ...]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return tuple(get_font(findfont(FontProperties(family=family))) for family in _families())
