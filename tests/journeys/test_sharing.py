"""Sharing a result with the channel: one line, once, without the question, under a name that its author can
withdraw."""

from __future__ import annotations

from typing import Any

import pytest
import simcord.interactions
from sqlalchemy import select

from bot.cogs.ui.refusals import SENTENCES
from bot.storage import tables
from bot.study.errors import Refusal
from bot.study.shares import Shareable
from tests.journeys.sittings import Sitting
from tests.journeys.test_exam_versions import without_c01
from tests.reading import raw


def lines(world, channel=None):
    """Return the shared lines in a channel, oldest first."""
    shown = [world.read(message) for message in (channel or world.channel).history()]
    return [
        text
        for text in shown
        if ("streak" in text and "**" in text) or "mock exam" in text or "shared a result" in text
    ]


async def shared(world, actor, reply):
    return await actor.click(reply.response, label="Share")


async def answer_today(world):
    """Return the reply to ana's right answer to today's question."""
    return await world.answer(world.ana, await world.post_daily())


async def test_a_right_answer_is_shared_once_without_a_word_of_the_question(world):
    answered = await answer_today(world)
    question = world.question_of(world.channel.last_message)

    told = await shared(world, world.ana, answered)
    await world.tick()

    assert told.ephemeral
    message = world.channel.last_message
    assert world.read(message) == "**ana** got today's question right · 1-day streak"
    assert world.labels(message) == ["Study too"]
    written = str(raw(message))
    for text in (question.id, question.stem, *(option.text for option in question.options)):
        assert text not in written
    again = await shared(world, world.ana, answered)
    await world.tick()
    assert "You have already shared that here" in world.read(again)
    assert world.channel.last_message.id == message.id


async def test_a_wrong_answer_can_be_shared_too(world):
    told = await world.answer(world.ben, await world.post_daily(), right=False)

    await shared(world, world.ben, told)
    await world.tick()

    assert world.read(world.channel.last_message).startswith(
        "**ben** answered today's question, but did not get it right"
    )


async def test_a_line_is_up_once_when_the_bot_restarts_before_and_after_it_is_sent(world):
    answered = await answer_today(world)
    await shared(world, world.ana, answered)

    await world.restart()
    await world.tick()
    await world.restart()
    await world.tick()

    assert len(lines(world)) == 1


async def test_the_line_about_a_closed_daily_names_its_day(world):
    answered = await answer_today(world)
    await world.pass_time(days=1)

    await shared(world, world.ana, answered)
    await world.tick()

    assert lines(world)[-1].startswith("**ana** got the question for Monday, November 23 right")


async def test_a_reader_of_a_line_is_led_to_something_they_can_study(world):
    answered = await answer_today(world)
    await shared(world, world.ana, answered)
    await world.tick()

    led = await world.ben.click(world.channel.last_message, label="Study too")

    assert led.ephemeral
    assert "Question of the day" in world.read(led)


async def test_a_streak_is_shared_from_progress_once_a_day(world):
    await answer_today(world)
    progress = await world.ana.slash(world.channel, "progress")

    await shared(world, world.ana, progress)
    await world.tick()
    again = await shared(world, world.ana, progress)

    assert lines(world) == ["**ana** is on a 1-day streak"]
    assert "already" in world.read(again)


async def test_progress_without_a_streak_has_nothing_to_share(world):
    progress = await world.ana.slash(world.channel, "progress")

    assert "Share" not in world.labels(progress.response)
    told = await world.press(world.ana, "v1:share:streak:0")
    assert "You have no result" in world.read(told)


async def test_the_score_of_a_mock_exam_is_shared(world):
    sitting = await Sitting(world, world.ana).begin()
    await sitting.submit()

    await world.ana.click(sitting.message, label="Share")
    await world.tick()

    assert lines(world) == ["**ana** scored **100** in a short mock exam, below the passing score of 720"]


async def test_members_cannot_share_a_running_exam_or_the_exam_or_answer_of_another(world):
    await answer_today(world)
    await Sitting(world, world.ana).begin()

    told = [
        await world.press(actor, f"v1:share:{what}:1") for actor, what in ((world.ben, "exam"), (world.ana, "exam"))
    ]
    told.append(await world.press(world.ben, "v1:share:daily:1"))

    assert all("You have no result" in world.read(one) for one in told)


async def test_managers_switch_sharing_off_and_on(world):
    answered = await answer_today(world)
    off = await world.mia.slash(world.channel, "settings", sharing="off")

    assert "Members cannot share results here" in world.read(off)
    assert "turned sharing off" in world.read(await shared(world, world.ana, answered))
    ben = await world.answer(world.ben, next(m for m in world.posts()))
    assert "Share" not in world.labels(ben.response)
    assert "Share" not in world.labels((await world.ana.slash(world.channel, "progress")).response)

    await world.mia.slash(world.channel, "settings", sharing="on")
    await shared(world, world.ana, answered)
    await world.tick()
    assert len(lines(world)) == 1


async def test_a_hidden_member_is_told_so_and_shares_nothing(world):
    answered = await answer_today(world)
    await world.ana.slash(world.channel, "privacy hide")

    told = await shared(world, world.ana, answered)
    await world.tick()

    assert world.read(told).startswith(SENTENCES[Refusal.SHARING_HIDDEN])
    assert not lines(world)


@pytest.mark.parametrize("pressed_first", [True, False], ids=["before it is sent", "when it is up"])
async def test_hiding_later_removes_the_name(world, pressed_first):
    answered = await answer_today(world)
    await shared(world, world.ana, answered)
    if not pressed_first:
        await world.tick()

    await world.ana.slash(world.channel, "privacy hide")
    await world.tick()

    wanted = [] if pressed_first else ["A member shared a result here, and has since removed their name."]
    assert lines(world) == wanted


async def test_erasing_removes_the_name_and_leaves_no_row(world):
    answered = await answer_today(world)
    await shared(world, world.ana, answered)
    await world.tick()
    export = await world.ana.slash(world.channel, "privacy export")
    [file] = export.response.attachments
    assert '"shares"' in (await file.read()).decode()

    asked = await world.ana.slash(world.channel, "privacy delete")
    await world.ana.click(asked.response, label="Erase everything")
    await world.tick()

    assert lines(world) == ["A member shared a result here, and has since removed their name."]
    assert await world.db.read(lambda tx: tx.execute(select(tables.shares)).all()) == []


async def test_a_name_with_a_ping_or_link_does_neither(world):
    eve = world.guild.add_member(world.env.create_user("@everyone <@&1> [x](https://e.vil)"))
    told = await world.answer(eve, await world.post_daily())

    await shared(world, eve, told)
    await world.tick()

    message = world.channel.last_message
    stored = world.env.backend.get_message(message.channel.id, message.id)
    assert not stored.mention_everyone
    assert not message.mentions
    assert not message.role_mentions
    assert "@everyone" not in world.read(message)
    assert r"\[x](https:\//" in world.read(message)


async def test_without_the_permission_to_post_the_member_is_told_what_is_missing(world):
    answered = await answer_today(world)
    world.forbid(send_messages=False)
    told = await shared(world, world.ana, answered)
    assert "Give me Send Messages there" in world.read(told)

    world.permit()
    await shared(world, world.ana, answered)
    await world.tick()

    assert len(lines(world)) == 1


async def test_a_line_that_the_channel_refuses_can_be_shared_again(world):
    answered = await answer_today(world)
    refused = await shared(world, world.ana, answered)
    world.forbid(send_messages=False)
    await world.tick()
    await world.tick()
    told = world.read(refused)
    world.permit()

    again = await shared(world, world.ana, answered)
    await world.tick()
    await world.tick()

    assert "Your line could not be posted." in told
    assert "Give me Send Messages there" in told
    assert len(lines(world)) == 1
    assert "is on its way" in world.read(again)


async def test_a_line_that_was_deleted_stays_deleted(world):
    answered = await answer_today(world)
    await shared(world, world.ana, answered)
    await world.tick()
    world.env.backend.delete_message(world.channel.id, world.channel.last_message.id)

    await world.ana.slash(world.channel, "privacy hide")
    await world.tick()

    assert not lines(world)


async def test_in_a_direct_message_with_the_bot_there_is_nobody_to_share_with(world):
    told = await world.press(world.ana.user, f"v1:share:{Shareable.EXAM}:1")

    assert "Only you and I read this channel" in world.read(told)


@pytest.fixture
def own_app(world, monkeypatch):
    """Let members use the bot as their own app, in a server that has not added it and gives it no permissions."""
    build = simcord.interactions.base_payload

    def built(*args: Any, **options: Any) -> Any:
        record, payload = build(*args, **options)
        user = payload.get("user") or payload["member"]["user"]
        return record, {**payload, "authorizing_integration_owners": {"1": user["id"]}}

    monkeypatch.setattr(simcord.interactions, "base_payload", built)
    world.forbid(view_channel=False, send_messages=False)


async def test_for_a_member_s_own_app_the_line_is_the_reply_and_the_bot_need_not_be_in_the_server(world, own_app):
    sitting = await Sitting(world, world.ana).begin()
    await sitting.submit()

    told = await world.ana.click(sitting.message, label="Share")
    again = await world.ana.click(sitting.message, label="Share")

    assert not told.ephemeral
    assert world.read(told) == "**ana** scored **100** in a short mock exam, below the passing score of 720"
    assert again.ephemeral
    assert "already" in world.read(again)
    assert await world.db.read(lambda tx: tx.execute(select(tables.posts)).all()) == []


async def test_a_mock_exam_whose_version_is_gone_is_shared_without_another_pass_mark(world):
    sitting = await Sitting(world, world.ana).begin()
    await sitting.submit()
    await without_c01(world)

    await world.press(world.ana, "v1:share:exam:1")
    await world.tick()

    assert world.read(world.channel.last_message) == "**ana** scored **100** in a short mock exam"
    history = world.read(await world.ana.slash(world.channel, "exam history"))
    assert "Scores are estimates" in history
    assert "passing score" not in history
