"""The group's figures in words."""

from __future__ import annotations

from datetime import date

from bot.cogs.ui.text import plural
from bot.study.groups import Mirror


def percent(share: float) -> str:
    return f"{share:.0%}"


def short_day(day: date) -> str:
    return f"{day:%b} {day.day}"


def trend(found: Mirror) -> str:
    """Say how the share of right answers changed, from the first week with a figure to the last."""
    weeks = [(monday, share) for monday, share in found.weeks if share is not None]
    if not weeks:
        return "No week has first answers from five members yet."
    (first, before), (last, after) = weeks[0], weeks[-1]
    if first == last:
        return f"{percent(after)} of first answers were right in the week of {short_day(last)}."
    change = round(100 * after) - round(100 * before)
    told = "unchanged" if not change else f"{'up' if change > 0 else 'down'} {plural(abs(change), 'point')}"
    return (
        f"{percent(after)} of first answers were right in the week of {short_day(last)}, {told} since the week of "
        f"{short_day(first)}."
    )
