"""`/quiz`: a private quiz on demand, also from the menu of a message with a question."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.quizzes.likeness import section_of
from bot.cogs.quizzes.views import DEFAULT_LENGTH, start
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.study.questions import ALL
from bot.study.quizzes import MAX_QUESTIONS

DIFFICULTY = [
    app_commands.Choice(name="1 · easy: one fact", value=1),
    app_commands.Choice(name="2 · medium: apply it", value=2),
    app_commands.Choice(name="3 · hard: weigh two good choices", value=3),
]


class QuizzesCog(commands.Cog):
    def __init__(self, bot: StudyBot) -> None:
        self.bot = bot
        self.menu = app_commands.ContextMenu(
            name="Practice more like this",
            callback=self.practise,
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command()
    @app_commands.describe(
        section="A section of the guide; all by default",
        questions="How many questions, 1 to 20; 5 by default",
        difficulty="One level; all by default",
    )
    @app_commands.autocomplete(section=completions.sections)
    @app_commands.choices(difficulty=DIFFICULTY)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def quiz(
        self,
        interaction: discord.Interaction[StudyBot],
        section: app_commands.Range[str, 1, 64] = ALL,
        questions: app_commands.Range[int, 1, MAX_QUESTIONS] = DEFAULT_LENGTH,
        difficulty: app_commands.Range[int, 1, 3] | None = None,
    ) -> None:
        """Take a private quiz; new and missed questions come first."""
        await start(interaction, section, questions, difficulty)

    async def practise(self, interaction: discord.Interaction[StudyBot], message: discord.Message) -> None:
        """Start a quiz on the section of the question in a message."""
        await start(interaction, await section_of(interaction, message))
