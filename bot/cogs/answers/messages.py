"""Messages to a member who has answered a daily."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.cogs.answers.custom_ids import ChangeId, SureId, WhyId
from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.shares.custom_ids import ShareId
from bot.cogs.standings.custom_ids import BoardOpenId
from bot.cogs.study.custom_ids import StudyId
from bot.cogs.ui import forms, questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.text import plain, when
from bot.services.answers import DailyExplained, ToAnswer
from bot.services.held_answers import DailyHeld
from bot.services.recording import Verdict
from bot.study.grading import Answer, as_written, describe
from bot.study.questions import ALL, Question
from bot.study.shares import Shareable


def answered(outcome: Verdict | DailyHeld) -> Message:
    if isinstance(outcome, DailyHeld):
        return held(outcome)
    return told(outcome)


def told(verdict: Verdict, *, whole: bool = False) -> Message:
    """Show a member the feedback on their answer to a daily, and what to do next."""
    if verdict.sealed is not None:
        return _sealed(verdict, verdict.sealed)
    feedback = questions.feedback(verdict, whole=whole)
    if _is_first(verdict):
        feedback.add(questions.PRIVATE, questions.PRIVACY)
    daily_id = verdict.attempt.daily_id or 0
    why = [Press(WhyId(daily_id), questions.WHY, row=1)] if verdict.attempt.correct and not whole else []
    study, *quiz, leaderboard = next_steps(verdict.question, another_pack=verdict.attempt.another_pack)
    # Two rows, because each has to fit on a phone.
    return Message(
        feedback,
        [
            *(replace(press, row=0) for press in (study, *quiz, *_share(verdict))),
            *why,
            replace(leaderboard, row=1),
            *questions.last_row(verdict, lambda said: SureId(daily_id, said, int(whole)), above=1),
        ],
    )


def _is_first(verdict: Verdict) -> bool:
    """Return whether this is the first daily that the member has answered in this server."""
    streak, moment = verdict.streak, verdict.moment
    return streak is not None and moment is not None and streak.best == 1 and not moment.ended


def _share(verdict: Verdict) -> list[Press]:
    daily_id = verdict.attempt.daily_id
    if not verdict.shareable or daily_id is None:
        return []
    return [Press(ShareId(Shareable.DAILY, daily_id), "Share")]


def next_steps(question: Question, *, another_pack: bool) -> list[Press]:
    """Return the buttons under the feedback on a daily. `another_pack`: the question is from a pack that this server
    does not study, so no quiz here covers its section."""
    quiz = [] if another_pack else [Press(QuizStartId(question.section), f"Quiz me on {question.section}")]
    return [
        Press(StudyId(), "Keep studying", main=True),
        *quiz,
        Press(BoardOpenId(ALL), "Leaderboard"),
    ]


def _sealed(verdict: Verdict, until: datetime) -> Message:
    return Message(
        _seal(verdict.question, verdict.attempt.answer, until),
        next_steps(verdict.question, another_pack=verdict.attempt.another_pack),
    )


def _seal(question: Question, answer: Answer, until: datetime) -> Card:
    return Card(
        title=f"Your answer is {describe(question, answer, as_written(question))}",
        color=BLUE,
        text=(
            "Your answer is saved. This question is still open for you in another server, a duel or an exam evening. I will "
            "show the result once you have answered it there too, or once it has closed there, "
            f"{when(until)} at the latest. To see the result then, answer again; your first answer counts."
        ),
    )


def not_sent(asked: ToAnswer, letters: str, fault: str) -> Message:
    """Show an invalid answer, so that the member can change it. Raises UnknownOption."""
    question = asked.question
    told = forms.not_sent(question, as_written(question), letters, fault)
    card = Card(
        title=questions.heading(asked.pack, question),
        text=f"{plain(question.stem)}\n\n{told}",
        color=BLUE,
    )
    return Message(card, [Press(ChangeId(asked.daily.id, letters.lower(), question.edition), "Change it", main=True)])


def held(held: DailyHeld) -> Message:
    if held.sealed is not None:
        return Message(_seal(held.question, held.answer, held.sealed))
    shown = as_written(held.question)
    answer = describe(held.question, held.answer, shown)
    if held.previous is None or held.previous == held.answer:
        title = f"Your answer is {answer}"
    else:
        title = f"Changed from {describe(held.question, held.previous, shown)} to {answer}"
    card = Card(
        title=title,
        color=BLUE,
        text=(
            f"Your answer is saved. To change it, answer again before the question closes {when(held.daily.closes_at)}. "
            "After that, its post shows the right answer, and Explain shows how you did."
        ),
    )
    return Message(card)


def explained(explained: DailyExplained, *, whole: bool = False) -> Message:
    """Show feedback to members who answered, and the right answer with its rationales to the others."""
    if explained.verdict is not None:
        # Asking for the explanation is not a second answer, so show the feedback as it was at first.
        return told(replace(explained.verdict, repeated=False), whole=whole)
    question = explained.question
    shown = as_written(question)
    card = Card(title="You did not answer this one", color=GREY)
    card.text = questions.lesson(question, shown, [f"The right answer is {questions.key_line(question, shown)}."])
    return Message(card, next_steps(question, another_pack=explained.another_pack))
