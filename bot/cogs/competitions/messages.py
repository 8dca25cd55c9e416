"""Private messages about a competition, for members and managers."""

from __future__ import annotations

import discord

from bot.cogs.competitions.custom_ids import (
    CompetitionAgainId,
    CompetitionCancelId,
    CompetitionFileId,
    CompetitionJoinId,
    CompetitionLeaveId,
    CompetitionPageId,
)
from bot.cogs.competitions.tables import by_team, member_line, member_lines, team_lines, teams_text
from bot.cogs.competitions.wording import FOOTER, counts, entry, name_of, stage, subject, times
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.text import FIELD, clip, human_join, plural, safe_name, when
from bot.services.competition_entries import CompetitionJoined, Left
from bot.services.competition_steps import MOST_PINGS
from bot.services.competition_tables import CompetitionResult, CompetitionTable
from bot.services.competitions import Created, Listing
from bot.storage.competitions import Competition
from bot.study.competitions import CompetitionState, CompetitionStep, EntryRule, steps


def created(created: Created, *, event: str = "") -> Message:
    """Confirm a competition. `event`: a sentence about Discord's event."""
    competition = created.competition
    card = Card(
        title=f"Announced: {name_of(competition)}",
        text=(
            f"{times(competition)}\nThe post will appear in <#{competition.channel_id}> within seconds, with a button "
            f"to join. It will show the table until the end. {event}".rstrip()
        ),
        color=BLUE,
    )
    card.add("What counts", counts(competition, created.pack))
    card.add("Entry", entry(competition))
    if by_team(competition):
        names = human_join([safe_name(team.name) for team in created.teams])
        card.add("Teams", clip(f"{names + '. ' if names else ''}{teams_text(competition)}", FIELD))
    card.footer = f"`/competition cancel` cancels it · `/award competition` gives the winner a role · {FOOTER}"
    return Message(card)


def confirm_cancel(competition: Competition) -> Message:
    """Ask before a competition is canceled: the name that was typed may be the beginning of another's, and there is no
    way back."""
    card = Card(
        title=f"Cancel {name_of(competition)}?",
        text=(
            f"{times(competition)}\nNobody will win it, and it cannot be resumed. Members keep their points on the "
            "leaderboards. If you did not mean this competition, dismiss this message."
        ),
        color=BLUE,
    )
    return Message(card, [Press(CompetitionCancelId(competition.id), "Cancel the competition")])


def cancelled(competition: Competition) -> Message:
    return Message(
        Card(
            title=f"{name_of(competition)} is canceled",
            text="Its post will say so. Members keep their points on the leaderboards. `/competition create` announces "
            "another.",
            color=GREY,
        )
    )


def joined(joined: CompetitionJoined) -> Message:
    competition = joined.competition
    team = f" for **{safe_name(joined.team)}**" if joined.team is not None else ""
    if joined.again:
        title, first = "You are in", f"You are already playing{team}." if team else "You have already joined."
    elif joined.moved:
        title, first = "Changed", f"You are now playing{team}."
    elif joined.back:
        title, first = (
            "Welcome back",
            f"You are playing{team} again, and you have your {plural(joined.points, 'point')} back.",
        )
    else:
        title, first = "You are in", f"You are playing{team}." if team else "Good luck."
    if joined.stays:
        first += " Teams cannot be changed after the start."
    card = Card(title=f"{title}: {name_of(competition)}", color=BLUE)
    card.text = f"{first} {times(competition)}\n\nYour first answer to each question counts, both in the daily and in `/quiz`.{_pings(competition)}"
    if by_team(competition):
        card.add("Teams", teams_text(competition))
    card.footer = FOOTER
    return Message(
        card,
        [
            Press(CompetitionPageId(competition.id, 1), "Full table"),
            Press(CompetitionLeaveId(competition.id), "Leave"),
        ],
    )


def _pings(competition: Competition) -> str:
    """Say when those who joined are pinged; nothing for a competition that is too short for pings."""
    named = {CompetitionStep.HALF_TIME: "at halftime", CompetitionStep.LAST_HOUR: "before the last hour"}
    due = [named[step] for step, _ in steps(competition.starts_at, competition.ends_at) if step in named]
    if not due:
        return ""
    return f" I ping only those who joined (the first {MOST_PINGS}), {human_join(due)}."


def left(left: Left) -> Message:
    competition = left.competition
    card = Card(title=f"You have left {name_of(competition)}", color=GREY)
    kept = f"You keep your {plural(left.points, 'point')}. " if left.points else ""
    until = "end" if left.begun or competition.entry is EntryRule.THROUGHOUT else "start"
    card.text = (
        f"{kept}You can come back until the {until}. What you answer while you are away does not count in this competition, "
        "even if you come back."
    )
    return Message(card, [Press(CompetitionJoinId(competition.id), "Come back")])


def standings(table: CompetitionTable, *, manager: bool) -> Message:
    """Show the table to one member, with their own place. Once the competition is over, managers can export the
    table."""
    competition = table.competition
    card = Card(title=f"🏁 {name_of(competition)}", text=times(competition), color=BLUE if competition.open else GREY)
    card.above = stage(competition)
    if by_team(competition):
        card.add("Teams", team_lines(table))
    lines = member_lines(table.places, mine=table.mine)
    if table.mine is not None and table.mine not in table.places:
        lines += f"\n…\n{member_line(table.mine, mine=table.mine)}"
    card.add(f"Members: {table.size:,}", clip(lines or "Nobody has joined yet.", FIELD))
    if manager and table.post_deleted:
        card.add(
            "Its post was deleted",
            f"The table is no longer shown in <#{competition.channel_id}>. The competition continues; press Post it again to "
            "post the table once more.",
        )
    page = f"Page {table.page} of {table.pages} · " if table.pages > 1 else ""
    card.footer = f"{page}{FOOTER}"
    return Message(card, _buttons(table, manager=manager))


def _buttons(table: CompetitionTable, *, manager: bool) -> list[Press]:
    competition, id = table.competition, table.competition.id
    buttons = []
    if table.pages > 1:
        before, after = max(1, table.page - 1), min(table.pages, table.page + 1)
        buttons += [
            Press(CompetitionPageId(id, before), "◀ Previous", disabled=table.page == 1),
            Press(CompetitionPageId(id, after), "Next ▶", disabled=table.page == table.pages),
        ]
    if competition.playing and table.mine is None:
        buttons.append(Press(CompetitionJoinId(id), "Join", main=True))
    elif competition.playing:
        buttons.append(Press(CompetitionLeaveId(id), "Leave"))
    if manager and table.post_deleted:
        buttons.append(Press(CompetitionAgainId(id), "Post it again"))
    if manager and competition.state is CompetitionState.ENDED and table.size:
        buttons.append(Press(CompetitionFileId(id), "Export (managers)"))
    return buttons


def again(competition: Competition, message_id: int | None, *, moves: bool) -> str:
    """Reply to a manager who asked to post the table again. `moves`: the channel of the table is gone, so the table
    moves to this one."""
    where = f"https://discord.com/channels/{competition.guild_id}/{competition.channel_id}/{message_id}"
    if message_id is not None:
        return f"The post is here: {where}"
    why = "The channel of the competition is gone, so the table moves here. " if moves else ""
    return f"{why}The post will appear in <#{competition.channel_id}> within seconds and show the table until the end."


def listing(listing: Listing) -> Message:
    card = Card(title="Competitions", color=BLUE)
    for competition in listing.ongoing:
        sections = clip(subject(competition, listing.pack), 100)
        lines = [
            times(competition),
            f"On {sections} · {plural(listing.sizes.get(competition.id, 0), 'member')}",
        ]
        if competition.playing:
            lines.append(f"Entry: {entry(competition)}")
        if competition.id in listing.mine:
            lines.append("You have joined.")
        card.add(clip(name_of(competition), 256), "\n".join(lines))
    if not listing.ongoing:
        card.text = "There is no competition right now. A manager can start one with `/competition create`."
    if listing.past:
        ended = [
            f"{name_of(competition)}: ended {when(competition.ends_at)}, "
            f"{plural(listing.sizes.get(competition.id, 0), 'member')}"
            for competition in listing.past
        ]
        card.add("Ended", clip("\n".join(ended), FIELD))
    card.footer = f"`/competition join` · `/competition standings` · {FOOTER}"
    return Message(card)


def file(result: CompetitionResult, file: discord.File) -> Message:
    card = Card(
        title=f"{name_of(result.competition)}: all places",
        text="A table for spreadsheets. Names that a spreadsheet could read as a formula begin with an apostrophe.",
        color=BLUE,
    )
    return Message(card, files=[file])
