"""What members and managers read about suggested questions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cogs.questions.messages import ASKED_IN, fault_lines
from bot.cogs.suggestions.custom_ids import (
    AcceptId,
    DeclineId,
    EditId,
    QueueId,
    SuggestChangeId,
    SuggestDropId,
    SuggestSendId,
)
from bot.cogs.ui import questions
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREEN, GREY, RED
from bot.cogs.ui.text import FIELD, PAGE, as_many, clip, plain, plural, safe_name, stamp
from bot.services.suggestions import Checked, Decided, OwnSuggestions, QueuePage, Sent
from bot.storage.suggestions import Suggestion
from bot.study.characters import visible
from bot.study.code_blocks import one_line
from bot.study.grading import as_written, describe
from bot.study.questions import Question
from bot.study.suggestions import MAX_WAITING, SuggestionState

ALREADY = "This server already has a question with the same text and options. Change yours, or suggest another."
NAMED = "The managers will see it with your name. If they accept it, it will be asked here with your name, unless you are hidden."
HIDDEN = "The managers will see it without your name, because you are hidden here. If they accept it, it will be asked without your name, too."
STEM = 140
"""How many characters of a question's text are shown to identify it."""


# -- for members


def checked(checked: Checked) -> Message:
    """Show a question as members would see it, or what is wrong with it. Nothing is sent yet."""
    drafted = checked.drafted
    change = Press(SuggestChangeId(drafted.draft.id), "Change")
    discard = Press(SuggestDropId(drafted.draft.id), "Discard")
    if drafted.question is None:
        card = Card(title="Not a question yet", color=RED, text=_faults(checked))
        card.footer = "Change opens the form again, with everything you typed."
        return Message(card, [change, discard])
    card = _preview(checked, drafted.question)
    card.above = "Preview · nothing is sent yet"
    card.footer = f"{HIDDEN if checked.hidden else NAMED} If you write another question before you send this one, it replaces this one."
    return Message(card, [Press(SuggestSendId(drafted.draft.id), "Send to the managers", main=True), change, discard])


def _preview(checked: Checked, question: Question) -> Card:
    shown = as_written(question)
    card = Card(
        title=questions.heading(checked.drafted.pack, question), text=questions.body(question, shown), color=BLUE
    )
    card.add(
        f"Answer: {describe(question, question.correct, shown)}",
        clip(plain(question.explanation), FIELD) or "No explanation.",
    )
    if checked.near:
        card.add("Similar questions here", clip("\n".join(_similar(*each) for each in checked.near), FIELD))
    if notes := checked.drafted.faults:
        card.add("Worth adding", clip("\n".join(f"It {plain(visible(fault.problem))}." for fault in notes), FIELD))
    return card


def _similar(question: Question, likeness: float) -> str:
    return f"`{question.id}` is {likeness:.0%} similar: {clip(plain(one_line(question.stem)), STEM)}"


def _faults(checked: Checked) -> str:
    return ALREADY if checked.drafted.already_here else fault_lines(checked.drafted.faults, PAGE)[0]


def sent(sent: Sent) -> Message:
    card = Card(title="Sent to the managers", color=GREEN)
    card.text = (
        f"You have {plural(sent.waiting, 'suggestion')} waiting, and can have up to {MAX_WAITING}. "
        "`/question suggestions` and `/study` show what becomes of them."
    )
    return Message(card)


def discarded() -> Message:
    return Message(Card(title="Discarded", color=GREY, text="Nothing was sent. `/question suggest` starts over."))


def own(found: OwnSuggestions) -> Message:
    """List a member's suggestions, newest first, with what became of each."""
    if not found.listed:
        text = "You have not suggested a question here yet. `/question suggest` opens a form."
        return Message(Card(title="Your suggestions", color=GREY, text=text))
    card = Card(title="Your suggestions", color=BLUE)
    lines = [f"{'**New:** ' if one.id in found.unseen else ''}{outcome(one)}" for one in found.listed]
    card.text = "\n\n".join(lines)
    card.footer = "Only you see this · `/question suggest` suggests another"
    return Message(card)


def news(decided: Sequence[Suggestion]) -> str:
    """Say what became of suggestions, in a message to their author about something else."""
    return as_many([outcome(one) for one in decided], FIELD)


def outcome(suggestion: Suggestion) -> str:
    """Say what became of a suggestion, and quote it."""
    which = clip(plain(visible(one_line(suggestion.typed.stem))), STEM)
    word = f" A manager wrote: {clip(plain(visible(one_line(suggestion.word))), FIELD // 2)}" if suggestion.word else ""
    match suggestion.state:
        case SuggestionState.WAITING:
            told = f"Waiting for a decision since {stamp(suggestion.created_at, 'd')}."
        case SuggestionState.ACCEPTED:
            told = f"Accepted as `{suggestion.question_id}`, one of this server's own questions."
        case SuggestionState.DECLINED:
            told = "Declined."
    return f"{told}{word}\n“{which}”"


# -- for managers


def queue(page: QueuePage | None) -> Message:
    """Show one suggestion, with what can be done about it."""
    if page is None:
        text = "Members suggest questions with `/question suggest`. What they send appears here, and nobody is pinged."
        return Message(Card(title="No suggestions are waiting", color=GREEN, text=text))
    suggestion, drafted = page.suggestion, page.checked.drafted
    if drafted.question is None:
        card = Card(title="Not a complete question", color=RED, text=_typed(page))
        card.add("What is missing", clip(_faults(page.checked), FIELD))
    else:
        card = _preview(page.checked, drafted.question)
    card.above = (
        f"Suggestion {page.page} of {page.pages} · by {safe_name(page.name)}, {stamp(suggestion.created_at, 'd')}"
    )
    card.footer = (
        "If you accept it, this server asks it from now on. Its author sees your decision in private; nobody is pinged."
    )
    id, at = suggestion.id, page.page
    accept = Press(AcceptId(id, at), "Accept", main=True, disabled=drafted.question is None)
    return Message(card, [accept, Press(EditId(id, at), "Edit"), Press(DeclineId(id, at), "Decline"), *_pager(page)])


def _typed(page: QueuePage) -> str:
    typed = page.suggestion.typed
    return clip(f"{plain(visible(typed.stem))}\n\n{plain(visible(typed.options))}", PAGE // 2)


def decided(decided: Decided) -> Message:
    """Confirm a decision above the next waiting suggestion."""
    message = queue(decided.following)
    if decided.accepted is None:
        told = "Declined. Its author will see that the next time they use `/study`."
    else:
        told = f"Accepted: `{decided.accepted.question.id}` joins {ASKED_IN}."
    message.card.text = f"**{told}**\n\n{message.card.text}"
    return message


def _pager(page: QueuePage) -> list[Press]:
    if page.pages == 1:
        return []
    return [
        Press(QueueId(max(1, page.page - 1)), "◀ Previous", disabled=page.page == 1),
        Press(QueueId(min(page.pages, page.page + 1)), "Next ▶", disabled=page.page == page.pages),
    ]
