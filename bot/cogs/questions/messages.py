"""What managers read about their server's questions."""

from __future__ import annotations

import io
from collections.abc import Sequence

import discord

from bot.bank.faults import Fault, Level, errors
from bot.cogs.questions.custom_ids import DraftDropId, DraftEditId, DraftSaveId, QuestionsPageId
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREEN, GREY, RED
from bot.cogs.ui.text import FIELD, PAGE, clip, plain, plural
from bot.services.question_outcomes import (
    Condition,
    Drafted,
    Exported,
    Imported,
    ListedQuestion,
    Moved,
    QuestionPage,
    Saved,
)
from bot.study.characters import visible
from bot.study.code_blocks import one_line
from bot.study.grading import as_written, describe

FAULTS_FILE = "faults.txt"
OTHER_KINDS = "For orderings, matchings and cases, use `/question import`."
ASKED_IN = "the dailies, quizzes and leaderboards of this server only"


# -- the form


def drafted(drafted: Drafted) -> Message:
    """Show the question as members would see it, or what is wrong with it. Nothing is saved yet."""
    change = Press(DraftEditId(drafted.draft.id), "Change")
    discard = Press(DraftDropId(drafted.draft.id), "Discard")
    question = drafted.question
    if question is None:
        return Message(_not_yet(drafted), [change, discard])
    shown = as_written(question)
    card = Card(
        title=questions.heading(drafted.pack, question),
        text=questions.body(question, shown),
        color=BLUE,
    )
    card.above = "Preview · nothing is saved yet"
    card.add(
        f"Answer: {describe(question, question.correct, shown)}",
        clip(plain(question.explanation), FIELD) or "No explanation.",
    )
    if drafted.faults:
        card.add("Worth adding", clip("\n".join(f"It {plain(fault.problem)}." for fault in drafted.faults), FIELD))
    card.footer = OTHER_KINDS
    return Message(card, [Press(DraftSaveId(drafted.draft.id), "Save", main=True), change, discard])


def _not_yet(drafted: Drafted) -> Card:
    if drafted.already_here:
        return Card(
            title="This server already has it",
            color=GREY,
            text=(
                "The server has a question with the same text and answer: `/question list` shows it, and `/question "
                "restore` brings it back if it was retired."
            ),
        )
    card = Card(title="Not a question yet", color=RED, text=fault_lines(drafted.faults, PAGE)[0])
    card.footer = "Change opens the form again, with everything you typed."
    return card


def saved(saved: Saved) -> Message:
    card = Card(
        title="Saved",
        color=GREEN,
        text=(
            f"`{saved.question.id}` joins {ASKED_IN}. The server now has {plural(saved.own, 'question')} of its own."
        ),
    )
    card.footer = "`/question add` adds another · `/question list` shows them all · `/question retire` takes one out"
    return Message(card)


def discarded() -> Message:
    return Message(Card(title="Discarded", color=GREY, text="Nothing was saved. `/question add` starts over."))


# -- files


def imported(imported: Imported) -> Message:
    """Show the result of an import: a table of counts, and what is wrong with the file."""
    count, batch = len(imported.added) + len(imported.corrected), imported.batch
    card = Card(
        title=_title(imported),
        color=(GREEN if not batch.left_out + batch.unread else BLUE) if count else RED,
    )
    parts = [_summary(imported)]
    files: list[discord.File] = []
    if batch.faults:
        listed, complete = fault_lines(batch.faults, PAGE - 600)
        parts.append(listed)
        if not complete:
            parts.append(f"The full list is in {FAULTS_FILE}.")
            files.append(_faults_file(batch.faults))
    card.text = "\n\n".join(parts)
    if account := _account(imported):
        card.add("What the file holds", "\n".join(f"{name}: **{number:,}**" for name, number in account))
    card.footer = _next_step(imported)
    return Message(card, files=files)


def _title(imported: Imported) -> str:
    added, corrected = len(imported.added), len(imported.corrected)
    went = f"{plural(added, 'question')} {'would be imported' if imported.dry_run else 'imported'}"
    if not corrected:
        return went
    was = "would be" if imported.dry_run else "was" if corrected == 1 else "were"
    return f"{went}, {corrected:,} {was} corrected" if added else f"{plural(corrected, 'question')} {was} corrected"


def _account(imported: Imported) -> list[tuple[str, int]]:
    """Return the rows of the table. They add up to what the file holds, except that changed questions
    are also counted as imported."""
    batch = imported.batch
    rows = [
        ("Imported", len(imported.added)),
        ("Of these, changed", imported.changed),
        ("Corrected", len(imported.corrected)),
        ("Already here", imported.already_here),
        ("Left out", batch.left_out),
        ("Not read", batch.unread),
    ]
    return [rows[0], *((name, number) for name, number in rows[1:] if number)] if batch.held else []


def _summary(imported: Imported) -> str:
    batch = imported.batch
    if not batch.held:
        return "I could not read the file."
    told = [f"The file holds {plural(batch.held, 'question')}."]
    if imported.corrected and not imported.dry_run:
        told.append("Corrected questions keep their ids, and past answers keep their points.")
    if imported.added and not imported.dry_run:
        told.append(
            f"The imported questions join {ASKED_IN}. The server now has {plural(imported.own, 'question')} of its own."
        )
    if any(not fault.line for fault in errors(batch.faults)):
        told.append("I could not read the whole file.")
    elif len(imported.added) == batch.held and not imported.changed:
        told.append("Every question is fine.")
    return " ".join(told)


def _next_step(imported: Imported) -> str:
    batch = imported.batch
    if not batch.held:
        return "Fix the problems above, and import the file again."
    if imported.dry_run:
        goes = imported.added or imported.corrected
        return "Nothing was changed. To import them, leave out dry_run." if goes else "Nothing was changed."
    if batch.left_out or batch.unread:
        return "Fix these and import the file again. Questions you already have are skipped."
    return "`/question list` shows them all"


def fault_lines(faults: Sequence[Fault], room: int) -> tuple[str, bool]:
    """Return one line per fault while there is room, and whether all of them fit."""
    text = ""
    for place, fault in enumerate(faults):
        line = f"• {plain(visible(_told(fault)))}\n"
        if len(text) + len(line) > room - 60:
            return f"{text}… and {plural(len(faults) - place, 'more line')}.", False
        text += line
    return text.rstrip(), True


def _told(fault: Fault) -> str:
    """Describe a fault without the file's name, for somebody who has the file or form in front of them."""
    where = ", ".join(part for part in (f"line {fault.line}" if fault.line else "", fault.key) if part)
    note = {Level.ERROR: "", Level.CHANGE: "changed: ", Level.WARNING: "note: "}[fault.level]
    remedy = f" {fault.remedy}{'' if fault.remedy.endswith('?') else '.'}" if fault.remedy else ""
    return f"{note}{where or 'it'} {fault.problem}.{remedy}"


def _faults_file(faults: Sequence[Fault]) -> discord.File:
    data = "".join(f"{fault}\n" for fault in faults).encode("utf-8", "replace")
    return discord.File(io.BytesIO(data), FAULTS_FILE, description="Every fault, with file and line")


def exported(exported: Exported) -> Message:
    card = Card(
        title=f"{plural(exported.count, 'question')} from this server",
        color=BLUE,
        text="Import the file into another server, or keep it as a copy.",
    )
    if exported.lost:
        lost = "\n".join(f"- {phrase}" for phrase in exported.lost)
        card.add("Left out, because this format has no place for them", f"{lost}\nYAML and CSV keep everything.")
    file = discord.File(io.BytesIO(exported.data), exported.name, description="This server's own questions")
    return Message(card, files=[file])


# -- listing, retiring, restoring


def page(page: QuestionPage) -> Message:
    if not page.items:
        return Message(
            Card(
                title="This server has no questions of its own",
                color=GREY,
                text=(
                    f"This server studies {plain(page.pack.title)} without changes. `/question add` adds a question from a form, `/question import` "
                    f"reads a whole file. They join {ASKED_IN}."
                ),
            )
        )
    card = Card(title="Questions of this server", color=BLUE, text="\n".join(map(_listed, page.items)))
    card.above = f"Page {page.page} of {page.pages}"
    counts = [f"In use: {page.asked:,} of your {plural(page.own, 'question')}"] if page.own else []
    if page.retired_of_pack:
        counts.append(f"Retired here: {page.retired_of_pack:,} of the pack's questions")
    card.footer = f"{' · '.join(counts)}\n`/question retire` takes one out, `/question restore` brings it back"
    return Message(card, _pager(page))


def _listed(item: ListedQuestion) -> str:
    question = item.question
    notes = [f"**{plain(question.section)}**", question.kind.value]
    match item.condition:
        case Condition.RETIRED:
            notes.append("retired" if item.own else "from the pack, retired")
        case Condition.RESTING:
            notes.append("not asked: the pack has no such section")
        case Condition.ASKED:
            pass
    return f"`{question.id}` {' · '.join(notes)}\n{clip(plain(one_line(question.stem)), 120)}"


def _pager(page: QuestionPage) -> list[Press]:
    if page.pages == 1:
        return []
    return [
        Press(QuestionsPageId(max(1, page.page - 1)), "◀ Previous", disabled=page.page == 1),
        Press(QuestionsPageId(min(page.pages, page.page + 1)), "Next ▶", disabled=page.page == page.pages),
    ]


def retired(moved: Moved) -> Message:
    question = moved.question
    title = "It was already retired" if moved.already else "Retired"
    description = (
        f"`{question.id}` will no longer be asked in this server. If it is open as the question of the day, or in a duel "
        "or exam that has begun, it stays there. All answers and points are kept. `/question restore` brings it back."
    )
    return _moved(moved, title, description)


def restored(moved: Moved) -> Message:
    question = moved.question
    if moved.already:
        return _moved(moved, "It was not retired", f"`{question.id}` is still one of this server's questions.")
    return _moved(moved, "Restored", f"`{question.id}` will be asked again.")


def _moved(moved: Moved, title: str, description: str) -> Message:
    card = Card(title=title, color=BLUE, text=description)
    card.add(questions.heading(moved.pack, moved.question), clip(plain(moved.question.stem), FIELD))
    return Message(card)
