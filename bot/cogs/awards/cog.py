"""`/award`: choose roles that members win."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.awards import messages
from bot.cogs.awards.roles import hindrance, troubles_now
from bot.cogs.competitions.completions import ongoing
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.managers import ManagerGroup
from bot.cogs.ui.replies import guild_of, reply, say
from bot.cogs.ui.text import plain
from bot.storage.engine import DatabaseFailed
from bot.study.awards import MAX_QUESTIONS, Prize
from bot.study.errors import CannotGiveRole
from bot.study.questions import ALL

log = logging.getLogger(__name__)

POWERS = discord.Permissions(
    administrator=True, manage_guild=True, manage_roles=True, manage_channels=True, manage_webhooks=True, manage_messages=True,
    kick_members=True, ban_members=True, moderate_members=True, mention_everyone=True, view_audit_log=True,
)  # fmt: skip
"""A role with any of these permissions cannot be won by answering questions."""


class AwardsCog(commands.Cog):
    award = ManagerGroup(name="award", description="Roles that members can win (managers)")

    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot
        self.awards = bot.services.awards

    @award.command()
    @app_commands.describe(
        role="The role to give", section="The section whose season winner gets the role; all by default"
    )
    @app_commands.autocomplete(section=completions.sections)
    async def season(
        self,
        interaction: discord.Interaction[StudyBot],
        role: discord.Role,
        section: app_commands.Range[str, 1, 64] = ALL,
    ) -> None:
        """Give a role to the winner of each season; the next winner takes it over."""
        await self._bind(interaction, role, Prize.SEASON, section=section)

    @award.command()
    @app_commands.describe(
        role="The role to give",
        competition="One competition; by default every competition, and the latest winner has the role",
    )
    @app_commands.autocomplete(competition=ongoing)
    async def competition(
        self,
        interaction: discord.Interaction[StudyBot],
        role: discord.Role,
        competition: app_commands.Range[str, 1, 60] | None = None,
    ) -> None:
        """Give a role to the winner of a competition, or to the winning team."""
        await self._bind(interaction, role, Prize.COMPETITION, contest=competition)

    @award.command()
    @app_commands.describe(
        role="The role to give",
        section="The section to master",
        questions="How many different questions to answer right",
    )
    @app_commands.autocomplete(section=completions.sections)
    async def mastery(
        self,
        interaction: discord.Interaction[StudyBot],
        role: discord.Role,
        section: app_commands.Range[str, 1, 64],
        questions: app_commands.Range[int, 1, MAX_QUESTIONS],
    ) -> None:
        """Give a role to everyone who has answered enough questions of a section right."""
        await self._bind(interaction, role, Prize.MASTERY, section=section, questions=questions)

    @award.command(name="list")
    async def list_(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Show the roles that can be won, who has them, and any problem."""
        found = await self.awards.listing(guild_of(interaction))
        await reply(interaction, messages.listing(found, troubles_now(found, interaction.guild)))

    @award.command()
    @app_commands.describe(role="The role to stop giving; members who have it keep it. By default, all deleted roles")
    async def remove(self, interaction: discord.Interaction[StudyBot], role: discord.Role | None = None) -> None:
        """Stop giving and removing a role."""
        if role is None:
            guild = interaction.guild
            assert guild is not None, "this command is guild-only"
            await say(
                interaction,
                messages.cleared(await self.awards.unbind_deleted(guild.id, [role.id for role in guild.roles])),
            )
            return
        await self.awards.unbind(guild_of(interaction), role.id)
        await say(interaction, f"I no longer give or remove {role.mention}. Members who have it keep it.")

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        try:
            await self.awards.note_deleted(role.guild.id, role.id)
        except DatabaseFailed as error:
            log.warning("a deleted role will be recorded when it is next given: %s", error)

    async def _bind(
        self,
        interaction: discord.Interaction[StudyBot],
        role: discord.Role,
        prize: Prize,
        *,
        section: str = ALL,
        contest: str | None = None,
        questions: int | None = None,
    ) -> None:
        require_giveable(role, interaction.user, self.bot)
        found = await self.awards.bind(
            guild_of(interaction),
            role.id,
            prize,
            section=section,
            contest=contest,
            questions=questions,
            by=interaction.user.id,
            at=interaction.created_at,
        )
        await reply(interaction, messages.bound(found))


def require_giveable(role: discord.Role, manager: discord.User | discord.Member, bot: StudyBot) -> None:
    """Raise CannotGiveRole, with the remedy, for a role that the bot or this manager cannot give."""
    if role.is_default() or role.managed:
        raise CannotGiveRole("Discord assigns that role automatically, so it cannot be won. Choose another.")
    if any(value and getattr(role.permissions, name) for name, value in POWERS):
        raise CannotGiveRole(
            f"{plain(role.name)} has moderation or management permissions. Members win a role by answering questions, "
            f"so choose one without such permissions."
        )
    if (reason := hindrance(role)) is not None:
        link = f"add me again with [this link](<{bot.invite_link(roles=True)}>)"
        lacks = not role.guild.me.guild_permissions.manage_roles and not role.guild.me.is_timed_out()
        raise CannotGiveRole(f"{reason} {f'Or {link}; then' if lacks else 'Then'} try again.")
    owner = role.guild.owner_id == manager.id
    if not owner and not (
        isinstance(manager, discord.Member) and manager.guild_permissions.manage_roles and role < manager.top_role
    ):
        raise CannotGiveRole(
            "You can choose only roles that you are allowed to give: you need Manage Roles, and the role must be below "
            "your highest role. Ask someone who can give it."
        )
