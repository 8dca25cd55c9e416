"""The podium picture: the first three of a season or competition, with the next five beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cogs.ui.pictures import (
    ACCENT,
    BRONZE,
    DARK_INK,
    GOLD,
    PANEL,
    SILVER,
    SOFT_INK,
    Picture,
    Sheet,
    initials,
    legible,
    paint,
)
from bot.cogs.ui.text import clip
from bot.study.characters import visible

STEPS = 3
MOST = 8
"""How many places a picture can show: the steps of the podium, and a list."""

_METALS = {1: (GOLD, 264), 2: (SILVER, 214), 3: (BRONZE, 170)}
"""The color and height of a step, by rank: tied places are equally high."""
_BASE, _STEP, _GAP, _MARGIN = 48, 200, 12, 48
_CONFETTI = (
    (0.05, 0.63, 20), (0.11, 0.71, 115), (0.18, 0.66, 70), (0.25, 0.73, 150), (0.33, 0.70, 40), (0.42, 0.745, 100),
    (0.51, 0.77, 15), (0.60, 0.72, 130), (0.68, 0.79, 60), (0.76, 0.735, 165), (0.84, 0.80, 35), (0.90, 0.745, 95),
    (0.96, 0.81, 145), (0.72, 0.90, 25), (0.80, 0.94, 110), (0.87, 0.89, 70), (0.94, 0.95, 155),
)  # fmt: skip
"""Where each scrap of confetti lies, as shares of the sheet, and its angle in degrees."""


@dataclass(frozen=True, slots=True)
class PodiumPlace:
    """One place in the picture. `name` is the name as members write it; `score` includes its unit."""

    rank: int
    name: str
    score: str


async def podium(title: str, subtitle: str, places: Sequence[PodiumPlace]) -> Picture:
    """Draw the picture of one to `MOST` places, given best first."""
    shown = places[:MOST]
    png = await paint(draw, title, subtitle, shown)
    return Picture("podium.png", png, describe(title, shown))


def describe(title: str, places: Sequence[PodiumPlace]) -> str:
    lines = [f"{place.rank}. {clip(visible(place.name), 40)}, {place.score}" for place in places]
    return f"Podium: {visible(title)}. {'; '.join(lines)}."


def draw(title: str, subtitle: str, places: Sequence[PodiumPlace]) -> Sheet:
    sheet = Sheet()
    top, rest = places[:STEPS], places[STEPS:]
    _confetti(sheet)
    sheet.text(_MARGIN, 612, legible(title, "The podium"), 48, bold=True, width=sheet.width - 2 * _MARGIN)
    sheet.text(_MARGIN, 556, legible(subtitle, ""), 30, color=SOFT_INK, width=sheet.width - 2 * _MARGIN)
    # As on a real podium: the winner in the middle, the second on the left.
    standing = (top[1], top[0], *top[2:]) if len(top) > 1 else tuple(top)
    width = _STEP * len(standing) + _GAP * (len(standing) - 1)
    left = _MARGIN if rest else (sheet.width - width) / 2
    for number, place in enumerate(standing):
        _step(sheet, left + _STEP / 2 + number * (_STEP + _GAP), place)
    for number, place in enumerate(rest):
        _line(sheet, left + width + 36, 446 - number * 82, place)
    return sheet


def _step(sheet: Sheet, x: float, place: PodiumPlace) -> None:
    metal, height = _METALS.get(place.rank, _METALS[3])
    top = _BASE + height
    name = legible(place.name, "")
    figure, unit = _parts(place.score)
    sheet.box(x - _STEP / 2, _BASE, _STEP, height, metal, radius=18)
    sheet.text(x, top - 50, str(place.rank), 64, color=DARK_INK, bold=True, align="center")
    sheet.text(x, top - 104, figure, 32, color=DARK_INK, bold=True, align="center", width=_STEP - 16)
    sheet.text(x, top - 142, unit, 28, color=DARK_INK, align="center", width=_STEP - 16)
    sheet.text(x, top + 30, name or _unwritten(place), 30, bold=True, align="center", width=_STEP)
    sheet.disc(x, top + 100, 44, PANEL, edge=metal)
    sheet.text(x, top + 100, initials(name) if name else "★", 36, color=metal, bold=True, align="center")


def _line(sheet: Sheet, x: float, y: float, place: PodiumPlace) -> None:
    """Draw a place beside the podium, without the unit, which the steps show."""
    right = sheet.width - _MARGIN
    sheet.box(x, y - 34, right - x, 68, PANEL, radius=14)
    sheet.text(x + 34, y, str(place.rank), 28, color=SOFT_INK, bold=True, align="center")
    score = sheet.text(right - 20, y, _parts(place.score)[0], 28, color=SOFT_INK, align="right", width=170)
    sheet.text(x + 66, y, legible(place.name, _unwritten(place)), 30, width=score.x - 16 - x - 66)


def _parts(score: str) -> tuple[str, str]:
    """Split a score into its figure and unit."""
    figure, _, unit = score.partition(" ")
    return figure, unit


def _unwritten(place: PodiumPlace) -> str:
    """Return a stand-in for a name that no font can draw: the text next to the picture says who it is."""
    return f"(place {place.rank})"


def _confetti(sheet: Sheet) -> None:
    """Draw confetti above the podium, the same each time."""
    for number, (across, up, angle) in enumerate(_CONFETTI):
        sheet.scrap(across * sheet.width, up * sheet.height, 14, 7, angle, (GOLD, SILVER, BRONZE, ACCENT)[number % 4])
