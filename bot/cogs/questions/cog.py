"""`/question`: a server's own questions, members' suggestions, and members' reports on questions."""

from __future__ import annotations

from pathlib import PurePath

import discord
from discord import app_commands
from discord.ext import commands

from bot.bank.formats import WRITABLE, Format, import_options
from bot.bank.limits import UPLOAD_BYTES_MAX
from bot.cogs.questions import messages
from bot.cogs.questions.patches import patched
from bot.cogs.questions.views import add_form
from bot.cogs.quizzes.cog import DIFFICULTY
from bot.cogs.reports import messages as report_messages
from bot.cogs.suggestions import messages as suggestion_messages
from bot.cogs.suggestions.views import show_queue, suggest_form
from bot.cogs.ui import completions
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.managers import managers_only
from bot.cogs.ui.replies import guild_of, member_of, open_form, reply
from bot.storage.questions import Typed
from bot.study.characters import visible
from bot.study.errors import FileTooLarge, Refusal, Refused
from bot.study.questions import ALL

FORMATS = [
    app_commands.Choice(name=f"{name}{note}", value=format.value)
    for format, name, note in (
        (Format.YAML, "YAML", ": everything, and easy to read"),
        (Format.XLSX, "Excel", ": everything, for a spreadsheet"),
        (Format.CSV, "CSV", ": everything, for a spreadsheet"),
        (Format.JSONL, "JSON lines", ": for programs"),
        (Format.MOODLE, "Moodle XML", ""),
        (Format.GIFT, "Moodle GIFT", ""),
        (Format.QTI, "QTI 2.1", ": for other learning platforms"),
        (Format.ANKI, "Anki", ": a deck of cards"),
    )
    if format in WRITABLE
]
FILE_NAME_MAX = 60


class QuestionsCog(commands.Cog):
    question = app_commands.Group(
        name="question", description="This server's own questions: suggest one, or manage them", guild_only=True
    )

    def __init__(self, bot: StudyBot) -> None:
        self.questions = bot.services.questions
        self.flagged = bot.services.reports
        self.patches = bot.services.patches
        self.suggested = bot.services.suggestions

    @managers_only
    @question.command()
    @app_commands.describe(
        section="The section that the question belongs to",
        difficulty="1 easy (one fact), 2 medium (default), 3 hard (weigh two good choices)",
    )
    @app_commands.autocomplete(section=completions.leaves)
    @app_commands.choices(difficulty=DIFFICULTY)
    async def add(
        self,
        interaction: discord.Interaction[StudyBot],
        section: app_commands.Range[str, 1, 32],
        difficulty: app_commands.Range[int, 1, 3] = 2,
    ) -> None:
        """Write a question in a form: one right option, or several. You see it before it is saved."""
        section = await self.questions.leaf(guild_of(interaction), section)
        await open_form(interaction, add_form(Typed(section, difficulty, stem="", options="")))

    @managers_only
    @question.command(name="import")
    @app_commands.describe(
        file="Spreadsheet, CSV, YAML, JSON, Moodle, QTI, Anki, Aiken, trivia; at most 1 MiB and 500 questions",
        section="The section for questions whose file does not name one",
        dry_run="True shows what would happen, and changes nothing",
        without_pictures="True keeps questions that need a picture, with the picture's description in its place",
        categories="Sections for categories or decks of the file, such as: Statistics=1.1; Sampling=1.2",
        fields="What the fields of Anki notes hold, such as: question=Front; options=A, B, C; answer=Key",
    )
    @app_commands.autocomplete(section=completions.leaves)
    async def import_(
        self,
        interaction: discord.Interaction[StudyBot],
        file: discord.Attachment,
        section: app_commands.Range[str, 1, 32] | None = None,
        dry_run: bool = False,
        without_pictures: bool = False,
        categories: app_commands.Range[str, 1, 1000] = "",
        fields: app_commands.Range[str, 1, 1000] = "",
    ) -> None:
        """Import questions from a file; each bad one is reported with its line."""
        mapped, roles = import_options.categories(_parted(categories)), import_options.fields(_parted(fields))
        guild_id = guild_of(interaction)
        if section is not None:
            section = await self.questions.leaf(guild_id, section)
        imported = await self.questions.import_file(
            guild_id,
            short_name(file.filename),
            await _fetched(file),
            section=section,
            by=interaction.user.id,
            dry_run=dry_run,
            without_pictures=without_pictures,
            categories=mapped,
            fields=roles,
            at=interaction.created_at,
        )
        await reply(interaction, messages.imported(imported))

    @managers_only
    @question.command()
    @app_commands.describe(
        format="YAML by default",
        section="A section, with its subsections if it has any; all by default",
        question="Only one question, from the pack or your own, as a file for the pack's folder",
    )
    @app_commands.choices(format=FORMATS)
    @app_commands.autocomplete(section=completions.sections)
    async def export(
        self,
        interaction: discord.Interaction[StudyBot],
        format: str = Format.YAML.value,
        section: app_commands.Range[str, 1, 32] = ALL,
        question: app_commands.Range[str, 1, 64] | None = None,
    ) -> None:
        """Get this server's own questions in a private file, or one question as a patch for the pack."""
        if question is not None:
            await reply(interaction, patched(await self.patches.of(guild_of(interaction), question)))
            return
        exported = await self.questions.export(guild_of(interaction), Format(format), section)
        await reply(interaction, messages.exported(exported))

    @managers_only
    @question.command(name="list")
    async def list_(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Show this server's own questions, and those that it retired."""
        page = await self.questions.page(guild_of(interaction), 1)
        await reply(interaction, messages.page(page))

    @managers_only
    @question.command()
    @app_commands.describe(id="The question: type part of its text or its id")
    async def retire(self, interaction: discord.Interaction[StudyBot], id: app_commands.Range[str, 1, 64]) -> None:
        """Stop asking a question in this server, its own or the pack's. Answers and points stay."""
        moved = await self.questions.retire(
            guild_of(interaction), id, by=interaction.user.id, at=interaction.created_at
        )
        await reply(interaction, messages.retired(moved))

    @managers_only
    @question.command()
    @app_commands.describe(id="The question: type part of its text or its id")
    async def restore(self, interaction: discord.Interaction[StudyBot], id: app_commands.Range[str, 1, 64]) -> None:
        """Bring back a question that was retired here."""
        moved = await self.questions.restore(guild_of(interaction), id)
        await reply(interaction, messages.restored(moved))

    @managers_only
    @question.command()
    async def reports(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Read what members have reported, and how each question was answered."""
        report = await self.flagged.report(guild_of(interaction), 1)
        await reply(interaction, report_messages.report(report))

    @question.command()
    @app_commands.describe(
        section="The section that the question belongs to",
        difficulty="1 easy (one fact), 2 medium (default), 3 hard (weigh two good choices)",
    )
    @app_commands.autocomplete(section=completions.leaves)
    @app_commands.choices(difficulty=DIFFICULTY)
    async def suggest(
        self,
        interaction: discord.Interaction[StudyBot],
        section: app_commands.Range[str, 1, 32],
        difficulty: app_commands.Range[int, 1, 3] = 2,
    ) -> None:
        """Suggest a question to the managers in a form. You see it before it is sent."""
        section = await self.suggested.leaf(member_of(interaction), section)
        await open_form(interaction, suggest_form(Typed(section, difficulty, stem="", options="")))

    @question.command()
    async def suggestions(self, interaction: discord.Interaction[StudyBot]) -> None:
        """See what became of the questions that you suggested."""
        found = await self.suggested.own(member_of(interaction), at=interaction.created_at)
        await reply(interaction, suggestion_messages.own(found))

    @managers_only
    @question.command()
    async def queue(self, interaction: discord.Interaction[StudyBot]) -> None:
        """Decide on the questions that members suggest: accept, edit, or decline with a message."""
        await show_queue(interaction, 1)

    @export.autocomplete("question")
    @retire.autocomplete("id")
    async def _to_retire(
        self, interaction: discord.Interaction[StudyBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._matching(interaction, typed, retired=False)

    @restore.autocomplete("id")
    async def _to_restore(
        self, interaction: discord.Interaction[StudyBot], typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._matching(interaction, typed, retired=True)

    async def _matching(
        self, interaction: discord.Interaction[StudyBot], typed: str, *, retired: bool
    ) -> list[app_commands.Choice[str]]:
        if not interaction.permissions.manage_guild:
            return []  # discord.py runs no checks before autocompletion
        found = await self.questions.search(guild_of(interaction), typed, retired=retired, limit=completions.MOST)
        return completions.question_choices(found)


def short_name(name: str) -> str:
    """Shorten a file's name for messages; keep its ending, which shows the format."""
    return visible(PurePath(name).name)[-FILE_NAME_MAX:] or "file"


async def _fetched(file: discord.Attachment) -> bytes:
    """Fetch an attachment. Raises FileTooLarge before fetching any of it, and FILE_LOST."""
    if file.size > UPLOAD_BYTES_MAX:
        raise FileTooLarge(file.size, UPLOAD_BYTES_MAX)
    try:
        return await file.read()
    except discord.DiscordException as error:
        raise Refused(Refusal.FILE_LOST) from error


def _parted(typed: str) -> list[str]:
    return [part for part in typed.split(";") if part.strip()]
