"""The picture of a result and of a history. Each has its words beside it: the message, and an alternative text."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import discord

from bot.cogs.exams.results import domain_titles, verdict
from bot.cogs.ui.pictures import AMBER, BLUE, FAINT, GREEN, GROUND, INK, PANEL, picture
from bot.cogs.ui.text import clip, human_join
from bot.services.exam_papers import History, Result
from bot.storage.exams import Outcome
from bot.study.exams import HIGHEST, LOWEST, PASS, Length, Share, likely_range

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MIN_TREND = 2
"""Exams from which a history has a line to draw."""


async def of_result(result: Result) -> discord.File:
    height = 3.4 + 0.42 * len(result.by_domain)
    return await picture("mock-exam", alt_of_result(result), (8, height), partial(draw_result, result=result))


def alt_of_result(result: Result) -> str:
    outcome, titles = result.outcome, domain_titles(result.paper.pack)
    shares = [
        f"{titles.get(domain, 'All sections')} {share.right} of {share.total}"
        for domain, share in result.by_domain.items()
    ]
    return (
        f"A scale from {LOWEST} to {HIGHEST} with the pass mark at {PASS}. The score is {outcome.score}, "
        f"{verdict(outcome.score)}. Below, a bar for each domain with the share right: {human_join(shares)}."
    )


def draw_result(figure: Figure, result: Result) -> None:
    outcome, count = result.outcome, len(result.by_domain)
    color = GREEN if outcome.score >= PASS else AMBER
    height = figure.get_figheight()
    figure.text(0.05, 1 - 0.42 / height, "MOCK EXAM", color=FAINT, fontsize=11, va="center")
    figure.text(0.05, 1 - 1.02 / height, f"{outcome.score:,}", color=INK, fontsize=46, weight="bold", va="center")
    figure.text(
        0.95, 1 - 0.42 / height, f"{outcome.correct} of {outcome.scored} right", color=FAINT, fontsize=11, va="center", ha="right"
    )  # fmt: skip
    figure.text(0.95, 1 - 1.02 / height, verdict(outcome.score), color=color, fontsize=19, va="center", ha="right")
    _scale(figure.add_axes((0.05, 1 - 2.2 / height, 0.9, 0.75 / height)), outcome, color)
    if count:
        _bars(figure.add_axes((0.05, 0.25 / height, 0.9, 0.42 * count / height)), result)


def _scale(axes: Axes, outcome: Outcome, color: str) -> None:
    """The line from 100 to 1,000, the pass mark, the likely range as a band, and the score."""
    low, high = likely_range(outcome.correct, outcome.scored)
    axes.set_xlim(LOWEST, HIGHEST)
    axes.set_ylim(-1.5, 1.5)
    axes.axis("off")
    axes.plot([LOWEST, HIGHEST], [0, 0], color=PANEL, linewidth=12, solid_capstyle="round", clip_on=False)
    axes.plot([low, high], [0, 0], color=color, alpha=0.35, linewidth=12, solid_capstyle="butt")
    axes.plot([PASS, PASS], [-0.75, 0.75], color=INK, linewidth=1.6)
    axes.plot(
        [outcome.score],
        [0],
        "o",
        color=color,
        markersize=15,
        markeredgecolor=GROUND,
        markeredgewidth=2.5,
        clip_on=False,
    )
    for value, text, align in (
        (LOWEST, f"{LOWEST}", "left"), (PASS, f"{PASS} passes", "center"), (HIGHEST, f"{HIGHEST:,}", "right"),
    ):  # fmt: skip
        axes.text(value, -1.05, text, color=FAINT, fontsize=10, ha=align, va="top")


def _bars(axes: Axes, result: Result) -> None:
    """One line a domain: its title, a bar, and the figures in words."""
    titles = domain_titles(result.paper.pack)
    shares: list[tuple[str, Share]] = list(result.by_domain.items())
    axes.set_xlim(0, 1)
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.axis("off")
    start, end = 0.5, 0.86
    for line, (domain, share) in enumerate(shares):
        part = share.right / share.total
        axes.text(0, line, clip(titles.get(domain, "All sections"), 46), color=INK, fontsize=10.5, va="center")
        axes.plot([start, end], [line, line], color=PANEL, linewidth=9, solid_capstyle="round")
        if share.right:
            axes.plot(
                [start, start + part * (end - start)], [line, line], color=BLUE, linewidth=9, solid_capstyle="round"
            )
        axes.text(1, line, f"{share.right} of {share.total}", color=INK, fontsize=10.5, va="center", ha="right")


async def of_history(history: History) -> discord.File | None:
    """None where there is no line to draw yet."""
    if len(history.latest) < MIN_TREND:
        return None
    return await picture("mock-exams", alt_of_history(history), (8, 3.6), partial(draw_history, history=history))


def alt_of_history(history: History) -> str:
    scores = [str(exam.outcome.score) for exam in reversed(history.latest) if exam.outcome]
    return f"A line through your latest scores, oldest first: {', '.join(scores)}. The pass mark lies at {PASS}."


def draw_history(figure: Figure, history: History) -> None:
    exams = [(exam.outcome, exam.length) for exam in reversed(history.latest) if exam.outcome]
    first = history.size - len(exams) + 1
    axes = figure.add_axes((0.09, 0.2, 0.87, 0.62))
    axes.set_facecolor(GROUND)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xlim(-0.5, len(exams) - 0.5)
    axes.set_ylim(LOWEST, HIGHEST + 60)
    axes.set_yticks([LOWEST, 400, PASS, HIGHEST], [f"{LOWEST}", "400", f"{PASS}", f"{HIGHEST:,}"])
    axes.set_xticks(range(len(exams)), [f"{first + place}" for place in range(len(exams))])
    axes.tick_params(colors=FAINT, length=0, labelsize=10)
    axes.grid(axis="y", color=PANEL, linewidth=1)
    axes.axhline(PASS, color=INK, linewidth=1.4, linestyle=(0, (5, 4)))
    axes.plot([outcome.score for outcome, _ in exams], color=BLUE, linewidth=2.5, zorder=2)
    for place, (outcome, length) in enumerate(exams):
        full = length is Length.FULL
        axes.plot(
            [place], [outcome.score], "o" if full else "D", markersize=11 if full else 9, zorder=3,
            color=GREEN if outcome.score >= PASS else AMBER, markeredgecolor=GROUND, markeredgewidth=2, clip_on=False,
        )  # fmt: skip
        axes.annotate(
            f"{outcome.score:,}", (place, outcome.score), xytext=(0, 11), textcoords="offset points",
            ha="center", color=INK, fontsize=10,
        )  # fmt: skip
    figure.text(0.05, 0.92, "MOCK EXAMS, OLDEST FIRST", color=FAINT, fontsize=11, va="center")
    figure.text(
        0.96, 0.92, f"round: full · diamond: short · dashed: {PASS} passes", color=FAINT, fontsize=10, va="center", ha="right"
    )  # fmt: skip
