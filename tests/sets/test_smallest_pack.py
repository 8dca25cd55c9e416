"""Everything is tried with the smallest pack that docs/writing-questions.md describes: no exam, no notice, one section,
one question."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.bank.loader import load_library
from bot.study.grading import letters_of
from bot.study.members import Member

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writing-questions.md"


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    page = PAGE.read_text(encoding="utf-8").partition("## A pack of your own")[2]
    root = tmp_path_factory.mktemp("content")
    files = re.findall(r"`content/(my-pack/[\w./-]+)`[^\n]*\n\n```yaml\n(.*?)```", page, re.DOTALL)
    assert [name for name, _ in files[:2]] == ["my-pack/pack.yaml", "my-pack/questions/1.yaml"]
    for name, text in files[:2]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return load_library(root)


@pytest.fixture
def settings(settings):
    return replace(settings, pack="my-pack")


async def test_every_command_and_button_and_menu_and_form_replies(world, everything):
    await everything.commands(world.mia)
    await world.schedule_daily()
    await world.pass_time(hours=1)
    await world.ana.slash(world.channel, "answer", choice="B")
    await everything.commands(world.mia)
    await everything.presses(world.mia)
    await world.pass_time(days=1)
    await everything.commands(world.mia)
    await everything.again(world.ana)

    assert {"/help", "/daily preview", "/exam start", "/quiz"} <= everything.done


async def test_limits_of_such_a_pack_are_explained_without_impossible_advice(world):
    exam = await world.ana.slash(world.channel, "exam start")
    duel = await world.ana.slash(world.channel, "duel", member=world.ben)

    for told in (exam, duel):
        assert "shorter" not in world.read(told)
        assert "larger" not in world.read(told)


async def test_progress_and_a_review_speak_of_the_one_question_that_there_is(world):
    before = world.read(await world.ana.slash(world.channel, "progress"))
    member, quizzes = Member(world.guild.id, world.ana.id, "ana"), world.bot.services.quizzes
    turn = await quizzes.start(member, section="all", count=1, difficulty=None, rng=Random(1), at=world.now)
    letters = letters_of(turn.question, turn.question.correct, turn.shown)
    await quizzes.answer(turn.quiz_id, turn.place, member, letters, at=world.now)

    review = world.read(await world.ana.slash(world.channel, "review"))

    assert "You have not answered the one question yet" in before
    assert "Nothing is due" in review
    assert "new questions" not in review


async def test_sentences_that_would_name_the_exam_name_the_pack(world):
    [title] = {pack.title for name, pack in world.packs.items() if name == "my-pack"}

    plan = await world.ana.slash(world.channel, "plan", **{"exam-date": "in 6 weeks"})
    told = await world.ana.slash(world.channel, "help")

    assert f"\n{title}, on Monday, January" in world.read(plan)
    assert f"You study {title}." in world.read(told)


async def test_a_question_that_is_restored_after_its_hour_is_posted_today_if_a_manager_wants(world):
    await world.schedule_daily()
    question = next(iter(world.packs["my-pack"].questions))
    await world.mia.slash(world.channel, "question retire", id=question)
    await world.pass_time(hours=2)
    before = world.read(await world.mia.slash(world.channel, "daily status"))
    await world.mia.slash(world.channel, "question restore", id=question)

    status = world.read(await world.mia.slash(world.channel, "daily status"))
    await world.mia.slash(world.channel, "daily post")
    after = world.read(await world.mia.slash(world.channel, "daily status"))

    assert "There is no question left to ask." in before
    assert "There was no question left to ask, but there is now. `/daily post` posts one today" in status
    assert len(world.posts()) == 1
    assert "no question left" not in after


async def test_a_daily_whose_only_question_is_retired_reports_that(world):
    await world.schedule_daily()
    question = next(iter(world.packs["my-pack"].questions))
    await world.mia.slash(world.channel, "question retire", id=question)

    status = world.read(await world.mia.slash(world.channel, "daily status"))
    posted = world.read(await world.mia.slash(world.channel, "daily post"))

    for told in (status, posted):
        assert "Choose others" not in told
        assert "chosen sections" not in told
