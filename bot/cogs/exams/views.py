"""The buttons, menus and the form of a mock exam. Each press replaces the private message that it stands on."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable
from random import Random
from typing import Any, TypeAlias

import discord

from bot.cogs.exams import messages, pictures, results
from bot.cogs.exams.custom_ids import (
    ExamAnswerId,
    ExamBeginId,
    ExamFlagId,
    ExamFormId,
    ExamGoId,
    ExamHistoryId,
    ExamJumpId,
    ExamOverviewId,
    ExamPastId,
    ExamResultId,
    ExamReviewId,
    ExamReviewJumpId,
    ExamSubmitId,
    ExamSubmitNowId,
)
from bot.cogs.ui.buttons import PersistentButton
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import answer_form, read_form
from bot.cogs.ui.menus import PersistentMenu
from bot.cogs.ui.questions import body
from bot.cogs.ui.replies import Message, member_of, patiently, replace, reply
from bot.services.exam_papers import History, Overview, Result, Review, Turn
from bot.services.exams import Exams
from bot.study.questions import LETTERS

Screen: TypeAlias = Turn | Overview | Result | Review | History


async def message_of(screen: Screen) -> Message:
    match screen:
        case Turn():
            return messages.turn(screen)
        case Overview():
            return messages.overview(screen)
        case Result():
            return results.result(screen, await pictures.of_result(screen))
        case Review():
            return results.review(screen)
        case History():
            return results.history(screen, await pictures.of_history(screen))


async def drawn(screen: Awaitable[Screen]) -> Message:
    """The outcome of a service as the message that it is shown in, its picture included."""
    return await message_of(await screen)


async def show(interaction: discord.Interaction[StudyBot], screen: Awaitable[Screen]) -> None:
    await replace(interaction, await patiently(interaction, drawn(screen), editing=True))


def exams_of(interaction: discord.Interaction[StudyBot]) -> Exams:
    return interaction.client.services.exams


class BeginButton(PersistentButton[ExamBeginId], codec=ExamBeginId):
    """The exam gets a message of its own; the rules stay above it."""

    async def pressed(self, interaction: discord.Interaction[Any], id: ExamBeginId) -> None:
        started = exams_of(interaction).start(
            member_of(interaction),
            length=id.length,
            rng=Random(secrets.randbits(64)),
            at=interaction.created_at,
        )
        await reply(interaction, await patiently(interaction, drawn(started)))


class GoButton(PersistentButton[ExamGoId], codec=ExamGoId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExamGoId) -> None:
        at, member = interaction.created_at, member_of(interaction)
        await show(interaction, exams_of(interaction).turn(id.exam, id.item, member, at=at))


class JumpMenu(PersistentMenu[ExamJumpId], codec=ExamJumpId):
    async def picked(self, interaction: discord.Interaction[Any], id: ExamJumpId, value: int) -> None:
        at, member = interaction.created_at, member_of(interaction)
        await show(interaction, exams_of(interaction).turn(id.exam, value, member, at=at))


async def submit_answer(interaction: discord.Interaction[StudyBot], exam: int, item: int, letters: str) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).answer(exam, item, member, letters, at=at))


class AnswerButton(PersistentButton[ExamAnswerId], codec=ExamAnswerId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExamAnswerId) -> None:
        await submit_answer(interaction, id.exam, id.item, LETTERS[id.place] if id.place < len(LETTERS) else "?")


class FormButton(PersistentButton[ExamFormId], codec=ExamFormId):
    """Opens the form with the answer as it stands; if the time is up, shows the result instead."""

    async def pressed(self, interaction: discord.Interaction[Any], id: ExamFormId) -> None:
        at, member = interaction.created_at, member_of(interaction)
        screen = await exams_of(interaction).turn(id.exam, id.item, member, at=at)
        if isinstance(screen, Result):
            await replace(interaction, await patiently(interaction, message_of(screen), editing=True))
        else:
            entry, pack = screen.entry, screen.paper.pack
            text = body(entry.question, entry.shown, pack.scenario_of(entry.question))
            await interaction.response.send_modal(answer_form(id, entry.question, entry.shown, entry.answer, text=text))


async def form_sent(interaction: discord.Interaction[StudyBot], id: ExamFormId) -> None:
    await submit_answer(interaction, id.exam, id.item, read_form(interaction))


class FlagButton(PersistentButton[ExamFlagId], codec=ExamFlagId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExamFlagId) -> None:
        at, member = interaction.created_at, member_of(interaction)
        await show(interaction, exams_of(interaction).flag(id.exam, id.item, member, flagged=id.on == 1, at=at))


class OverviewButton(PersistentButton[ExamOverviewId], codec=ExamOverviewId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExamOverviewId) -> None:
        at, member = interaction.created_at, member_of(interaction)
        await show(interaction, exams_of(interaction).overview(id.exam, id.item, member, at=at))


class SubmitButton(PersistentButton[ExamSubmitId], codec=ExamSubmitId):
    """Asks once, and says what is open."""

    async def pressed(self, interaction: discord.Interaction[Any], id: ExamSubmitId) -> None:
        at, member = interaction.created_at, member_of(interaction)
        screen = await exams_of(interaction).overview(id.exam, id.item, member, at=at)
        if isinstance(screen, Result):
            await replace(interaction, await patiently(interaction, message_of(screen), editing=True))
        else:
            await replace(interaction, messages.confirm(screen))


class SubmitNowButton(PersistentButton[ExamSubmitNowId], codec=ExamSubmitNowId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExamSubmitNowId) -> None:
        at, member = interaction.created_at, member_of(interaction)
        await show(interaction, exams_of(interaction).submit(id.exam, member, at=at))


class ResultButton(PersistentButton[ExamResultId], codec=ExamResultId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExamResultId) -> None:
        at, member = interaction.created_at, member_of(interaction)
        await show(interaction, exams_of(interaction).result(id.exam, member, at=at))


class ReviewButton(PersistentButton[ExamReviewId], codec=ExamReviewId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExamReviewId) -> None:
        at, member = interaction.created_at, member_of(interaction)
        review = exams_of(interaction).review(id.exam, id.item, member, missed_only=id.missed == 1, at=at)
        await show(interaction, review)


class ReviewMenu(PersistentMenu[ExamReviewJumpId], codec=ExamReviewJumpId):
    async def picked(self, interaction: discord.Interaction[Any], id: ExamReviewJumpId, value: int) -> None:
        at, member = interaction.created_at, member_of(interaction)
        await show(interaction, exams_of(interaction).review(id.exam, value, member, at=at))


class HistoryButton(PersistentButton[ExamHistoryId], codec=ExamHistoryId):
    async def pressed(self, interaction: discord.Interaction[Any], id: ExamHistoryId) -> None:
        await show(interaction, exams_of(interaction).history(member_of(interaction), page=id.page))


class PastMenu(PersistentMenu[ExamPastId], codec=ExamPastId):
    async def picked(self, interaction: discord.Interaction[Any], _id: ExamPastId, value: int) -> None:
        at, member = interaction.created_at, member_of(interaction)
        await show(interaction, exams_of(interaction).result(value, member, at=at))
