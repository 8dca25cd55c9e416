"""Replies to members: Discord rejects them, does not respond, or accepts them and its response is lost."""

from __future__ import annotations

import pytest

from bot.cogs.ui import delivery
from tests.discord_stub import faults
from tests.faults.conftest import ANA, SOON

CALLBACK = "POST /interactions/*/callback"


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_reply_whose_connection_breaks_reaches_the_member_once(live, accepted):
    post = await live.daily()
    live.stub.fault(faults.cut(CALLBACK, accepted=accepted))

    pressed = await (await live.stub.press(post, "A", ANA)).reply()
    await live.bot.intake.finish(SOON)

    assert len(pressed.shown) == 1
    assert pressed.shown[0]["components"]
    assert len(await live.recorded(ANA)) == 1


@pytest.mark.parametrize("status", [500, 502])
async def test_a_reply_is_sent_again_after_an_outage_of_discord(live, status):
    post = await live.daily()
    live.stub.fault(faults.answer(CALLBACK, status))

    pressed = await (await live.stub.press(post, "A", ANA)).reply()

    assert pressed.shown[0]["components"]


async def test_a_reply_waits_when_discord_limits_the_rate(live):
    post = await live.daily()
    live.stub.fault(faults.rate_limited(CALLBACK, seconds=0.2))

    pressed = await (await live.stub.press(post, "A", ANA)).reply()

    assert pressed.shown[0]["components"]


async def test_an_answer_whose_reply_was_lost_is_kept_and_shown_on_request(live, monkeypatch, caplog):
    monkeypatch.setattr(delivery, "PATIENCE", 1.0)
    post = await live.daily()
    live.stub.fault(faults.silence(CALLBACK))

    first = await live.stub.press(post, "A", ANA)
    await live.until(lambda: _count(live), 1)
    assert await live.bot.intake.finish(SOON) == 0
    again = await (await live.stub.press(post, "B", ANA)).reply()

    assert not first.shown
    assert "Your first answer counts" in again.text
    (attempt,) = await live.recorded(ANA)
    assert attempt.answer == (0,)
    assert "reply not delivered" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_late_reply_only_causes_a_line_in_the_log(live, caplog):
    post = await live.daily()
    live.stub.world.patience = 0

    await live.stub.press(post, "A", ANA)
    await live.until(lambda: _count(live), 1)
    await live.bot.intake.finish(SOON)

    assert "reply not delivered" in caplog.text
    assert "Traceback" not in caplog.text


async def _count(live):
    return len(await live.recorded(ANA))
