"""Messages about the league. They show only the chosen name and overall figures of other servers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cogs.leagues.custom_ids import NOW, LeaguePostId, LeagueTableId
from bot.cogs.standings.messages import marked
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREEN, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import FIELD, clip, ordinal, plural, safe_name, when
from bot.cogs.ui.unsent import CHOOSE_SEASON_CHANNEL, unsent
from bot.services.leagues import Division, LeagueEnd, LeagueJoined, LeagueLine, LeagueOffer, moved
from bot.storage.leagues import LeaguePlace
from bot.storage.posts import PostKind
from bot.study.leagues import (
    MAX_NAME,
    MIN_ACTIVE,
    MIN_ANSWERS,
    RESTS_AFTER,
    Band,
    LeagueMark,
    LeagueScore,
    bounds,
    closes_at,
    closes_by,
)
from bot.study.periods import title_of_season

FOOTER = "`/help topic: league` has all the rules"


def of_size(band: Band) -> str:
    """Describe a band: `with 15 to 49 active members`."""
    least, most = bounds(band)
    if most is None:
        return f"with {least} or more active members"
    return f"with {least} to {most} active members" if least else f"with up to {most} active members"


def figures(score: LeagueScore) -> str:
    if not score.ranked:
        return f"not ranked yet: {score.active} of the {MIN_ACTIVE} active members that it needs"
    return f"{score.mean:.1f} points per member, {plural(score.active, 'active member')}"


# -- opting in and out


def consent(offer: LeagueOffer) -> str:
    """Say what a manager agrees to, above the name field."""
    return (
        "**Other servers in your division will see exactly this:**\n"
        "- the name below, as you write it\n"
        f"- your size: a server {of_size(offer.band)}\n"
        "- how many active members you have, their mean points and your place, this month and in the months to come\n"
        f"Today's figures: {figures(offer.score)}.\n\n"
        "**Never:** a member's name or figures, a channel, a question, a link to your server. Members see the table only from "
        "inside their own servers. `/league leave` deletes all of this immediately, including from the tables of past months."
    )


def joined(joined: LeagueJoined) -> Message:
    entry = joined.entry
    card = Card(title="Saved" if joined.again else "Your server is in the league", color=BLUE)
    card.text = (
        f"Other servers see **{safe_name(entry.name)}**, a server {of_size(entry.band)}: {figures(joined.score)}.\n"
        f"It plays in division {entry.division}. Members with {MIN_ANSWERS} answers in the month are active; "
        f"a server needs {MIN_ACTIVE} of them to be ranked."
    )
    card.footer = f"`/league leave` deletes all of this · {FOOTER}"
    return Message(card, [Press(LeagueTableId(NOW), "See the table", main=True)])


def left() -> Message:
    card = Card(
        title="Your server has left the league",
        color=GREY,
        text=(
            "Its name, figures and places are deleted from this month's table and from all past ones: nobody can see them "
            "anymore. Your members keep what they earned here. If you join again with `/league join`, you start in the lowest "
            "division."
        ),
    )
    return Message(card)


# -- tables


def standings(division: Division) -> Message:
    month = title_of_season(division.season)
    final = division.closed_at is not None
    card = Card(color=GREY if final else BLUE)
    card.above = f"League between servers · {month}{', final' if final else ''}"
    if division.division is None:
        card.title = "This server is resting"
        card.text = (
            f"It was not ranked for {RESTS_AFTER} months in a row, so no other server sees it. A manager can bring it back, in the "
            "lowest division, with `/league join`."
        )
    else:
        card.title = f"🏅 Division {division.division} of the servers {of_size(division.band)}"
        card.text = "\n".join(_lines(division))
        if not final:
            card.add("Up and down", _exchange(division))
            card.add("Ends", _ends(division))
        elif division.closed_at is not None:
            card.add("Final table", f"Closed {when(division.closed_at)}.")
    if division.past:
        card.add("Earlier months here", clip(_past(division.past), FIELD))
    card.footer = f"Points per member: the mean over a server's active members · {FOOTER}"
    return Message(card, _buttons(division))


def _lines(division: Division) -> list[str]:
    lines = [_line(line, final=division.closed_at is not None) for line in division.lines]
    if len(lines) == 1 and not division.gone:
        lines.append(
            "\nNo other server was in this division."
            if division.closed_at
            else "\nNo other server is in this division yet: it fills as servers of your size opt in, with `/league join`."
        )
    if division.gone:
        gone = plural(division.gone, "server")
        lines.append(f"\n{gone} from this table left the league or removed me, and can no longer be seen.")
    return lines


def _line(line: LeagueLine, *, final: bool) -> str:
    mine = " ← this server" if line.mine else ""
    name = f"**{safe_name(line.name)}**"
    if line.rank is None:
        missing = "not ranked" if final else figures(line.score)
        return f"{name} · {missing}{mine}"
    place = marked(line.rank, scored=bool(line.score.points))
    mark = {
        LeagueMark.UP: " · went up" if final else " · goes up",
        LeagueMark.DOWN: " · went down" if final else " · goes down",
        LeagueMark.LEAVES: " · changed size" if final else " · changes size",
        LeagueMark.STAYS: "",
    }[line.mark]
    return f"{place} {name} · {figures(line.score)}{mark}{mine}"


def _exchange(division: Division) -> str:
    up = f"the top {division.rising} would go up" if division.rising > 1 else "the top server would go up"
    down = f"the bottom {division.falling} would go down" if division.falling > 1 else "the bottom server would go down"
    parts = [up] if division.rising else []
    parts += [down] if division.falling else []
    if not parts:
        return "There is no other division of this size yet. One opens as servers opt in."
    told = f"If the month ended now, {' and '.join(parts)}. Unranked servers start again in the lowest division."
    if any(line.mark is LeagueMark.LEAVES for line in division.lines):
        told += " A server that changes size leaves this division, and its place goes to the next best."
    return told


def _ends(division: Division) -> str:
    return (
        "At the end of the month, by each server's own clock. The table is final once every server's season is closed: "
        f"{when(closes_at(division.season))} at the earliest, {when(closes_by(division.season))} at the latest."
    )


def _past(past: Sequence[LeaguePlace]) -> str:
    return "\n".join(f"{title_of_season(place.season)}: {_place(place)}{_went(place)}" for place in past)


def _place(place: LeaguePlace) -> str:
    where = f"division {place.division} of the servers {of_size(place.band)}"
    return f"{place.rank} of {place.ranked} in {where}" if place.rank is not None else f"not ranked in {where}"


def _went(place: LeaguePlace) -> str:
    return {
        LeagueMark.UP: ", went up",
        LeagueMark.DOWN: ", went down",
        LeagueMark.LEAVES: ", changed size",
        LeagueMark.STAYS: "",
    }[moved(place)]


def _buttons(division: Division) -> list[Press]:
    if division.closed_at is not None:
        return [Press(LeagueTableId(NOW), "This month")]
    return [Press(LeagueTableId(place.season), title_of_season(place.season)) for place in division.past[:1]]


# -- the end of a month


def post(end: LeagueEnd) -> Message:
    """Show the result of a month. It names no other server, because the post would keep the name if that server
    left."""
    place = end.place
    month = title_of_season(place.season)
    where = f"division {place.division} of the servers {of_size(place.band)}"
    if place.rank is None:
        title = f"🏅 League of {month}: not ranked"
        told = (
            f"**{safe_name(place.name)}** took part in {where}, but was not ranked: it had {place.score.active} of the "
            f"{MIN_ACTIVE} active members that it needs."
        )
    elif place.rank == 1 and not place.score.points:
        title = f"🏅 League of {month}: no winner"
        told = f"No server scored a point in {where}, so nobody wins this month."
    elif place.ranked == 1:
        title = f"🏅 League of {month}: the only ranked server"
        told = f"**{safe_name(place.name)}** was the only server with a rank in {where}: {figures(place.score)}."
    else:
        title = f"🏅 League of {month}: place {place.rank} of {place.ranked}"
        told = f"**{safe_name(place.name)}** finished {ordinal(place.rank)} in {where}: {figures(place.score)}."
    card = Card(title=title, text=f"{told}\n{_following(place)}", color=GREEN)
    card.footer = f"`/league standings` shows the new month · {FOOTER}"
    return Message(card, [Press(LeaguePostId(place.season), "Full table", main=True)])


def _following(place: LeaguePlace) -> str:
    following = place.following
    if following.division is None:
        return (
            f"It was not ranked for {RESTS_AFTER} months in a row, so it rests: no other server sees it until a manager brings "
            "it back with `/league join`."
        )
    if following.band is not place.band:
        return f"It continues among the servers {of_size(following.band)}, in division {following.division}."
    if place.rank is None:
        return f"It starts again in the lowest division, {following.division}."
    return {
        LeagueMark.UP: f"It goes up to division {following.division}. Congratulations to everyone who answered.",
        LeagueMark.DOWN: f"It goes down to division {following.division}, and every server starts the new month from zero.",
        LeagueMark.STAYS: f"It stays in division {following.division}.",
    }[moved(place)]


NAME_HINT = f"At most {MAX_NAME} characters. No links."


RENDERERS: dict[str, Renderer] = {
    PostKind.LEAGUE: Renderer(
        lambda _post, end: Rendered(post(end)),
        lambda post: (LeaguePostId(post.subject),),
        unsent("The result of the league", "`/league standings month:`", CHOOSE_SEASON_CHANNEL),
    )
}
