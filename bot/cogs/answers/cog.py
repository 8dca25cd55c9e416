"""`/answer`: answer the open daily by typing."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.answers import messages
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.completions import daily_choices
from bot.cogs.ui.replies import member_of, reply
from bot.cogs.ui.text import CHOICE, clip
from bot.study.code_blocks import one_line
from bot.study.grading import as_written, expected_form
from bot.study.questions import LETTERS, Kind


class AnswersCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.services = bot.services

    @app_commands.command()
    @app_commands.describe(
        choice="Your answer: pick it from the list, or type its letter or letters (A, C)",
        daily="Which question of the day, if several are open",
    )
    @app_commands.guild_only()
    async def answer(
        self,
        interaction: discord.Interaction[StudyBot],
        choice: app_commands.Range[str, 1, 100],
        daily: app_commands.Range[str, 1, 40] | None = None,
    ) -> None:
        """Answer today's question of the day."""
        here, at = interaction.channel_id, interaction.created_at
        outcome = await self.services.answers.submit_open(member_of(interaction), choice, which=daily, here=here, at=at)
        await reply(interaction, messages.answered(outcome))

    @answer.autocomplete("choice")
    async def _choices(self, interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
        which, here = getattr(interaction.namespace, "daily", None), interaction.channel_id
        found = await self.services.answers.open_question(
            member_of(interaction), which=which, here=here, at=interaction.created_at
        )
        if found is None:
            return []
        _, question = found
        options = [
            f"{LETTERS[place]} · {one_line(question.options[index].text)}"
            for place, index in enumerate(as_written(question))
        ]
        if question.kind is Kind.CHOICE:
            wanted = typed.strip().lower()
            return [
                app_commands.Choice(name=clip(text, CHOICE), value=LETTERS[place])
                for place, text in enumerate(options)
                # A single letter selects an option; longer text is matched anywhere in the options.
                if (text.lower().startswith(wanted) if len(wanted) == 1 else wanted in text.lower())
            ]
        # Suggest the typed text itself; before anything is typed, show the expected form.
        hint = clip(f"Type {expected_form(question)}".replace("`", ""), CHOICE)
        return [app_commands.Choice(name=clip(typed, CHOICE) if typed else hint, value=clip(typed or "?", CHOICE))]

    @answer.autocomplete("daily")
    async def _dailies(self, interaction: discord.Interaction[StudyBot], typed: str) -> list[app_commands.Choice[str]]:
        return daily_choices(
            await self.services.answers.open_names(member_of(interaction), at=interaction.created_at), typed
        )
