"""Pictures, drawn with matplotlib's object API on a thread of their own: the event loop never waits for one.

matplotlib is imported when the first picture is drawn. Whatever a picture shows, the message says in words as well.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GROUND, PANEL, INK, FAINT = "#1e2027", "#2a2d36", "#f2f3f5", "#a3a8b4"
BLUE, GREEN, AMBER = "#7aa2ff", "#57c785", "#f0b35b"
"""Colors that stay apart for color-blind eyes, on a dark ground that looks well in both of Discord's themes."""

DPI = 150
ALT_TEXT = 1024
"""Discord's limit for the alternative text of a picture."""

# One thread: matplotlib's fonts and caches are not made for several at once.
_painter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="painter")


async def picture(name: str, alt: str, size: tuple[float, float], draw: Callable[[Figure], None]) -> discord.File:
    """A PNG that is ready to send; `size` in inches at 150 dots each, `alt` what it shows in words."""
    png = await asyncio.get_running_loop().run_in_executor(_painter, _paint, size, draw)
    return discord.File(io.BytesIO(png), filename=f"{name}.png", description=alt[:ALT_TEXT])


def _paint(size: tuple[float, float], draw: Callable[[Figure], None]) -> bytes:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=DPI, facecolor=GROUND)
    draw(figure)
    png = io.BytesIO()
    figure.savefig(png, format="png", facecolor=GROUND)
    return png.getvalue()
