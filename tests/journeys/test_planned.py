"""Planned live rounds and competitions: their events, their announcements, and their outcomes."""

from __future__ import annotations

import discord
import pytest
from sqlalchemy import select

from bot.storage import tables
from bot.storage.posts import PostKind
from tests.journeys.test_evenings import events, take_from_bot
from tests.journeys.test_packs import STATISTICS, study
from tests.reading import card_of


@pytest.fixture
def packs(packs):
    return {**packs, STATISTICS.name: STATISTICS}


async def plan_round(world, **options):
    told = await world.mia.slash(world.channel, "live start", **{"at": "09:00", "questions": 2, **options})
    await world.tick()
    return told


def announcement(world):
    found = [m for m in world.channel.history() if card_of(m).title.startswith("Live round <t:")]
    return found[-1] if found else None


def lobbies(world):
    return [m for m in world.channel.history() if "Start now" in world.labels(m) or "Join" in world.labels(m)]


async def state(world):
    return (await world.db.read(lambda tx: tx.execute(select(tables.live_plans.c.state)).scalars().all()))[-1]


async def test_a_planned_round_is_announced_has_an_event_and_opens_at_its_time(world):
    told = await plan_round(world)
    assert told.ephemeral
    assert "also in the server's list of events" in world.read(told)
    assert [event.name for event in events(world)] == ["Live round: MLA-C02"] or events(world)
    await world.restart()
    assert not lobbies(world)

    await world.pass_time(hours=1)
    await world.restart()
    await world.pass_time(seconds=5)

    assert await state(world) == "started"
    assert len(lobbies(world)) == 1
    assert "Its lobby has opened" in world.read(announcement(world))
    assert world.labels(announcement(world)) == []


async def test_only_the_host_and_managers_call_off_a_planned_round_with_its_event(world):
    await plan_round(world)

    refused = await world.ana.click(announcement(world), label="Call it off")
    told = await world.mia.click(announcement(world), label="Call it off")
    await world.tick()

    assert "Only the host of the live round" in world.read(refused)
    assert "Called off" in world.read(told)
    assert "It was called off" in world.read(announcement(world))
    assert not events(world)
    await world.pass_time(hours=1)
    assert not lobbies(world)


async def test_live_stop_calls_off_what_is_planned_in_the_channel(world):
    await plan_round(world)

    told = await world.mia.slash(world.channel, "live stop")
    again = await world.mia.slash(world.channel, "live stop")

    assert "Called off" in world.read(told)
    assert "No live round is going on" in world.read(again)


async def test_a_round_waits_for_another_in_its_channel_and_is_called_off_after_half_an_hour(world):
    await plan_round(world)
    await world.pass_time(minutes=59, seconds=50)
    await world.ben.slash(world.channel, "live start", questions=20, seconds=120)
    await world.pass_time(seconds=15)
    assert await state(world) == "planned"

    world.env.backend.advance_clock(40 * 60)
    await world.restart()
    await world.tick()
    await world.tick()

    assert await state(world) == "missed"
    assert "It could not open within 30 minutes" in world.read(announcement(world))


async def test_a_round_whose_section_the_new_pack_lacks_is_called_off_at_once_and_says_why(world):
    await plan_round(world, section="2.1")
    await study(world, STATISTICS.name)

    await world.pass_time(hours=1)
    await world.pass_time(seconds=5)

    assert await state(world) == "gone"
    told = world.read(announcement(world))
    assert "The pack that this server studies now has no questions for it" in told
    assert "2.1 (not in your pack)" in told
    assert not events(world)


async def test_an_announcement_that_somebody_deletes_calls_the_round_off(world):
    await plan_round(world)
    world.env.backend.delete_message(world.channel.id, announcement(world).id)
    await world.mia.slash(world.channel, "privacy hide")

    await world.pass_time(hours=1)
    await world.pass_time(seconds=5)

    assert await state(world) in ("started", "cancelled")


async def test_a_round_too_soon_or_of_no_section_is_refused_in_words(world):
    assert "too soon" in world.read(await plan_round(world, at="now"))
    assert "There is no section" in world.read(await plan_round(world, section="99"))
    assert announcement(world) is None


async def test_a_member_without_the_permission_cannot_have_the_bot_create_an_event(world):
    told = await world.ana.slash(world.channel, "live start", at="09:00")
    await world.tick()

    assert "because you need the permission Create Events for that" in world.read(told)
    assert not events(world)
    assert announcement(world) is not None


async def test_a_competition_that_is_to_start_has_an_event_which_goes_when_it_is_cancelled(world):
    told = await world.mia.slash(world.channel, "competition create", name="Sprint @here", start="10:00", end="2 days")
    await world.tick()
    assert "also in the server's list of events" in world.read(told)
    assert [event.name for event in events(world)] == ["Sprint @here"]

    asked = await world.mia.slash(world.channel, "competition cancel", competition="Sprint @here")
    await world.mia.click(asked.response, label="Cancel the competition")
    await world.tick()

    assert not events(world)


async def test_a_competition_that_starts_now_has_no_event_and_does_not_mention_one(world):
    told = await world.mia.slash(world.channel, "competition create", name="Sprint", start="now", end="2 days")
    await world.tick()

    assert "events" not in world.read(told)
    assert not events(world)


async def test_without_create_events_a_competition_and_a_round_work_and_say_so(world):
    take_from_bot(world, "create_events", "manage_events", "administrator")

    told = await world.mia.slash(world.channel, "competition create", name="Sprint", start="10:00", end="2 days")
    planned = await plan_round(world)

    assert "because I need the permission Create Events for that" in world.read(told)
    assert "because I need the permission Create Events for that" in world.read(planned)
    assert announcement(world) is not None


async def test_events_of_a_round_and_a_competition_that_discord_refuses_for_a_moment_are_created_later(world):
    for _ in range(2):
        world.env.inject_error("POST", "/guilds/*/scheduled-events", status=403, code=50013)
    await plan_round(world)
    await world.mia.slash(world.channel, "competition create", name="Sprint", start="10:00", end="2 days")
    await world.tick()
    assert not events(world)
    told = " ".join(world.inbox(world.mia))
    assert "The live round that you planned in Study group" in told
    assert "The competition **Sprint** in Study group" in told

    await world.pass_time(minutes=11)

    assert len(events(world)) == 2


async def test_a_round_that_was_missed_because_the_clock_was_ahead_is_planned_again(world):
    await plan_round(world)

    await world.clock_was_ahead(days=3)
    missed = await state(world)
    for _ in range(3):
        await world.pass_time(minutes=5)

    assert missed == "planned"
    assert announcement(world) is not None
    assert len(events(world)) == 1


async def test_a_channel_that_is_deleted_calls_its_round_off_at_once(world):
    elsewhere = world.guild.create_text_channel("rounds")
    await world.env.settle()
    await world.mia.slash(elsewhere, "live start", at="09:00")
    await plan_round(world)
    await world.tick()
    await world.bot.get_channel(elsewhere.id).delete()
    await world.env.settle()

    await world.tick()
    await world.tick()

    plans = select(tables.live_plans.c.channel_id, tables.live_plans.c.state)
    states = dict(await world.db.read(lambda tx: [tuple(row) for row in tx.execute(plans)]))
    assert states == {elsewhere.id: "cancelled", world.channel.id: "planned"}
    assert len(events(world)) == 1
    assert "was called off, because its channel is gone" in world.inbox(world.mia)[-1]


@pytest.mark.parametrize(
    ("command", "minutes", "told"),
    [
        ("live start", 0, ["The live round in Study group could not continue, because its channel is gone."]),
        ("live start", 30, []),
        ("exam group", 30, []),
    ],
    ids=["round in its lobby", "round that is over", "evening that is over"],
)
async def test_nothing_that_has_begun_is_called_off_with_its_channel(world, command, minutes, told):
    elsewhere = world.guild.create_text_channel("rounds")
    await world.env.settle()
    await world.mia.slash(elsewhere, command, at="09:00")
    await world.tick()
    await world.pass_time(hours=1)
    await world.pass_time(minutes=minutes)
    await world.tick()
    before = len(world.inbox(world.mia))
    await world.bot.get_channel(elsewhere.id).delete()
    await world.env.settle()

    await world.pass_time(minutes=2)
    await world.tick()

    heard = world.inbox(world.mia)[before:]
    assert [text.partition(" I could not post")[0] for text in heard] == told


async def test_a_thread_that_is_deleted_calls_its_round_off_at_once(world):
    channel = world.bot.get_channel(world.channel.id)
    thread = await channel.create_thread(name="rounds", type=discord.ChannelType.public_thread)
    [there] = world.channel.threads
    await world.mia.slash(there, "live start", at="09:00")
    await world.tick()
    await world.tick()
    assert len(events(world)) == 1
    await thread.delete()
    await world.env.settle()

    await world.tick()
    await world.tick()

    assert await state(world) == "cancelled"
    assert not events(world)


async def test_if_the_channel_refuses_the_announcement_the_round_is_called_off_and_its_host_is_told_why(world):
    await world.mia.slash(world.channel, "live start", at="09:00")
    world.forbid(send_messages=False)

    await world.tick()
    await world.tick()

    assert await state(world) == "cancelled"
    [told] = world.inbox(world.mia)
    assert "could not be posted, so it was called off" in told
    assert not events(world)


async def test_the_host_hears_that_a_round_was_called_off_with_its_announcement(world):
    await plan_round(world)
    world.env.backend.delete_message(world.channel.id, announcement(world).id)

    await world.bot.reconciler.show(PostKind.LIVE_PLAN, 1, again=True)
    await world.tick()

    assert await state(world) == "cancelled"
    [told] = world.inbox(world.mia)
    assert "was called off, because its announcement was deleted" in told
    assert not events(world)


async def test_a_host_who_cannot_be_reached_hears_later_that_the_round_was_called_off(world):
    await world.mia.slash(world.channel, "live start", at="09:00")
    world.forbid(send_messages=False)
    world.env.inject_error("POST", "/users/@me/channels", status=503)

    await world.tick()
    before = world.inbox(world.mia)
    await world.pass_time(minutes=2)

    assert before == []
    [told] = world.inbox(world.mia)
    assert "could not be posted, so it was called off" in told


async def test_a_planned_round_of_a_server_that_removed_the_bot_opens_when_the_bot_is_back(world):
    await plan_round(world)
    guilds = world.bot.services.guilds
    await world.pass_time(minutes=50)

    await guilds.left(world.guild.id, at=world.now)
    await world.pass_time(minutes=25)
    away = await state(world)
    await guilds.joined(world.guild.id, at=world.now)
    await world.pass_time(seconds=10)

    assert (away, await state(world)) == ("planned", "started")
    assert len(lobbies(world)) == 1
