"""The rules of live rounds, in plain words. They stand in `bot.study.live`; the figures come from there."""

from __future__ import annotations

from datetime import timedelta

from bot.cogs.ui.text import plural
from bot.study.live import (
    HEAD_START,
    LOBBY,
    MAX_OPEN,
    MAX_QUESTIONS,
    MAX_SECONDS,
    MIN_SECONDS,
    PAUSE,
    RIGHT,
    SPEED,
    STALE,
)


def rules() -> list[tuple[str, str]]:
    """Each rule with its short name."""
    return [
        (
            "Course",
            f"`/live start` opens a lobby for {_seconds(LOBBY)}; whoever opened it, or a manager, may start sooner or call it off. Then "
            f"1 to {MAX_QUESTIONS} questions, each open for {MIN_SECONDS} to {MAX_SECONDS} seconds and closed early once everybody who "
            f"is in has answered. Its answer and the table stand for {_seconds(PAUSE)}. At the end there is a podium.",
        ),
        (
            "Questions",
            "Only those that one letter answers: nobody has to type or to fill in a form. What your server has not been asked in a "
            "round comes first. Today's question is never among them while it is open.",
        ),
        (
            "Score",
            f"A right answer earns {RIGHT}, and up to {SPEED} more for speed: all of it within the first {_seconds(HEAD_START)}, so "
            "that nobody wins by a fast line, then evenly less, and nothing at the end. Wrong earns 0, and costs nothing. Your first "
            "press stands. The time runs from when Discord shows the question to when Discord takes your press.",
        ),
        (
            "Who is in front",
            "A higher score; then more right answers; then less time for them. Who is level in all three shares the place.",
        ),
        (
            "On the boards",
            "The score is the round's own. Apart from it, each answer counts like one in a quiz: half of what a daily earns, once a "
            "season for each question, whatever the mode, and in the contests that you are in. That happens a moment after the question "
            "has closed; until then nothing tells its answer.",
        ),
        (
            "Coming and going",
            "Join in the lobby, or later by pressing a letter. Who leaves is off the table and is not waited for; who comes back finds "
            "their score. Who hides from the boards plays without appearing. Answers are private, and nobody is pinged.",
        ),
        (
            "When something breaks",
            "If I am away for a moment, the open question is asked again with a new clock, and answers given stand. After "
            f"{plural(STALE // timedelta(minutes=1), 'minute')}, or if the message is deleted or the channel closed to me, the round ends "
            "with what was scored, and says so there or to whoever opened it.",
        ),
        (
            "How many",
            f"One round at a time in a channel, and at most {MAX_OPEN} in a server.",
        ),
    ]


def _seconds(length: timedelta) -> str:
    return plural(length // timedelta(seconds=1), "second")
