"""The gateway breaks, refuses, asks to reconnect, and delivers twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.storage.tables import interactions
from tests.faults.conftest import ANA, SOON


async def test_a_press_made_while_the_connection_is_broken_is_answered_when_it_is_back(live):
    post = await live.daily()

    await live.stub.gateway.drop()
    pressed = await live.stub.press(post, "A", ANA)
    await pressed.reply(SOON)

    assert live.stub.gateway.resumed == 1
    assert pressed.shown[0]["components"]
    assert len(await live.recorded(ANA)) == 1


async def test_after_a_refused_session_the_bot_identifies_again_and_old_buttons_work(live):
    post = await live.daily()
    live.stub.gateway.refuse_resume = True

    await live.stub.gateway.drop()
    await live.stub.gateway.until(lambda: live.stub.gateway.identified == 2, SOON)
    pressed = await (await live.stub.press(post, "A", ANA)).reply()

    assert live.stub.gateway.resumed == 0
    assert pressed.shown[0]["components"]


async def test_the_bot_reconnects_when_discord_asks_it_to(live):
    post = await live.daily()

    await live.stub.gateway.ask_to_reconnect()
    await live.stub.gateway.until(lambda: live.stub.gateway.resumed == 1, SOON)
    pressed = await (await live.stub.press(post, "A", ANA)).reply()

    assert pressed.shown[0]["components"]


async def test_a_daily_is_posted_while_the_gateway_is_away(live):
    live.stub.gateway.closed = True
    await live.stub.gateway.drop()

    await live.schedule(live.guild)

    assert await live.post_of(live.guild)
    assert not live.stub.online


async def test_a_press_delivered_twice_is_recorded_once_and_answered_once(live, caplog):
    post = await live.daily()

    pressed = await (await live.stub.press(post, "A", ANA, times=2)).reply()
    await live.bot.intake.finish(SOON)

    assert len(await live.recorded(ANA)) == 1
    assert len(pressed.shown) == 1
    assert pressed.again == 0
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


async def test_a_command_delivered_twice_is_carried_out_once(live):
    asked = await live.stub.command(live.guild, ANA, "quiz", times=2)
    await asked.reply()
    await live.bot.intake.finish(SOON)

    assert len(asked.shown) == 1
    assert asked.again == 0


@pytest.mark.sqlite
async def test_a_single_process_does_not_record_which_interactions_it_accepted(live):
    asked = await live.stub.command(live.guild, ANA, "guide")
    await asked.reply()
    await live.bot.intake.finish(SOON)

    assert asked.shown
    assert await live.db.read(lambda tx: tx.execute(select(interactions)).all()) == []
