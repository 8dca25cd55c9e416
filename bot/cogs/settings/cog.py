"""`/settings`: what managers choose for the whole server."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.settings import messages
from bot.cogs.settings.custom_ids import ServerSetting
from bot.cogs.settings.views import show, view
from bot.cogs.ui import completions
from bot.cogs.ui.access import require_access
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.managers import MANAGER, require_manager
from bot.cogs.ui.replies import guild_of, reply
from bot.study.dailies import Feedback

FEEDBACK = [
    app_commands.Choice(name="at once: right or wrong as soon as a member has answered", value=Feedback.AT_ONCE.value),
    app_commands.Choice(name="at close: answers can be changed until then", value=Feedback.AT_CLOSE.value),
]
ON = "on"
SEASON_POSTS = [
    app_commands.Choice(name="on: with podium and winners, when the month is over", value=ON),
    app_commands.Choice(name="off: only /leaderboard shows past seasons", value="off"),
]
PUBLIC_LEADERBOARDS = [
    app_commands.Choice(name="on: at a web address that anyone can open, without hidden members", value=ON),
    app_commands.Choice(name="off: only here, with /leaderboard", value="off"),
]
CONFIDENCE = [
    app_commands.Choice(name="on: members can say how sure they were of an answer", value=ON),
    app_commands.Choice(name="off: members are asked only if they turn it on for themselves", value="off"),
]
SUGGESTIONS = [
    app_commands.Choice(name="on: with /question suggest; managers decide", value=ON),
    app_commands.Choice(name="off: only managers add questions", value="off"),
]
GROUP_POSTS = [
    app_commands.Choice(name="on: once a week, if five or more members have answered", value=ON),
    app_commands.Choice(name="off: only /group shows how the group is doing", value="off"),
]
SHARING = [
    app_commands.Choice(name="on: a button posts one line about a result in the channel", value=ON),
    app_commands.Choice(name="off: nobody can share results here", value="off"),
]

EVENTS = [
    app_commands.Choice(name="on: exam evenings, competitions and live rounds are in the list of events", value=ON),
    app_commands.Choice(name="off: only posts announce them", value="off"),
]


class SettingsCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.services = bot.services

    @app_commands.command()
    @app_commands.describe(
        feedback="When a daily reveals whether an answer was right",
        season_posts="Whether the end of a season is posted",
        season_channel="Where the end of a season is posted; by default, the channel of the daily",
        pack="The pack that this server studies; before you confirm, you see what would change",
        exam="The version of the exam that this server studies for",
        public_leaderboards="Whether anyone may read the leaderboards on the web",
        suggestions="Whether members may suggest questions",
        group_posts="Whether a post on Mondays shows what the group knows",
        sharing="Whether members may share a result with the channel; on by default",
        confidence="Whether members are asked how sure they were of an answer",
        events="Whether planned activities are in the server's list of events; on by default",
        weekly_goal="The group's weekly goal, such as 100 answers, 75% right or 10 sections; off removes it",
    )
    @app_commands.choices(
        feedback=FEEDBACK,
        season_posts=SEASON_POSTS,
        public_leaderboards=PUBLIC_LEADERBOARDS,
        suggestions=SUGGESTIONS,
        group_posts=GROUP_POSTS,
        sharing=SHARING,
        confidence=CONFIDENCE,
        events=EVENTS,
    )
    @app_commands.autocomplete(pack=completions.packs, exam=completions.exam_versions, weekly_goal=completions.goals)
    @app_commands.default_permissions(MANAGER)
    @app_commands.guild_only()
    async def settings(
        self,
        interaction: discord.Interaction[StudyBot],
        feedback: str | None = None,
        season_posts: str | None = None,
        season_channel: discord.TextChannel | None = None,
        pack: app_commands.Range[str, 1, 64] | None = None,
        exam: app_commands.Range[str, 1, 16] | None = None,
        public_leaderboards: str | None = None,
        suggestions: str | None = None,
        group_posts: str | None = None,
        sharing: str | None = None,
        confidence: str | None = None,
        events: str | None = None,
        weekly_goal: app_commands.Range[str, 1, 40] | None = None,
    ) -> None:
        """See and change how Cohort works in this server (managers)."""
        require_manager(interaction)
        guild_id, at = guild_of(interaction), interaction.created_at
        if season_channel is not None:
            require_access(season_channel)
        change = await self.services.packs.compare(guild_id, pack) if pack is not None else None
        goal = await self.services.goals.read(guild_id, weekly_goal) if weekly_goal is not None else None
        if exam is not None:
            # This can be refused, so it comes before anything is saved.
            await self.services.packs.choose_exam(guild_id, exam, named_with=pack, at=at)
        if feedback is not None:
            await self.services.schedules.set_feedback(guild_id, Feedback(feedback), at=at)
        if public_leaderboards is not None:
            await self.services.guilds.set_public_boards(guild_id, public=public_leaderboards == ON, at=at)
        if suggestions is not None:
            await self.services.suggestions.set_open(guild_id, open=suggestions == ON, at=at)
        if group_posts is not None:
            await self.services.groups.set_posted(guild_id, posted=group_posts == ON, at=at)
        if sharing is not None:
            await self.services.guilds.set_sharing(guild_id, sharing=sharing == ON, at=at)
        if confidence is not None:
            await self.services.confidences.set_for_server(guild_id, asks=confidence == ON, at=at)
        if events is not None:
            await self.services.guilds.set_events(guild_id, events=events == ON, at=at)
        if weekly_goal is not None:
            await self.services.goals.set(guild_id, goal, at=at)
        if season_posts is not None or season_channel is not None:
            posts = season_posts == ON if season_posts is not None else None
            await self.services.seasons.set_plan(
                guild_id, posts=posts, channel_id=season_channel.id if season_channel else None, at=at
            )
        options = {
            ServerSetting.FEEDBACK: feedback,
            ServerSetting.SEASON_POSTS: season_posts or season_channel,
            ServerSetting.PACK: exam,
            ServerSetting.PUBLIC_BOARDS: public_leaderboards,
            ServerSetting.SUGGESTIONS: suggestions,
            ServerSetting.GROUP_POSTS: group_posts,
            ServerSetting.SHARING: sharing,
            ServerSetting.CONFIDENCE: confidence,
            ServerSetting.EVENTS: events,
            ServerSetting.GOAL: weekly_goal,
        }
        changed = {setting for setting, option in options.items() if option is not None}
        if change is None:
            await show(interaction, changed)
        else:
            saved = await view(interaction, changed) if changed else None
            await reply(interaction, messages.another_pack(change, saved=saved))
