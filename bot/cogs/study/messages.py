"""What a member reads when they ask what to study next."""

from __future__ import annotations

from bot.cogs.answers.custom_ids import AnswerId, FormId
from bot.cogs.quizzes import messages as series
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.text import day_name, plural, when
from bot.services.answers import ToAnswer
from bot.services.quiz_outcomes import QuizTurn
from bot.services.study import Next, Why
from bot.study.grading import as_written
from bot.study.questions import LETTERS, Kind


def following(found: ToAnswer | Next) -> Message:
    if isinstance(found, ToAnswer):
        return daily(found)
    message = series.turn(found.turn)
    message.card.text = f"{why(found.why, found.turn)}\n\n{message.card.text}"
    return message


def why(why: Why, turn: QuizTurn) -> str:
    count = turn.progress.total
    match why:
        case Why.DUE:
            return f"**Review first:** {plural(count, 'question')} that you are about to forget."
        case Why.PLANNED:
            return f"**Today's part of your plan:** {plural(count, 'question')}."
        case Why.NOTHING_ELSE:
            here, new = ("is", "is new or was") if count == 1 else ("are", "are new or were")
            return f"**Nothing is waiting,** so here {here} {plural(count, 'question')} that {new} hard for you."


def daily(asked: ToAnswer) -> Message:
    """Show the open question of the day, so that it can be answered right here."""
    question, day = asked.question, asked.daily
    shown = as_written(question)
    told = questions.body(question, shown, asked.pack.scenario_of(question))
    card = Card(
        title=questions.heading(asked.pack, question),
        text=f"**First, the question of the day:** it closes {when(day.closes_at)}.\n\n{told}",
        color=BLUE,
    )
    card.above = f"Question of the day · {day_name(day.day)}"
    card.footer = questions.how_to(question)
    if question.kind is Kind.CHOICE:
        return Message(
            card, [Press(AnswerId(day.id, place, question.edition), LETTERS[place]) for place in range(len(shown))]
        )
    return Message(card, [Press(FormId(day.id), "Answer", main=True)])
