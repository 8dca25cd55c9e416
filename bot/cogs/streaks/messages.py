"""What a member reads about their streak and its planned pauses."""

from __future__ import annotations

from datetime import date

from bot.cogs.streaks.custom_ids import PauseEndId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.text import FIELD, as_many, day_name, plural
from bot.services.pauses import PausePlan
from bot.study.pauses import MOST_DAYS, Pause
from bot.study.periods import title_of_season

MOST_BUTTONS = 20


def pauses(plan: PausePlan) -> Message:
    """Show the planned pauses, with a button to end each."""
    card = Card(title="Your streak's pauses", color=BLUE, text=_standing(plan))
    if plan.made is not None:
        card.title = f"Paused {_span(plan.made, plan.today)}"
        card.text = "On these days, a missed question does not break your streak and costs no freeze. If you answer anyway, the day counts."
    card.add("Planned", _listed(plan) or "None. `/streak pause from: tomorrow until: Sunday` plans one.")
    card.add("Days left to pause", _left(plan))
    card.footer = "Plan a pause before it begins. Its days follow this server's calendar. Only you see this"
    ends = [
        Press(PauseEndId(pause.first.toordinal()), _label(pause, plan.today))
        for pause in plan.pauses
        if pause.last > plan.today
    ]
    return Message(card, ends[:MOST_BUTTONS])


def _standing(plan: PausePlan) -> str:
    days = plural(plan.streak.days, "day")
    if plan.running is not None:
        return f"Your streak of {days} is paused until {_day(plan.running.last, plan.today)}."
    return f"Your streak: {days}. A planned pause keeps it while you are away."


def _listed(plan: PausePlan) -> str:
    return as_many([f"{_span(pause, plan.today)}: {plural(pause.days, 'day')}" for pause in plan.pauses], FIELD)


def _left(plan: PausePlan) -> str:
    seasons = [f"{title_of_season(season)}: {left} of {MOST_DAYS}" for season, left in plan.left.items()]
    return "\n".join(seasons)


def _span(pause: Pause, today: date) -> str:
    if pause.first == pause.last:
        return f"on {_day(pause.first, today)}"
    return f"from {_day(pause.first, today)} to {_day(pause.last, today)}"


def _day(day: date, today: date) -> str:
    return day_name(day) if day.year == today.year else f"{day_name(day)}, {day.year}"


def _label(pause: Pause, today: date) -> str:
    if pause.covers(today):
        return "End the pause after today"
    year = "" if pause.first.year == today.year else f", {pause.first.year}"
    return f"Cancel the pause from {pause.first:%B} {pause.first.day}{year}"
