"""How a group answered, in bars."""

from __future__ import annotations

from collections.abc import Sequence

from bot.study.grading import Answer, Shown, as_written, describe, fits
from bot.study.questions import Kind, Question

BAR = 10


def spread(question: Question, answers: Sequence[tuple[Answer, int]], shown: Shown | None = None) -> str:
    """Show a bar for each option of a choice question; for other types, for the key and each of the most common
    mistakes. Options are in the order `shown`, or as written."""
    total = sum(count for _, count in answers)
    if not total:
        return "Press Explain to see why each option is right or wrong."
    shown = as_written(question) if shown is None else shown
    given = dict(answers)
    if question.kind is Kind.CHOICE:
        rows: list[tuple[Answer, int]] = [((index,), given.get((index,), 0)) for index in shown]
    else:
        rows = [(question.correct, given.pop(question.correct, 0)), *list(given.items())[:3]]
    lines = []
    for answer, count in rows:
        if not fits(question, answer):
            continue  # the question was changed after that answer
        full = round(BAR * count / total)
        note = " ← right" if answer == question.correct else ""
        lines.append(f"`{'█' * full}{'░' * (BAR - full)}` **{describe(question, answer, shown)}** {count:,}{note}")
    return "\n".join(lines)
