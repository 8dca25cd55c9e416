"""The texts of Discord's scheduled events."""

from __future__ import annotations

from datetime import timedelta

from bot.cogs.exams.results import duration
from bot.cogs.ui.access import Access
from bot.cogs.ui.placed import CREATE_EVENTS, ServerEvent
from bot.cogs.ui.reconciler import Renderer
from bot.cogs.ui.text import clip, plain, plural, safe_name, when
from bot.services.events import EventScene
from bot.services.posts import Unsent
from bot.storage.competitions import Competition
from bot.storage.evenings import Evening
from bot.storage.posts import Post, PostKind
from bot.study.exams import form_of, version_of
from bot.study.live import LOBBY, PAUSE

NAME, ABOUT = 100, 1000
"""Discord's limits on the length of an event's name and description."""


def event(scene: EventScene) -> ServerEvent:
    """Return the event of an evening, a competition or a live round. Names are not escaped: Discord formats nothing here."""
    about = scene.about
    name = version_of(scene.pack).name or scene.pack.exam or scene.pack.title
    match about:
        case Evening():
            form = form_of(version_of(scene.pack), about.length)
            title = f"Exam evening: {name}"
            text = (
                f"A mock exam together: {plural(form.questions, 'question')} in {duration(form.time)}, the same paper for everybody, "
                "each in private. Press Sign up on the post in the channel. At the start, press Begin there."
            )
            ends_at = about.ends_at
        case Competition():
            title, ends_at = about.name, about.ends_at
            text = "A competition: your first answer to each of its questions counts. Press Join on the post in the channel."
        case _:
            title = f"Live round: {name}"
            text = (
                f"{plural(about.questions, 'question')} against the clock, {about.seconds} seconds for each. The lobby opens in the "
                "channel at that time and stays open for a minute."
            )
            ends_at = about.starts_at + LOBBY + about.questions * (timedelta(seconds=about.seconds) + PAUSE)
    return ServerEvent(clip(title, NAME), clip(text, ABOUT), about.starts_at, ends_at, scene.off)


def _compose(_post: Post, scene: EventScene) -> ServerEvent:
    return event(scene)


def _unsent(unsent: Unsent, server: str, access: Access) -> str:
    """Say that the list of events lacks what was planned, although the reply to its command has announced an event."""
    about = unsent.scene.about if unsent.scene is not None else None
    match about:
        case Evening():
            what = "The exam evening that you planned"
        case Competition():
            what = f"The competition **{safe_name(about.name)}**"
        case _:
            what = "The live round that you planned"
    if access.missing:
        why = f"I need the permission {CREATE_EVENTS} for that"
    elif access.timed_out_until is not None:
        why = f"I am timed out there until {when(access.timed_out_until)}"
    else:
        why = "Discord refused it"
    return (
        f"{what} in {plain(server)} is not in the server's list of events yet: {why}. I will try again until it starts. "
        "Its post in the channel works without an event."
    )


RENDERERS: dict[str, Renderer] = {
    PostKind.EVENT: Renderer(_compose, lambda _: (), _unsent, needs=lambda _: {"create_events": CREATE_EVENTS})
}
