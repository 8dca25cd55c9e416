"""Finds the section that a message is about, by the ids of its buttons."""

from __future__ import annotations

import discord

from bot.cogs.answers.custom_ids import AnswerId, ExplainId, FormId, WhyId
from bot.cogs.discussions.custom_ids import PractiseId
from bot.cogs.evenings.custom_ids import EveningItemId
from bot.cogs.quizzes.custom_ids import QuizAnswerId, QuizFormId, QuizStartId
from bot.cogs.reports.custom_ids import FlagId
from bot.cogs.ui import custom_ids
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.custom_ids import CustomId
from bot.cogs.ui.layout import walk
from bot.cogs.ui.replies import member_of
from bot.services.quiz_outcomes import QuizTurn
from bot.study.errors import Refusal, Refused


async def section_of(interaction: discord.Interaction[StudyBot], message: discord.Message) -> str:
    """Return the section of the question in a message. Raises NOTHING_LIKE_IT, FROM_ANOTHER_PACK, and what the
    services raise."""
    if message.author == interaction.client.user:
        for component in walk(message.components):
            id = custom_ids.parse(getattr(component, "custom_id", None) or "")
            if id is not None and (section := await _section(interaction, id)) is not None:
                return section
    raise Refused(Refusal.NOTHING_LIKE_IT)


async def _section(interaction: discord.Interaction[StudyBot], id: CustomId) -> str | None:
    services = interaction.client.services
    match id:
        case QuizStartId():
            return id.section
        case AnswerId() | FormId() | ExplainId() | WhyId() | PractiseId():
            return await services.answers.section_of(id.daily, member_of(interaction))
        case EveningItemId():
            return await services.evenings.section_of(id.evening, id.place, member_of(interaction))
        case FlagId():
            return await services.questions.section_of(id.question, member_of(interaction))
        case QuizAnswerId() | QuizFormId():
            turn = await services.quizzes.turn_at(id.quiz, id.item, member_of(interaction), at=interaction.created_at)
            return turn.question.section if isinstance(turn, QuizTurn) else None
        case _:
            return None
