"""The picture of a member's progress. `describe` says the same in words, for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.cogs.ui.pictures import (
    ACCENT,
    BACKGROUND,
    BACKGROUND_LOW,
    GOLD,
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
from bot.services.progress import WEEKS, Report
from bot.study.questions import ALL
from bot.study.readiness import ENOUGH
from bot.study.streaks import Mark

WIDTH, HEIGHT = 1080, 1540
MARGIN = 48
"""As tall as a phone shows whole, with letters that can be read there."""
TITLE, TEXT, SMALL, LABEL = 32, 28, 25, 23

CELL, STEP = 32, 37.8
SHADES = ("#43528f", "#5d78cc", "#86a3f5", "#c6d5ff")
"""From few answers on a day to many; they differ in brightness, so that they do so without color too."""
STEPS = (1, 5, 10, 20)
"""The answers from which a day has each shade."""
FEW = 3
"""Answers in a week below which its share right is not drawn."""


async def of(report: Report) -> Picture:
    return Picture("progress.png", await paint(draw, report), describe(report))


def describe(report: Report) -> str:
    """At most 1,024 characters: what a screen reader says of the picture."""
    leaves = ", ".join(f"{section} {percent(report.mastery.get(section, 0))}" for section in report.pack.leaves)
    answers = sum(day.answered for day in report.days)
    parts = [
        f"Mastery over all sections {percent(report.mastery.get(ALL, 0))}. By section: {leaves}.",
        f"A calendar of {WEEKS} weeks: {plural(answers, 'answer')} on {plural(len(report.days), 'day')}.",
    ]
    shares = by_week(report)
    if shares:
        parts.append(f"A line of the share right by week, from {percent(shares[0][1])} to {percent(shares[-1][1])}.")
    return " ".join(parts)


def percent(share: float) -> str:
    return f"{share:.0%}"


def by_week(report: Report) -> list[tuple[int, float, int]]:
    """The share right in each week with enough answers: its place in the calendar, the share, the answers."""
    answered, right = [0] * WEEKS, [0] * WEEKS
    for day in report.days:
        week = (day.day - report.first_day).days // 7
        answered[week] += day.answered
        right[week] += day.right
    return [(week, right[week] / count, count) for week, count in enumerate(answered) if count >= FEW]


def draw(report: Report) -> bytes:
    sheet = Sheet(WIDTH, HEIGHT)
    _tiles(sheet, HEIGHT - MARGIN, report)
    _mastery(sheet, 1258, report)
    _calendar(sheet, 728, report)
    _accuracy(sheet, 288, report)
    return sheet.png()


# -- the figures on top


def _tiles(sheet: Sheet, top: float, report: Report) -> None:
    total = len(report.pack.active)
    tiles = [("MASTERY", percent(report.mastery.get(ALL, 0)), f"{report.met} of {total} met")]
    ready = report.readiness
    if ready is not None:
        tiles.append(("READINESS", str(ready.score), f"{ready.low} to {ready.high}"))
    else:
        tiles.append(("READINESS", "not yet", f"after {ENOUGH} questions"))
    if report.streaks is not None:
        streak = report.streaks.streak
        tiles.append(("STREAK", plural(streak.days, "day"), plural(streak.freezes, "freeze") + " in hand"))
    else:
        tiles.append(("DUE", f"{report.coming.today}", f"{report.coming.tomorrow} tomorrow"))
    gap = 24
    width = (WIDTH - 2 * MARGIN - gap * (len(tiles) - 1)) / len(tiles)
    for number, (name, figure, note) in enumerate(tiles):
        x = MARGIN + number * (width + gap)
        sheet.box(x, top - 176, width, 176, PANEL, radius=22)
        sheet.text(x + 26, top - 38, name, SMALL, color=SOFT_INK)
        sheet.text(x + 26, top - 92, figure, 58, bold=True, width=width - 44)
        sheet.text(x + 26, top - 146, note, SMALL, color=SOFT_INK, width=width - 44)


# -- mastery


def _mastery(sheet: Sheet, top: float, report: Report) -> None:
    """A bar for each section, in two columns."""
    sheet.text(MARGIN, top, "Mastery by section", TITLE, bold=True)
    leaves = report.pack.leaves
    rows = -(-len(leaves) // 2)
    gap, line = 44, min(64.0, 450 / rows)
    width = (WIDTH - 2 * MARGIN - gap) / 2
    for number, section in enumerate(leaves):
        x = MARGIN + (number // rows) * (width + gap)
        y = top - 52 - (number % rows) * line
        share = report.mastery.get(section, 0)
        sheet.text(x, y, legible(report.pack.title_of(section), section), LABEL, color=SOFT_INK, width=width)
        bar = width - 76
        sheet.box(x, y - 34, bar, 14, PANEL, radius=7)
        if share >= 0.01:
            sheet.box(x, y - 34, max(14, bar * share), 14, GOOD, radius=7)
        sheet.text(x + width, y - 28, percent(share), SMALL, bold=True, align="right")


# -- the calendar


def _calendar(sheet: Sheet, top: float, report: Report) -> None:
    """A column for each week, Monday on top; the brighter, the more answers. The streak's days have a ring, forgiven ones a cross."""
    sheet.text(MARGIN, top, f"The last {WEEKS} weeks", TITLE, bold=True)
    left, first = MARGIN + CELL / 2, top - 90
    _months(sheet, left, first + 38, report.first_day)
    answered = {day.day: day.answered for day in report.days}
    days = [report.first_day + timedelta(days=n) for n in range((report.today - report.first_day).days + 1)]
    place = {day: (left + (n // 7) * STEP, first - (n % 7) * STEP) for n, day in enumerate(days)}
    _squares(sheet, [place[day] for day in days], [_shade(answered.get(day, 0)) for day in days])
    marks = report.streaks.marks if report.streaks is not None else {}
    kept = [place[day] for day, mark in marks.items() if mark is Mark.KEPT and day in place]
    forgiven = [place[day] for day, mark in marks.items() if mark is Mark.FORGIVEN and day in place]
    _rings(sheet, kept)
    _crosses(sheet, forgiven)
    _legend(sheet, first - 7 * STEP - 16, streak=report.streaks is not None)


def _shade(answers: int) -> str:
    shade = PANEL
    for least, color in zip(STEPS, SHADES, strict=True):
        shade = color if answers >= least else shade
    return shade


def _squares(sheet: Sheet, places: Sequence[tuple[float, float]], colors: Sequence[str]) -> None:
    _scatter(sheet, places, marker="s", size=CELL, facecolors=colors, linewidths=0)


def _rings(sheet: Sheet, places: Sequence[tuple[float, float]]) -> None:
    _scatter(sheet, places, marker="s", size=CELL - 2, facecolors="none", edgecolors=GOLD, linewidths=1.4)


def _crosses(sheet: Sheet, places: Sequence[tuple[float, float]]) -> None:
    _scatter(sheet, places, marker="x", size=CELL / 2, facecolors=GOLD, linewidths=1.4)


def _scatter(sheet: Sheet, places: Sequence[tuple[float, float]], *, size: float, **look: object) -> None:
    """Many marks as one, which is far quicker than one shape each; `size` in pixels."""
    if places:
        points = size * 72 / sheet.figure.dpi
        across, up = zip(*places, strict=True)
        sheet.axes.scatter(across, up, s=points * points, zorder=2, **look)  # type: ignore[arg-type]


def _months(sheet: Sheet, left: float, y: float, first_day: date) -> None:
    """The name of each month over the week in which it begins."""
    for week in range(WEEKS):
        monday = first_day + timedelta(weeks=week)
        if monday.day <= 7 and week < WEEKS - 1:
            sheet.text(left + week * STEP - CELL / 2, y, f"{monday:%b}", SMALL, color=SOFT_INK)


def _legend(sheet: Sheet, y: float, *, streak: bool) -> None:
    x = MARGIN + CELL / 2
    sheet.text(MARGIN, y, "answers", SMALL, color=SOFT_INK)
    x += 124
    for least, color in zip(STEPS, SHADES, strict=True):
        _squares(sheet, [(x, y)], [color])
        sheet.text(x + 26, y, f"{least}+", SMALL, color=SOFT_INK)
        x += 118
    if streak:
        x += 16
        _squares(sheet, [(x, y)], [PANEL])
        _rings(sheet, [(x, y)])
        sheet.text(x + 28, y, "streak", SMALL, color=SOFT_INK)
        x += 150
        _squares(sheet, [(x, y)], [PANEL])
        _crosses(sheet, [(x, y)])
        sheet.text(x + 28, y, "freeze", SMALL, color=SOFT_INK)


# -- accuracy


def _accuracy(sheet: Sheet, top: float, report: Report) -> None:
    """The share right in each week, over the columns of the calendar."""
    sheet.text(MARGIN, top, "Right answers by week", TITLE, bold=True)
    low, high = 54.0, top - 58
    left, right = MARGIN, WIDTH - MARGIN

    def up(share: float) -> float:
        return low + (high - low) * share

    for share in (0.0, 0.5, 1.0):
        sheet.box(left, up(share) - 1, right - left - 86, 2, PANEL)
        sheet.text(right, up(share), percent(share), SMALL, color=SOFT_INK, align="right")
    weeks = by_week(report)
    if not weeks:
        sheet.text(
            (left + right - 86) / 2, up(0.25), "It begins with your first answers", TEXT, color=SOFT_INK, align="center"
        )
        return
    start = MARGIN + CELL / 2
    step = (right - 86 - start - 20) / (WEEKS - 1)
    points = [(start + week * step, up(share)) for week, share, _ in weeks]
    across, height = zip(*points, strict=True)
    sheet.axes.plot(across, height, color=ACCENT, linewidth=2.5, zorder=2)
    _scatter(sheet, points, marker="o", size=16, facecolors=ACCENT, edgecolors=BACKGROUND, linewidths=1)
    # The newest figure stands in the heading: beside its point it would lie on the line, whichever way that comes.
    sheet.disc(*points[-1], 11, INK, edge=BACKGROUND_LOW)
    sheet.text(right, top, f"{percent(weeks[-1][1])} in the newest", SMALL, color=INK, align="right")
