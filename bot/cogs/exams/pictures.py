"""The picture of a result and of a history. Each has its words beside it: the message, and a description."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cogs.exams.results import domain_titles, verdict
from bot.cogs.ui.pictures import (
    ACCENT,
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
from bot.cogs.ui.text import human_join
from bot.services.exam_papers import History, Result
from bot.storage.exams import Exam, Outcome
from bot.study.exams import Length, likely_range, version_of
from bot.study.questions import ExamVersion

MARGIN = 64
LINE = 62
"""Pixels from one domain to the next."""
MIN_HISTORY = 2
"""Exams from which there is a line to draw."""
ROOMY = 12
"""Exams up to which the figures have their full size."""


def color_of(outcome: Outcome, version: ExamVersion) -> str:
    """Beside the words that say the same."""
    return GOOD if outcome.score >= version.passing else GOLD


# -- one exam


async def of_result(result: Result) -> Picture:
    return Picture("mock-exam.png", await paint(draw_result, result), describe_result(result))


def describe_result(result: Result) -> str:
    outcome, titles, version = result.outcome, domain_titles(result.paper.pack), version_of(result.paper.pack)
    shares = [
        f"{titles.get(domain, 'All sections')}: {share.right} of {share.total}"
        for domain, share in result.by_domain.items()
    ]
    return (
        f"A scale from {version.lowest} to {version.highest} with the pass mark at {version.passing}. The score is {outcome.score}, "
        f"{verdict(outcome.score, version)}. Below it a bar for each domain with how many were right. {human_join(shares)}."
    )


def draw_result(result: Result) -> bytes:
    outcome, version = result.outcome, version_of(result.paper.pack)
    sheet = Sheet(1200, 410 + LINE * len(result.by_domain))
    top, right = sheet.height, sheet.width - MARGIN
    sheet.text(MARGIN, top - 62, "MOCK EXAM", 22, color=SOFT_INK)
    sheet.text(MARGIN, top - 138, f"{outcome.score:,}", 96, bold=True)
    sheet.text(right, top - 62, f"{outcome.correct} of {outcome.scored} right", 22, color=SOFT_INK, align="right")
    sheet.text(
        right,
        top - 132,
        verdict(outcome.score, version),
        38,
        color=color_of(outcome, version),
        bold=True,
        align="right",
    )
    sheet.text(right, top - 182, "the pale band is within the reach of luck", 19, color=SOFT_INK, align="right")
    _scale(sheet, top - 252, outcome, version)
    _domains(sheet, top - 392, result)
    return sheet.png()


def _scale(sheet: Sheet, y: float, outcome: Outcome, version: ExamVersion) -> None:
    """From the lowest score to the highest: where chance might have put the score as a band, the pass mark, and the score."""
    width = sheet.width - 2 * MARGIN

    def x(score: float) -> float:
        return MARGIN + width * (score - version.lowest) / (version.highest - version.lowest)

    low, high = likely_range(outcome.correct, outcome.scored, version)
    sheet.box(MARGIN, y - 13, width, 26, PANEL, radius=13)
    sheet.box(x(low), y - 13, x(high) - x(low), 26, f"{color_of(outcome, version)}59", radius=13)
    sheet.box(x(version.passing) - 2, y - 26, 4, 52, INK)
    sheet.disc(x(outcome.score), y, 22, color_of(outcome, version), edge=BACKGROUND_LOW)
    sheet.text(MARGIN, y - 50, str(version.lowest), 21, color=SOFT_INK)
    sheet.text(x(version.passing), y - 50, f"{version.passing} passes", 21, color=SOFT_INK, align="center")
    sheet.text(MARGIN + width, y - 50, f"{version.highest:,}", 21, color=SOFT_INK, align="right")


def _domains(sheet: Sheet, y: float, result: Result) -> None:
    """A line for each domain: its title, a bar, and the figures."""
    titles = domain_titles(result.paper.pack)
    right = sheet.width - MARGIN
    start, width = 700, 290
    for domain, share in result.by_domain.items():
        sheet.text(MARGIN, y, legible(titles.get(domain, "All sections"), domain), 22, width=start - MARGIN - 24)
        sheet.box(start, y - 10, width, 20, PANEL, radius=10)
        if share.right:
            sheet.box(start, y - 10, max(20, width * share.right / share.total), 20, ACCENT, radius=10)
        sheet.text(right, y, f"{share.right} of {share.total}", 23, bold=True, align="right")
        y -= LINE


# -- past exams


async def of_history(history: History) -> Picture | None:
    if len(history.latest) < MIN_HISTORY:
        return None
    return Picture("mock-exams.png", await paint(draw_history, history), describe_history(history))


def describe_history(history: History) -> str:
    scores = [str(exam.outcome.score) for exam in _oldest_first(history) if exam.outcome]
    return f"A line through your latest scores, oldest first: {', '.join(scores)}. The pass mark lies at {version_of(history.pack).passing}."


def _oldest_first(history: History) -> Sequence[Exam]:
    return history.latest[::-1]


def draw_history(history: History) -> bytes:
    sheet = Sheet(1200, 560)
    exams, version = _oldest_first(history), version_of(history.pack)
    left, right, low, high = 132, sheet.width - 84, 110, 420
    step = (right - left - 60) / (len(exams) - 1)

    def y(score: float) -> float:
        return low + (high - low) * (score - version.lowest) / (version.highest - version.lowest)

    sheet.text(MARGIN, 510, "MOCK EXAMS, OLDEST FIRST", 22, color=SOFT_INK)
    sheet.text(right, 510, f"round: full · square: short · {version.passing} passes", 20, color=SOFT_INK, align="right")
    for score in (version.lowest, version.passing, version.highest):
        sheet.box(left, y(score) - 1, right - left, 2, SOFT_INK if score == version.passing else PANEL)
        sheet.text(left - 20, y(score), f"{score:,}", 20, color=SOFT_INK, align="right")
    points = [
        (left + 30 + place * step, y(exam.outcome.score), exam, exam.outcome)
        for place, exam in enumerate(exams)
        if exam.outcome
    ]
    sheet.axes.plot([point[0] for point in points], [point[1] for point in points], color=ACCENT, linewidth=3, zorder=2)
    first = history.size - len(exams) + 1
    size = 20 if len(exams) <= ROOMY else 15
    for number, (across, up, exam, outcome) in enumerate(points, start=first):
        if exam.length is Length.FULL:
            sheet.disc(across, up, 15, color_of(outcome, version), edge=BACKGROUND_LOW)
        else:
            sheet.axes.plot([across], [up], "s", color=color_of(outcome, version), markersize=11, zorder=3)
        beside = up + 36 if outcome.score >= version.passing else up - 36
        sheet.text(across, beside, f"{outcome.score:,}", size, bold=True, align="center")
        sheet.text(across, 60, f"{number}", size, color=SOFT_INK, align="center")
    return sheet.png()
