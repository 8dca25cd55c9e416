"""Messages before and during a mock exam. Nothing here may reveal a right answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.cogs.exams.custom_ids import (
    ExamAboutId,
    ExamAnswerId,
    ExamBriefingId,
    ExamChangeId,
    ExamFlagId,
    ExamFormId,
    ExamGoId,
    ExamHistoryId,
    ExamJumpId,
    ExamOverviewId,
    ExamStartId,
    ExamSubmitId,
    ExamSubmitNowId,
)
from bot.cogs.ui import forms, gone, questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.menus import MOST, Menu, MenuLine
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.text import FIELD, clip, plain, plural, stamp
from bot.services.exam_papers import ExamTurn, Overview, Paper, PaperEntry
from bot.study.code_blocks import one_line
from bot.study.exams import Form, Length, form_of, right_to_pass, version_of
from bot.study.questions import LETTERS, ExamVersion, Kind, Pack

BUTTONS_A_ROW = 5
ROW = 10
"""Questions on one line of the overview."""

MARKS = {(True, False): "x", (False, False): "-", (True, True): "!", (False, True): "?"}
"""Marks by (answered, flagged): characters of equal width, which every screen and screen reader can handle."""
LEGEND = "`x` answered · `-` open · `!` answered and flagged · `?` open and flagged"

COMES_BACK = "If this private message disappears, `/exam resume` brings it back. The clock keeps running."


def briefing(pack: Pack, length: Length) -> Message:
    """Show the rules before the clock starts."""
    version = version_of(pack)
    form = form_of(version, length)
    minutes = round(form.time.total_seconds() / 60)
    card = Card(title=f"Mock exam: {form.questions} questions in {minutes} minutes", color=BLUE)
    news = f" {plain(version.news.partition('. ')[0])}." if version.news else ""
    passing = f"right answers to {right_to_pass(form.scored, version)} of the {form.scored} questions that count"
    card.text = "\n".join(
        [
            f"{plain(pack.exam or pack.title)}.{news} Press Begin when you have time: the clock starts then and does not stop.",
            "",
            *_unscored(form),
            f"• To pass, you need {version.passing} of {version.highest:,}: here, {passing}.",
            "• An unanswered question counts as wrong, so guess. You can go back and change answers until you submit.",
            "• After that, you see the result and the explanations.",
        ]
    )
    if lost := gone.of_own_version(pack):
        card.add("Your exam version is gone", lost)
    card.footer = "Only you see this. `/exam history` shows the exams you have taken."
    code = version.code or "-"
    buttons = [Press(ExamStartId(code, length), "Begin", main=True), Press(ExamHistoryId(1), "Past exams")]
    if _about(version) or pack.omits:
        buttons.append(Press(ExamAboutId(code, length), "About this exam"))
    return Message(card, buttons)


def about(pack: Pack, length: Length) -> Message:
    """Say which real exam a mock exam follows, how it is scored, and what it leaves out."""
    version = version_of(pack)
    card = Card(title="About this exam", color=BLUE)
    card.text = (
        f"The score goes from {version.lowest:,} to {version.highest:,}. It is an estimate, because the real scaling is not published. "
        "The clock keeps running if you close Discord or I restart. When time is up, I submit your answers."
    )
    if told := _about(version):
        card.add("Which exam this is", told)
    if pack.omits:
        card.add("What this exam leaves out", left_out(pack))
    code = version.code or "-"
    return Message(
        card,
        [Press(ExamStartId(code, length), "Begin", main=True), Press(ExamBriefingId(code, length), "Back")],
    )


def studied_version(pack: Pack, *, chosen: bool) -> Message:
    """Say which exam a member studies for, and which others they can choose."""
    version = version_of(pack)
    card = Card(title="Saved" if chosen else "The exam you study for", color=BLUE)
    card.text = f"**{plain(pack.exam or pack.title)}**, {plural(len(pack.active), 'question')}."
    if lost := gone.of_own_version(pack):
        card.add("Your exam version is gone", lost)
    if about := _about(version):
        card.add("Which exam this is", about)
    others = [other for other in pack.exams.values() if other is not version]
    if others:
        named = "\n".join(f"`{other.code}` {plain(other.name)}: {plain(other.news)}" for other in others)
        card.add("Others", clip(named, FIELD))
    card.footer = "To study for another exam, use `/exam version` with its code: past answers, scores and streaks are kept. `/exam start` begins a mock exam."
    return Message(card)


def _unscored(form: Form) -> Iterator[str]:
    if unscored := form.questions - form.scored:
        yield f"• {form.scored} questions count. The other {unscored} do not, and you are not told which, as in the real exam."


def _about(version: ExamVersion) -> str:
    """Say what is new in an exam version, what is uncertain, and when its guide was last checked."""
    lines = [plain(version.news)] if version.news else []
    lines += [plain(sentence) for sentence in version.uncertain]
    if version.source:
        lines.append(f"[The exam guide]({version.source}) was last checked on {version.checked:%B %-d, %Y}.")
    return clip("\n".join(lines), FIELD)


def left_out(pack: Pack) -> str:
    return clip(
        f"The real exam covers more than this guide. This guide leaves out {plain(pack.omits)}. Study those topics elsewhere.",
        FIELD,
    )


def turn(turn: ExamTurn) -> Message:
    paper, entry = turn.paper, turn.entry
    card = _asked(turn)
    card.add("Your answer", answer_so_far(entry))
    card.add("Time", time_left(paper))
    card.footer = f"{counts(paper)}. {COMES_BACK}"
    return Message(card, [*_answer_buttons(paper, entry), *_steps(paper, entry)])


def not_sent(turn: ExamTurn, letters: str, fault: str) -> Message:
    """Show an invalid answer, so that the member can change it. Raises UnknownOption."""
    paper, entry = turn.paper, turn.entry
    card = _asked(turn)
    told = forms.not_sent(entry.question, entry.shown, letters, fault)
    card.text = f"{card.text}\n\n{told}"
    card.add("Time", time_left(paper))
    change = Press(ExamChangeId(paper.exam.id, entry.place, letters.lower()), "Change it", main=True, row=0)
    return Message(card, [change, *_steps(paper, entry)])


def _asked(turn: ExamTurn) -> Card:
    paper, entry = turn.paper, turn.entry
    question = entry.question
    title = f"Question {entry.number} of {len(paper.entries)}"
    card = Card(
        title=f"{title} · flagged for review" if entry.flagged else title,
        text=questions.body(question, entry.shown, paper.pack.scenario_of(question)),
        color=BLUE,
    )
    card.above = "Mock exam"
    return card


def answer_so_far(entry: PaperEntry) -> str:
    question, answer = entry.question, entry.answer
    if answer is None:
        return f"None yet. {questions.how_to(question)}"
    names: Iterable[str]
    match question.kind:
        case Kind.CHOICE:
            names = [""]
        case Kind.RESPONSE:
            names, answer = [""] * len(answer), tuple(sorted(answer, key=entry.shown.index))
        case Kind.ORDERING:
            names = [f"Step {number}: " for number in range(1, len(answer) + 1)]
        case Kind.MATCHING:
            names = [
                f"{number}. {plain(clip(one_line(prompt), 60))}: "
                for number, prompt in enumerate(question.prompts, start=1)
            ]
    lines = [
        f"{name}**{LETTERS[entry.shown.index(index)]}** · {plain(clip(one_line(question.options[index].text), 90))}"
        for name, index in zip(names, answer, strict=True)
    ]
    return clip("\n".join(lines), FIELD)


def time_left(paper: Paper) -> str:
    return f"Ends {stamp(paper.exam.ends_at, 'R')}, at {stamp(paper.exam.ends_at, 't')}"


def counts(paper: Paper) -> str:
    return f"{len(paper.entries) - len(paper.open)} answered, {len(paper.flagged)} flagged, {len(paper.open)} open"


def _answer_buttons(paper: Paper, entry: PaperEntry) -> Iterator[Press]:
    exam, item = paper.exam.id, entry.place
    if entry.question.kind is not Kind.CHOICE:
        yield Press(ExamFormId(exam, item), "Change answer" if entry.answer else "Answer", main=True, row=0)
        return
    for place, index in enumerate(entry.shown):
        chosen = entry.answer == (index,)
        label = f"✓ {LETTERS[place]}" if chosen else LETTERS[place]
        yield Press(ExamAnswerId(exam, item, place), label, main=chosen, row=place // BUTTONS_A_ROW)


def _steps(paper: Paper, entry: PaperEntry) -> list[Press]:
    exam, row = paper.exam.id, 2
    index = paper.entries.index(entry)
    before = paper.entries[max(index - 1, 0)]
    last = index + 1 == len(paper.entries)
    following = ExamOverviewId(exam, entry.place) if last else ExamGoId(exam, paper.entries[index + 1].place, "next")
    steps = [
        Press(ExamGoId(exam, before.place, "previous"), "Previous", disabled=index == 0, row=row),
        Press(following, "Finish" if last else "Next", main=entry.answer is not None, row=row),
        Press(
            ExamFlagId(exam, entry.place, int(not entry.flagged)),
            "Remove flag" if entry.flagged else "Flag for review",
            row=row,
        ),
    ]
    return steps if last else [*steps, Press(ExamOverviewId(exam, entry.place), "All questions", row=row)]


# -- all questions at a glance


def overview(overview: Overview) -> Message:
    paper, entry = overview.paper, overview.entry
    exam = paper.exam.id
    card = Card(title=f"Mock exam: {counts(paper)}", color=BLUE)
    card.text = f"```\n{grid(paper)}\n```\n{LEGEND}"
    if paper.open:
        card.add(f"Open ({len(paper.open)})", numbers(paper.open))
    if paper.flagged:
        card.add(f"Flagged ({len(paper.flagged)})", numbers(paper.flagged))
    card.add("Time", time_left(paper))
    card.footer = COMES_BACK
    buttons = [Press(ExamGoId(exam, entry.place, "back"), f"Back to question {entry.number}", main=True)]
    if paper.open:
        buttons.append(Press(ExamGoId(exam, next_of(paper.open, entry).place, "open"), "Next open"))
    if paper.flagged:
        buttons.append(Press(ExamGoId(exam, next_of(paper.flagged, entry).place, "flagged"), "Next flagged"))
    buttons.append(Press(ExamSubmitId(exam, entry.place), "Submit…"))
    return Message(card, buttons, menus=list(jump_menus(paper)))


def grid(paper: Paper) -> str:
    """Draw ten questions per line, in groups of five: ` 1-10  xx-!? --xxx`."""
    signs = "".join(MARKS[entry.answer is not None, entry.flagged] for entry in paper.entries)
    width = len(f"{len(signs)}-{len(signs)}")
    lines = []
    for start in range(0, len(signs), ROW):
        part = signs[start : start + ROW]
        label = f"{start + 1}-{start + len(part)}".rjust(width)
        lines.append(f"{label}  {part[: ROW // 2]} {part[ROW // 2 :]}".rstrip())
    return "\n".join(lines)


def numbers(entries: Sequence[PaperEntry]) -> str:
    """List question numbers with ranges: `1-3, 7`."""
    runs: list[list[int]] = []
    for entry in entries:
        if runs and entry.number == runs[-1][-1] + 1:
            runs[-1].append(entry.number)
        else:
            runs.append([entry.number])
    return clip(", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs), FIELD)


def next_of(entries: Sequence[PaperEntry], current: PaperEntry) -> PaperEntry:
    """Return the first of these after the current question, wrapping around."""
    return next((entry for entry in entries if entry.number > current.number), entries[0])


def jump_menus(paper: Paper) -> Iterator[Menu]:
    for part, entries in enumerate(in_menus(paper)):
        yield Menu(
            ExamJumpId(paper.exam.id, part),
            f"Go to a question from {entries[0].number} to {entries[-1].number}",
            [
                MenuLine(entry.place, f"Question {entry.number}: {state(entry)}", one_line(entry.question.stem))
                for entry in entries
            ],
        )


def in_menus(paper: Paper) -> Iterator[Sequence[PaperEntry]]:
    """Split the questions into as many menus as they need."""
    for start in range(0, len(paper.entries), MOST):
        yield paper.entries[start : start + MOST]


def state(entry: PaperEntry) -> str:
    answered = "answered" if entry.answer is not None else "open"
    return f"{answered}, flagged" if entry.flagged else answered


def confirm(overview: Overview) -> Message:
    """Ask for confirmation before submitting."""
    paper = overview.paper
    if paper.open:
        title = f"Submit with {plural(len(paper.open), 'question')} open?"
        text = f"Open questions count as wrong, and a guess costs nothing. Still open: {numbers(paper.open)}."
    else:
        title, text = "Submit?", f"All {len(paper.entries)} questions are answered."
    if paper.flagged:
        text += f" Flagged for another look: {numbers(paper.flagged)}."
    card = Card(title=title, color=GREY, text=f"{text} You cannot change anything after that.")
    card.add("Time", time_left(paper))
    return Message(
        card,
        [
            Press(ExamSubmitNowId(paper.exam.id), "Submit now"),
            Press(ExamOverviewId(paper.exam.id, overview.entry.place), "Go back", main=True),
        ],
    )
