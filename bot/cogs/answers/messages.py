"""What a member reads after answering a daily."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.cogs.ui import questions
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import when
from bot.services.answers import Explained, Held
from bot.services.recording import Verdict
from bot.study.grading import as_written, describe

NEXT_STEP = "/quiz asks you more · /leaderboard shows where you stand"


def answered(outcome: Verdict | Held) -> Message:
    if isinstance(outcome, Held):
        return held(outcome)
    embed = questions.feedback(outcome)
    embed.set_footer(text=NEXT_STEP)
    return Message(embed)


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
            f"It is on record. Answer again to change it; the question closes {when(held.daily.closes_at)}, and then its "
            "post shows the answer, and Explain shows how you did."
        ),
    )
    return Message(embed)


def explained(explained: Explained) -> Message:
    """The feedback of those who answered; the rationales for those who did not."""
    if explained.verdict is not None:
        # Asked for, not answered again: it reads like the first time.
        embed = questions.feedback(replace(explained.verdict, repeated=False))
        embed.set_footer(text=NEXT_STEP)
        return Message(embed)
    question = explained.question
    shown = as_written(question)
    embed = discord.Embed(title="You did not answer this one", color=GREY)
    embed.description = questions.lesson(
        question, shown, [f"The right answer is {questions.key_line(question, shown)}."]
    )
    embed.set_footer(text=NEXT_STEP)
    return Message(embed)
