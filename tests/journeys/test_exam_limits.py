"""Mock exams across restarts and after their time, and what they keep secret."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import update

from bot.cogs.ui.refusals import SENTENCES
from bot.cogs.ui.text import plain
from bot.storage.tables import dailies
from bot.study.errors import Refusal
from bot.study.questions import Kind
from tests.journeys.sittings import QUESTIONS, Sitting, fields, id_of, labels, menus, number, title
from tests.reading import card_of, parts


@pytest.fixture
async def sitting(world):
    return await Sitting(world, world.ana).begin()


# -- restarts and the end of the time


async def test_an_exam_continues_after_a_restart(world, sitting):
    await sitting.answer()
    await sitting.press("Next")
    await sitting.press("Flag for review")

    await world.restart()
    await sitting.answer()
    await sitting.press("Next")

    assert number(sitting.message) == 3
    await sitting.overview()
    assert title(sitting.message) == "Mock exam: 2 answered, 1 flagged, 18 open"
    await sitting.pick(menus(sitting.message)[0], 4)
    assert number(sitting.message) == 5


async def test_resume_shows_an_exam_again_whose_message_is_gone(world, sitting):
    await sitting.answer()
    await world.pass_time(minutes=16)
    await world.restart()

    fresh = await world.ana.slash(world.channel, "exam resume")

    assert fresh.ephemeral
    assert fresh.response.id != sitting.message.id
    assert number(fresh.response) == 2
    assert "`/exam resume` brings it back" in world.read(fresh)


async def test_time_that_runs_out_while_the_bot_is_down_ends_the_exam(world, sitting):
    await sitting.answer()
    ends = int(world.now.timestamp()) + 40 * 60
    world.env.backend.advance_clock(3 * 3600)

    await world.restart()
    await world.tick()
    await sitting.press("Next")

    assert f"Submitted automatically <t:{ends}:f>, because time was up." in world.read(sitting.message)
    assert "19 questions open" in world.read(sitting.message)
    resumed = await world.ana.slash(world.channel, "exam resume")
    assert "No mock exam is running" in world.read(resumed)
    assert f"<t:{ends}:f>" in world.read(resumed)


async def test_a_press_after_the_end_and_before_the_tick_is_the_end(world, sitting):
    await sitting.go_to(Kind.CHOICE)
    world.env.backend.advance_clock(40 * 60)

    await sitting.answer()

    assert "because time was up" in world.read(sitting.message)
    assert "20 questions open" in world.read(sitting.message)


async def test_a_form_that_is_sent_after_the_end_is_not_counted(world, sitting):
    await sitting.go_to(Kind.ORDERING)
    letters = world.letters(sitting.message)
    form = await sitting.press("Answer")
    await world.pass_time(minutes=41)

    sitting._replaced(await world.fill(world.ana, form, letters))

    assert "20 questions open" in world.read(sitting.message)


@pytest.mark.parametrize("step", ["Answer", "Submit…"])
async def test_a_press_after_the_end_shows_the_result_instead(world, sitting, step):
    await sitting.go_to(Kind.ORDERING)
    if step == "Submit…":
        await sitting.overview()
    await world.pass_time(minutes=41)

    await sitting.press(step)

    assert "because time was up" in world.read(sitting.message)


# -- other members


async def test_another_members_press_changes_nothing(world, sitting):
    for label in ("Next", "Flag for review", "All questions"):
        reply = await world.press(world.ben, id_of(sitting.message, label))
        assert reply.ephemeral
        assert SENTENCES[Refusal.NOT_YOUR_EXAM] in world.read(reply)
    await sitting.overview()
    exam = re.match(r"v1:exam-submit:(\d+):", id_of(sitting.message, "Submit…"))[1]

    reply = await world.press(world.ben, f"v1:exam-submit-now:{exam}")

    assert "someone else's" in world.read(reply)
    await sitting.press("Back to question 1")
    assert number(sitting.message) == 1


async def test_a_menu_with_a_forged_value_explains_itself(world, sitting):
    await sitting.overview()
    menu = menus(sitting.message)[0]
    stored = world.env.backend.get_message(world.channel.id, sitting.message.id)
    for part in parts(stored):
        if part.get("custom_id") == menu["custom_id"]:
            part["options"] += [{"label": "?", "value": "1; DROP"}, {"label": "?", "value": "999"}]

    garbled = await world.ana.select(sitting.message, ["1; DROP"], custom_id=menu["custom_id"])
    beyond = await world.ana.select(sitting.message, ["999"], custom_id=menu["custom_id"])

    assert SENTENCES[Refusal.UNKNOWN_BUTTON] in world.read(garbled)
    assert "no longer here" in world.read(beyond)


async def test_a_second_exam_waits_for_the_first(world, sitting):
    refused = await world.ana.slash(world.channel, "exam start")

    assert refused.ephemeral
    assert "Your mock exam is still running" in world.read(refused)
    assert "/exam resume" in world.read(refused)


async def test_the_whole_story_works_in_a_direct_message(world):
    sitting = await Sitting(world, world.ana.user).begin()

    await sitting.answer_all()
    await sitting.submit()

    assert "1,000, above the passing score" in title(sitting.message)
    assert "point" not in card_of(sitting.message).text
    in_server = await world.ana.slash(world.channel, "exam history")
    assert "1,000" in world.read(in_server)


async def test_past_exams_open_again_and_show_their_trend(world):
    sitting = await Sitting(world, world.ana).begin()
    await sitting.submit()
    await sitting.press("Past exams")
    assert "Trend" not in fields(sitting.message)
    await Sitting(world, world.ana).begin()
    resumed = Sitting(world, world.ana)
    resumed.message = (await world.ana.slash(world.channel, "exam resume")).response
    await resumed.answer_all()
    await resumed.submit()

    history = await world.ana.slash(world.channel, "exam history")

    assert fields(history.response)["Trend"].startswith("Up by 900")
    (picture,) = history.response.attachments
    assert "oldest first: 100, 1000" in picture.description
    (menu,) = menus(history.response)
    oldest = menu["options"][-1]["value"]
    opened = await world.ana.select(history.response, [oldest], custom_id=menu["custom_id"])
    assert "Mock exam: 100, below the passing score" in world.read(opened)


# -- the key


async def test_nothing_sent_to_discord_before_the_end_reveals_the_key(world, sitting):
    questions = []
    for _ in range(QUESTIONS):
        questions.append(world.question_of(sitting.message))
        await sitting.answer()
        if "Next" in labels(sitting.message):
            await sitting.press("Next")
    await sitting.overview()
    await sitting.press("Submit…")

    sent = json.dumps([request.json for request in world.env.http_requests if request.json], default=str)

    words = re.sub(r"\W+", " ", sent)
    assert re.sub(r"\W+", " ", questions[0].stem).strip()[:60] in words
    for question in questions:
        for secret in (question.explanation, *(option.rationale for option in question.options)):
            assert re.sub(r"\W+", " ", secret).strip() not in words
    assert "unscored" not in sent
    assert "does not count" not in sent


async def test_the_open_daily_is_sealed_in_the_review(world):
    sitting = await Sitting(world, world.ana).begin()
    asked = world.question_of(sitting.message)
    await sitting.answer(right=False)
    await world.post_daily()
    await world.db.write(
        lambda tx: tx.execute(update(dailies).values(question_id=asked.id, section=asked.section)) and None
    )

    resumed = await world.ana.slash(world.channel, "exam history")
    sitting.message = resumed.response
    (menu,) = menus(sitting.message)
    await sitting.pick(menu, menu["options"][0]["value"])
    await sitting.press("Review all")

    told = world.read(sitting.message)
    assert title(sitting.message) == "Still open for you elsewhere"
    assert "This question is still open for you" in told
    assert plain(asked.explanation) not in told
    assert "Only the 19 missed" in labels(sitting.message)
    await world.pass_time(days=1)
    await sitting.press("Result")
    await sitting.press("Review all")
    assert title(sitting.message) == "❌ Not right"
