"""A direct message at the member's own time when there is something to do, and none otherwise."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from simcord.http.client import FakeHTTPClient

from bot.cogs.ui import delivery
from tests.journeys.student import answer, answer_all, card
from tests.journeys.wire import Crash

BLOCKED, NOT_SHARED, FLAGGED = 50007, 50278, 20026


async def missed_one(world, actor):
    await answer_all(world, actor, await actor.slash(world.channel, "quiz", questions=1), right=False)


def last_message(world, actor):
    return actor.user.dm_channel.history()[-1]


async def test_a_member_is_reminded_and_reviews_from_the_message(world):
    await missed_one(world, world.ana)
    on = await world.ana.slash(world.channel, "reminders on", time="7pm", timezone="Europe/Berlin")
    assert "At 19:00, Europe/Berlin" in world.read(on)

    await world.pass_time(hours=11)
    quiet = world.inbox(world.ana)
    await world.pass_time(days=1)

    assert quiet == []
    [told] = world.inbox(world.ana)
    assert "Tuesday, November 24" in told
    assert "**1 question** to review before you forget" in told
    review = await world.ana.user.click(last_message(world, world.ana), label="Review now")
    assert "Review · question 1 of 1" in card(review).above
    assert "Right" in card(await answer(world, world.ana.user, review)).title


async def test_no_day_has_two_reminders_even_after_crashes(world):
    await missed_one(world, world.ana)
    await world.ana.slash(world.channel, "reminders on", time="09:00", timezone="UTC")
    await world.pass_time(days=1, hours=1)

    for _ in range(3):
        await world.restart()
        await world.pass_time(minutes=10)

    assert len(world.inbox(world.ana)) == 1
    await world.pass_time(days=1)
    assert len(world.inbox(world.ana)) == 2


async def test_a_reminder_names_the_open_daily_with_the_streak_that_depends_on_it(world):
    await world.answer(world.ana, await world.post_daily())
    await world.ana.slash(world.channel, "reminders on", time="20:00", timezone="UTC")

    await world.pass_time(hours=11)
    answered = world.inbox(world.ana)
    await world.pass_time(days=1)

    assert answered == []
    [told] = world.inbox(world.ana)
    assert "The question in Study group" in told
    assert "Answer today to keep your streak of **1 day**" in told
    assert f"/{world.channel.id}/{world.channel.last_message.id}" in told


async def test_reminders_can_be_switched_off_and_status_says_so(world):
    await missed_one(world, world.ana)
    await world.ana.slash(world.channel, "reminders on", time="09:00", timezone="UTC")

    before = await world.ana.slash(world.channel, "reminders status")
    off = await world.ana.slash(world.channel, "reminders off")
    after = await world.ana.user.slash("reminders status")
    await world.pass_time(days=3)

    assert "Reminders are on" in world.read(before)
    assert "the question of the day in Study group" in world.read(before)
    assert "Reminders are off" in world.read(off)
    assert "Reminders are off" in world.read(after)
    assert world.inbox(world.ana) == []


@pytest.mark.parametrize(("status", "code"), [(403, BLOCKED), (403, NOT_SHARED), (400, BLOCKED)])
async def test_closed_direct_messages_switch_reminders_off_and_the_next_command_says_so(world, status, code):
    await missed_one(world, world.ana)
    await world.ana.slash(world.channel, "reminders on", time="09:00", timezone="UTC")
    inbox = world.ana.user.dm_channel
    world.env.inject_error("POST", f"/channels/{inbox.id}/messages", status=status, code=code)

    await world.pass_time(days=1, hours=1)
    await world.restart()
    told = await world.ana.slash(world.channel, "help")
    again = await world.ana.slash(world.channel, "help")

    assert "you do not accept direct messages from me" in world.read(told)
    assert all(message.ephemeral for message in told.followups)
    assert again.followups == []
    await world.pass_time(days=1)
    assert world.inbox(world.ana) == []


@pytest.mark.parametrize("code", [FLAGGED, 0])
async def test_a_refusal_that_concerns_the_bot_delays_reminders_and_switches_none_off(world, caplog, code):
    for actor in (world.ana, world.ben):
        await missed_one(world, actor)
        await actor.slash(world.channel, "reminders on", time="09:00", timezone="UTC")
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=code, times=2)

    await world.pass_time(days=1, hours=1)
    before = len(world.inbox(world.ana)), len(world.inbox(world.ben))
    for _ in range(5):
        await world.pass_time(minutes=2)

    assert before == (0, 0)
    assert (len(world.inbox(world.ana)), len(world.inbox(world.ben))) == (1, 1)
    assert caplog.text.count("a reminder was not sent, will be retried") == 2
    assert "Reminders are on" in world.read(await world.ana.slash(world.channel, "reminders status"))


async def test_an_outage_of_discord_delays_one_reminder_within_its_hour_and_no_other(world):
    for actor in (world.ana, world.ben):
        await missed_one(world, actor)
        await actor.slash(world.channel, "reminders on", time="09:00", timezone="UTC")
    inbox = world.ana.user.dm_channel
    world.env.inject_error("POST", f"/channels/{inbox.id}/messages", status=502, times=7)

    await world.pass_time(days=1, hours=1)
    before = len(world.inbox(world.ana)), len(world.inbox(world.ben))
    for _ in range(10):
        await world.pass_time(minutes=2)

    assert before == (0, 1)
    assert (len(world.inbox(world.ana)), len(world.inbox(world.ben))) == (1, 1)


async def test_a_reminder_that_discord_never_accepts_is_given_up_after_its_hour(world):
    await missed_one(world, world.ana)
    await world.ana.slash(world.channel, "reminders on", time="09:00", timezone="UTC")
    inbox = world.ana.user.dm_channel
    world.env.inject_error("POST", f"/channels/{inbox.id}/messages", status=500, times=10_000)

    await world.pass_time(days=1, hours=1)
    await world.pass_time(hours=1)
    world.env.backend.faults.clear()
    await world.pass_time(hours=2)
    late = len(world.inbox(world.ana))
    await world.pass_time(hours=22)

    assert late == 0
    assert len(world.inbox(world.ana)) == 1


@pytest.mark.parametrize("minutes", [1, 5, 30], ids=lambda minutes: f"back after {minutes} min")
@pytest.mark.parametrize("accepted", [False, True], ids=["never arrived", "arrived"])
async def test_a_reminder_whose_sender_died_arrives_once(world, wire, accepted, minutes):
    await missed_one(world, world.ana)
    await world.ana.slash(world.channel, "reminders on", time="09:00", timezone="UTC")
    path = f"/channels/{world.ana.user.dm_channel.id}/messages"
    if accepted:
        wire.dies_after(path=path)
    else:
        wire.dies_before(path=path)
    with pytest.raises(Crash):
        await world.pass_time(days=1, hours=1)

    world.env.backend.advance_clock(60 * minutes)
    await world.restart()
    for _ in range(3):
        await world.pass_time(minutes=2)

    assert len(world.inbox(world.ana)) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"time": "teatime", "timezone": "UTC"}, "I cannot read `teatime` as a time"),
        ({"time": "09:00", "timezone": "Mars/Olympus"}, "I do not know the time zone"),
    ],
)
async def test_an_option_that_cannot_be_read_is_reported_and_nothing_changes(world, options, sentence):
    reply = await world.ana.user.slash("reminders on", **options)

    assert sentence in world.read(reply)
    assert "Reminders are off" in world.read(await world.ana.user.slash("reminders status"))


async def test_the_zone_completes_as_one_types(world):
    choices = await world.ana.autocomplete(world.channel, "reminders on", "timezone", "berl", time="9")

    assert choices[0]["value"] == "Europe/Berlin"


async def test_a_reminder_that_waits_40_seconds_for_a_rate_limit_is_retried_and_arrives_once(world, monkeypatch):
    """discord.py waits for the limit within the request, longer than we wait for the request."""
    monkeypatch.setattr(delivery, "PATIENCE", 0.2)
    await missed_one(world, world.ana)
    await world.ana.slash(world.channel, "reminders on", time="09:00", timezone="UTC")
    inbox, limited, sent = world.ana.user.dm_channel, [], FakeHTTPClient.request

    async def request(self, route, **kwargs):
        if route.url.endswith(f"/channels/{inbox.id}/messages") and route.method == "POST" and not limited:
            limited.append(route)
            await asyncio.sleep(40)
        return await sent(self, route, **kwargs)

    monkeypatch.setattr(FakeHTTPClient, "request", request)
    await world.pass_time(days=1, hours=1)
    during = len(world.inbox(world.ana))
    for _ in range(5):
        await world.pass_time(minutes=2)

    assert (len(limited), during) == (1, 0)
    assert len(world.inbox(world.ana)) == 1


async def test_the_buttons_of_a_reminder_lead_to_what_it_names_where_the_server_studies_another_pack(world):
    packs = world.bot.services.packs.all
    other = replace(packs["aws-mla-c01"], name="other", title="Another exam")
    world.packs = {**packs, "other": other}
    await world.restart()
    await world.bot.services.packs.choose(world.guild.id, "other", at=world.now)
    await missed_one(world, world.ana)
    await world.ana.slash(world.channel, "plan", **{"exam-date": "in 8 weeks"})
    await world.ana.slash(world.channel, "reminders on", time="12:00", timezone="UTC")
    await world.pass_time(days=1)
    await world.pass_time(hours=6)
    reminder = last_message(world, world.ana)

    reviewed = await world.ana.user.click(reminder, label="Review now")
    studied = await world.ana.user.click(reminder, label="Study today's plan")

    assert "Nothing" not in world.read(reviewed)
    assert "You have no study plan" not in world.read(studied)
    assert world.labels(reviewed.response)
    assert world.labels(studied.response)


async def test_a_member_who_has_left_the_server_is_not_reminded_of_its_daily(world):
    await world.answer(world.ana, await world.post_daily())
    await missed_one(world, world.ana)
    await world.ana.slash(world.channel, "reminders on", time="20:00", timezone="UTC")
    world.guild.remove_member(world.ana)

    await world.pass_time(days=1, hours=12)

    [told] = world.inbox(world.ana)
    assert "**1 question** to review" in told
    assert "The question in" not in told


async def test_a_member_who_has_left_and_has_nothing_else_to_do_gets_no_message(world):
    await world.post_daily()
    await world.ana.slash(world.channel, "reminders on", time="20:00", timezone="UTC")
    world.guild.remove_member(world.ana)

    await world.pass_time(days=1, hours=12)

    assert world.inbox(world.ana) == []
