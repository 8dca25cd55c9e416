"""Progress: members see everything about themselves, and what the boards show about others."""

from __future__ import annotations

import io

from PIL import Image

from bot.cogs.progress import pictures
from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from tests.journeys.student import answer_all, card, labels


async def quiz(world, actor, questions=5, *, right=True, **options):
    reply = await actor.slash(world.channel, "quiz", questions=questions, **options)
    return await answer_all(world, actor, reply, right=right)


async def in_words(actor, reply):
    return await actor.click(reply.response, label="In words")


async def by_week(actor, reply):
    shown = await in_words(actor, reply)
    return await actor.click(shown.response, label="Weeks and memory")


async def test_a_newcomer_sees_where_to_begin(world):
    reply = await world.ana.slash(world.channel, "progress")

    assert reply.ephemeral
    told, offered = world.read(reply), labels(reply)
    words = world.read(await in_words(world.ana, reply))
    assert f"You have not answered any of the {len(world.pack.active)} questions yet" in told
    assert "Too early to say: answer 30 more questions" in words
    assert "None yet. To start one, answer a question of the day" in words
    assert offered == ["Quiz me on 1.1", "In words"]


async def test_a_member_sees_their_progress_in_a_picture_and_in_words(world):
    await world.answer(world.ana, await world.post_daily())
    await quiz(world, world.ana, 20)
    await quiz(world, world.ana, 20, right=False)
    await world.ana.slash(world.channel, "plan", **{"exam-date": "in 100 days"})
    await world.pass_time(days=1)

    reply = await world.ana.slash(world.channel, "progress")

    told, offered = world.read(reply), labels(reply)
    [picture] = reply.response.attachments
    shown = card(reply).picture

    assert (
        f"You have seen **41** of {len(world.pack.active)} questions, and your latest answer was right for 21 of them"
        in told
    )
    assert "Only you see this" in told
    assert "left today, about" in told
    assert offered[:2] == ["Review 20", "Study today's plan"]
    assert picture.filename == "progress.png"
    assert picture.description.startswith("Mastery over all sections 3%. By section: 1.1 ")
    assert shown.endswith("/progress.png")
    assert Image.open(io.BytesIO(await picture.read())).size == (pictures.WIDTH, pictures.HEIGHT)

    said = world.read(await in_words(world.ana, reply))
    assert not reply.response.attachments
    assert "if you took the exam today, with a four-in-five chance of being between" in said
    assert "**1 day**, since Monday, November 23, with 0 freezes left" in said
    assert "To review: **20** today, 21 tomorrow" in said

    sections = world.read(await world.ana.click(reply.response, label="Mastery by section"))
    assert all(world.pack.title_of(section) in sections for section in world.pack.leaves)

    weeks = world.read(await world.ana.click(reply.response, label="Weeks and memory"))
    assert "41 answers on 1 day" in weeks

    await world.ana.click(reply.response, label="Back to the picture")
    assert reply.response.attachments


async def test_the_goal_of_the_day_and_the_first_badge_come_closer(world):
    await quiz(world, world.ana, 3)
    before = world.read(await world.ana.slash(world.channel, "progress"))
    await quiz(world, world.ana, 2)
    after = world.read(await world.ana.slash(world.channel, "progress"))

    assert "3 of 5 answers today: 2 more to reach your daily goal" in before
    assert "97 more answers until you get the badge for your first 100" in before
    assert "Daily goal reached: 5 answers today" in after
    assert "🏅" not in after


async def test_a_comeback_is_a_badge_and_the_goal_of_a_plan_is_the_plans(world):
    await quiz(world, world.ana, 1)
    await world.pass_time(days=20)
    await quiz(world, world.ana, 1)
    await world.ana.slash(world.channel, "plan", **{"exam-date": "in 100 days"})

    told = world.read(await world.ana.slash(world.channel, "progress"))

    assert "🏅 Comeback: back after a long pause" in told
    assert "questions in your plan." in told


async def test_in_direct_messages_and_after_a_restart_it_is_the_same_person(world):
    await quiz(world, world.ana, 3)
    await world.restart()

    reply = await world.ana.user.slash("progress")

    told = world.read(reply)
    assert f"You have seen **3** of {len(world.pack.active)}" in told
    assert "Streak" not in told


async def progress_in_words(world):
    return world.read(await in_words(world.ana, await world.ana.slash(world.channel, "progress")))


async def test_a_broken_streak_says_when_and_why(world):
    await world.answer(world.ana, await world.post_daily())
    await world.pass_time(days=1)
    still = await progress_in_words(world)
    await world.pass_time(days=1)
    broken = await progress_in_words(world)
    await world.answer(world.ana, world.channel.last_message)
    again = await progress_in_words(world)

    why = "ended on Tuesday, November 24: you missed that day's question, and had no freeze left"
    assert "**1 day**, since Monday" in still
    assert why not in still
    assert "None right now" in broken
    assert why in broken
    assert "**1 day**, since Wednesday, November 25" in again
    assert why in again


async def test_for_another_member_it_shows_what_the_boards_show(world):
    await world.answer(world.ana, await world.post_daily())
    await quiz(world, world.ana, 4, right=False)

    reply = await world.ben.slash(world.channel, "progress", member=world.ana)

    told = world.read(reply)
    assert reply.ephemeral
    assert "ana on the leaderboards" in told
    assert "**#1** with" in told
    assert "1 of 5 right" in told
    for private in ("Mastery by", "Readiness", "freeze", "To review", "took the exam today"):
        assert private not in told
    assert reply.response.attachments == []


async def test_a_member_who_hides_or_has_no_answers_is_not_shown(world):
    await quiz(world, world.ana, 2)
    await world.ana.slash(world.channel, "privacy hide", hidden=True)

    hidden = world.read(await world.ben.slash(world.channel, "progress", member=world.ana))
    nobody = world.read(await world.ana.slash(world.channel, "progress", member=world.ben))

    assert "Nothing to show" in hidden
    assert "Nothing to show" in nobody


async def test_in_direct_messages_there_is_nobody_else_to_look_at(world):
    reply = await world.ana.user.slash("progress", member=world.ben.user)

    assert SENTENCES[Refusal.NEEDS_SERVER] in world.read(reply)


async def test_without_a_picture_the_words_remain(world, monkeypatch):
    world.may_fail = True

    def broken(report):
        raise MemoryError

    monkeypatch.setattr(pictures, "draw", broken)

    reply = await world.ana.slash(world.channel, "progress")

    assert "Mastery by section" in world.read(reply)
    assert reply.response.attachments == []
