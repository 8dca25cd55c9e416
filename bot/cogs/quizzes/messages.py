"""What a member reads during a quiz."""

from __future__ import annotations

import discord

from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.custom_ids import QuizAnswerId, QuizFormId, QuizNextId, QuizStartId
from bot.cogs.ui.questions import BLUE, GREEN
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import DESCRIPTION, FIELD, clip, plain, plural
from bot.services.quizzes import Answered, Progress, Summary, Turn
from bot.study.questions import LETTERS, Kind

BAR = 10


def bar(progress: Progress) -> str:
    full = round(BAR * progress.answered / progress.total)
    return f"`{'█' * full}{'░' * (BAR - full)}` {progress.answered} of {progress.total}, {progress.right} right"


def turn(turn: Turn) -> Message:
    pack, question = turn.pack, turn.question
    embed = discord.Embed(
        title=questions.heading(pack, question),
        description=clip(
            f"{bar(turn.progress)}\n\n{questions.body(question, turn.shown, pack.scenario_of(question))}", DESCRIPTION
        ),
        color=BLUE,
    )
    embed.set_author(name=f"Quiz · question {turn.progress.answered + 1} of {turn.progress.total}")
    embed.set_footer(text=questions.how_to(question))
    if question.kind is Kind.CHOICE:
        return Message(
            embed,
            [Press(QuizAnswerId(turn.quiz_id, turn.place, place), LETTERS[place]) for place in range(len(turn.shown))],
        )
    return Message(embed, [Press(QuizFormId(turn.quiz_id, turn.place), "Answer", main=True)])


def answered(answered: Answered) -> Message:
    stem = plain(answered.verdict.question.stem)
    embed = questions.feedback(answered.verdict, above=[bar(answered.progress), f"**{stem}**"])
    embed.set_author(name=f"Quiz · {answered.progress.answered} of {answered.progress.total}")
    label = "See how it went" if answered.finished else "Next question"
    return Message(embed, [Press(QuizNextId(answered.quiz_id), label, main=True)])


def summary(summary: Summary) -> Message:
    pack, progress = summary.pack, summary.progress
    embed = discord.Embed(
        title=f"Quiz finished: {progress.right} of {progress.total} right",
        color=GREEN if progress.right == progress.total else BLUE,
    )
    lines = [f"From {plain(pack.title_of(summary.section))}."]
    if progress.points:
        lines.append(f"It earned you **{plural(progress.points, 'point')}**.")
    embed.description = " ".join(lines)
    if summary.missed:
        embed.add_field(name="Look at again", value=look_again(summary), inline=False)
    else:
        embed.add_field(
            name="Look at again",
            value="Nothing: all were right. For a harder quiz, choose difficulty 3 in `/quiz`.",
            inline=False,
        )
    embed.set_footer(text="/guide shows a section's points and tips · /leaderboard shows where you stand")
    section = summary.missed[0].section if summary.missed else summary.section
    return Message(embed, [Press(QuizStartId(section), "Quiz me again", main=True)])


def look_again(summary: Summary) -> str:
    """The facts behind the questions that went wrong, by section of the guide, with where to read them."""
    pack = summary.pack
    sections: dict[str, list[str]] = {}
    for question in summary.missed:
        topics = sections.setdefault(question.section, [])
        topics += [pack.facts[fact].topic for fact in question.covers if fact in pack.facts]
    lines = [
        f"`/guide section: {section}` {plain(pack.sections[section].title)}: {plain(', '.join(dict.fromkeys(topics)))}"
        for section, topics in sorted(sections.items())
        if section in pack.sections
    ]
    share = FIELD // max(1, len(lines)) - 1
    return "\n".join(clip(line, share) for line in lines)
