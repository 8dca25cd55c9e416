"""How a question and its feedback are written out, the same in every mode."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import discord

from bot.cogs.reports.custom_ids import FlagId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.custom_ids import BankId
from bot.cogs.ui.text import DESCRIPTION, TITLE, clip, human_join, plain, plural
from bot.services.recording import Verdict
from bot.storage.tables import ALONE
from bot.study.grading import Answer, Shown, describe
from bot.study.questions import DIFFICULTIES, LETTERS, Kind, Pack, Question
from bot.study.scoring import Mode

BLUE = discord.Color(0x3867D6)
GREEN = discord.Color(0x20894D)
RED = discord.Color(0xB33A3A)
GREY = discord.Color(0x5C6370)

RIGHT, WRONG = "✅", "❌"

HOW_TO = {
    Kind.CHOICE: "Press the letter of your answer.",
    Kind.RESPONSE: "Press Answer and choose {count}.",
    Kind.ORDERING: "Press Answer and put all {count} in order.",
    Kind.MATCHING: "Press Answer and choose one for each of the {count} prompts.",
}


def heading(pack: Pack, question: Question) -> str:
    """Section and difficulty, as a title."""
    return clip(f"{plain(pack.title_of(question.section))} · {DIFFICULTIES[question.difficulty]}", TITLE)


def body(question: Question, shown: Shown, scenario: str | None = None) -> str:
    """The stem with its prompts and options in full. Never the key."""
    parts = ["\n".join(f"> {line}" for line in plain(scenario).splitlines())] if scenario else []
    parts.append(plain(question.stem))
    if question.prompts:
        parts.append("\n".join(f"{number}. {plain(prompt)}" for number, prompt in enumerate(question.prompts, start=1)))
    parts.append("\n".join(option_line(question, index, place) for place, index in enumerate(shown)))
    return "\n\n".join(parts)


def option_line(question: Question, index: int, place: int) -> str:
    return f"**{LETTERS[place]}** · {plain(question.options[index].text)}"


def how_to(question: Question) -> str:
    return HOW_TO[question.kind].format(count=len(question.correct))


def key_line(question: Question, shown: Shown) -> str:
    return f"**{describe(question, question.correct, shown)}**"


def solved(question: Question, shown: Shown, scenario: str | None = None) -> str:
    """The question with its answer and explanation, for all to see."""
    parts = [
        body(question, shown, scenario),
        f"Answer: {key_line(question, shown)}",
        plain(question.explanation),
        closed_notice(question),
    ]
    return clip("\n\n".join(filter(None, parts)), DESCRIPTION)


def lesson(question: Question, shown: Shown, opening: Iterable[str], chosen: tuple[int, ...] = ()) -> str:
    """What there is to learn, after some opening paragraphs. Where a message cannot hold it all, the rationales are cut short
    alike, and the sources left out."""
    return _lesson(question, shown, tuple(opening), chosen)


@lru_cache(maxsize=1024)  # what many answer today, many answer alike
def _lesson(question: Question, shown: Shown, opening: tuple[str, ...], chosen: tuple[int, ...]) -> str:
    text = "\n\n".join([*filter(None, opening), plain(question.explanation)])
    room = DESCRIPTION - len(text) - len("\n\n")
    text += "\n\n" + rationales(question, shown, chosen, room=room)
    more = "".join(f"\n\n{part}" for part in (closed_notice(question), sources(question)) if part)
    return clip(text, DESCRIPTION) + (more if len(text) + len(more) <= DESCRIPTION else "")


def rationales(question: Question, shown: Shown, chosen: tuple[int, ...] = (), *, room: int = DESCRIPTION) -> str:
    """Why each option is right or wrong, in the order shown; for an ordering, in the right order."""
    order = question.correct if question.kind is Kind.ORDERING else shown
    heads = []
    for number, index in enumerate(order, start=1):
        place = shown.index(index)
        option = question.options[index]
        match question.kind:
            case Kind.ORDERING:
                mark = f"{number}."
            case Kind.MATCHING:
                mark = "▫️"
            case Kind.CHOICE | Kind.RESPONSE:
                mark = f"{RIGHT} right" if index in question.correct else f"{WRONG} wrong"
        yours = " (your answer)" if index in chosen and question.kind in (Kind.CHOICE, Kind.RESPONSE) else ""
        heads.append(f"{mark} **{LETTERS[place]}** · **{plain(option.text)}**{yours}")
    whys = [plain(question.options[index].rationale) for index in order]
    if sum(map(len, [*heads, *whys])) + 2 * len(heads) > room:
        share = (room - sum(map(len, heads))) // len(heads) - 2
        whys = [clip(why, max(0, share)) for why in whys]
    return "\n".join(line for pair in zip(heads, whys, strict=True) for line in pair if line)


def parts(question: Question, shown: Shown, answer: Answer) -> str:
    """Which parts of an ordering or matching were right; empty for the other kinds."""

    def letter(index: int) -> str:
        return LETTERS[shown.index(index)]

    if question.kind is Kind.ORDERING:
        names = [f"Step {number}" for number in range(1, len(question.correct) + 1)]
    elif question.kind is Kind.MATCHING:
        names = [f"{number}. {plain(prompt)}" for number, prompt in enumerate(question.prompts, start=1)]
    else:
        return ""
    lines = []
    for name, given, right in zip(names, answer, question.correct, strict=True):
        note = (
            f"{RIGHT} right, {letter(given)}"
            if given == right
            else f"{WRONG} you chose {letter(given)}, right is {letter(right)}"
        )
        lines.append(f"{name}: {note}")
    return "\n".join(lines)


def closed_notice(question: Question) -> str:
    """What became of the services that the question names; empty if all of them are open."""
    return "\n".join(
        f"Note: {plain(service.name)} has taken no new customers since {service.since:%B %-d, %Y}. New projects use "
        f"{plain(service.instead)}. {_source(service.source)}"
        for service in question.closed
    )


def sources(question: Question) -> str:
    if not question.sources:
        return ""
    return "Read more: " + human_join([_source(source) for source in question.sources])


def _source(source: str) -> str:
    parts = urlsplit(source)
    if parts.scheme != "https" or any(char in source for char in "() <>[]"):
        return plain(source)
    return f"[{plain(clip(parts.netloc + parts.path, 60))}]({source})"


def feedback(verdict: Verdict, *, above: Iterable[str] = ()) -> discord.Embed:
    """Right or wrong in words, the explanation, a rationale for each option, the points and where they came from.

    `above`: paragraphs that the message begins with.
    """
    question, shown, attempt = verdict.question, verdict.shown, verdict.attempt
    yours = describe(question, attempt.answer, shown)
    if attempt.correct:
        title, color, first = f"{RIGHT} Right", GREEN, f"**{yours}** is the answer."
    else:
        title, color = f"{WRONG} Not this time", RED
        first = f"You answered **{yours}**; the right answer is {key_line(question, shown)}."
    if verdict.repeated:
        title = f"You answered this already: {'right' if attempt.correct else 'not right'}"
        first = f"Your first answer counts, and nothing changed. {first}"
    embed = discord.Embed(title=title, color=color)
    embed.description = lesson(question, shown, [*above, first, parts(question, shown, attempt.answer)], attempt.answer)
    embed.add_field(name="Points", value=points_line(verdict), inline=False)
    if where := standing_line(verdict):
        embed.add_field(name="Where you stand", value=where, inline=False)
    return embed


def points_line(verdict: Verdict) -> str:
    points, question = verdict.points, verdict.question
    if verdict.attempt.guild_id == ALONE:
        return "Points and boards are for servers that have Cohort; your answer is on record for your next quiz."
    if not verdict.attempt.correct:
        return "**0**. Points are for right answers; this question will come back in your quizzes."
    if points.scored_before:
        return "**0**. This question has already scored for you this season."
    level = DIFFICULTIES[question.difficulty]
    if verdict.attempt.mode is Mode.DAILY:
        text = f"**{points.total}**: {points.base} for its difficulty ({level})"
        if points.bonus:
            text += f" and {points.bonus} for your streak"
        return text + "."
    return f"**{points.total}**: half of what its difficulty ({level}) earns in a daily."


def standing_line(verdict: Verdict) -> str:
    pack, lines = verdict.pack, []
    if verdict.streak is not None:
        days = verdict.streak.days
        line = (
            f"Streak: **{plural(days, 'day')}**"
            if days
            else "Streak: **over**; the next daily that you answer begins another"
        )
        if verdict.streak.freezes:
            line += f", with {plural(verdict.streak.freezes, 'freeze')} in hand"
        lines.append(line)
    if verdict.section_rank is not None and verdict.overall_rank is not None:
        lines.append(
            f"This season: **#{verdict.section_rank:,}** in {plain(pack.title_of(verdict.question.section))}, "
            f"**#{verdict.overall_rank:,}** overall"
        )
    return "\n".join(lines)


def flag(guild_id: int, question: Question, *, label: str = "Flag") -> tuple[Press, ...]:
    """The button under feedback by which a member says that something is wrong with a question. None where no manager
    would ever read it."""
    return () if guild_id == ALONE else (Press(FlagId(BankId(question.id)), label),)
