"""The line that a member shares with a channel, and the private confirmation."""

from __future__ import annotations

from bot.cogs.shares.custom_ids import SharedId
from bot.cogs.study.custom_ids import StudyId
from bot.cogs.ui.access import Access, refusal
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import day_name, safe_name
from bot.services.shares import ShareScene
from bot.storage.posts import Post, PostKind
from bot.storage.shares import SharedLine
from bot.study.exams import Length
from bot.study.shares import Shareable


def shared(scene: ShareScene) -> Message:
    """Return the line for the channel. It names no question, no option and no key."""
    line = scene.line
    if line is None or scene.name is None:
        return Message(Card(text="A member shared a result here, and has since removed their name.", color=GREY))
    text = f"**{safe_name(scene.name)}** {_said(line)}"
    return Message(Card(text=text, color=BLUE), [Press(SharedId(line.id), "Study too")])


def _said(line: SharedLine) -> str:
    match line.what:
        case Shareable.DAILY:
            which = "today's question" if line.day is None else f"the question for {day_name(line.day)}"
            told = f"got {which} right" if line.correct else f"answered {which}, but did not get it right"
            return f"{told} · {line.days:,}-day streak" if line.days else told
        case Shareable.EXAM:
            which = "a short mock exam" if line.length is Length.SHORT else "a mock exam"
            score, passing = line.score or 0, line.passing
            if passing is None:  # the version of the exam is gone from its pack
                return f"scored **{score:,}** in {which}"
            place = "at" if score == passing else "above" if score > passing else "below"
            return f"scored **{score:,}** in {which}, {place} the passing score of {passing:,}"
        case Shareable.STREAK:
            return f"is on a {line.days:,}-day streak"


def done(channel_id: int) -> Message:
    """Confirm privately that a line is on its way."""
    card = Card(
        title="Shared",
        text=f"One line about your result is on its way to <#{channel_id}>. It shows your name but not the question, and pings nobody.",
        color=BLUE,
    )
    card.footer = "`/privacy hide` removes your name from the line"
    return Message(card, [Press(StudyId(), "Keep studying", main=True)])


def unposted(access: Access) -> Message:
    """Say privately that the channel refused a line."""
    text = f"Your line could not be posted. {refusal(access)} Then press Share again."
    return Message(Card(title="Not shared", text=text, color=GREY))


def _compose(_post: Post, scene: ShareScene) -> Rendered:
    return Rendered(shared(scene))


RENDERERS: dict[str, Renderer] = {PostKind.SHARE: Renderer(_compose, lambda post: (SharedId(int(post.subject)),))}
