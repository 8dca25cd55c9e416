"""The picture of a member's progress. `describe` says the same in words, for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from bot.services.progress import WEEKS, ProgressReport
from bot.study.milestones import Milestone, MilestoneKind, upcoming
from bot.study.questions import ALL
from bot.study.readiness import ENOUGH
from bot.study.streaks import DayMark

WIDTH, HEIGHT = 1200, 800
MARGIN, GAP = 40, 20
TITLE, TEXT = 30, 28

CELL, STEP = 15, 17.9
SHADES = ("#43528f", "#5d78cc", "#86a3f5", "#c6d5ff")
"""Colors from few to many answers on a day; they also differ in brightness, to work without color."""
STEPS = (1, 5, 10, 20)
"""The number of answers at which each shade starts."""
FEW = 3
"""The minimum number of answers in a week for its share of right answers to be drawn."""


async def of(report: ProgressReport) -> Picture:
    return Picture("progress.png", await paint(draw, report), describe(report))


def describe(report: ProgressReport) -> str:
    """Describe the picture for a screen reader, in at most 1,024 characters."""
    leaves = ", ".join(f"{section} {percent(report.mastery.get(section, 0))}" for section in report.pack.leaves)
    answers = sum(day.answered for day in report.days)
    parts = [
        f"Mastery over all sections {percent(report.mastery.get(ALL, 0))}. By section: {leaves}.",
        f"A calendar of {WEEKS} weeks: {plural(answers, 'answer')} on {plural(len(report.days), 'day')}.",
    ]
    shares = by_week(report)
    if shares:
        parts.append(
            f"A line chart of the share of right answers by week, from {percent(shares[0][1])} to {percent(shares[-1][1])}."
        )
    parts += [week_in_words(this_week(report)), milestone_words(milestone(report))]
    return " ".join(parts)


def percent(share: float) -> str:
    return f"{share:.0%}"


def by_week(report: ProgressReport) -> list[tuple[int, float, int]]:
    """Return each week with enough answers: its column in the calendar, its share of right answers, and its number of answers."""
    answered, right = [0] * WEEKS, [0] * WEEKS
    for day in report.days:
        week = (day.day - report.first_day).days // 7
        answered[week] += day.answered
        right[week] += day.right
    return [(week, right[week] / count, count) for week, count in enumerate(answered) if count >= FEW]


@dataclass(frozen=True, slots=True)
class Week:
    """This week up to today, compared with the same days of last week."""

    answered: int
    right: int
    before: int

    @property
    def change(self) -> str:
        """Compare this week's number of answers with last week's, as part of a sentence: `3 more than`."""
        if self.answered == self.before:
            return "as many as"
        return f"{abs(self.answered - self.before):,} {'more' if self.answered > self.before else 'fewer'} than"


def this_week(report: ProgressReport) -> Week:
    monday = report.today - timedelta(days=report.today.weekday())
    now = [day for day in report.days if monday <= day.day <= report.today]
    week = timedelta(weeks=1)
    before = [day for day in report.days if monday - week <= day.day <= report.today - week]
    return Week(sum(d.answered for d in now), sum(d.right for d in now), sum(d.answered for d in before))


def week_in_words(week: Week) -> str:
    right = f", {percent(week.right / week.answered)} right" if week.answered else ""
    return f"This week: {plural(week.answered, 'answer')}{right}, {week.change} by the same day last week."


def milestone(report: ProgressReport) -> Milestone | None:
    sections = {section: report.mastery.get(section, 0.0) for section in report.pack.leaves}
    streak = report.streaks.streak.days if report.streaks is not None else None
    return upcoming(report.met, len(report.pack.active), sections, streak)


def milestone_title(found: Milestone) -> str:
    match found.goal:
        case MilestoneKind.MET:
            return plural(found.aim, "question") + " seen"
        case MilestoneKind.STREAK:
            return f"a streak of {plural(found.aim, 'day')}"
        case MilestoneKind.SECTION:
            return f"{found.aim}% mastery of {found.section}"


def milestone_left(found: Milestone) -> str:
    return f"{found.left:,}{'%' if found.goal is MilestoneKind.SECTION else ''} to go"


def milestone_words(found: Milestone | None) -> str:
    if found is None:
        return "You have reached every milestone."
    return f"Next milestone: {milestone_title(found)}, {milestone_left(found)}."


def draw(report: ProgressReport) -> Sheet:
    sheet = Sheet(WIDTH, HEIGHT)
    _tiles(sheet, HEIGHT - MARGIN, report)
    _week(sheet, 572, report)
    _milestone(sheet, 572, report)
    _mastery(sheet, 418, report)
    _calendar(sheet, 418, report)
    _accuracy(sheet, 162, report)
    return sheet


# -- the figures at the top


def _tiles(sheet: Sheet, top: float, report: ProgressReport) -> None:
    total = len(report.pack.active)
    tiles = [("MASTERY", percent(report.mastery.get(ALL, 0)), f"{report.met:,} of {total:,} seen")]
    ready = report.readiness
    if ready is not None:
        tiles.append(("READINESS", str(ready.score), f"{ready.low} to {ready.high}"))
    else:
        tiles.append(("READINESS", "not yet", f"after {ENOUGH} questions"))
    if report.streaks is not None:
        streak = report.streaks.streak
        tiles.append(("STREAK", plural(streak.days, "day"), plural(streak.freezes, "freeze") + " left"))
    else:
        tiles.append(("DUE", f"{report.coming.today:,}", f"{report.coming.tomorrow:,} tomorrow"))
    width = (WIDTH - 2 * MARGIN - GAP * (len(tiles) - 1)) / len(tiles)
    for number, (name, figure, note) in enumerate(tiles):
        x = MARGIN + number * (width + GAP)
        sheet.box(x, top - 168, width, 168, PANEL, radius=20)
        sheet.text(x + 24, top - 34, name, TEXT, color=SOFT_INK)
        sheet.text(x + 24, top - 86, figure, 58, bold=True, width=width - 40)
        sheet.text(x + 24, top - 138, note, TEXT, color=SOFT_INK, width=width - 40)


HALF = (WIDTH - 2 * MARGIN - GAP) / 2


def _week(sheet: Sheet, top: float, report: ProgressReport) -> None:
    """Draw how many answers this week has, compared with the same days of last week."""
    week = this_week(report)
    sheet.box(MARGIN, top - 112, HALF, 112, PANEL, radius=20)
    sheet.text(
        MARGIN + 24, top - 36, f"This week: {plural(week.answered, 'answer')}", TITLE, bold=True, width=HALF - 48
    )
    change = f"{week.change} last week by {report.today:%a}"
    sheet.text(MARGIN + 24, top - 80, change, TEXT, color=SOFT_INK, width=HALF - 48)


def _milestone(sheet: Sheet, top: float, report: ProgressReport) -> None:
    x, found = MARGIN + HALF + GAP, milestone(report)
    sheet.box(x, top - 112, HALF, 112, PANEL, radius=20)
    if found is None:
        sheet.text(x + 24, top - 56, "Every milestone reached", TITLE, bold=True, width=HALF - 48)
        return
    sheet.text(x + 24, top - 36, f"Next: {milestone_title(found)}", TITLE, bold=True, width=HALF - 48)
    left = sheet.text(x + HALF - 24, top - 80, milestone_left(found), TEXT, color=SOFT_INK, align="right")
    _bar(sheet, x + 24, top - 80, left.x - 20 - x - 24, found.now / found.aim, GOLD, behind=BACKGROUND)


def _bar(sheet: Sheet, x: float, y: float, width: float, share: float, color: str, *, behind: str = PANEL) -> None:
    """Draw a bar filled to `share`; `y` is the height of its middle."""
    sheet.box(x, y - 9, width, 18, behind, radius=9)
    if share >= 0.01:
        sheet.box(x, y - 9, max(18, width * share), 18, color, radius=9)


# -- mastery

COLUMN, BETWEEN, ROWS, ROW = 300, 30, 7, 46
"""Layout: width of a column, gap between columns, sections in a column, and height of each."""


def sections_of(report: ProgressReport) -> Sequence[str]:
    """Return the sections there is room for, in pack order: all, or the weakest."""
    leaves = report.pack.leaves
    weakest = sorted(leaves, key=lambda section: report.mastery.get(section, 0))[: 2 * ROWS]
    return [section for section in leaves if section in weakest]


def _mastery(sheet: Sheet, top: float, report: ProgressReport) -> None:
    """Draw a bar for each section, in two columns. Only the text version has the titles of the sections."""
    sections = sections_of(report)
    weakest = len(sections) < len(report.pack.leaves)
    sheet.text(MARGIN, top, "The weakest sections" if weakest else "Mastery by section", TITLE, bold=True)
    rows = max(1, -(-len(sections) // 2))
    for number, section in enumerate(sections):
        x = MARGIN + (number // rows) * (COLUMN + BETWEEN)
        y = top - 56 - (number % rows) * ROW
        share = report.mastery.get(section, 0)
        sheet.text(x, y, legible(section, "?"), TEXT, color=SOFT_INK, width=64)
        sheet.text(x + COLUMN, y, percent(share), TEXT, bold=True, align="right")
        _bar(sheet, x + 70, y, COLUMN - 70 - 96, share, GOOD)


# -- the calendar

LEFT = 694
"""The left edge of the right half."""


def _calendar(sheet: Sheet, top: float, report: ProgressReport) -> None:
    """Draw a column for each week, Monday on top; brighter means more answers. Streak days have a ring, forgiven ones a
    cross, paused ones a dash."""
    sheet.text(LEFT, top, f"The last {WEEKS} weeks", TITLE, bold=True)
    left, first = LEFT + CELL / 2, top - 80
    _months(sheet, LEFT, first + 32, report.first_day)
    answered = {day.day: day.answered for day in report.days}
    marks = report.streaks.marks if report.streaks is not None else {}
    for number in range((report.today - report.first_day).days + 1):
        day = report.first_day + timedelta(days=number)
        _day(
            sheet,
            left + (number // 7) * STEP,
            first - (number % 7) * STEP,
            _shade(answered.get(day, 0)),
            marks.get(day),
        )
    shown = [DayMark.KEPT, DayMark.FORGIVEN] if report.streaks is not None else []
    shown += [DayMark.PAUSED] if DayMark.PAUSED in marks.values() else []
    _legend(sheet, first - 7 * STEP - 8, shown)


def _day(sheet: Sheet, x: float, y: float, color: str, mark: DayMark | None = None) -> None:
    sheet.box(x - CELL / 2, y - CELL / 2, CELL, CELL, color, radius=3)
    if mark is DayMark.KEPT:
        sheet.ring(x, y, CELL, GOLD, thickness=2)
    elif mark is DayMark.FORGIVEN:
        reach = CELL / 2 - 3
        sheet.path([(x - reach, y - reach), (x + reach, y + reach)], GOLD)
        sheet.path([(x - reach, y + reach), (x + reach, y - reach)], GOLD)
    elif mark is DayMark.PAUSED:
        sheet.path([(x - CELL / 2 + 3, y), (x + CELL / 2 - 3, y)], GOLD)


def _shade(answers: int) -> str:
    shade = PANEL
    for least, color in zip(STEPS, SHADES, strict=True):
        shade = color if answers >= least else shade
    return shade


def _months(sheet: Sheet, left: float, y: float, first_day: date) -> None:
    """Draw the name of each month above its first week, where it fits."""
    for week in range(WEEKS - 2):
        monday = first_day + timedelta(weeks=week)
        if monday.day <= 7:
            sheet.text(left + week * STEP, y, f"{monday:%b}", TEXT, color=SOFT_INK)


MARKS = {DayMark.KEPT: "streak", DayMark.FORGIVEN: "freeze", DayMark.PAUSED: "pause"}


def _legend(sheet: Sheet, y: float, marks: Sequence[DayMark]) -> None:
    x = sheet.text(LEFT, y, "answers", TEXT, color=SOFT_INK).end + 18
    for color in SHADES:
        _day(sheet, x, y, color)
        x += STEP
    for mark in marks:
        _day(sheet, x + 8, y, PANEL, mark)
        x = sheet.text(x + 24, y, MARKS[mark], TEXT, color=SOFT_INK).end + 14


# -- accuracy


def _accuracy(sheet: Sheet, top: float, report: ProgressReport) -> None:
    """Draw the share of right answers in each week."""
    sheet.text(LEFT, top, "Right by week", TITLE, bold=True)
    low, high = 40.0, top - 42
    right = WIDTH - MARGIN - 92

    def up(share: float) -> float:
        return low + (high - low) * share

    for share in (0.0, 0.5, 1.0):
        sheet.box(LEFT, up(share) - 1, right - LEFT, 2, PANEL)
    for share in (0.0, 1.0):
        sheet.text(WIDTH - MARGIN, up(share), percent(share), TEXT, color=SOFT_INK, align="right")
    weeks = by_week(report)
    if not weeks:
        words = "After your first answers"
        sheet.text((LEFT + right) / 2, up(0.5), words, TEXT, color=SOFT_INK, align="center", width=right - LEFT)
        return
    step = (right - LEFT - 2 * CELL) / (WEEKS - 1)
    points = [(LEFT + CELL + week * step, up(share)) for week, share, _ in weeks]
    sheet.path(points, ACCENT)
    for point in points:
        sheet.disc(*point, 5, ACCENT)
    # The newest figure is in the heading: next to its point it would cover the line.
    sheet.disc(*points[-1], 8, INK, edge=BACKGROUND_LOW)
    sheet.text(WIDTH - MARGIN, top, f"{percent(weeks[-1][1])} newest", TEXT, align="right")
