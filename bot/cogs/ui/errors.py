"""Every error as one sentence to the member: what went wrong, and what to do. One path for commands, buttons and
forms."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import date, datetime, time
from math import ceil
from typing import Any

import discord
from discord import app_commands

from bot.cogs.ui.buttons import Press
from bot.cogs.ui.delivery import describe, undelivered, where
from bot.cogs.ui.handlers import opener
from bot.cogs.ui.refusals import SENTENCES
from bot.cogs.ui.replies import say
from bot.cogs.ui.text import clip, day_name, human_join, plain, plural, safe_name, stamp, when
from bot.storage.engine import DatabaseAway, DatabaseFailed, FateUnknown, NotRecorded
from bot.study import errors
from bot.study.duels import QUESTIONS as DUEL_QUESTIONS
from bot.study.questions import ALL
from bot.study.typed import comes_twice, example

log = logging.getLogger(__name__)

_SENTENCES: dict[type[BaseException], Callable[[Any], str]] = {
    errors.NoOpenDaily: lambda e: (
        (
            f"Right now, {clip(plain(e.name), 80)} has no open question. "
            if e.name
            else "Today's question has not been posted yet. You can answer it once it is up. "
            if e.unsent
            else "No question of the day is open here right now. "
        )
        + (f"The next one will be posted {when(e.next_post_at)}. " if e.next_post_at and not e.unsent else "")
        + "For a question right away, use `/quiz`."
    ),
    errors.WhichDaily: lambda e: (
        f"Which daily do you mean: {human_join([plain(name) for name in e.names], 'or')}? Pick it in `daily`."
    ),
    errors.DailyClosed: lambda e: (
        f"This question closed {stamp(e.closed_at, 'R')}, so your answer was not counted. "
        "Press Explain on its post to see why each option is right or wrong."
    ),
    errors.DailyStillOpen: lambda e: (
        f"This question is open until {stamp(e.closes_at)}, so you can still answer it. Its explanation will be shown after that."
    ),
    errors.UnknownOption: lambda e: f"This question takes {e.expected}. Nothing was recorded; please answer again.",
    errors.ExamRunning: lambda e: (
        f"Your mock exam is still running; it ends {when(e.ends_at)}. `/exam resume` takes you back to it."
    ),
    errors.ExamWithheld: lambda e: (
        f"Others are still taking the same paper, so nobody can see it yet. The exam evening ends {when(e.until)} at the latest."
    ),
    errors.NoExamRunning: lambda e: (
        f"No mock exam is running. Your last one was submitted {when(e.last_ended_at)}; `/exam history` opens it."
        if e.last_ended_at
        else "No mock exam is running. `/exam start` begins one."
    ),
    errors.TooFewQuestions: lambda e: (
        f"This pack has too few questions for that exam: section {clip(plain(e.section), 40)} needs {e.missing} more. "
        f"{'A short one fits: choose `length: short`.' if e.short_fits else '`/quiz` works with the questions that it has.'}"
    ),
    errors.TooManyForMastery: lambda e: (
        f"That section has {plural(e.most, 'question')}, so nobody could win the role. Choose {e.most:,} or fewer."
    ),
    errors.UnknownSection: lambda e: (
        f"There is no section {clip(plain(e.section), 40)} in {clip(plain(e.pack), 80)}. "
        f"Choose from {clip(plain(human_join(e.sections, 'and')), 200)}."
        if e.pack
        else f"There is no section {clip(plain(e.section), 40)}. Pick one from the list that appears as you type, or see them all with `/guide`."
    ),
    errors.NoQuestions: lambda e: "No question matches that. Try another section, or leave out the difficulty.",
    errors.NoDailyQuestions: lambda e: (
        "The sections of this daily have no questions for it, so there is nothing to post. Choose other sections with `/daily schedule "
        "sections:`, or leave `sections` out to use all of them."
    ),
    errors.BadTime: lambda e: f"I cannot read `{_quoted(e.text)}` as a time. Write it like `09:00` or `7pm`.",
    errors.BadZone: lambda e: (
        f"I do not know the time zone `{_quoted(e.text)}`. Name a city near you, or a time zone such as `Europe/Berlin`."
    ),
    errors.BadDate: lambda e: (
        f"I cannot read `{_quoted(e.text)}` as a date. Write it like `2027-01-20`, `January 20`, `Friday` or `in 6 weeks`."
    ),
    errors.WrongWeekday: lambda e: (
        f"That date is a {e.day:%A}: {day_name(e.day)}, {e.day.year}. Correct the date, or leave out the day of the week."
    ),
    errors.Ambiguous: lambda e: (
        f"I can read `{_quoted(e.text)}` as {' or '.join(map(_reading, e.readings))}. Write the one that you mean, such as "
        f"`{example(e.readings[0])}`."
    ),
    errors.AmbiguousZone: lambda e: (
        f"I am not sure which time zone `{_quoted(e.text)}` means: {', '.join(e.zones)}? Write one of them, "
        "or name a city near you."
    ),
    errors.PastDate: lambda e: (
        "A plan spreads your study over the days before the exam, so an exam today needs none. `/review` and `/quiz` work without one."
        if e.today
        else f"{day_name(e.day)}, {e.day.year} is in the past, or too far ahead. Give the date of an exam in the next two years."
    ),
    errors.NoPlan: lambda e: "You have no study plan. `/plan` makes one.",
    errors.BadDays: lambda e: (
        f"I cannot read `{_quoted(e.text)}` as days. Write `every day`, `weekdays`, `Mon-Fri` or `Mon, Wed, Fri`."
    ),
    errors.AlreadyPosted: lambda e: (
        f"The daily for {day_name(e.day)} has already been posted"
        + (": https://discord.com/channels/" + "/".join(map(str, e.post)) if e.post else ".")
        + " The next one will be posted automatically; `/daily status` says when."
    ),
    errors.DaySkipped: lambda e: (
        f"The daily for {day_name(e.day)} was skipped. You can undo a skip in `/daily status` until its time comes. The "
        f"next one will be posted automatically."
    ),
    errors.NotInTurn: lambda e: (
        f"Days are skipped in order, so {day_name(e.first)} comes before {day_name(e.day)}. "
        "Use the button in `/daily status`."
    ),
    errors.TooManySections: lambda e: (
        f"The pack that this server studies has {plural(e.most, 'section')}. Choose a goal of {e.most} or fewer."
    ),
    errors.BadGoal: lambda e: (
        f"I cannot read `{_quoted(e.text)}` as a goal of the week. Write it like `100 answers`, `75% right` or `10 sections`, or `off` for no goal."
    ),
    errors.PauseBackwards: lambda e: (
        f"That pause would end on {day_name(e.last)}, before it begins on {day_name(e.first)}. Swap the two days."
    ),
    errors.PauseNotAhead: lambda e: (
        f"A pause is planned before it begins. The earliest first day is {day_name(e.earliest)}."
    ),
    errors.PauseTooFar: lambda e: (
        f"The latest first day of a pause is {day_name(e.latest)}, {e.latest.year}. Choose an earlier day."
    ),
    errors.PauseOverlaps: lambda e: (
        f"You have already planned a pause {_days(e.first, e.last)}. Choose other days, or cancel that one with `/streak pause`."
    ),
    errors.PauseTooLong: lambda e: (
        f"You can pause at most {e.most} days in a month, and you have {plural(e.left, 'day')} left in {e.month:%B %Y}. Choose fewer days."
    ),
    errors.CannotPost: lambda e: f"{e.reason} Then try again.",
    errors.UnknownQuestion: lambda e: (
        f"This server has no question `{_quoted(e.question_id)}`. Pick one from the list that appears as you type."
    ),
    errors.NoLeaf: lambda e: (
        f"Section {clip(plain(e.section), 40)} has no questions of its own. "
        f"Pick one of {clip(plain(human_join(e.leaves, 'or')), 200)}."
    ),
    errors.TooManyQuestions: lambda e: (
        f"A server can have at most {e.most:,} questions of its own, and this one has {e.kept:,}, so nothing was added. "
        "For more questions, make a pack: docs/writing-questions.md shows how."
    ),
    errors.FileTooLarge: lambda e: (
        f"That file has {e.size:,} bytes, and I read at most {e.most:,}. Split it, and import the parts."
    ),
    errors.UnreadableCategories: lambda e: (
        f"I cannot read `{_quoted(e.text)}` in `categories`. Write each category with its section, separated by semicolons: "
        "`Statistics=1.1; Sampling=1.2`."
    ),
    errors.UnreadableFields: lambda e: (
        f"I cannot read `{_quoted(e.text)}` in `fields`. Name the fields of a note that hold the question, options, answer and "
        "explanation: `question=Front; options=A, B, C; answer=Key`."
    ),
    errors.UnknownExamVersion: lambda e: (
        f"I have no exam version `{_quoted(e.text)}`. Choose {human_join(e.names, 'or')}."
        if e.names
        else f"There is no version to choose, because {clip(plain(e.pack), 80) or 'your pack'} has only one exam."
    ),
    errors.UnknownPack: lambda e: (
        f"I have no pack `{_quoted(e.text)}`. Pick one from the list that appears as you type."
    ),
    errors.QuestionChanged: lambda e: (
        f"Your answer was "
        f"{'right' if e.correct else 'not right'} and earned {plural(e.points, 'point')}, and that does not "
        f"change. The question has changed since, so I cannot show your answer next to it. "
        f"`/quiz` asks it in its new form."
    ),
    errors.KeySealed: lambda e: (
        "That question is still open for you as a question of the day, in one of your duels or in an exam evening. Its answer will be "
        f"shown here once that is over for you, {when(e.until)} at the latest."
    ),
    errors.UnknownPeriod: lambda e: (
        f"I do not know the period `{_quoted(e.text)}`. Use today, week, season, all-time, or a season that has ended here. "
        "Pick one from the list that appears as you type."
    ),
    errors.BadMoment: lambda e: (
        f"I cannot read `{_quoted(e.text)}` as a date and time. Write it like `tomorrow 9am`, `Friday 18:00`, "
        "`2026-12-01 09:00` or `in 2 weeks`."
    ),
    errors.BadWindow: lambda e: f"{e.reason}. Choose other times for the competition.",
    errors.BadName: lambda e: f"A name needs 1 to {e.longest} characters. Choose another.",
    errors.UnknownCompetition: lambda e: (
        "There is no such competition here. `/competition list` shows all competitions."
    ),
    errors.NoCompetition: lambda e: (
        "No competition is announced or running here. `/competition list` shows past ones; a manager can start one with "
        "`/competition create`."
    ),
    errors.WhichCompetition: lambda e: (
        f"Which competition do you mean: {human_join([plain(clip(name, 60)) for name in e.names], 'or')}? Pick it in `competition`."
    ),
    errors.ChooseTeam: lambda e: (
        f"The teams of that competition are roles, and yours put you into {human_join([safe_name(name) for name in e.names[:10]], 'or')}. "
        "For another team, ask a manager for its role."
        if e.by_role
        else f"Name your team in `team`: {human_join([safe_name(name) for name in e.names[:10]], 'or')}, or a new one of your own."
        if e.names
        else "Name your team in `team`: yours is the first."
    ),
    errors.NoTeamRole: lambda e: (
        "The teams of that competition are roles, and you have none of them: "
        f"{human_join([f'<@&{role_id}>' for role_id in e.role_ids[:10]], 'or')}. Ask a manager for one, then join."
        if e.role_ids
        else "The teams of that competition are roles, and all of them were deleted, so nobody can join. Ask a manager for another competition."
    ),
    errors.LiveGoingOn: lambda e: (
        f"A live round is going on in <#{e.channel_id}>, and a channel can have only one at a time. Join it "
        + (
            f"[there](https://discord.com/channels/{e.guild_id}/{e.channel_id}/{e.message_id}), "
            if e.message_id
            else "when it opens, "
        )
        + "or start yours in another channel."
    ),
    errors.CannotGiveRole: lambda e: e.reason,
    errors.ChallengedTooOften: lambda e: (
        f"That member did not accept your last challenges, so wait a while. "
        f"You can challenge them again {stamp(e.again_at, 'R')}."
    ),
    errors.TooFewForDuel: lambda e: (
        f"A duel needs {plural(DUEL_QUESTIONS, 'question')}, but {_found(e.section, e.there)} that neither of you has open. "
        "Choose another section, or take a `/quiz`."
    ),
    errors.DuelOpen: lambda e: (
        f"That duel is not over yet. Its answers will be revealed when it ends: {when(e.expires_at)} at the latest."
    ),
    errors.LeagueNotOpen: lambda e: (
        f"The league between servers opens once {e.needed} servers have Cohort, so there is no league yet. `/leaderboard` "
        "shows who is ahead here."
    ),
    errors.UnknownLeagueSeason: lambda e: (
        f"This server did not take part in the league in `{_quoted(e.text)}`. "
        f"Pick one from the list that appears as you type."
    ),
    errors.TooOften: lambda e: (
        f"You have reached the limit of {e.times} {e.what} in {plural(e.minutes, 'minute')}. "
        f"Please try again in {_wait(e.wait)}."
    ),
    NotRecorded: lambda e: "I could not save that, so nothing was recorded. Please try again in a moment.",
    FateUnknown: lambda e: (
        "I lost the connection to my database while saving that, so it may or may not be recorded. Please check again in a moment."
    ),
    DatabaseAway: lambda e: "I cannot look that up right now. Nothing is lost; please try again in a moment.",
    app_commands.MissingPermissions: lambda e: (
        "Only managers of this server can do that: you need the permission Manage Server."
    ),
    app_commands.NoPrivateMessage: lambda e: "This works in a server, not in a direct message.",
    app_commands.CommandNotFound: lambda e: (
        "That command has changed. Reload Discord and try again; `/help` lists all commands."
    ),
    app_commands.CommandSignatureMismatch: lambda e: (
        "That command has changed. Reload Discord and try again; `/help` lists all commands."
    ),
    app_commands.TransformerError: lambda e: (
        f"I cannot use `{_quoted(str(e.value))}` there. Pick one from the list that appears as you type."
    ),
}


def _wait(seconds: float) -> str:
    return plural(max(1, ceil(seconds)), "second") if seconds <= 90 else plural(ceil(seconds / 60), "minute")


def _reading(reading: date | time | datetime) -> str:
    if isinstance(reading, time):
        return f"the time {reading:%H:%M}"
    hour = f" {reading:%H:%M}" if isinstance(reading, datetime) else ""
    offset = f" ({reading.tzname()})" if isinstance(reading, datetime) and comes_twice(reading) else ""
    return f"{day_name(reading)}, {reading.year}{hour}{offset}"


def _days(first: date, last: date) -> str:
    return f"on {day_name(first)}" if first == last else f"from {day_name(first)} to {day_name(last)}"


def _found(section: str, count: int) -> str:
    """Say how many questions there are to choose from, in words that fit into a sentence."""
    number = f"only {count}" if count else "none"
    if section == ALL:
        return f"there {'is' if count == 1 else 'are'} {number}"
    return f"section {clip(plain(section), 40)} has {number}"


def _quoted(text: str) -> str:
    return clip(text.replace("`", "'").replace("\n", " "), 40)


_GONE: dict[type[BaseException], Callable[[Any], str]] = {
    errors.UnknownSection: lambda e: (
        f"Section {clip(plain(e.section), 40)} no longer exists. `/guide` shows all sections of your pack."
    ),
    errors.UnknownQuestion: lambda e: (
        f"The question `{_quoted(e.question_id)}` is no longer in the question bank. `/quiz` has others."
    ),
}
"""Sentences for buttons and forms whose subject is gone, for example after a change of the pack. A command's sentence
would tell the member to pick from a list, which buttons and forms do not have."""


_TYPED = (errors.Unreadable, errors.WrongWeekday, errors.Ambiguous, errors.PastDate)
"""Errors in what was typed, after which a form is opened again."""
_WITHOUT_LISTS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


def sentence(error: BaseException) -> str | None:
    """Return what to tell the member; None for an unexpected error."""
    if isinstance(error, errors.Refused):
        return SENTENCES[error.reason]
    for kind in type(error).__mro__:
        if kind in _SENTENCES:
            return _SENTENCES[kind](error)
    return None


def cause(error: BaseException) -> BaseException:
    """Return what went wrong, without the library's wrapping."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.CheckFailure) and isinstance(error.__cause__, errors.StudyError | DatabaseFailed):
        return error.__cause__
    return error


async def report(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the member privately, and write to the log. An unexpected error gets a reference that appears in both."""
    error = cause(error)
    if undelivered(error):
        # Whatever the member did is saved, and they see it when they ask again.
        log.warning("reply not delivered: %s", describe(error), extra=where(interaction))
        return
    text = sentence(error)
    if interaction.type in _WITHOUT_LISTS and type(error) in _GONE:
        text = _GONE[type(error)](error)
    if text is None:
        reference = secrets.token_hex(3)
        log.error("unexpected error %s", reference, exc_info=error, extra=where(interaction))
        text = (
            "Something went wrong on my side. Please try again; if it happens again, give a manager this reference: "
            f"`{reference}`."
        )
    elif isinstance(error, DatabaseFailed):
        log.error("a member was asked to try again: %s", error, extra=where(interaction))
    again = opener(interaction) if isinstance(error, _TYPED) else None
    await say(interaction, text, Press(again, "Try again", main=True) if again is not None else None)
