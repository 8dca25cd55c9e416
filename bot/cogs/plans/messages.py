"""What a member reads about their study plan."""

from __future__ import annotations

from datetime import date

from discord import ui

from bot.cogs.plans.custom_ids import PlanDateId, PortionId
from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.reviews.custom_ids import ReviewStartId
from bot.cogs.ui import gone
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.forms import OPEN_FOR, text_part
from bot.cogs.ui.questions import BLUE, GREEN, GREY
from bot.cogs.ui.text import FIELD, clip, day_name, in_days, plain, plural
from bot.services.plans import Planned
from bot.study.plans import MOST_A_DAY, Portion, minutes
from bot.study.questions import ALL, Pack
from bot.study.quizzes import MAX_QUESTIONS

MOST_TYPED = 40
"""Maximum length of a typed date."""
SET_DATE = "Set the exam date"


def no_plan() -> Message:
    text = "You have no study plan. Set the date of your exam, and what is left to learn is spread over the days until then."
    return Message(Card(title="Plan for your exam", text=text, color=GREY), [Press(PlanDateId(), SET_DATE, main=True)])


def date_form(exam_on: date | None) -> ui.Modal:
    """Build the form that asks for the date of the exam, filled in with the one of the current plan."""
    form = ui.Modal(title="Plan for your exam", custom_id=str(PlanDateId()), timeout=OPEN_FOR)
    filled = exam_on.isoformat() if exam_on is not None else ""
    hint = "2027-01-20, Jan 20 or in 6 weeks"
    form.add_item(text_part("date", "When do you take the exam?", most=MOST_TYPED, hint=hint, filled=filled))
    return form


def planned(planned: Planned) -> Message:
    plan, portion = planned.plan, planned.portion
    card = Card(title=f"Exam {in_days((plan.exam_on - planned.today).days)}", color=BLUE)
    card.text = f"{plain(planned.pack.exam or planned.pack.title)}, on {day_name(plan.exam_on)}, {plan.exam_on.year}."
    if lost := gone.of_own_version(planned.pack):
        card.add("Your exam version is gone", lost)
    if portion is None:
        card.title = "The day of your exam" if plan.exam_on == planned.today else "Your exam is over"
        card.text += (
            " Good luck. There is nothing new for today; trust what you know."
            if plan.exam_on == planned.today
            else " To plan for another one, set its date."
        )
        review = [Press(ReviewStartId(ALL), "Review", main=True)] if planned.due else []
        return Message(card, [*review, Press(PlanDateId(), SET_DATE)])
    card.add("Today", today(portion, planned))
    card.add("Until the exam", whole(portion))
    card.footer = "The plan adjusts automatically. `/plan exam-date: none` deletes it"
    if portion.finished:
        card.color = GREEN
    return Message(card, [*buttons(planned), Press(PlanDateId(), "Change the date")])


def buttons(planned: Planned) -> list[Press]:
    """Return buttons for what is left to do today, the main one first."""
    wanted: list[tuple[PortionId | ReviewStartId | QuizStartId, str]] = []
    portion = planned.portion
    if portion is not None and not portion.finished:
        count = sum(portion.left.values())
        wanted.append((PortionId(), f"Study {count} now" if count <= MAX_QUESTIONS else f"Study {MAX_QUESTIONS} now"))
    if planned.due:
        wanted.append((ReviewStartId(ALL), f"Review {planned.due:,}"))
    if not wanted:
        wanted.append((QuizStartId(ALL), "Take an extra quiz"))
    return [Press(id, label, main=place == 0) for place, (id, label) in enumerate(wanted)]


def today(portion: Portion, planned: Planned) -> str:
    """Describe today's portion of the plan."""
    review = f" You also have {plural(planned.due, 'question')} to review." if planned.due else ""
    if portion.finished:
        return f"Done: {plural(portion.done, 'question')} mastered today, of {portion.goal} planned.{review}"
    done = f", {portion.done} of them done" if portion.done else ""
    return clip(
        f"{course(portion)} **{plural(portion.goal, 'question')}** to master{done}. Left: {by_section(portion, planned.pack)}.{review}",
        FIELD,
    )


def course(portion: Portion) -> str:
    """Say how today is going, encouraging but honest: `On track: 4 left today, about 6 minutes.`"""
    left = sum(portion.left.values())
    time = f"{left:,} left today, about {plural(minutes(left), 'minute')}."
    if portion.behind:
        return f"Behind: {time}" if portion.beyond else f"A little behind, but still within reach: {time}"
    return f"On track: {time}"


def by_section(portion: Portion, pack: Pack) -> str:
    return ", ".join(f"{count} from {plain(pack.title_of(section))}" for section, count in portion.left.items())


def whole(portion: Portion) -> str:
    lines = [
        f"{plural(portion.unmastered, 'question')} to master in {plural(portion.days_left, 'day')}, the domains with the most weight first."
    ]
    if portion.behind:
        spread = "" if portion.beyond else "; they are now spread over the days that are left"
        lines.append(f"You are {plural(portion.behind, 'question')} behind your plan. That happens{spread}.")
    if portion.beyond:
        lines.append(
            f"Even at {MOST_A_DAY} a day, the most that a plan asks for, you will not get to {plural(portion.beyond, 'question')}. "
            f"The plan starts with what counts most."
        )
    return "\n".join(lines)


def line(planned: Planned) -> str | None:
    """Show today's portion in one sentence, for other messages."""
    portion = planned.portion
    if portion is None:
        return None
    left = plural(portion.days_left, "day")
    if portion.finished:
        return f"Today's plan is done. {left} until your exam."
    return f"{course(portion)} {left} until your exam."
