"""What a member reads after answering a daily."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import discord

from bot.cogs.answers.custom_ids import ChangeId
from bot.cogs.ui import forms, questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import DESCRIPTION, clip, plain, when
from bot.services.answers import Explained, Held, ToAnswer
from bot.services.recording import Verdict
from bot.study.grading import as_written, describe

NEXT_STEP = "/quiz asks you more · /leaderboard shows where you stand"


def answered(outcome: Verdict | Held) -> Message:
    if isinstance(outcome, Held):
        return held(outcome)
    if outcome.sealed is not None:
        return _sealed(outcome, outcome.sealed)
    embed = questions.feedback(outcome)
    embed.set_footer(text=NEXT_STEP)
    return Message(embed, questions.flag(outcome.attempt.guild_id, outcome.question))


def _sealed(verdict: Verdict, until: datetime) -> Message:
    embed = discord.Embed(
        title=f"Your answer is {describe(verdict.question, verdict.attempt.answer, verdict.shown)}",
        color=BLUE,
        description=(
            "It is on record. You may still answer the same question in another server or in a duel, so I show how you did once you "
            f"have, or when it closes: {when(until)} at the latest. Answer again then to see it; your first answer counts."
        ),
    )
    embed.set_footer(text=NEXT_STEP)
    return Message(embed)


def not_sent(asked: ToAnswer, letters: str, fault: str) -> Message:
    """What a form was sent with and cannot count, kept so that it can be changed. Raises UnknownOption."""
    question = asked.question
    told = forms.not_sent(question, as_written(question), letters, fault)
    embed = discord.Embed(
        title=questions.heading(asked.pack, question),
        description=clip(f"{plain(question.stem)}\n\n{told}", DESCRIPTION),
        color=BLUE,
    )
    return Message(embed, [Press(ChangeId(asked.daily.id, letters.lower()), "Change it", main=True)])


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
