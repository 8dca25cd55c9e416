"""Events and threads on real sockets: whatever happens to the request, each exists once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.clock import now
from bot.services.evenings import EveningPlan
from bot.storage import tables as t
from bot.study.exams import Length
from bot.study.members import Member
from tests.discord_stub import faults
from tests.faults.conftest import ANA
from tests.faults.kinds import pass_time
from tests.faults.test_reconciler import LEASE_OVER, NONCE_OVER, dirty, posts_of
from tests.reading import card_of

CREATE, CHANGE = "POST /guilds/*/scheduled-events", "PATCH /guilds/*/scheduled-events/*"
OPEN_THREAD, SEND = "POST /channels/*/messages/*/threads", "POST /channels/*/messages"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def host(live):
    return Member(live.guild.id, ANA, "member")


async def plan(live, starts_in=3 * HOUR, *, event=True):
    """Plan an evening, as if an hour ago; return its id."""
    wanted = EveningPlan(live.guild.channels[0], now() + starts_in, Length.SHORT)
    planned = await live.services.evenings.plan(host(live), wanted, seed=1, may_create_events=event, at=now() - HOUR)
    return planned.evening.id


async def settled(live):
    """Wait until no post is dirty."""

    async def left():
        await asyncio.sleep(0.5)  # `pass_time` changes every post, which delays the bot's own writes
        await pass_time(live, NONCE_OVER)
        await live.bot.services.evening_steps.advance_due(now())
        return await dirty(live)

    await live.until(left, 0, within=240)  # one question per tick


def events(live):
    return list(live.stub.world.events_of(live.guild.id).values())


@pytest.mark.parametrize("accepted", [True, False], ids=["made", "not made"])
async def test_an_event_whose_connection_breaks_is_created_once(live, accepted):
    lost = live.stub.fault(faults.cut(CREATE, accepted=accepted))

    await plan(live)
    await lost.met.wait()
    await settled(live)

    assert [event["name"] for event in events(live)] == ["Exam evening: MLA-C02"]


async def test_an_event_whose_process_dies_is_found_by_the_next_one(live):
    made = live.stub.fault(faults.silence(CREATE, accepted=True))
    await plan(live)
    await made.met.wait()
    await live.bot.outgoing.tasks.stop(0)
    live.stub.rest.release()
    await pass_time(live, LEASE_OVER)

    await live.bot.recover(now())
    await settled(live)

    assert len(events(live)) == 1
    [row] = [row for row in await posts_of(live) if row.kind == "event"]
    assert row.message_id == int(events(live)[0]["id"])


async def test_an_event_whose_process_died_is_deleted_with_its_cancelled_evening(live):
    made = live.stub.fault(faults.silence(CREATE, accepted=True))
    evening_id = await plan(live)
    await made.met.wait()
    await live.bot.outgoing.tasks.stop(0)
    live.stub.rest.release()
    assert events(live)

    await live.services.evenings.cancel(evening_id, host(live), manager=True, at=now())
    await pass_time(live, LEASE_OVER)
    await live.bot.recover(now())
    await settled(live)

    assert not events(live)
    assert "event" not in [row.kind for row in await posts_of(live)]


@pytest.mark.parametrize("status", [403, 400])
async def test_an_event_that_discord_refuses_at_first_is_created_once_it_is_accepted(live, status):
    refused = live.stub.fault(faults.answer(CREATE, status, code=50013, times=2))

    await plan(live)
    await refused.met.wait()
    await settled(live)

    assert [event["name"] for event in events(live)] == ["Exam evening: MLA-C02"]
    assert live.stub.posts(live.guild)


async def test_a_lost_change_of_an_event_is_made_again(live):
    evening_id = await plan(live)
    await settled(live)
    lost = live.stub.fault(faults.cut(CHANGE))

    later = now() + 5 * HOUR
    await live.services.evenings.move(evening_id, host(live), later, manager=True, at=now())
    await lost.met.wait()
    await settled(live)

    [event] = events(live)
    assert event["scheduled_start_time"][:16] == later.isoformat()[:16]


async def test_a_cancelled_evening_deletes_its_event(live):
    evening_id = await plan(live)
    await settled(live)

    await live.services.evenings.cancel(evening_id, host(live), manager=True, at=now())
    await settled(live)

    assert not events(live)


@pytest.mark.parametrize("accepted", [True, False], ids=["opened", "not opened"])
async def test_a_thread_whose_connection_breaks_is_opened_once_and_shows_each_question_once(live, accepted):
    lost = live.stub.fault(faults.cut(OPEN_THREAD, accepted=accepted))

    items = await over(live)
    await lost.met.wait()
    await settled(live)

    assert review(live) == [f"Question {number} of {items}" for number in range(1, items + 1)]


async def test_a_question_of_the_review_that_may_have_been_posted_is_searched_for_in_the_thread(live):
    items = await over(live)
    await live.until(lambda: opened(live), True)
    lost = live.stub.fault(faults.silence(SEND, accepted=True))
    await lost.met.wait()
    await live.bot.outgoing.tasks.stop(0)
    live.stub.rest.release()
    live.stub.world.forget_nonces()
    await pass_time(live, NONCE_OVER)
    await live.bot.recover(now())
    await settled(live)

    assert review(live) == [f"Question {number} of {items}" for number in range(1, items + 1)]


async def opened(live):
    return bool(threads(live))


def threads(live):
    return [id for id in live.stub.world.channels if live.stub.world.channels[id]["type"] == 11]


def review(live):
    [thread] = threads(live)
    return [card_of(message).above for message in live.stub.world.messages[thread].values()]


async def over(live):
    """Create an evening that one member has taken part in and that is over; return its number of questions."""
    evening_id = await plan(live, 10 * MINUTE, event=False)
    services, member, at = live.services, host(live), now()
    await services.evenings.sign_up(evening_id, member, at=at)
    await settled_post(live)
    past = at - MINUTE
    await live.db.write(lambda tx: tx.execute(update(t.exam_evenings).values(starts_at=past, due_at=past)) and None)
    await services.evening_steps.advance_due(at)
    begun = await services.evenings.begin(evening_id, member, at=at)
    await services.exams.submit(begun.paper.exam.id, member, at=at)
    await services.evening_steps.advance_due(now())
    return len(await live.db.read(lambda tx: tx.execute(select(t.evening_items)).all()))


async def settled_post(live):
    async def up():
        return [row.message_id is not None for row in await posts_of(live) if row.kind == "evening"]

    await live.until(up, [True])
