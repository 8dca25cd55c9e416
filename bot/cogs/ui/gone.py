"""Sentences about what a server has deleted but its settings still name, and what a manager can do about it."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.cogs.ui.access import look
from bot.cogs.ui.text import human_join, plain, when
from bot.cogs.ui.threads import needed
from bot.services.schedules import Status
from bot.storage.competition_entries import Team
from bot.storage.competitions import Competition
from bot.storage.live_plans import LivePlan
from bot.storage.schedules import GuildSchedule
from bot.study.daily_names import title_of
from bot.study.packs import is_stranded
from bot.study.questions import DIFFICULTIES, Pack
from bot.study.rotation import pool

DAILY_CHANNEL = "The channel of the daily is gone. Choose another with `/daily schedule`."
PING_ROLE = "The role to ping is gone, so questions are posted without a ping. Choose another with `/daily schedule`."
FORUM = "The forum for discussions is gone. Choose another with `/daily discussion`."
NO_PACK = "The daily's pack is missing, so its questions come from the pack that this server studies. Choose another with `/daily schedule pack:`."
SEASON_CHANNEL = "The channel for the end of seasons is gone. Choose another with `/settings season_channel:`."


def of_pack(chosen: str | None, studied: Pack) -> list[str]:
    """Say that a chosen pack is missing. `chosen`: its name; `studied`: the pack used instead."""
    if chosen in (None, studied.name):
        return []
    return [
        f"The pack `{plain(chosen or '')}` that this server chose is missing, so the server studies "
        f"{plain(studied.title)} for now. Ask the bot's operator to restore it, or choose another with "
        f"`/settings pack:`. Members' progress in the missing pack is kept."
    ]


def of_version(studied: Pack) -> list[str]:
    """Say that the exam version that a server chose is gone from its pack."""
    if not studied.lost_version or studied.version is None:
        return []
    return [
        f"The exam version `{plain(studied.lost_version)}` that this server chose is not in its pack, so you "
        f"study for {plain(studied.version.name)}. Choose another with `/settings exam:`."
    ]


def of_own_version(studied: Pack) -> str:
    """Tell a member that the exam version they study for is gone from the pack; empty if it is still there."""
    if not studied.lost_version or studied.version is None:
        return ""
    return (
        f"The exam version `{plain(studied.lost_version)}` is not in this pack, so you study for "
        f"{plain(studied.version.name)} now. `/exam version` shows which ones there are."
    )


def of_daily(guild: discord.Guild | None, schedule: GuildSchedule | None, source: Pack | None = None) -> list[str]:
    """Say what a schedule refers to that is gone. `source`: the pack that its questions really come from."""
    if guild is None or guild.unavailable or schedule is None:
        return []
    lines = [DAILY_CHANNEL] if lacks(guild, schedule.channel_id) else []
    if schedule.role_id is not None and guild.get_role(schedule.role_id) is None:
        lines.append(PING_ROLE)
    lines += _silent(guild, schedule)
    if source is not None and schedule.pack not in (None, source.name):
        lines.append(NO_PACK)
    elif source is not None and schedule.exam_version is not None and schedule.exam_version not in source.exams:
        lines.append(_no_version(schedule.exam_version, source))
    lines += _no_questions(schedule, source) if source is not None else []
    return [*lines, *of_discussion(guild, schedule)]


def _no_questions(schedule: GuildSchedule, source: Pack) -> list[str]:
    """Say that the sections of a daily have questions, but none of its difficulty."""
    if schedule.difficulty is None or pool(source, schedule.sections, schedule.difficulty):
        return []
    if not pool(source, schedule.sections):
        return []
    return [
        f"The daily is set to ask only {DIFFICULTIES[schedule.difficulty]} questions, and none is left in its sections. "
        "Choose another difficulty with `/daily schedule difficulty:`."
    ]


def _silent(guild: discord.Guild, schedule: GuildSchedule) -> list[str]:
    """Say that the role to ping exists, but that Discord does not let the bot ping it."""
    role = guild.get_role(schedule.role_id) if schedule.role_id is not None else None
    channel = guild.get_channel(schedule.channel_id)
    if role is None or channel is None or may_ping(role, channel):
        return []
    return [
        f"Discord does not let me ping {role.mention}, so questions are posted without a ping. Allow everyone to mention "
        "it, in Server Settings under Roles."
    ]


def may_ping(role: discord.Role, channel: discord.abc.GuildChannel) -> bool:
    return role.mentionable or channel.permissions_for(channel.guild.me).mention_everyone


def _no_version(code: str, source: Pack) -> str:
    instead = source.version.name if source.version is not None else source.title
    return (
        f"The daily is set to the exam version `{plain(code)}`, which its pack does not have, so its questions are for {plain(instead)}. "
        f"Choose another with `/daily schedule exam:`, or use `/daily schedule` without `exam:`."
    )


def of_discussion(guild: discord.Guild, schedule: GuildSchedule) -> list[str]:
    """Say what the discussions of a daily need but do not have."""
    if (found := needed(schedule)) is None:
        return []
    channel_id, permissions = found
    place = guild.get_channel(channel_id)
    if place is None:
        return [FORUM] if schedule.forum_id is not None else []
    missing = look(place, needed=permissions).missing
    return [f"To open the daily's discussions, I need {human_join(missing)} in <#{channel_id}>."] if missing else []


def of_dailies(guild: discord.Guild | None, found: Iterable[Status]) -> list[str]:
    """List what is gone for each of a server's schedules, with the schedule's name if there are several."""
    listed = list(found)
    return [
        line if len(listed) == 1 else f"**{plain(title_of(schedule.number, schedule.name))}:** {line}"
        for status in listed
        if (schedule := status.schedule) is not None
        for line in (*of_daily(guild, schedule, status.source), *of_sections(schedule, status.source))
    ]


def of_sections(schedule: GuildSchedule | None, pack: Pack) -> list[str]:
    lost = [section for section in schedule.sections if section not in pack.boards] if schedule is not None else []
    if not lost:
        return []
    return [
        f"Your pack no longer has section {human_join(lost, 'or')}, so the daily has no questions from there. "
        "Choose its sections with `/daily schedule`."
    ]


def of_seasons(guild: discord.Guild | None, channel_id: int | None, schedule: GuildSchedule | None) -> list[str]:
    """Say that the season channel is gone; nothing if it is the daily's channel, which `of_daily` covers."""
    if guild is None or guild.unavailable or channel_id is None or (schedule and schedule.channel_id == channel_id):
        return []
    return [SEASON_CHANNEL] if lacks(guild, channel_id) else []


def of_competitions(
    guild: discord.Guild | None, competitions: Iterable[Competition], schedule: GuildSchedule | None
) -> list[str]:
    if guild is None or guild.unavailable:
        return []
    if schedule is None:
        elsewhere = (
            "If you start a daily with `/daily schedule`, the competition's next posts will go to the daily's channel."
        )
    elif lacks(guild, schedule.channel_id):
        elsewhere = "Once the daily has a new channel, the competition's next posts will go there."
    else:
        elsewhere = "The competition's next posts will go to the daily's channel."
    return [
        f"The channel of the competition {plain(competition.name)} is gone. {elsewhere}"
        for competition in competitions
        if lacks(guild, competition.channel_id)
    ]


def of_teams(guild: discord.Guild | None, teams: Iterable[tuple[Competition, Team]]) -> list[str]:
    """Name the teams that nobody can join, because their role was deleted."""
    if guild is None or guild.unavailable:
        return []
    return [
        f"The role of the team {plain(team.name)} in the competition {plain(competition.name)} is gone, so nobody can join that team. "
        "`/competition cancel` ends the competition."
        for competition, team in teams
        if team.role_id is not None and guild.get_role(team.role_id) is None
    ]


def of_contested(competitions: Iterable[Competition], pack: Pack) -> list[str]:
    """Say which competitions count only sections that the pack does not have."""
    return [
        f"The competition {plain(competition.name)} counts only {human_join(competition.sections)}, which your pack does "
        "not have, so nobody can score in it now. Cancel it with `/competition cancel`, or go back to the pack that has them."
        for competition in competitions
        if is_stranded(competition.sections, pack)
    ]


def of_rounds(rounds: Iterable[LivePlan]) -> list[str]:
    """Say which planned live rounds cannot open, because the pack has no questions for them."""
    return [
        f"The live round planned for {when(plan.starts_at)} in <#{plan.channel_id}> cannot open, because your pack has no questions "
        "for it. Call it off with `/live stop` in that channel."
        for plan in rounds
    ]


def lacks(guild: discord.Guild | None, channel_id: int) -> bool:
    """Return whether a channel or thread is known to be gone."""
    return guild is not None and not guild.unavailable and guild.get_channel_or_thread(channel_id) is None
