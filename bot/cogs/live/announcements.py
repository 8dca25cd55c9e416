"""Planned live rounds: the announcement in the channel, and messages to the member who planned one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.cogs.live.custom_ids import LivePlanId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREY, named_section
from bot.cogs.ui.reconciler import Rendered, Renderer, Word
from bot.cogs.ui.text import plain, plural, stamp, when
from bot.cogs.ui.unsent import called_off
from bot.services.live_plans import LivePlanScene
from bot.storage.live_plans import LivePlan
from bot.storage.posts import Post, PostKind
from bot.study.live import LATE, LivePlanState


def announcement(scene: LivePlanScene) -> Message:
    """Return the post of a planned round as it is now."""
    plan = scene.plan
    card = Card(title=f"Live round {stamp(plan.starts_at)}", color=BLUE)
    match plan.state:
        case LivePlanState.PLANNED:
            card.text = f"{_what(scene)} The lobby opens here {stamp(plan.starts_at, 'R')} and stays open for a minute."
            if scene.event_id is not None:
                card.text += f"\n[Event](https://discord.com/events/{plan.guild_id}/{scene.event_id}) for your calendar"
            return Message(card, [Press(LivePlanId(plan.id), "Call it off")])
        case LivePlanState.STARTED:
            card.text = "Its lobby has opened in a new message below."
        case LivePlanState.CANCELLED:
            card.text = "It was called off. `/live start` opens another at any time."
        case LivePlanState.MISSED:
            minutes = plural(LATE // timedelta(minutes=1), "minute")
            card.text = (
                f"It could not open within {minutes} of its planned start. `/live start` opens another at any time."
            )
        case LivePlanState.GONE:
            card.text = (
                f"It was planned for {_section(scene)}. The pack that this server studies now has no questions for it. "
                "`/live start` opens another at any time."
            )
    card.color = GREY
    return Message(card)


def planned(scene: LivePlanScene, *, event: str) -> Message:
    """Confirm a planned round. `event`: a sentence about Discord's event."""
    plan = scene.plan
    card = Card(title="Your live round is planned", color=BLUE)
    card.text = f"{_what(scene)} Its lobby opens in <#{plan.channel_id}> {when(plan.starts_at)}; a post there will announce it. {event}"
    card.footer = "`/live stop` in that channel calls it off"
    return Message(card, [Press(LivePlanId(plan.id), "Call it off")])


def cancelled() -> Message:
    text = "The planned live round will not take place, and its post will say so. `/live start` opens another."
    return Message(Card(title="Called off", text=text, color=GREY))


def _what(scene: LivePlanScene) -> str:
    plan = scene.plan
    return f"{plural(plan.questions, 'question')} from {_section(scene)}, {plan.seconds} seconds for each."


def _section(scene: LivePlanScene) -> str:
    return named_section(scene.pack, scene.plan.section)


_unsent = partial(called_off, "The live round that you planned", "`/live start`")


def _word(told: LivePlanScene | LivePlan) -> Word | None:
    """Notify the planner of a round that was called off with its announcement."""
    if not isinstance(told, LivePlan):
        return None
    return Word(
        told.planned_by,
        lambda server: (
            f"The live round that you planned in {plain(server)} was called off, because its announcement was deleted. "
            "Plan another with `/live start`."
        ),
    )


def _compose(_post: Post, scene: LivePlanScene) -> Rendered:
    return Rendered(announcement(scene))


RENDERERS: dict[str, Renderer] = {
    PostKind.LIVE_PLAN: Renderer(_compose, lambda post: (LivePlanId(int(post.subject)),), _unsent, _word)
}
