"""The end of a season, for its channel."""

from __future__ import annotations

from bot.cogs.seasons.custom_ids import SeasonId
from bot.cogs.standings.messages import marked
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.podium import PodiumPlace, podium
from bot.cogs.ui.questions import GREEN
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import FIELD, clip, human_join, plain, plural, safe_name, when
from bot.cogs.ui.unsent import CHOOSE_SEASON_CHANNEL, unsent
from bot.services.seasons import SeasonEnd
from bot.storage.posts import Post, PostKind
from bot.study.periods import title_of_season


def post(end: SeasonEnd) -> Message:
    name = title_of_season(end.season.season)
    lines = [
        f"{marked(place.rank, scored=bool(place.tally.points))} {safe_name(place.name)} · {plural(place.tally.points, 'point')}, "
        f"{place.tally.correct} of {place.tally.answered} right".strip()
        for place in end.places
    ]
    card = Card(title=f"🏆 The season of {name} is over", color=GREEN)
    card.text = "\n".join([f"{_winner(end)} {plural(end.season.players, 'member')} took part.", "", *lines])
    if end.firsts:
        firsts = [
            f"`{section}` **{safe_name(place.name)}**, {plural(place.tally.points, 'point')}"
            for section, place in end.firsts
        ]
        card.add("First in each section", clip("\n".join(firsts), FIELD))
    if end.roles:
        roles = human_join([f"<@&{role_id}>" for role_id in end.roles])
        card.add("Won", f"{roles}: I hand it over in a moment.")
    ends = f" It ends {when(end.next_ends_at)}." if end.next_ends_at else ""
    card.add(
        f"Season {title_of_season(end.next_season)}",
        f"It has begun, with an empty table.{ends} Every question can score again.",
    )
    card.footer = f"{plain(end.pack.title_of('all'))} · `/leaderboard period:` shows past seasons too"
    return Message(card, [Press(SeasonId(end.season.season), "Full table", main=True)])


def _winner(end: SeasonEnd) -> str:
    first = next((place for place in end.places if place.tally.points), None)
    if first is None:
        return "Nobody on the leaderboard earned a point this time."
    return f"**{safe_name(first.name)}** wins with {plural(first.tally.points, 'point')}."


def podium_of(end: SeasonEnd) -> tuple[str, str, list[PodiumPlace]]:
    """Return title, subtitle and places of the picture; no places if nobody scored."""
    places = [
        PodiumPlace(place.rank, place.name, plural(place.tally.points, "point"))
        for place in end.places
        if place.tally.points
    ]
    return (
        f"Season {title_of_season(end.season.season)}",
        f"Final table of all sections · {plural(end.season.players, 'member')} took part",
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
