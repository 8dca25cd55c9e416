"""The Report button with its form, and the pages on which managers read the reports."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.cogs.reports import messages
from bot.cogs.reports.custom_ids import FlagId, ReportPageId, ResolveId, RestoreId, RetireId
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import OPEN_FOR, read_parts, text_part
from bot.cogs.ui.handlers import Reply, on_press, on_submit
from bot.cogs.ui.replies import guild_of, member_of, open_form, reply, say
from bot.cogs.ui.text import LABEL_HINT, clip
from bot.study.code_blocks import one_line
from bot.study.errors import Refusal, Refused
from bot.study.reports import MAX_COMMENT, Reason


def flag_form(id: FlagId, stem: str) -> ui.Modal:
    form = ui.Modal(title="Report this question", custom_id=str(id), timeout=OPEN_FOR)
    reasons: ui.Select[Any] = ui.Select(
        custom_id="reason",
        placeholder="Choose one",
        options=[
            discord.SelectOption(label=words.capitalize(), description=messages.EXPLAINED[reason], value=reason.value)
            for reason, words in messages.REASONS.items()
        ],
    )
    form.add_item(
        ui.Label(text="What is wrong with it?", description=clip(one_line(stem), LABEL_HINT), component=reasons)
    )
    form.add_item(
        text_part(
            "words",
            "In your own words",
            most=MAX_COMMENT,
            long=True,
            required=False,
            hint="Managers will see your report, with your name unless you are hidden. A source helps them most.",
        )
    )
    return form


@on_press(FlagId)
async def flag(interaction: discord.Interaction[StudyBot], id: FlagId) -> None:
    question = await interaction.client.services.reports.question(member_of(interaction), id.question)
    await open_form(interaction, flag_form(id, question.stem))


@on_submit(FlagId)
async def form_sent(interaction: discord.Interaction[StudyBot], id: FlagId) -> None:
    parts = read_parts(interaction, "reason", "words")
    if parts["reason"] not in set(Reason):
        raise Refused(Refusal.FORM_OUT_OF_DATE)
    flagged = await interaction.client.services.reports.flag(
        member_of(interaction),
        id.question,
        Reason(parts["reason"]),
        parts["words"],
        at=interaction.created_at,
    )
    # In its own message, so that the feedback stays readable.
    await reply(interaction, messages.flagged(flagged))


@on_press(ReportPageId, Reply.IN_PLACE, managers=True)
async def report_page(interaction: discord.Interaction[StudyBot], id: ReportPageId) -> None:
    reports = interaction.client.services.reports
    report = await reports.report(guild_of(interaction), id.page)
    await reply(interaction, messages.report(report))


@on_press(ResolveId, Reply.IN_PLACE, managers=True)
async def resolve(interaction: discord.Interaction[StudyBot], id: ResolveId) -> None:
    report = await interaction.client.services.reports.resolve(
        guild_of(interaction),
        id.question,
        id.last,
        id.page,
        by=interaction.user.id,
        at=interaction.created_at,
    )
    await reply(interaction, messages.report(report))


@on_press(RetireId, Reply.IN_PLACE, managers=True)
async def retire(interaction: discord.Interaction[StudyBot], id: RetireId) -> None:
    guild_id, at = guild_of(interaction), interaction.created_at
    await interaction.client.services.questions.retire(guild_id, id.question, by=interaction.user.id, at=at)
    await report_page(interaction, ReportPageId(id.page))


@on_press(RestoreId, Reply.IN_PLACE, managers=True)
async def restore(interaction: discord.Interaction[StudyBot], id: RestoreId) -> None:
    moved = await interaction.client.services.questions.restore(guild_of(interaction), id.question)
    if moved.already and moved.question.retired:
        await say(interaction, messages.RETIRED_BY_PACK)
        return
    await report_page(interaction, ReportPageId(id.page))
