"""Messages in the channel about a competition."""

from __future__ import annotations

from bot.cogs.competitions.custom_ids import CompetitionFileId, CompetitionJoinId, CompetitionPostId
from bot.cogs.competitions.tables import by_team, member_lines, podium_places, team_lines, teams_text, winner
from bot.cogs.competitions.wording import FOOTER, counts, entry, name_of, stage, times
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.podium import PodiumPlace, podium
from bot.cogs.ui.questions import BLUE, GREEN, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import human_join, plural, safe_name
from bot.cogs.ui.unsent import START_A_DAILY, unsent
from bot.services.competition_steps import ContestNews
from bot.services.competition_tables import CompetitionTable
from bot.storage.posts import Post, PostKind
from bot.study.competitions import CompetitionState

BEST_MEMBERS = 5
"""How many members are named next to the teams, and in a reminder."""


def post(news: ContestNews) -> Message:
    """Return a post about a competition. Reminders mention those who joined, in the text above the card."""
    match news.kind:
        case PostKind.HALF_TIME:
            return _reminder(news, "Halftime")
        case PostKind.LAST_HOUR:
            return _reminder(news, "The last hour")
        case PostKind.RESULT:
            return result(news.table)
        case _:
            return standings_post(news.table)


def standings_post(table: CompetitionTable) -> Message:
    """Return the message that shows the competition from its announcement to its end."""
    competition = table.competition
    card = Card(title=f"🏁 {name_of(competition)}", text=times(competition), color=BLUE if competition.open else GREY)
    card.above = stage(competition)
    if competition.state is CompetitionState.CANCELLED:
        return Message(card)
    card.add("What counts", counts(competition, table.pack))
    if competition.playing:
        card.add("Entry", entry(competition))
    if by_team(competition):
        card.add("Teams", teams_text(competition))
    if table.roles and competition.open:
        card.add("Prize", human_join([f"<@&{role_id}>" for role_id in table.roles]))
    _add_standings(card, table)
    card.footer = f"Updated at most once a minute · {FOOTER}"
    full = Press(CompetitionPostId(PostKind.STANDINGS.value, competition.id), "Full table")
    if not competition.playing:
        return Message(card, [full])
    return Message(card, [Press(CompetitionJoinId(competition.id), "Join", main=True), full])


def _add_standings(card: Card, table: CompetitionTable) -> None:
    if not table.size:
        playing = table.competition.playing
        card.add("Standings", "Nobody has joined yet. Be the first." if playing else "Nobody joined.")
        return
    if by_team(table.competition):
        card.add("Teams so far", team_lines(table))
        card.add(f"Members: {table.size:,}", member_lines(table.places[:BEST_MEMBERS]))
    else:
        card.add(f"Standings: {plural(table.size, 'member')}", member_lines(table.places))


def _reminder(news: ContestNews, title: str) -> Message:
    table = news.table
    competition = table.competition
    card = Card(title=f"⏳ {title}: {name_of(competition)}", text=times(competition), color=BLUE)
    if by_team(competition):
        card.add("Teams so far", team_lines(table))
    card.add("In the lead", member_lines(table.places[:BEST_MEMBERS]) or "Nobody is taking part anymore.")
    card.footer = "`/quiz` gives you questions that count · I ping only those who joined"
    return Message(card, [Press(CompetitionPostId(news.kind.value, competition.id), "Full table")])


def result(table: CompetitionTable) -> Message:
    competition = table.competition
    lines = [winner(table)]
    if by_team(competition) and table.size:
        lines.append(team_lines(table))
    card = Card(title=f"🏆 {name_of(competition)}: the result", text="\n\n".join(lines), color=GREEN)
    if table.size:
        name = "Members" if by_team(competition) else "Places"
        card.add(name, member_lines(table.places))
    if table.improved is not None and competition.improvement is not None:
        grown = max(1, round(competition.improvement * 100))
        card.add(
            "Most improved",
            f"**{safe_name(table.improved)}**: share of right answers up {plural(grown, 'percentage point')} in the second half.",
        )
    if table.streak is not None and competition.streak_days is not None:
        card.add(
            "Longest streak",
            f"**{safe_name(table.streak)}**: answers on {plural(competition.streak_days, 'day')} in a row.",
        )
    if table.roles and podium_places(table):
        roles = human_join([f"<@&{role_id}>" for role_id in table.roles])
        card.add("Prize", f"{roles} will be given to the winner in a moment.")
    card.footer = f"The result is final · {FOOTER}"
    if not table.size:
        return Message(card, [Press(CompetitionPostId(PostKind.RESULT.value, competition.id), "Full table")])
    return Message(
        card,
        [
            Press(CompetitionPostId(PostKind.RESULT.value, competition.id), "Full table"),
            Press(CompetitionFileId(competition.id), "Export (managers)"),
        ],
    )


def podium_of(table: CompetitionTable) -> tuple[str, str, list[PodiumPlace]]:
    """Return the title, subtitle and places of the picture; no places if nobody scored."""
    competition = table.competition
    kind = "Teams, by the mean of their best members" if by_team(competition) else "Final table"
    return competition.name, f"{kind} · {plural(table.size, 'member')} took part", podium_places(table)


def _compose(_post: Post, news: ContestNews) -> Rendered:
    title, subtitle, places = podium_of(news.table)
    pictured = news.kind is PostKind.RESULT and places
    return Rendered(post(news), (lambda: podium(title, subtitle, places)) if pictured else None, news.pings)


def _marks(post: Post) -> tuple[CustomId, ...]:
    return (CompetitionPostId(post.kind, int(post.subject)),)


RENDERERS: dict[str, Renderer] = {
    kind: Renderer(_compose, _marks, unsent(about, "`/competition standings`", START_A_DAILY))
    for kind, about in (
        (PostKind.STANDINGS, "The announcement of a competition"),
        (PostKind.HALF_TIME, "The reminder about a competition"),
        (PostKind.LAST_HOUR, "The reminder about a competition"),
        (PostKind.RESULT, "The result of a competition"),
    )
}
