"""The buttons, menus and form of a mock exam. Each press replaces its private message."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable
from random import Random
from typing import TypeAlias

import discord

from bot.cogs.exams import history, messages, pictures, results
from bot.cogs.exams.custom_ids import (
    ExamAboutId,
    ExamAnswerId,
    ExamBeginId,
    ExamBriefingId,
    ExamChangeId,
    ExamFlagId,
    ExamFormId,
    ExamGoId,
    ExamHistoryId,
    ExamJumpId,
    ExamOverviewId,
    ExamPastId,
    ExamResultId,
    ExamRetryId,
    ExamReviewId,
    ExamReviewJumpId,
    ExamStartId,
    ExamSubmitId,
    ExamSubmitNowId,
    ExamWordsId,
)
from bot.cogs.quizzes import messages as series
from bot.cogs.shares.views import share_press
from bot.cogs.ui.cards import Message
from bot.cogs.ui.client import StudyBot
from bot.cogs.ui.forms import answer_form, fault_of, read_form, read_letters
from bot.cogs.ui.handlers import Reply, on_pick, on_press, on_submit
from bot.cogs.ui.replies import member_of, open_form, reply
from bot.cogs.web.views import exam_pages
from bot.services.exam_papers import ExamResult, ExamReview, ExamTurn, HandedIn, History, Overview
from bot.services.exams import Exams
from bot.study.exams import Length
from bot.study.questions import LETTERS, Pack
from bot.study.shares import Shareable

Screen: TypeAlias = ExamTurn | Overview | ExamResult | HandedIn | ExamReview | History


async def message_of(interaction: discord.Interaction[StudyBot], screen: Screen) -> Message:
    match screen:
        case ExamTurn():
            return messages.turn(screen)
        case Overview():
            return messages.overview(screen)
        case ExamResult():
            exam_id = screen.paper.exam.id
            pages = [*exam_pages(interaction, exam_id), *await share_press(interaction, Shareable.EXAM, exam_id)]
            return results.result(screen, await pictures.of_result(screen), pages=pages)
        case HandedIn():
            return results.handed_in(screen)
        case ExamReview():
            return results.review(screen, pages=exam_pages(interaction, screen.result.paper.exam.id))
        case History():
            return history.page(screen, await pictures.of_history(screen))


async def drawn(interaction: discord.Interaction[StudyBot], screen: Awaitable[Screen]) -> Message:
    """Return the message for a service's outcome, with its picture."""
    return await message_of(interaction, await screen)


async def show(interaction: discord.Interaction[StudyBot], screen: Awaitable[Screen]) -> None:
    await reply(interaction, await drawn(interaction, screen))


def exams_of(interaction: discord.Interaction[StudyBot]) -> Exams:
    return interaction.client.services.exams


@on_press(ExamAboutId, Reply.IN_PLACE)
async def exam_about(interaction: discord.Interaction[StudyBot], id: ExamAboutId) -> None:
    await reply(interaction, messages.about(await _free_for(interaction, id), id.length))


@on_press(ExamBriefingId, Reply.IN_PLACE)
async def exam_briefing(interaction: discord.Interaction[StudyBot], id: ExamBriefingId) -> None:
    await reply(interaction, messages.briefing(await _free_for(interaction, id), id.length))


async def _free_for(interaction: discord.Interaction[StudyBot], id: ExamAboutId | ExamBriefingId) -> Pack:
    return await exams_of(interaction).check_free(
        member_of(interaction), length=id.length, version=_version(id.version), at=interaction.created_at
    )


def _version(code: str) -> str | None:
    return code if code != "-" else None


@on_press(ExamStartId)
async def exam_start(interaction: discord.Interaction[StudyBot], id: ExamStartId) -> None:
    await begin(interaction, id.length, _version(id.version))


@on_press(ExamBeginId)
async def exam_begin(interaction: discord.Interaction[StudyBot], id: ExamBeginId) -> None:
    """Begin an exam from an old message without a version, in the version that the member studies for."""
    await begin(interaction, id.length, None)


async def begin(interaction: discord.Interaction[StudyBot], length: Length, version: str | None) -> None:
    """Begin an exam in a new message; the message with the rules stays above it."""
    started = exams_of(interaction).start(
        member_of(interaction),
        length=length,
        version=version,
        rng=Random(secrets.randbits(64)),
        at=interaction.created_at,
    )
    await reply(interaction, await drawn(interaction, started))


@on_press(ExamGoId, Reply.IN_PLACE)
async def exam_go(interaction: discord.Interaction[StudyBot], id: ExamGoId) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).turn(id.exam, id.item, member, at=at))


@on_pick(ExamJumpId, Reply.IN_PLACE)
async def exam_jump(interaction: discord.Interaction[StudyBot], id: ExamJumpId, value: int) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).turn(id.exam, value, member, at=at))


async def submit_answer(interaction: discord.Interaction[StudyBot], exam: int, item: int, letters: str) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).answer(exam, item, member, letters, at=at))


@on_press(ExamAnswerId, Reply.IN_PLACE)
async def exam_answer(interaction: discord.Interaction[StudyBot], id: ExamAnswerId) -> None:
    await submit_answer(interaction, id.exam, id.item, LETTERS[id.place] if id.place < len(LETTERS) else "?")


@on_press(ExamFormId, Reply.IN_PLACE)
async def exam_form(interaction: discord.Interaction[StudyBot], id: ExamFormId) -> None:
    """Open the form with the answer so far, or show the result if time is up."""
    await ask(interaction, id)


@on_press(ExamChangeId, Reply.IN_PLACE)
async def exam_change(interaction: discord.Interaction[StudyBot], id: ExamChangeId) -> None:
    await ask(interaction, ExamFormId(id.exam, id.item), id.letters.upper())


async def ask(interaction: discord.Interaction[StudyBot], id: ExamFormId, letters: str = "") -> None:
    at, member = interaction.created_at, member_of(interaction)
    screen = await exams_of(interaction).turn(id.exam, id.item, member, at=at)
    if not isinstance(screen, ExamTurn):
        await reply(interaction, await message_of(interaction, screen))
    else:
        entry, pack = screen.entry, screen.paper.pack
        scenario = pack.scenario_of(entry.question)
        answer = read_letters(entry.question, entry.shown, letters) if letters else entry.answer
        await open_form(interaction, answer_form(id, entry.question, entry.shown, answer, scenario=scenario))


@on_submit(ExamFormId, Reply.IN_PLACE)
async def form_sent(interaction: discord.Interaction[StudyBot], id: ExamFormId) -> None:
    """Submit the answer of a form; show the form again only if the answer is invalid."""
    letters, at = read_form(interaction), interaction.created_at
    screen = await exams_of(interaction).turn(id.exam, id.item, member_of(interaction), at=at)
    if isinstance(screen, ExamTurn) and (fault := fault_of(screen.entry.question, screen.entry.shown, letters)):
        await reply(interaction, messages.not_sent(screen, letters, fault))
    else:
        await submit_answer(interaction, id.exam, id.item, letters)


@on_press(ExamRetryId)
async def exam_retry(interaction: discord.Interaction[StudyBot], id: ExamRetryId) -> None:
    turn = await exams_of(interaction).retry(
        id.exam, member_of(interaction), rng=Random(secrets.randbits(64)), at=interaction.created_at
    )
    await reply(interaction, series.turn(turn))


@on_press(ExamFlagId, Reply.IN_PLACE)
async def exam_flag(interaction: discord.Interaction[StudyBot], id: ExamFlagId) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).flag(id.exam, id.item, member, flagged=id.on == 1, at=at))


@on_press(ExamOverviewId, Reply.IN_PLACE)
async def exam_overview(interaction: discord.Interaction[StudyBot], id: ExamOverviewId) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).overview(id.exam, id.item, member, at=at))


@on_press(ExamSubmitId, Reply.IN_PLACE)
async def exam_submit(interaction: discord.Interaction[StudyBot], id: ExamSubmitId) -> None:
    """Ask for confirmation, and say what is unanswered."""
    at, member = interaction.created_at, member_of(interaction)
    screen = await exams_of(interaction).overview(id.exam, id.item, member, at=at)
    if isinstance(screen, Overview):
        await reply(interaction, messages.confirm(screen))
    else:
        await reply(interaction, await message_of(interaction, screen))


@on_press(ExamSubmitNowId, Reply.IN_PLACE)
async def exam_submit_now(interaction: discord.Interaction[StudyBot], id: ExamSubmitNowId) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).submit(id.exam, member, at=at))


@on_press(ExamResultId, Reply.IN_PLACE)
async def exam_result(interaction: discord.Interaction[StudyBot], id: ExamResultId) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).result(id.exam, member, at=at))


@on_press(ExamWordsId, Reply.IN_PLACE)
async def exam_words(interaction: discord.Interaction[StudyBot], id: ExamWordsId) -> None:
    at, member = interaction.created_at, member_of(interaction)
    result = await exams_of(interaction).result(id.exam, member, at=at)
    await reply(interaction, results.handed_in(result) if isinstance(result, HandedIn) else results.in_words(result))


@on_press(ExamReviewId, Reply.IN_PLACE)
async def exam_review(interaction: discord.Interaction[StudyBot], id: ExamReviewId) -> None:
    at, member = interaction.created_at, member_of(interaction)
    review = exams_of(interaction).review(id.exam, id.item, member, missed_only=id.missed == 1, at=at)
    await show(interaction, review)


@on_pick(ExamReviewJumpId, Reply.IN_PLACE)
async def exam_review_jump(interaction: discord.Interaction[StudyBot], id: ExamReviewJumpId, value: int) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).review(id.exam, value, member, at=at))


@on_press(ExamHistoryId, Reply.IN_PLACE)
async def exam_history(interaction: discord.Interaction[StudyBot], id: ExamHistoryId) -> None:
    await show(interaction, exams_of(interaction).history(member_of(interaction), page=id.page))


@on_pick(ExamPastId, Reply.IN_PLACE)
async def exam_past(interaction: discord.Interaction[StudyBot], _id: ExamPastId, value: int) -> None:
    at, member = interaction.created_at, member_of(interaction)
    await show(interaction, exams_of(interaction).result(value, member, at=at))
