"""Messages about discussions, for the group and for managers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cogs.discussions.custom_ids import PractiseId
from bot.cogs.ui import access, gone, questions
from bot.cogs.ui.access import Access, refusal
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.spreads import spread
from bot.cogs.ui.text import day_name, plain, plural
from bot.cogs.ui.threads import Opening
from bot.services.discussions import KINDS, Discussed
from bot.services.posts import Unsent
from bot.storage.posts import Post
from bot.storage.schedules import GuildSchedule
from bot.study.daily_names import title_of
from bot.study.discussions import FEWEST, Discussion, Venue
from bot.study.grading import as_written
from bot.study.questions import Pack
from bot.study.schedules import Trouble

WORDS: Mapping[Discussion, str] = {
    Discussion.OFF: "Off",
    Discussion.AT_CLOSE: "After the close",
    Discussion.AT_ONCE: "At once, for those who have answered",
}
INVITATION = "What convinced you, and what almost did? Write it below."


def first(scene: Discussed) -> Message:
    """Open a discussion: why the key is right, and how the group answered."""
    question, shown = scene.question, as_written(scene.question)
    card = Card(title=questions.heading(scene.pack, question), color=BLUE)
    card.above = " · ".join(filter(None, ("Discussion", plain(scene.name), day_name(scene.daily.day))))
    if scene.venue is Venue.UNDER_POST:
        # The question is in the post right above the thread.
        parts = (f"Answer: {questions.key_line(question, shown)}", plain(question.explanation))
        card.text = "\n\n".join(parts)
    else:
        card.text = questions.solved(question, shown, scene.pack.scenario_of(question))
    if scene.spread:
        total, right = sum(count for _, count in scene.spread), dict(scene.spread).get(question.correct, 0)
        card.add(f"{plural(total, 'answer')}, {right:,} right", spread(question, scene.spread))
    elif scene.closed:
        card.add("How you answered", f"Figures are shown once there are {FEWEST} answers.")
    else:
        card.add("How you answered", "This will be shown after the close.")
    card.add("Your turn", INVITATION)
    return Message(card, [Press(PractiseId(scene.daily.id), "Practice more like this", main=True)])


def entered(thread_id: int) -> str:
    return f"You are in the discussion: <#{thread_id}>. Only members who have answered can read it before the close."


def name_of(scene: Discussed) -> str:
    """Return the name of the thread. A schedule opens at most one thread a day, so the name identifies it."""
    title = scene.pack.title_of(scene.question.section)
    number = f"Daily {scene.daily.number}" if scene.daily.number > 1 and not scene.name else scene.name
    return " · ".join(filter(None, (day_name(scene.daily.day), number, title)))


def tags_of(pack: Pack, section: str) -> tuple[str, ...]:
    """Return the names that a forum's tag for a section may have, best match first."""
    names: list[str] = []
    wanted: str | None = section
    while wanted is not None and wanted in pack.sections:
        title = pack.sections[wanted].title
        names += [pack.title_of(wanted), wanted, title]
        wanted = pack.sections[wanted].parent
    return tuple(names)


def plan(schedule: GuildSchedule) -> str:
    """Say when and where dailies are discussed."""
    words = WORDS[schedule.discussion]
    return f"{words}, in <#{schedule.forum_id}>" if schedule.forum_id is not None else words


def saved(schedule: GuildSchedule, *, waits: bool, several: bool) -> str:
    """Confirm the setting. `waits`: the server reveals answers at the close, so no discussion begins earlier. `several`:
    the server has other dailies."""
    which = f" from {plain(title_of(schedule.number, schedule.name))}" if several else ""
    if schedule.discussion is Discussion.OFF:
        return f"From now on, questions of the day{which} get no discussion. Open discussions stay open."
    where = f"a post in <#{schedule.forum_id}>" if schedule.forum_id is not None else "a thread under its post"
    if schedule.discussion is Discussion.AT_ONCE and not waits:
        return (
            f"Each question of the day{which} gets a private thread. The Discuss button under the question lets in those who have answered, "
            "and everyone after the close."
        )
    note = (
        " In this server, answers can be changed until the close, so the discussion waits until then." if waits else ""
    )
    return f"Each question of the day{which} gets {where} when it closes, with the answer and why it is right.{note}"


def unsent(unsent: Unsent, server: str, seen: Access) -> str:
    """Tell a manager in a direct message why there is no discussion."""
    name = unsent.scene.name if isinstance(unsent.scene, Discussed) else ""
    where = f"{plain(server)} ({plain(name)})" if name else plain(server)
    return (
        f"The question of the day in {where} got no discussion. Nothing is lost: questions are posted as usual. "
        f"{trouble(unsent.trouble, seen)}"
    )


def trouble(trouble: Trouble, seen: Access) -> str:
    match trouble:
        case Trouble.CHANNEL_GONE:
            return gone.FORUM
        case Trouble.REFUSED:
            return "Discord did not accept the discussion: the server may have too many open threads. I will keep trying for a day."
    return f"{refusal(seen)} `/daily status` shows what a discussion needs."


def _compose(_post: Post, scene: Discussed) -> Rendered:
    daily = scene.daily
    opening = Opening(
        scene.venue, scene.parent_id, name_of(scene), daily.message_id, tags_of(scene.pack, scene.question.section)
    )
    return Rendered(first(scene), opening=opening)


def _marks(post: Post) -> tuple[PractiseId, ...]:
    return (PractiseId(int(post.subject)),)


def _needs(unsent: Unsent) -> Mapping[str, str]:
    scene: Discussed | None = unsent.scene
    match scene.venue if scene is not None else Venue.UNDER_POST:
        case Venue.FORUM:
            return access.IN_FORUMS
        case Venue.PRIVATE:
            return access.PRIVATE_THREADS
    return access.UNDER_POSTS


RENDERERS: dict[str, Renderer] = dict.fromkeys(KINDS, Renderer(_compose, _marks, unsent, opens=True, needs=_needs))
