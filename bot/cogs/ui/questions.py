"""How a question and its feedback are shown, the same in every mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import discord

from bot.cogs.reports.custom_ids import FlagId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card
from bot.cogs.ui.custom_ids import BankId, CustomId
from bot.cogs.ui.text import TITLE, bold, clip, day_name, human_join, ordinal, plain, plural, safe_name
from bot.services.recording import Verdict
from bot.study.code_blocks import FENCE
from bot.study.confidence import Confidence
from bot.study.grading import Answer, Shown, describe
from bot.study.members import ALONE
from bot.study.questions import ALL, DIFFICULTIES, LETTERS, Kind, Pack, Question
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


def named_section(pack: Pack, section: str) -> str:
    """Name a section, in words that fit into a sentence."""
    return "all sections" if section == ALL else plain(pack.title_of(section))


def heading(pack: Pack, question: Question) -> str:
    """Return the section and difficulty of a question, as a title."""
    return clip(f"{plain(pack.title_of(question.section))} · {DIFFICULTIES[question.difficulty]}", TITLE)


def body(question: Question, shown: Shown, scenario: str | None = None) -> str:
    """Return the stem with its prompts and options in full. Never the key."""
    options = "\n".join(option_line(question, index, place) for place, index in enumerate(shown))
    return f"{stem(question, scenario)}\n\n{options}"


def stem(question: Question, scenario: str | None = None) -> str:
    """Return the scenario, the stem and the prompts, without the options."""
    parts = ["\n".join(f"> {line}" for line in plain(scenario).splitlines())] if scenario else []
    parts.append(plain(question.stem))
    if question.prompts:
        parts.append("\n".join(f"{number}. {plain(prompt)}" for number, prompt in enumerate(question.prompts, start=1)))
    return "\n\n".join(parts)


def option_line(question: Question, index: int, place: int) -> str:
    return labelled(place, question.options[index].text)


def labelled(place: int, text: str) -> str:
    """Return the letter of an option with its text; code begins on a line of its own."""
    return f"**{LETTERS[place]}** ·{gap(text)}{plain(text)}"


def gap(text: str) -> str:
    return "\n" if text.startswith(FENCE) else " "


def how_to(question: Question) -> str:
    return HOW_TO[question.kind].format(count=len(question.correct))


def key_line(question: Question, shown: Shown) -> str:
    return f"**{describe(question, question.correct, shown)}**"


def solved(question: Question, shown: Shown, scenario: str | None = None) -> str:
    """Return the question with its answer and explanation, for everyone."""
    parts = [
        body(question, shown, scenario),
        f"Answer: {key_line(question, shown)}",
        plain(question.explanation),
        closed_notice(question),
    ]
    return "\n\n".join(filter(None, parts))


def answer(question: Question, shown: Shown) -> str:
    """Return the right options in full with the explanation, for readers who know the question."""
    order = question.correct if question.kind is Kind.ORDERING else [i for i in shown if i in question.correct]
    right = "\n".join(f"{RIGHT} {option_line(question, index, shown.index(index))}" for index in order)
    return "\n\n".join(filter(None, (right, plain(question.explanation), closed_notice(question))))


def lesson(
    question: Question, shown: Shown, opening: Iterable[str], chosen: tuple[int, ...] = (), *, whole: bool = True
) -> str:
    """Return the opening paragraphs, followed by all that there is to learn from the question. `whole`: with a
    rationale for each option."""
    return _lesson(question, shown, tuple(opening), chosen, whole)


@lru_cache(maxsize=1024)  # many members answer the same question today, and many give the same answer
def _lesson(question: Question, shown: Shown, opening: tuple[str, ...], chosen: tuple[int, ...], whole: bool) -> str:
    why = rationales(question, shown, chosen) if whole else ""
    paragraphs = [*opening, plain(question.explanation), why, closed_notice(question), sources(question)]
    return "\n\n".join(filter(None, paragraphs))


def rationales(question: Question, shown: Shown, chosen: tuple[int, ...] = ()) -> str:
    """Return why each option is right or wrong, in the order shown or, for an ordering, in the right order."""
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
        heads.append(f"{mark} **{LETTERS[place]}** ·{gap(option.text)}{bold(option.text)}{yours}")
    whys = [plain(question.options[index].rationale) for index in order]
    return "\n".join(line for pair in zip(heads, whys, strict=True) for line in pair if line)


def parts(question: Question, shown: Shown, answer: Answer) -> str:
    """Return which parts of an ordering or matching were right; empty for other question types."""

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
            else f"{WRONG} you chose {letter(given)}; the right one is {letter(right)}"
        )
        lines.append(f"{name}: {note}")
    return "\n".join(lines)


def closed_notice(question: Question) -> str:
    """Return a note on the closed services that the question names; empty if all of them are open."""
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


def feedback(verdict: Verdict, *, above: Iterable[str] = (), whole: bool = False) -> Card:
    """Return the feedback on an answer. The title says what the answer earned; the explanation follows, with the
    rationales if the answer was wrong or `whole` is set.

    `above`: paragraphs at the beginning of the text.
    """
    question, shown, attempt = verdict.question, verdict.shown, verdict.attempt
    yours = describe(question, attempt.answer, shown)
    if attempt.correct:
        first = f"**{yours}** is right." if verdict.repeated or whole else ""
    else:
        first = f"You answered **{yours}**; the right answer is {key_line(question, shown)}."
    if verdict.repeated:
        first = f"Your first answer counts, so nothing has changed. {first}"
    opening = [*above, streak_news(verdict), first, parts(question, shown, attempt.answer)]
    card = Card(title=clip(headline(verdict), TITLE), color=GREEN if attempt.correct else RED)
    card.text = lesson(question, shown, opening, attempt.answer, whole=whole or not attempt.correct)
    card.add("Where you stand", standing(verdict))
    asked = how_sure(verdict) if verdict.asks_confidence else ""
    card.footer = "\n".join(filter(None, (credit(verdict.credit), asked)))
    return card


def credit(name: str | None) -> str:
    """Name the member who suggested a question; empty for others."""
    return f"Suggested by {safe_name(name)}" if name is not None else ""


CONFIDENCES = {Confidence.SURE: "Sure", Confidence.THINK: "Think so", Confidence.GUESS: "Guess"}


CONFIDENCE_ROW = 2
"""The row of the confidence buttons: below Next question and, in a review, below the ratings."""


def how_sure(verdict: Verdict) -> str:
    """Ask how sure the member was, or say what their reply leads to."""
    if verdict.confidence is None:
        return "How sure were you? A lucky guess comes back sooner."
    said = f"You said: {CONFIDENCES[verdict.confidence].lower()}."
    if verdict.confidence is Confidence.GUESS and verdict.attempt.correct:
        return f"{said} This question will come back sooner."
    return f"{said} `/progress` shows how well you judge yourself."


def confidence_row(verdict: Verdict, id_of: Callable[[Confidence], CustomId]) -> list[Press]:
    """Return the buttons that record how sure the member was. The choice they have already made is disabled."""
    if not verdict.asks_confidence:
        return []
    return [
        Press(id_of(confidence), label, disabled=confidence is verdict.confidence, row=CONFIDENCE_ROW)
        for confidence, label in CONFIDENCES.items()
    ]


def headline(verdict: Verdict) -> str:
    """Return the first line: `Right! +15 · 16-day streak · 3rd this season, 12 points behind Ana`."""
    correct, earned = verdict.attempt.correct, verdict.points.total
    if verdict.repeated:
        return f"You already answered this: {'right' if correct else 'not right'}"
    told = [f"{RIGHT} Right!{f' +{earned}' if earned else ''}" if correct else f"{WRONG} Not this time"]
    if verdict.streak is not None and verdict.streak.days:
        told.append(f"{verdict.streak.days:,}-day streak")
    if (place := season_place(verdict)) is not None:
        told.append(place)
    return " · ".join(told)


def season_place(verdict: Verdict) -> str | None:
    """Return the member's place over all sections, with the member just ahead."""
    rank, rival = verdict.overall_rank, verdict.rival
    if rank is None:
        return None
    if rank == 1:
        return "1st this season"
    if rival is None:
        return f"{ordinal(rank)} this season"
    name = safe_name(rival.name)
    if not rival.lead:
        return f"{ordinal(rank)} this season, tied with {name}"
    return f"{ordinal(rank)} this season, {plural(rival.lead, 'point')} behind {name}"


def streak_news(verdict: Verdict) -> str:
    """Return news about the streak that is worth a mention; else empty."""
    moment, streak = verdict.moment, verdict.streak
    if streak is None or moment is None:
        return ""
    lines = []
    if moment.forgiven:
        days = human_join([day_name(day) for day in moment.forgiven])
        used = "A freeze" if len(moment.forgiven) == 1 else f"{len(moment.forgiven)} freezes"
        lines.append(f"{used} saved your streak: you missed {days}. {plural(streak.freezes, 'freeze')} left.")
    if moment.ended > 1:
        lines.append(
            f"Your streak of {moment.ended:,} days has ended, and a new one starts today. Your best is {plural(streak.best, 'day')}."
        )
    if moment.milestone:
        lines.append(f"**{moment.milestone:,} days in a row!**")
    if moment.freeze_earned:
        lines.append("You earned a freeze: it saves your streak on a day that you miss.")
    return "\n".join(lines)


def standing(verdict: Verdict) -> str:
    """Say where the points came from, and name the place in the section, briefly enough for a phone."""
    lines = [points_line(verdict)]
    if verdict.section_rank is not None:
        lines.append(f"You are **{ordinal(verdict.section_rank)}** in {verdict.question.section} this season.")
    if verdict.streak is not None and not verdict.streak.days:
        lines.append("Your streak has ended; the next daily that you answer starts a new one.")
    elif verdict.streak is not None and verdict.streak.freezes:
        lines.append(f"Your streak can survive {plural(verdict.streak.freezes, 'missed day')}.")
    if verdict.attempt.another_pack:
        lines.append(
            f"This question is from {plain(verdict.pack.title)}, which this server does not study: it counts in All sections "
            "only, and does not come back in your reviews here."
        )
    return " ".join(lines)


def points_line(verdict: Verdict) -> str:
    points, question = verdict.points, verdict.question
    if verdict.attempt.guild_id == ALONE:
        return "Points and leaderboards are for servers that have Cohort. Your next quizzes will take this answer into account."
    if not verdict.attempt.correct:
        asked = verdict.pack.questions.get(question.id)
        again = asked is not None and not asked.retired and not verdict.attempt.another_pack
        return "No points this time." + (" This question will come back in your quizzes." if again else "")
    if points.scored_before:
        return "No points: this question has already scored for you this season."
    level = DIFFICULTIES[question.difficulty]
    if verdict.attempt.mode is not Mode.DAILY:
        return f"{plural(points.total, 'point')}: half of what this question ({level}) earns as a daily."
    if points.bonus:
        return f"{plural(points.total, 'point')}: {points.base} for the question ({level}) and {points.bonus} for your streak."
    return f"{plural(points.total, 'point')} for the question ({level})."


PRIVATE = "Only you see this"
PRIVACY = "I keep your answers for your reviews and the leaderboard. `/privacy export` shows them; `/privacy delete` deletes them."
"""Shown to somebody who uses the bot for the first time."""

WHY = "Why not the others"
"""The label of the button that opens the rationales."""


def flag(guild_id: int, question: Question, *, label: str = "Report", row: int | None = None) -> tuple[Press, ...]:
    """Return the button that flags a question; none in direct messages, where no manager would read it."""
    return () if guild_id == ALONE else (Press(FlagId(BankId(question.id)), label, row=row),)


def last_row(verdict: Verdict, id_of: Callable[[Confidence], CustomId], *, above: int) -> list[Press]:
    """Return the buttons that say how sure the member was, and Report next to them. Without them, Report goes to the row
    `above`."""
    sure = confidence_row(verdict, id_of)
    row = CONFIDENCE_ROW if sure else above
    return [*sure, *flag(verdict.attempt.guild_id, verdict.question, row=row)]
