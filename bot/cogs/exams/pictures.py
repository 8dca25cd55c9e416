"""Pictures of a result and of a history. The message and the descriptions of the pictures say the same in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cogs.exams.results import domain_titles, verdict
from bot.cogs.ui.fonts import width_of
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
from bot.services.exam_papers import ExamResult, History
from bot.storage.exams import Exam, ExamOutcome
from bot.study.exams import Length, is_judged, likely_range, version_of
from bot.study.questions import ExamVersion

MARGIN = 64
LINE = 96
"""Pixels from one domain to the next."""
MIN_HISTORY = 2
"""Minimum number of exams for a picture of the history."""
ROOMY = 10
"""Up to this number of exams, each gets a label."""
APART = 3
"""Minimum distance between labels, in exams, if not every exam gets a label."""


def color_of(outcome: ExamOutcome, version: ExamVersion) -> str:
    """Return the color of a score; words next to it say the same."""
    return GOOD if outcome.score >= version.passing else GOLD


# -- one exam


async def of_result(result: ExamResult) -> Picture | None:
    """Return the picture of a result; None if the pack no longer has its exam version, which defines the scale."""
    if not is_judged(result.paper.pack):
        return None
    return Picture("mock-exam.png", await paint(draw_result, result), describe_result(result))


def describe_result(result: ExamResult) -> str:
    outcome, titles, version = result.outcome, domain_titles(result.paper.pack), version_of(result.paper.pack)
    shares = [
        f"{titles.get(domain, 'All sections')}: {share.right} of {share.total}"
        for domain, share in result.by_domain.items()
    ]
    return (
        f"A scale from {version.lowest} to {version.highest} with the passing score at {version.passing}. The score is {outcome.score}, "
        f"{verdict(outcome.score, version)}. Below it is a bar for each domain, with the number of right answers. {human_join(shares)}."
    )


def draw_result(result: ExamResult) -> Sheet:
    outcome, version = result.outcome, version_of(result.paper.pack)
    sheet = Sheet(1200, 410 + LINE * len(result.by_domain))
    top, right = sheet.height, sheet.width - MARGIN
    color = color_of(outcome, version)
    sheet.text(MARGIN, top - 60, "MOCK EXAM", 28, color=SOFT_INK)
    score = sheet.text(MARGIN, top - 140, f"{outcome.score:,}", 100, bold=True)
    sheet.text(right, top - 60, f"{outcome.correct} of {outcome.scored} right", 32, align="right")
    room = right - score.end - 32
    sheet.text(right, top - 126, verdict(outcome.score, version), 44, color=color, bold=True, align="right", width=room)
    sheet.text(right, top - 184, "the pale band is the likely range", 28, color=SOFT_INK, align="right", width=room)
    _scale(sheet, top - 258, outcome, version)
    _domains(sheet, top - 392, result)
    return sheet


def _scale(sheet: Sheet, y: float, outcome: ExamOutcome, version: ExamVersion) -> None:
    """Draw the scale from the lowest to the highest score: the likely range as a band, the passing score, the score."""
    width = sheet.width - 2 * MARGIN

    def x(score: float) -> float:
        return MARGIN + width * (score - version.lowest) / (version.highest - version.lowest)

    low, high = likely_range(outcome.correct, outcome.scored, version)
    sheet.box(MARGIN, y - 13, width, 26, PANEL, radius=13)
    sheet.box(x(low), y - 13, x(high) - x(low), 26, f"{color_of(outcome, version)}59", radius=13)
    sheet.box(x(version.passing) - 2, y - 26, 4, 52, INK)
    sheet.disc(x(outcome.score), y, 22, color_of(outcome, version), edge=BACKGROUND_LOW)
    lowest = sheet.text(MARGIN, y - 56, f"{version.lowest:,}", 28, color=SOFT_INK)
    highest = sheet.text(MARGIN + width, y - 56, f"{version.highest:,}", 28, color=SOFT_INK, align="right")
    pass_mark = f"passing score {version.passing:,}"
    half = width_of(pass_mark, 28) / 2 + 20
    middle = min(max(x(version.passing), lowest.end + half), highest.x - half)
    sheet.text(middle, y - 56, pass_mark, 28, color=SOFT_INK, align="center")


def _domains(sheet: Sheet, y: float, result: ExamResult) -> None:
    """Draw title, figures and a bar for each domain."""
    titles = domain_titles(result.paper.pack)
    width = sheet.width - 2 * MARGIN
    for domain, share in result.by_domain.items():
        figures = sheet.text(MARGIN + width, y, f"{share.right} of {share.total}", 30, bold=True, align="right")
        title = legible(titles.get(domain, "All sections"), domain)
        sheet.text(MARGIN, y, title, 30, width=figures.x - MARGIN - 24)
        sheet.box(MARGIN, y - 44, width, 18, PANEL, radius=9)
        if share.right:
            sheet.box(MARGIN, y - 44, max(18, width * share.right / share.total), 18, ACCENT, radius=9)
        y -= LINE


# -- past exams


async def of_history(history: History) -> Picture | None:
    if len(history.latest) < MIN_HISTORY:
        return None
    return Picture("mock-exams.png", await paint(draw_history, history), describe_history(history))


def describe_history(history: History) -> str:
    scores = [str(exam.outcome.score) for exam in _oldest_first(history) if exam.outcome]
    return f"A line through your latest scores, oldest first: {', '.join(scores)}. The passing score is {version_of(history.pack).passing}."


def _oldest_first(history: History) -> Sequence[Exam]:
    return history.latest[::-1]


def draw_history(history: History) -> Sheet:
    sheet = Sheet(1200, 640)
    exams, version = _oldest_first(history), version_of(history.pack)
    left, right, low, high = 148, sheet.width - MARGIN, 130, 450
    step = (right - left - 80) / (len(exams) - 1)

    def y(score: float) -> float:
        return low + (high - low) * (score - version.lowest) / (version.highest - version.lowest)

    sheet.text(MARGIN, 590, "Mock exams, oldest first", 36, bold=True)
    sheet.text(MARGIN, 538, f"round: full · square: short · passing score {version.passing}", 28, color=SOFT_INK)
    for score in (version.lowest, version.passing, version.highest):
        sheet.box(left, y(score) - 1, right - left, 2, SOFT_INK if score == version.passing else PANEL)
        sheet.text(left - 16, y(score), f"{score:,}", 28, color=SOFT_INK, align="right")
    points = [
        (left + 40 + place * step, y(exam.outcome.score), exam, exam.outcome)
        for place, exam in enumerate(exams)
        if exam.outcome
    ]
    sheet.path([point[:2] for point in points], ACCENT)
    with_figures = figured([outcome.score for *_, outcome in points])
    first = history.size - len(exams) + 1
    for place, (across, up, exam, outcome) in enumerate(points):
        if exam.length is Length.FULL:
            sheet.disc(across, up, 14, color_of(outcome, version), edge=BACKGROUND_LOW)
        else:
            sheet.box(across - 13, up - 13, 26, 26, color_of(outcome, version), radius=4)
        if place in with_figures:
            beside = up + 38 if outcome.score >= version.passing else up - 38
            sheet.text(across, beside, f"{outcome.score:,}", 28, bold=True, align="center")
            sheet.text(across, 60, f"{first + place}", 28, color=SOFT_INK, align="center")
    return sheet


def figured(scores: Sequence[int]) -> set[int]:
    """Choose which points of a history get a label: all if there are few; else the newest, best and oldest, if they
    fit."""
    if len(scores) <= ROOMY:
        return set(range(len(scores)))
    shown: set[int] = set()
    for place in (len(scores) - 1, scores.index(max(scores)), 0):
        if all(abs(place - other) >= APART for other in shown):
            shown.add(place)
    return shown
