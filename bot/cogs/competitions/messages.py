"""What the channel and the members read about a contest."""

from __future__ import annotations

import discord

from bot.cogs.competitions.tables import (
    by_team,
    member_line,
    member_lines,
    podium_places,
    team_lines,
    teams_text,
    winner,
)
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.custom_ids import (
    CompetitionFileId,
    CompetitionJoinId,
    CompetitionLeaveId,
    CompetitionPageId,
    CompetitionPostId,
)
from bot.cogs.ui.podium import Place
from bot.cogs.ui.questions import BLUE, GREEN, GREY
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import DESCRIPTION, FIELD, clip, human_join, plain, plural, safe_name, when
from bot.services.competition_entries import Joined, Left
from bot.services.competition_steps import ContestNews
from bot.services.competition_tables import Result, Table
from bot.services.competitions import Created, Listing
from bot.storage.announcements import Kind
from bot.storage.competitions import Competition
from bot.study.competitions import Entry, State
from bot.study.questions import Pack

BEST_MEMBERS = 5
"""Members named beside the teams, and in a reminder."""
FOOTER = "/help topic: contests has every rule"


def name_of(competition: Competition) -> str:
    return plain(competition.name)


def times(competition: Competition) -> str:
    match competition.state:
        case State.ENTRY:
            return f"Starts {when(competition.starts_at)} and ends {when(competition.ends_at)}."
        case State.RUNNING:
            return f"Runs until {when(competition.ends_at)}."
        case State.ENDED:
            return f"Over since {when(competition.ends_at)}; the result stands."
        case State.CANCELLED:
            return "Cancelled by a manager. Nobody has won, and points on the boards stay as they are."


def subject(competition: Competition, pack: Pack) -> str:
    """The sections that count, within a sentence."""
    titles = [pack.title_of(section) for section in competition.sections]
    return plain(human_join(titles)) if titles else "all sections"


def counts(competition: Competition, pack: Pack) -> str:
    return clip(f"Your first answer to each question from {subject(competition, pack)}.", FIELD)


def entry(competition: Competition) -> str:
    if competition.entry is Entry.UNTIL_START:
        return "Open until the start."
    return "Open until the end; answers count from when you join."


# -- in the channel


def post(news: ContestNews) -> Message:
    """What a post about a contest says. Reminders name those who joined in the text beside it."""
    match news.kind:
        case Kind.HALF_TIME:
            return _reminder(news, "Half time")
        case Kind.LAST_HOUR:
            return _reminder(news, "The last hour")
        case Kind.RESULT:
            return result(news.table)
        case _:
            return standings_post(news.table)


def standings_post(table: Table) -> Message:
    """The message that follows the contest from its announcement to its end."""
    competition = table.competition
    embed = discord.Embed(
        title=f"🏁 {name_of(competition)}", description=times(competition), color=BLUE if competition.open else GREY
    )
    embed.set_author(name=_stage(competition))
    if competition.state is State.CANCELLED:
        return Message(embed)
    embed.add_field(
        name="What counts",
        value=counts(competition, table.pack),
        inline=False,
    )
    if competition.open:
        embed.add_field(name="Entry", value=entry(competition), inline=False)
    if by_team(competition):
        embed.add_field(name="Teams", value=teams_text(competition), inline=False)
    if table.roles and competition.open:
        embed.add_field(name="To be won", value=human_join([f"<@&{role_id}>" for role_id in table.roles]), inline=False)
    _add_standings(embed, table)
    embed.set_footer(text=f"Renewed at most once a minute · {FOOTER}")
    full = Press(CompetitionPostId(Kind.STANDINGS.value, competition.id), "Full table")
    if not competition.open:
        return Message(embed, [full])
    return Message(embed, [Press(CompetitionJoinId(competition.id), "Join", main=True), full])


def _stage(competition: Competition) -> str:
    return {
        State.ENTRY: "Contest · entry is open",
        State.RUNNING: "Contest · running",
        State.ENDED: "Contest · over",
        State.CANCELLED: "Contest · cancelled",
    }[competition.state]


def _add_standings(embed: discord.Embed, table: Table) -> None:
    if not table.size:
        embed.add_field(name="Standings", value="Nobody has joined yet. Be the first.", inline=False)
        return
    if by_team(table.competition):
        embed.add_field(name="Teams so far", value=team_lines(table), inline=False)
        embed.add_field(name=f"Members: {table.size:,}", value=member_lines(table.places[:BEST_MEMBERS]), inline=False)
    else:
        embed.add_field(
            name=f"Standings: {plural(table.size, 'member')}", value=member_lines(table.places), inline=False
        )


def _reminder(news: ContestNews, title: str) -> Message:
    table = news.table
    competition = table.competition
    embed = discord.Embed(title=f"⏳ {title}: {name_of(competition)}", description=times(competition), color=BLUE)
    if by_team(competition):
        embed.add_field(name="Teams so far", value=team_lines(table), inline=False)
    embed.add_field(name="In front", value=member_lines(table.places[:BEST_MEMBERS]), inline=False)
    embed.set_footer(text="/quiz gives you questions that count · I ping only those who joined")
    return Message(embed, [Press(CompetitionPostId(news.kind.value, competition.id), "Full table")])


def result(table: Table) -> Message:
    competition = table.competition
    lines = [winner(table)]
    if by_team(competition) and table.size:
        lines.append(team_lines(table))
    embed = discord.Embed(
        title=f"🏆 {name_of(competition)}: the result", description=clip("\n\n".join(lines), DESCRIPTION), color=GREEN
    )
    if table.size:
        name = "Members" if by_team(competition) else "Places"
        embed.add_field(name=name, value=member_lines(table.places), inline=False)
    if table.improved is not None and competition.improvement is not None:
        grown = max(1, round(competition.improvement * 100))
        embed.add_field(
            name="Most improved",
            value=f"**{safe_name(table.improved)}**: {plural(grown, 'percentage point')} more right in the later half.",
            inline=False,
        )
    if table.streak is not None and competition.streak_days is not None:
        embed.add_field(
            name="Longest streak",
            value=f"**{safe_name(table.streak)}**: answers on {plural(competition.streak_days, 'day')} in a row.",
            inline=False,
        )
    if table.roles and podium_places(table):
        roles = human_join([f"<@&{role_id}>" for role_id in table.roles])
        embed.add_field(name="Won", value=f"{roles}: I hand it over in a moment.", inline=False)
    embed.set_footer(text=f"The result stands · {FOOTER}")
    if not table.size:
        return Message(embed, [Press(CompetitionPostId(Kind.RESULT.value, competition.id), "Full table")])
    return Message(
        embed,
        [
            Press(CompetitionPostId(Kind.RESULT.value, competition.id), "Full table"),
            Press(CompetitionFileId(competition.id), "File for managers"),
        ],
    )


def podium_of(table: Table) -> tuple[str, str, list[Place]]:
    """Title, subtitle and places of the picture; no places where nobody scored."""
    competition = table.competition
    kind = "Teams, by the mean of their best" if by_team(competition) else "Final table"
    return competition.name, f"{kind} · {plural(table.size, 'member')} took part", podium_places(table)


# -- to a member


def created(created: Created) -> Message:
    competition = created.competition
    embed = discord.Embed(
        title=f"Announced: {name_of(competition)}",
        description=(
            f"{times(competition)}\nIt appears in <#{competition.channel_id}> within seconds, with a button to join; that post "
            "follows the contest to its end."
        ),
        color=BLUE,
    )
    embed.add_field(name="What counts", value=counts(competition, created.pack), inline=False)
    embed.add_field(name="Entry", value=entry(competition), inline=False)
    if by_team(competition):
        names = human_join([safe_name(team.name) for team in created.teams])
        embed.add_field(
            name="Teams", value=clip(f"{names + '. ' if names else ''}{teams_text(competition)}", FIELD), inline=False
        )
    embed.set_footer(text=f"/competition cancel takes it back · /award competition binds a role to winning · {FOOTER}")
    return Message(embed)


def joined(joined: Joined) -> Message:
    competition = joined.competition
    team = f" for **{safe_name(joined.team)}**" if joined.team is not None else ""
    if joined.again:
        title, first = "You are in", f"You play{team} already."
    elif joined.moved:
        title, first = "Changed", f"You play{team} now."
    elif joined.back:
        title, first = (
            "Welcome back",
            f"You play{team} again, and your {plural(joined.points, 'point')} are back on the table.",
        )
    else:
        title, first = "You are in", f"You play{team}." if team else "Good luck."
    embed = discord.Embed(title=f"{title}: {name_of(competition)}", color=BLUE)
    embed.description = (
        f"{first} {times(competition)}\n\nYour first answer to each question counts, in the daily as in `/quiz`. I ping you at half "
        "time and before the last hour, and nobody who has not joined."
    )
    if by_team(competition):
        embed.add_field(name="Teams", value=teams_text(competition), inline=False)
    embed.set_footer(text=FOOTER)
    return Message(
        embed,
        [
            Press(CompetitionPageId(competition.id, 1), "Full table"),
            Press(CompetitionLeaveId(competition.id), "Leave"),
        ],
    )


def left(left: Left) -> Message:
    competition = left.competition
    embed = discord.Embed(title=f"You have left {name_of(competition)}", color=GREY)
    kept = f"Your {plural(left.points, 'point')} wait for you. " if left.points else ""
    embed.description = f"{kept}What you answer while you are away does not count in this contest, also not later. " + (
        "You can come back until the end."
        if competition.entry is Entry.THROUGHOUT
        else "You can come back until the start."
    )
    return Message(embed, [Press(CompetitionJoinId(competition.id), "Come back")])


def standings(table: Table, *, manager: bool) -> Message:
    """The table for one member, with their own place. Managers get the file of a contest that has ended."""
    competition = table.competition
    embed = discord.Embed(
        title=f"🏁 {name_of(competition)}", description=times(competition), color=BLUE if competition.open else GREY
    )
    embed.set_author(name=_stage(competition))
    if by_team(competition):
        embed.add_field(name="Teams", value=team_lines(table), inline=False)
    lines = member_lines(table.places, mine=table.mine)
    if table.mine is not None and table.mine not in table.places:
        lines += f"\n…\n{member_line(table.mine, mine=table.mine)}"
    embed.add_field(name=f"Members: {table.size:,}", value=clip(lines or "Nobody has joined yet.", FIELD), inline=False)
    page = f"Page {table.page} of {table.pages} · " if table.pages > 1 else ""
    embed.set_footer(text=f"{page}{FOOTER}")
    return Message(embed, _buttons(table, manager=manager))


def _buttons(table: Table, *, manager: bool) -> list[Press]:
    competition, id = table.competition, table.competition.id
    buttons = []
    if table.pages > 1:
        before, after = max(1, table.page - 1), min(table.pages, table.page + 1)
        buttons += [
            Press(CompetitionPageId(id, before), "◀ Previous", disabled=table.page == 1),
            Press(CompetitionPageId(id, after), "Next ▶", disabled=table.page == table.pages),
        ]
    if competition.open and table.mine is None:
        buttons.append(Press(CompetitionJoinId(id), "Join", main=True))
    elif competition.open:
        buttons.append(Press(CompetitionLeaveId(id), "Leave"))
    elif manager and competition.state is State.ENDED and table.size:
        buttons.append(Press(CompetitionFileId(id), "File for managers"))
    return buttons


def listing(listing: Listing) -> Message:
    embed = discord.Embed(title="Contests", color=BLUE)
    for competition in listing.ongoing:
        lines = [
            times(competition),
            f"On {subject(competition, listing.pack)} · {plural(listing.sizes.get(competition.id, 0), 'member')}",
            f"Entry: {entry(competition)}",
        ]
        if competition.id in listing.mine:
            lines.append("You are in.")
        embed.add_field(name=clip(name_of(competition), 256), value=clip("\n".join(lines), 400), inline=False)
    if not listing.ongoing:
        embed.description = "None is announced just now. Managers start one with `/competition create`."
    if listing.past:
        ended = [
            f"{name_of(competition)}: ended {when(competition.ends_at)}, "
            f"{plural(listing.sizes.get(competition.id, 0), 'member')}"
            for competition in listing.past
        ]
        embed.add_field(name="Over", value=clip("\n".join(ended), FIELD), inline=False)
    embed.set_footer(text=f"/competition join · /competition standings · {FOOTER}")
    return Message(embed)


def file(result: Result, file: discord.File) -> Message:
    embed = discord.Embed(
        title=f"{name_of(result.competition)}: every place",
        description="For spreadsheets. Names that would read as a formula there begin with an apostrophe.",
        color=BLUE,
    )
    return Message(embed, files=[file])
