"""Messages about past mock exams: the history, its trend, and the menus that open an exam again."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cogs.exams.custom_ids import ExamHistoryId, ExamPastId
from bot.cogs.exams.results import duration, verdict
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.menus import Menu, MenuLine
from bot.cogs.ui.pictures import Picture
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.text import FIELD, clip, plain, stamp
from bot.services.exam_papers import PAGE, History
from bot.storage.exams import Exam
from bot.study.exams import Length, form_of, is_judged, version_of
from bot.study.questions import Pack

OTHER_PACKS = 0
"""Used instead of a page number in the id of the menu of exams on other packs."""


def page(history: History, picture: Picture | None = None) -> Message:
    card = Card(title="Your mock exams", color=BLUE)
    menus = [_other_menu(history)] if any(exam.outcome for exam, _ in history.other_packs) else []
    if history.other_packs:
        card.add("On other packs", clip("\n".join(_other_lines(history)), FIELD))
    if not history.size:
        where = f" on {plain(history.pack.title)}" if history.other_packs else ""
        card.text = f"None yet{where}. {_beginning(history)}"
        return Message(card, menus=menus)
    newest = history.size - PAGE * (history.page - 1)
    card.text = "\n".join(past_line(newest - offset, exam, history.pack) for offset, exam in enumerate(history.exams))
    if history.trend is not None:
        card.add("Trend", trend_line(history.trend))
    card.footer = _footer(history)
    card.picture = picture
    return Message(card, list(_pager(history)), menus=[_past_menu(history, newest), *menus])


def _beginning(history: History) -> str:
    """Say how to begin a first exam, of the lengths that the pack can fill."""
    full, short = (
        f"{form.questions} questions in {duration(form.time)}"
        for form in (form_of(version_of(history.pack), length) for length in (Length.FULL, Length.SHORT))
    )
    if Length.FULL in history.lengths:
        return f"`/exam start` begins one: {full}, or a short one: {short}."
    if Length.SHORT in history.lengths:
        return f"`/exam start length: short` begins a short one: {short}."
    return "This pack has too few questions for a mock exam. `/quiz` works with the questions that it has."


def _footer(history: History) -> str:
    """Explain the scores. Their passing score is left out if the exams of a page have none, or several."""
    seen = [history.pack.seen_for(exam.version) for exam in history.exams]
    marks = {version_of(pack).passing for pack in seen if is_judged(pack)}
    passing = f"; the passing score is {marks.pop()}" if len(marks) == 1 else ""
    page = f"Page {history.page} of {history.pages} · scores" if history.pages > 1 else "Scores"
    return f"{page} are estimates{passing}"


def past_line(number: int, exam: Exam, pack: Pack) -> str:
    seen = pack.seen_for(exam.version)
    version = version_of(seen)
    name = f"{version.name} · " if version.name else ""
    return f"**{number}.** " + _scored(exam, name if is_judged(seen) else f"`{plain(seen.lost_version)}` · ", seen)


def _scored(exam: Exam, name: str, pack: Pack | None) -> str:
    """Describe a past exam in one line; without a passing score if its exam version is gone."""
    outcome = exam.outcome
    assert outcome is not None, "a past exam has been submitted"
    judged = f", {verdict(outcome.score, version_of(pack))}" if pack is not None and is_judged(pack) else ""
    return (
        f"{stamp(outcome.submitted_at, 'd')} · {name}{exam.length.value} · **{outcome.score:,}**"
        f"{judged} · {outcome.correct} of {outcome.scored} right"
    )


def _other_lines(history: History) -> Iterator[str]:
    for exam, pack in history.other_packs:
        title = plain(pack.title) if pack is not None else f"`{plain(exam.pack)}`, which is missing"
        if exam.outcome is None:
            submitted = f"{stamp(exam.submitted_at, 'd')} · " if exam.submitted_at is not None else ""
            yield f"• {submitted}{title} · {exam.length.value} · will be graded once the pack is back"
            continue
        yield "• " + _scored(exam, f"{title} · ", pack.seen_for(exam.version) if pack is not None else None)


def trend_line(trend: int) -> str:
    if trend == 0:
        return "Unchanged: your latest scores are as high as the ones before."
    direction = "Up" if trend > 0 else "Down"
    return (
        f"{direction} by {abs(trend)}: the mean of your latest scores compared with the ones before, up to three each."
    )


def _pager(history: History) -> Iterator[Press]:
    if history.pages > 1:
        yield Press(ExamHistoryId(history.page - 1), "Newer", disabled=history.page == 1)
        yield Press(ExamHistoryId(history.page + 1), "Older", disabled=history.page == history.pages)


def _past_menu(history: History, newest: int) -> Menu:
    lines = []
    for offset, exam in enumerate(history.exams):
        form = form_of(version_of(history.pack.seen_for(exam.version)), exam.length)
        lines.append(_past_choice(exam, f"{newest - offset}. ", f"{form.questions} questions"))
    return Menu(ExamPastId(history.page), "Open an exam", lines)


def _other_menu(history: History) -> Menu:
    lines = [
        _past_choice(exam, "", pack.title if pack is not None else exam.pack)
        for exam, pack in history.other_packs
        if exam.outcome is not None
    ]
    return Menu(ExamPastId(OTHER_PACKS), "Open an exam on another pack", lines)


def _past_choice(exam: Exam, number: str, about: str) -> MenuLine:
    assert exam.outcome is not None, "a past exam has been submitted"
    name = "full exam" if exam.length is Length.FULL else "short exam"
    return MenuLine(
        exam.id, f"{number}{exam.outcome.score:,}, {name}", f"{clip(about, 70)}, {exam.outcome.submitted_at:%B %-d, %Y}"
    )
