"""What a member reads after answering a daily."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.cogs.answers.custom_ids import ChangeId, SendId
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.forms import as_it_stands, fault_of
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import DESCRIPTION, clip, plain, when
from bot.services.answers import Explained, Held, ToAnswer
from bot.services.recording import Verdict
from bot.storage.guilds import Feedback
from bot.study.grading import as_written, describe

MAY_CHANGE = "Once sent, it counts unless you change it before the close."
NEXT_STEP = "/quiz asks you more · /leaderboard shows where you stand"


def answered(outcome: Verdict | Held) -> Message:
    if isinstance(outcome, Held):
        return held(outcome)
    embed = questions.feedback(outcome)
    embed.set_footer(text=NEXT_STEP)
    return Message(embed, questions.flag(outcome.attempt.guild_id, outcome.question))


def draft(asked: ToAnswer, letters: str) -> Message:
    """The answer that a form has put together, before it is sent. Raises UnknownOption."""
    question = asked.question
    shown = as_written(question)
    embed = discord.Embed(
        title=questions.heading(asked.pack, question),
        description=clip(f"{plain(question.stem)}\n\n{as_it_stands(question, shown, letters)}", DESCRIPTION),
        color=BLUE,
    )
    change = Press(ChangeId(asked.daily.id, letters.lower()), "Change it")
    if fault_of(question, shown, letters):
        return Message(embed, [change])
    embed.set_footer(text="Once sent, it counts." if asked.daily.feedback is Feedback.AT_ONCE else MAY_CHANGE)
    return Message(embed, [Press(SendId(asked.daily.id, letters.lower()), "Send this answer", main=True), change])


def held(held: Held) -> Message:
    shown = as_written(held.question)
    answer = describe(held.question, held.answer, shown)
    if held.previous is None or held.previous == held.answer:
        title = f"Your answer is {answer}"
    else:
        title = f"Changed from {describe(held.question, held.previous, shown)} to {answer}"
    embed = discord.Embed(
        title=title,
        color=BLUE,
        description=(
            f"It is on record, and you may change it by answering again until the question closes {when(held.daily.closes_at)}. "
            "Then its post shows the answer, and Explain shows how you did."
        ),
    )
    return Message(embed)


def explained(explained: Explained) -> Message:
    """The feedback of those who answered; the rationales for those who did not."""
    if explained.verdict is not None:
        # Asked for, not answered again: it reads like the first time.
        embed = questions.feedback(replace(explained.verdict, repeated=False))
        embed.set_footer(text=NEXT_STEP)
        return Message(embed, questions.flag(explained.daily.guild_id, explained.question))
    question = explained.question
    shown = as_written(question)
    embed = discord.Embed(title="You did not answer this one", color=GREY)
    embed.description = questions.lesson(
        question, shown, [f"The right answer is {questions.key_line(question, shown)}."]
    )
    embed.set_footer(text=NEXT_STEP)
    return Message(embed)
