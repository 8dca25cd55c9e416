"""Private messages about a live round."""

from __future__ import annotations

from datetime import timedelta

from bot.cogs.live.custom_ids import LiveJoinId, LiveLeaveId, LiveLookBackId, LivePickId
from bot.cogs.live.posts import FOOTER, climbed, heading, lobby_buttons, scoring, subject
from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.ui import questions
from bot.cogs.ui.access import Access, refusal
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.menus import Menu, MenuLine
from bot.cogs.ui.questions import BLUE, GREEN, GREY, RED, RIGHT, WRONG
from bot.cogs.ui.refusals import SENTENCES
from bot.cogs.ui.text import bold, clip, ordinal, plain, plural
from bot.services.live import Kept, LiveExplained, LiveJoined, LookBack, Opened
from bot.storage.live import LiveRound
from bot.study.code_blocks import one_line
from bot.study.errors import Refusal
from bot.study.grading import describe
from bot.study.questions import LETTERS

STEM = 90


def opened(opened: Opened) -> Message:
    live = opened.live
    card = Card(
        title="Your live round",
        text=(
            f"{plural(live.questions, 'question')} from {subject(live, opened.pack)}, {live.seconds} seconds for each. The lobby "
            "will appear in this channel in a moment and stay open for a minute. Join if you want to play too, and press Start now as soon as "
            "everybody is in. `/live stop` ends the round at any time."
        ),
        color=BLUE,
    )
    card.footer = FOOTER
    return Message(card, lobby_buttons(live))


def unposted(access: Access) -> Message:
    """Say that the lobby could not be posted."""
    text = f"Your live round could not be posted, so it was called off. {refusal(access)} Then `/live start` opens another."
    return Message(Card(title="No live round this time", text=text, color=BLUE))


def joined(joined: LiveJoined) -> Message:
    card = Card(title="You are already in" if joined.again else "You are in", color=BLUE)
    card.text = (
        f"When a question comes up, press the letter of your answer: your first press counts, and nobody else sees it. {scoring()}\n\n"
        "This message then shows whether your press counted. If you lose sight of it, press once more."
    )
    if joined.hidden:
        card.text += (
            "\n\nYou are hidden on the leaderboards of this server, so you play without appearing in the table."
        )
    card.footer = FOOTER
    return Message(card, [Press(LiveLeaveId(joined.live.id), "Leave")])


def left(live: LiveRound) -> Message:
    text = "Join again, or press a letter, and you are back with your score."
    return Message(Card(title="You have left the round", text=text, color=GREY), [Press(LiveJoinId(live.id), "Join")])


def begun() -> Message:
    return Message(Card(title="Here we go", text="The first question will appear in a second.", color=BLUE))


def kept(kept: Kept) -> Message:
    live = kept.live
    card = Card(title=f"{LETTERS[kept.place]}, after {_seconds(kept.time)}", color=BLUE)
    card.above = heading(live, "question")
    first = "Your first answer counts." if kept.again else "Your answer is recorded."
    card.text = f"{first} The right answer and the table will be shown when the question closes."
    if live.asked > 1:
        card.text += f"\n\nYou have {plural(kept.points, 'point')} so far."
    return Message(card, [Press(LiveLeaveId(live.id), "Leave")])


def late(reason: Refusal) -> Message:
    """Reply to a press that came after its question or round had ended."""
    return Message(Card(title="Too late", text=SENTENCES[reason], color=GREY))


def explained(explained: LiveExplained) -> Message:
    question, shown, mine = explained.question, explained.shown, explained.mine
    key = questions.key_line(question, shown)
    if mine is None:
        title, color, first = "Not answered", GREY, f"You did not answer; the right answer is {key}."
    elif mine.points:
        title, color = f"{RIGHT} Right", GREEN
        first = f"{key} is the answer: {plural(mine.points, 'point')} in the round, after {_seconds(mine.time)}."
    else:
        title, color = f"{WRONG} Not this time", RED
        first = f"You answered **{describe(question, mine.answer, shown)}**; the right answer is {key}."
    card = Card(title=title, color=color)
    card.above = f"Live round · question {explained.number} of {explained.live.questions}{_standing(explained)}"
    chosen = mine.answer if mine is not None else ()
    card.text = questions.lesson(question, shown, [bold(question.stem), first], chosen)
    flag = questions.flag(explained.live.guild_id, question) if mine is not None else ()
    back = [Press(LiveLookBackId(explained.live.id), "How did I do?")] if explained.live.over else []
    return Message(card, [Press(QuizStartId(question.section), "Quiz me on this section"), *back, *flag])


def _standing(explained: LiveExplained) -> str:
    """Return the member's place after the latest question: ` · 3rd of 12, ▲ up 2`."""
    if (line := explained.line) is None:
        return ""
    moved = f", {climbed(line)}" if line.climbed else ""
    return f" · {ordinal(line.rank)} of {explained.players:,}{moved}"


def look_back(look: LookBack) -> Message:
    """Show how the round went for one member, with a menu that opens each question in full."""
    live, answers = look.live, look.answers.values()
    right = sum(bool(answer.points) for answer in answers)
    score = sum(answer.points or 0 for answer in answers)
    card = Card(
        title=f"Your live round: {right} of {plural(len(look.questions), 'question')} right",
        color=GREEN if right and right == len(look.questions) else BLUE,
    )
    rows = [
        f"{number}. {_mark(look, number)} · {plain(clip(one_line(question.stem), STEM))}"
        for number, question in look.questions.items()
    ]
    card.text = "\n".join([_place(look, score), "", *rows])
    if answers:
        card.add("On the leaderboards", _earned(look))
    card.footer = "`/guide` shows a section's points and tips · `/progress` shows how far you have come"
    lines = [
        MenuLine(number, f"{number}. {one_line(question.stem)}", _outcome(look, number))
        for number, question in look.questions.items()
    ]
    menus = [Menu(LivePickId(live.id), "See a question in full", lines)] if lines else []
    return Message(card, [Press(QuizStartId(live.section), "Quiz me on this", main=True)], menus=menus)


def _place(look: LookBack, score: int) -> str:
    if not look.answers:
        return "You did not play in this round. Here are its questions."
    if look.line is None:
        return f"{plural(score, 'point')}, but no place, because you are hidden or left the round."
    return f"{plural(score, 'point')}: place {look.line.rank:,} of {look.players:,}."


def _earned(look: LookBack) -> str:
    if look.points:
        return f"**{plural(look.points, 'point')}** this season so far. A right answer earns half of what it would as a daily."
    return "Nothing so far. A right answer earns points once a season, a moment after its question has closed."


def _mark(look: LookBack, number: int) -> str:
    if number in look.sealed:
        return "▫️ revealed later"
    answer = look.answers.get(number)
    if answer is None:
        return "▫️ not answered"
    if answer.points:
        return f"{RIGHT} {answer.points:,} after {_seconds(answer.time)}"
    return f"{WRONG} not right"


def _outcome(look: LookBack, number: int) -> str:
    if number in look.sealed:
        return "revealed later"
    answer = look.answers.get(number)
    return "not answered" if answer is None else "right" if answer.points else "not right"


def _seconds(time: timedelta) -> str:
    return f"{time / timedelta(seconds=1):.1f} seconds"
