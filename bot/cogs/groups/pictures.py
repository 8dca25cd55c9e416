"""The picture of the group's figures. `describe` says the same in words, for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cogs.groups.wording import percent, short_day, trend
from bot.cogs.ui.pictures import (
    ACCENT,
    BACKGROUND_LOW,
    GOOD,
    INK,
    PANEL,
    SOFT_INK,
    Picture,
    Sheet,
    legible,
    paint,
)
from bot.cogs.ui.text import plural
from bot.services.groups import GroupScene
from bot.study.groups import WEEKS
from bot.study.questions import ALL

WIDTH, HEIGHT, MARGIN, GAP = 1200, 675, 40, 20
TITLE, TEXT = 30, 28
TILE = 150
TOP = HEIGHT - MARGIN - TILE - 46
"""The y coordinate of the headings under the figures."""
COLUMN, BETWEEN, ROWS, ROW = 290, 30, 7, 54
"""Layout of the bars: column width, gap between columns, rows in a column, row height."""
LEFT = 700
"""The x coordinate of the trend's left edge."""


async def of(scene: GroupScene) -> Picture:
    return Picture("group.png", await paint(draw, scene), describe(scene))


def describe(scene: GroupScene) -> str:
    """Describe the picture for a screen reader."""
    found = scene.mirror
    shown = ", ".join(f"{section} {percent(found.mastery[section])}" for section in sections_of(scene))
    return (
        f"Mastery of {plural(found.members, 'member')}: {percent(found.mastery.get(ALL, 0))} over all sections. By section: {shown}. "
        f"{trend(found)}"
    )


def sections_of(scene: GroupScene) -> Sequence[str]:
    """Return the sections to draw, in pack order: all with a figure or, if they do not fit, the weakest."""
    found = scene.mirror
    known = [section for section in scene.pack.leaves if section in found.mastery]
    weakest = sorted(known, key=lambda section: found.mastery[section])[: 2 * ROWS]
    return [section for section in known if section in weakest]


def draw(scene: GroupScene) -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT)
    _tiles(sheet, scene)
    _mastery(sheet, scene)
    _trend(sheet, scene)
    return sheet


def _tiles(sheet: Sheet, scene: GroupScene) -> None:
    found = scene.mirror
    weakest, last = found.weakest(scene.pack.leaves), found.weeks[-1][1] if found.weeks else None
    tiles = (
        ("GROUP MASTERY", percent(found.mastery.get(ALL, 0)), plural(found.members, "member")),
        (
            "WEAKEST",
            legible(weakest, "?") if weakest else "not yet",
            percent(found.mastery[weakest]) if weakest else "",
        ),
        ("LAST WEEK", f"{percent(last)} right" if last is not None else "not yet", "first answers"),
    )
    width = (WIDTH - 2 * MARGIN - GAP * (len(tiles) - 1)) / len(tiles)
    top = HEIGHT - MARGIN
    for number, (name, figure, note) in enumerate(tiles):
        x = MARGIN + number * (width + GAP)
        sheet.box(x, top - TILE, width, TILE, PANEL, radius=20)
        sheet.text(x + 24, top - 30, name, TEXT, color=SOFT_INK)
        sheet.text(x + 24, top - 78, figure, 52, bold=True, width=width - 40)
        sheet.text(x + 24, top - 124, note, TEXT, color=SOFT_INK, width=width - 40)


def _mastery(sheet: Sheet, scene: GroupScene) -> None:
    """Draw a bar for each section, in two columns. Only the message in words has the titles of the sections."""
    sections = sections_of(scene)
    sheet.text(MARGIN, TOP, "Mastery by section", TITLE, bold=True)
    rows = max(1, -(-len(sections) // 2))
    for number, section in enumerate(sections):
        x, y = MARGIN + (number // rows) * (COLUMN + BETWEEN), TOP - 60 - (number % rows) * ROW
        share = scene.mirror.mastery[section]
        sheet.text(x, y, legible(section, "?"), TEXT, color=SOFT_INK, width=64)
        sheet.text(x + COLUMN, y, percent(share), TEXT, bold=True, align="right")
        wide = COLUMN - 70 - 96
        sheet.box(x + 70, y - 9, wide, 18, PANEL, radius=9)
        if share >= 0.01:
            sheet.box(x + 70, y - 9, max(18, wide * share), 18, GOOD, radius=9)


def _trend(sheet: Sheet, scene: GroupScene) -> None:
    """Draw the share of right answers in each week. A week without a figure gets no point."""
    sheet.text(LEFT, TOP, f"Right answers, last {WEEKS} weeks", TITLE, bold=True)
    low, high, right = MARGIN + 46.0, TOP - 60.0, WIDTH - MARGIN - 92.0

    def up(share: float) -> float:
        return low + (high - low) * share

    for share in (0.0, 0.5, 1.0):
        sheet.box(LEFT, up(share) - 1, right - LEFT, 2, PANEL)
        sheet.text(WIDTH - MARGIN, up(share), percent(share), TEXT, color=SOFT_INK, align="right")
    weeks = scene.mirror.weeks
    step = (right - LEFT - 40) / max(1, len(weeks) - 1)
    places = [LEFT + 20 + number * step for number in range(len(weeks))]
    points = [(x, up(share)) for x, (_, share) in zip(places, weeks, strict=True) if share is not None]
    if not points:
        words = "No full week yet"
        sheet.text((LEFT + right) / 2, up(0.25), words, TEXT, color=SOFT_INK, align="center", width=right - LEFT)
        return
    if len(points) > 1:
        sheet.path(points, ACCENT)
    for point in points:
        sheet.disc(*point, 7, ACCENT)
    sheet.disc(*points[-1], 9, INK, edge=BACKGROUND_LOW)
    for number in (0, len(weeks) - 1):
        name, align = short_day(weeks[number][0]), "left" if not number else "right"
        sheet.text(LEFT if not number else right, low - 30, name, TEXT, color=SOFT_INK, align=align)  # type: ignore[arg-type]
