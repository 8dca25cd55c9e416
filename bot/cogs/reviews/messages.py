"""Messages about reviews. The questions themselves are shown by `cogs.quizzes.messages`."""

from __future__ import annotations

from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, named_section
from bot.cogs.ui.text import day_name, in_days, plain, plural
from bot.services.reviews import NothingDue


def nothing_due(nothing: NothingDue) -> Message:
    where = named_section(nothing.pack, nothing.section)
    if nothing.open_elsewhere:
        count = nothing.open_elsewhere
        text = (
            f"{plural(count, 'question')} in {where} {'is' if count == 1 else 'are'} due, but open as a "
            f"question of the day, in one of your duels or in an exam evening. "
            f"Answer there: use `/answer` for the question of the day. Your answer counts as a review."
        )
    elif nothing.next_on is None:
        text = (
            f"Nothing to review in {where} yet. Every question of {plain(nothing.pack.title)} that you answer comes back here "
            f"when you are about to forget it. Start with a quiz."
        )
    else:
        days = (nothing.next_on - nothing.today).days
        unseen = nothing.met < len(nothing.pack.within(nothing.section))
        text = (
            f"Nothing is due in {where}. Of the {plural(nothing.met, 'question')} that you have seen there, the next comes "
            f"back **{in_days(days)}**, on {day_name(nothing.next_on)}."
            f"{' Until then, a quiz has new questions for you.' if unseen else ''}"
        )
    card = Card(title="Nothing else is due" if nothing.open_elsewhere else "Nothing is due", text=text, color=BLUE)
    card.footer = "`/reminders on` tells you by direct message when something is due"
    return Message(card, [Press(QuizStartId(nothing.section), "Quiz me", main=True)])
