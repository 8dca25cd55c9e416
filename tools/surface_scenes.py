"""The surfaces of Cohort: a short story for each, which ends with the message, form or direct message to show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from bot.playground import next_day
from bot.study.grading import as_written, describe
from bot.study.reports import Reason
from tests.journeys import student
from tools import scenes
from tools.scenes import ANA, BEN, CHIDI, MAYA, SCENES, Stage


@dataclass(frozen=True)
class Look:
    """How to show a surface: for which member, which form to open if any, and whether in their direct messages."""

    who: int
    form: Any = None
    direct: bool = False


Surface = Callable[[Stage], Awaitable[int | Look]]


async def letters(stage: Stage, who: int, *, right: bool) -> str:
    """Return a right or a wrong answer to the question of the day, as a member would type it."""
    found = await stage.world.bot.services.answers.open_question(stage.world.member(who), at=stage.world.env.now())
    assert found is not None, "the playground has an open question"
    question = found[1]
    given = question.correct if right else (*question.correct[1:], (question.correct[-1] + 1) % len(question.options))
    return describe(question, given, as_written(question))


async def daily(_: Stage) -> int:
    return MAYA


async def daily_closed(stage: Stage) -> int:
    await next_day(stage.world)
    return MAYA


async def answer_right(stage: Stage) -> int:
    await stage.slash(MAYA, "answer", choice=await letters(stage, MAYA, right=True))
    return MAYA


async def answer_wrong(stage: Stage) -> int:
    await stage.slash(MAYA, "answer", choice=await letters(stage, MAYA, right=False))
    return MAYA


async def answer_whole(stage: Stage) -> int:
    told = await stage.slash(MAYA, "answer", choice=await letters(stage, MAYA, right=True))
    await stage.press(MAYA, told, "Why not the others")
    return MAYA


async def study(stage: Stage) -> int:
    await stage.slash(MAYA, "study")
    return MAYA


async def take(stage: Stage, who: int, shown: Any, *, right: bool = True) -> Any:
    """Answer the question of a quiz, and return the feedback."""
    seen = SimpleNamespace(bot=stage.world.bot, now=stage.world.env.now())
    return await student.answer(seen, stage.world.people[who], shown, right=right)


async def quiz(stage: Stage) -> int:
    await stage.slash(ANA, "quiz", section="3.1")
    return ANA


async def quiz_right(stage: Stage) -> int:
    await take(stage, ANA, await stage.slash(ANA, "quiz", section="3.1"))
    return ANA


async def quiz_wrong(stage: Stage) -> int:
    await take(stage, ANA, await stage.slash(ANA, "quiz", section="3.1"), right=False)
    return ANA


async def quiz_form(stage: Stage) -> Look:
    shown: Any = None
    for number in range(12):
        shown = await stage.slash(ANA, "quiz", section="all", questions=1, difficulty=1 + number % 3)
        if "Answer" in student.labels(shown):
            break
    return Look(ANA, await stage.press(ANA, shown, "Answer"))


async def quiz_end(stage: Stage) -> int:
    shown = await stage.slash(ANA, "quiz", section="all", questions=5)
    for number in range(5):
        told = await take(stage, ANA, shown, right=number % 2 == 0)
        shown = await stage.press(ANA, told, "See how it went" if number == 4 else "Next question")
    return ANA


async def exam_briefing(stage: Stage) -> int:
    await stage.slash(ANA, "exam start")
    return ANA


async def exam_question(stage: Stage) -> int:
    await stage.press(ANA, await stage.slash(ANA, "exam start"), "Begin")
    return ANA


async def exam_overview(stage: Stage) -> int:
    shown = await stage.press(ANA, await stage.slash(ANA, "exam start"), "Begin")
    await stage.press(ANA, shown, "All questions")
    return ANA


async def _result(stage: Stage) -> Any:
    history = await stage.slash(MAYA, "exam history")
    exam = await stage.world.bot.services.exams.history(stage.world.member(MAYA), page=1)
    return await stage.world.people[MAYA].select(history.response, [str(exam.exams[0].id)])


async def exam_result(stage: Stage) -> int:
    await _result(stage)
    return MAYA


async def exam_words(stage: Stage) -> int:
    await stage.press(MAYA, await _result(stage), "In words")
    return MAYA


async def exam_review(stage: Stage) -> int:
    await stage.press(MAYA, await _result(stage), "Review all")
    return MAYA


async def exam_about(stage: Stage) -> int:
    await stage.press(ANA, await stage.slash(ANA, "exam start"), "About this exam")
    return ANA


async def progress_words(stage: Stage) -> int:
    await stage.press(MAYA, await stage.slash(MAYA, "progress"), "In words")
    return MAYA


async def progress_sections(stage: Stage) -> int:
    shown = await stage.press(MAYA, await stage.slash(MAYA, "progress"), "In words")
    await stage.press(MAYA, shown, "Mastery by section")
    return MAYA


async def reminder(stage: Stage) -> Look:
    await stage.slash(BEN, "reminders on", time="9:30", timezone="UTC")
    await stage.pass_time(1_800)
    return Look(BEN, direct=True)


async def daily_form(stage: Stage) -> Look:
    return Look(MAYA, await stage.press(MAYA, await stage.slash(MAYA, "daily status"), "Change time or days"))


async def season_end(stage: Stage) -> int:
    await stage.slash(MAYA, "daily pause")
    await stage.pass_time(7 * 86_400)
    return MAYA


async def help_rules(stage: Stage) -> int:
    await stage.slash(ANA, "help", topic="live")
    return ANA


async def live_lobby(stage: Stage) -> int:
    await stage.slash(MAYA, "live start", section="3", questions=5)
    post = await stage.post()
    await stage.press(ANA, post, "Join")
    await stage.pass_time(4)
    return BEN


async def live_mine(stage: Stage) -> int:
    await scenes.live(stage)
    return ANA


async def live_answer(stage: Stage) -> int:
    await scenes.live(stage)
    await stage.press(CHIDI, stage.world.channel.last_message, "A")
    await stage.pass_time(40)
    return BEN


async def live_end(stage: Stage) -> int:
    await scenes.live(stage)
    for _ in range(30):
        await stage.pass_time(15)
    return BEN


async def duel_running(stage: Stage) -> int:
    await stage.slash(ANA, "duel", member=stage.world.people[BEN], section="2.3")
    post = await stage.post()
    await stage.press(BEN, post, "Accept")
    await stage.pass_time(4)
    return BEN


async def duel_result(stage: Stage) -> int:
    await duel_running(stage)
    for who in (ANA, BEN):
        shown = await stage.press(who, stage.world.channel.last_message, "Play")
        for number in range(5):
            shown = await take(stage, who, shown, right=number != who)
    await stage.pass_time(10)
    return MAYA


async def reports(stage: Stage) -> int:
    told = await stage.slash(ANA, "answer", choice=await letters(stage, ANA, right=True))
    form = await stage.press(ANA, told, "Report")
    await stage.world.people[ANA].submit_modal(
        form, {"reason": [Reason.WRONG_KEY.value], "words": "B is right as well."}
    )
    await stage.slash(MAYA, "question reports")
    return MAYA


async def welcome(stage: Stage) -> int:
    world = stage.world
    await world.bot.services.guilds.joined(world.guild_id, welcome_in=world.channel.id, at=world.env.now())
    await stage.post()
    return MAYA


async def schedule(stage: Stage) -> int:
    await stage.slash(MAYA, "daily schedule", channel=stage.world.channel, time="9:00", timezone="Europe/Berlin")
    return MAYA


async def preview(stage: Stage) -> int:
    await stage.slash(MAYA, "daily preview")
    return MAYA


async def export(stage: Stage) -> int:
    await stage.slash(ANA, "privacy export")
    return ANA


OWN: Mapping[str, Surface] = {
    "daily": daily,
    "daily-closed": daily_closed,
    "answer-right": answer_right,
    "answer-wrong": answer_wrong,
    "answer-whole": answer_whole,
    "study": study,
    "quiz": quiz,
    "quiz-form": quiz_form,
    "quiz-right": quiz_right,
    "quiz-wrong": quiz_wrong,
    "quiz-end": quiz_end,
    "exam-briefing": exam_briefing,
    "exam-question": exam_question,
    "exam-overview": exam_overview,
    "exam-result": exam_result,
    "exam-words": exam_words,
    "exam-about": exam_about,
    "exam-review": exam_review,
    "progress-words": progress_words,
    "progress-sections": progress_sections,
    "reminder": reminder,
    "daily-form": daily_form,
    "season-end": season_end,
    "help-rules": help_rules,
    "live-lobby": live_lobby,
    "live-mine": live_mine,
    "live-answer": live_answer,
    "live-end": live_end,
    "duel-running": duel_running,
    "duel-result": duel_result,
    "reports": reports,
    "welcome": welcome,
    "schedule": schedule,
    "preview": preview,
    "privacy-export": export,
}
OF_COMMANDS = {
    {
        "daily": "daily-status",
        "exam": "exam-history",
        "live": "live-question",
        "question": "question-added",
        "duel": "duel-challenge",
    }.get(name, name): scene
    for name, scene in SCENES.items()
    if name not in ("answer", "study", "quiz")  # these commands have surfaces of their own
}
SURFACES: Mapping[str, Surface] = {**OWN, **OF_COMMANDS}
