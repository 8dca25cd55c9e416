"""The post about the end of a season."""

from __future__ import annotations

from bot.cogs.seasons.custom_ids import SeasonId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.podium import PodiumPlace, podium
from bot.cogs.ui.questions import GREEN
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import FIELD, clip, human_join, plural, safe_name, when
from bot.cogs.ui.unsent import CHOOSE_SEASON_CHANNEL, unsent
from bot.services.seasons import SeasonEnd
from bot.storage.posts import Post, PostKind
from bot.study.periods import title_of_season

STEPS = 3
"""Places on the podium."""


def post(end: SeasonEnd) -> Message:
    """Show a season's end as one compact card: its picture shows the places, and the button Full table leads to the
    rest."""
    card = Card(title=f"🏆 The season of {title_of_season(end.season.season)} is over", color=GREEN)
    card.text = f"{_winner(end)} {plural(end.season.players, 'member')} took part."
    if end.firsts:
        card.add("First in each section", clip(_firsts(end), FIELD))
    if end.roles:
        roles = human_join([f"<@&{role_id}>" for role_id in end.roles])
        card.add("Won", f"{roles} will be given to the winners in a moment.")
    ends = f" and ends {when(end.next_ends_at)}" if end.next_ends_at else ""
    card.footer = f"Season {title_of_season(end.next_season)} has begun{ends}. Every question can score again."
    return Message(card, [Press(SeasonId(end.season.season), "Full table", main=True)])


def _winner(end: SeasonEnd) -> str:
    scored = [place for place in end.places if place.tally.points]
    if not scored:
        return "Nobody on the leaderboard earned a point this time."
    first, *others = scored[:STEPS]
    behind = human_join([f"{safe_name(place.name)} ({place.tally.points:,})" for place in others])
    won = f"**{safe_name(first.name)}** wins with {plural(first.tally.points, 'point')}"
    return f"{won}, ahead of {behind}." if behind else f"{won}."


def _firsts(end: SeasonEnd) -> str:
    """Name each winner of a section once, with all of their sections."""
    won: dict[int, list[str]] = {}
    names = {}
    for section, place in end.firsts:
        won.setdefault(place.user_id, []).append(section)
        names[place.user_id] = safe_name(place.name)
    ranked = sorted(won.items(), key=lambda item: -len(item[1]))
    return "\n".join(f"**{names[user_id]}** in {human_join(sections)}" for user_id, sections in ranked)


def podium_of(end: SeasonEnd) -> tuple[str, str, list[PodiumPlace]]:
    """Return the title, subtitle and places of the picture; no places if nobody scored."""
    places = [
        PodiumPlace(place.rank, place.name, plural(place.tally.points, "point"))
        for place in end.places
        if place.tally.points
    ]
    return (
        f"Season {title_of_season(end.season.season)}",
        f"Final leaderboard of all sections · {plural(end.season.players, 'member')} took part",
        places,
    )


def _compose(_post: Post, end: SeasonEnd) -> Rendered:
    title, subtitle, places = podium_of(end)
    return Rendered(post(end), (lambda: podium(title, subtitle, places)) if places else None)


RENDERERS: dict[str, Renderer] = {
    PostKind.SEASON: Renderer(
        _compose,
        lambda post: (SeasonId(post.subject),),
        unsent("The end of the season", "`/leaderboard period:`", CHOOSE_SEASON_CHANNEL),
    )
}
