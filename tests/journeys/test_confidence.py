"""Sure or guessed: a row under the feedback, and how well a member judges themselves in `/progress`."""

from __future__ import annotations

import pytest

from bot.study.confidence import ENOUGH
from bot.study.questions import Kind
from tests.journeys.student import answer, answer_all, buttons, card, labels, words
from tests.journeys.test_menus import pick
from tests.journeys.test_progress import by_week

ROW = ["Sure", "Think so", "Guess"]


def pressed(reply):
    return [button["label"] for button in buttons(reply) if button["label"] in ROW and button["disabled"]]


async def test_a_member_says_how_sure_they_were_of_a_daily_and_again_after_a_restart(world):
    message = await world.post_daily()
    feedback = await world.answer(world.ana, message)
    assert labels(feedback)[-4:] == [*ROW, "Report"]
    assert "How sure were you?" in world.read(feedback)

    guess = await world.ana.click(feedback.response, label="Guess")
    assert pressed(guess) == ["Guess"]
    assert "You said: guess. This question will come back sooner." in world.read(guess)
    await world.restart()
    sure = await world.ana.click(guess.response, label="Sure")

    assert pressed(sure) == ["Sure"]
    assert "You said: sure." in world.read(sure)
    assert card(sure).title.startswith("✅ Right!")


async def test_open_rationales_stay_open(world):
    feedback = await world.answer(world.ana, await world.daily_of(Kind.CHOICE))

    whole = await world.ana.click(feedback.response, label="Why not the others")
    sure = await world.ana.click(whole.response, label="Sure")

    assert "Why not the others" not in labels(sure)
    assert "(your answer)" in world.read(sure)


async def test_a_review_asks_for_confidence_and_rating_and_a_guess_counts_as_hard(world):
    await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=1))
    await world.pass_time(days=2)
    feedback = await answer(world, world.ana, await world.ana.slash(world.channel, "review"))

    guess = await world.ana.click(feedback.response, label="Guess")
    assert "rated hard" in words(guess)
    await world.restart()
    later = await world.ana.click(guess.response, label="Easy: in 19 days")

    assert "rated easy" in words(later)
    assert pressed(later) == ["Guess"]


async def test_progress_says_how_often_a_sure_member_is_right(world):
    reply = await world.ana.slash(world.channel, "quiz", questions=ENOUGH)
    for number in range(ENOUGH):
        feedback = await answer(world, world.ana, reply, right=number > 3)
        said = await world.ana.click(feedback.response, label="Sure")
        reply = await world.ana.click(said.response, label=labels(said)[0])

    progress = await by_week(world.ana, await world.ana.slash(world.channel, "progress"))

    told = world.read(progress)
    assert f"Sure: {ENOUGH - 4} of {ENOUGH} answers right, which is **60%**." in told
    assert "You are sure more often than you are right" in told


async def test_a_member_may_switch_it_off_and_on_for_themselves(world):
    await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=1))
    progress = await by_week(world.ana, await world.ana.slash(world.channel, "progress"))
    off = await world.ana.click(progress.response, label="Stop asking")
    await world.restart()
    feedback = await world.answer(world.ana, await world.post_daily())
    others = await world.answer(world.ben, world.posts()[-1])

    assert "You will not be asked" in world.read(off)
    assert not set(ROW) & set(labels(feedback))
    assert set(ROW) <= set(labels(others))
    again = await by_week(world.ana, await world.ana.slash(world.channel, "progress"))
    assert "You are not asked how sure you were of an answer." in world.read(again)
    on = await world.ana.click(again.response, label="Ask me")
    assert "You will be asked how sure you were" in world.read(on)


@pytest.mark.parametrize("by", ["option", "menu"])
async def test_a_manager_switches_it_off_for_the_server(world, by):
    if by == "option":
        shown = await world.mia.slash(world.channel, "settings", confidence="off")
    else:
        settings = await world.mia.slash(world.channel, "settings")
        shown = await pick(world.mia, settings, "setting:confidence", "Do not ask members how sure they were")
    feedback = await world.answer(world.ana, await world.post_daily())

    assert "Members are not asked how sure they were" in world.read(shown)
    assert not set(ROW) & set(labels(feedback))


async def test_a_forged_or_late_press_is_answered_in_a_sentence(world):
    message = await world.post_daily()
    daily = (await world.bot.services.answers.open_question(a_member(world, world.ana), at=world.now))[0]
    early = await world.press(world.ana, f"v1:sure:{daily.id}:sure")
    await world.answer(world.ana, message)
    feedback = await answer(world, world.ana, await world.ana.slash(world.channel, "quiz"))
    quiz = next(b["custom_id"] for b in buttons(feedback) if b["label"] == "Sure")
    stranger = await world.press(world.ben, quiz)
    await world.pass_time(days=8)
    late = await world.press(world.ana, f"v1:sure:{daily.id}:sure")

    assert "open until" in world.read(early)
    assert "That quiz is someone else's" in world.read(stranger)
    assert "You can say how sure you were only within 7 days of your answer." in world.read(late)


def a_member(world, actor):
    from bot.study.members import Member

    return Member(world.guild.id, actor.id, actor.name)
