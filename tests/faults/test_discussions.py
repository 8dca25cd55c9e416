"""Whatever happens to a request, a daily has one discussion with one first message, in every venue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.clock import now
from bot.storage import schedules
from bot.storage import tables as t
from bot.study.discussions import Discussion, Venue
from tests.discord_stub import faults
from tests.faults.conftest import Live
from tests.faults.kinds import pass_time
from tests.reading import buttons

UNDER, ELSEWHERE = "POST /channels/*/messages/*/threads", "POST /channels/*/threads"
TRIES = 3
"""Maximum times that a request is sent if its connection breaks."""
BACKOFF_OVER, NONCE_OVER = timedelta(minutes=10), timedelta(minutes=5)


@dataclass
class Talk:
    """A daily whose discussion must be opened in a venue."""

    live: Live
    venue: Venue
    forum_id: int | None = None

    @property
    def opening(self) -> str:
        return UNDER if self.venue is Venue.UNDER_POST else ELSEWHERE

    async def post_daily(self):
        live, guild = self.live, self.live.guild
        await live.schedule(guild, seconds=-1)
        begins = Discussion.AT_ONCE if self.venue is Venue.PRIVATE else Discussion.AT_CLOSE
        if self.venue is Venue.FORUM:
            self.forum_id = live.stub.world.add_forum(guild.id)
        [schedule] = await live.services.schedules.all(guild.id)
        await live.services.discussions.set(schedule, begins, self.forum_id)
        await live.bot.poster.post_due(now())
        return await live.post_of(guild)

    async def want(self):
        """Post the daily; unless its discussion begins at once, also close it."""
        await self.post_daily()
        if self.venue is not Venue.PRIVATE:
            over = now() - timedelta(seconds=1)
            await self.live.db.write(lambda tx: tx.execute(update(t.dailies).values(closes_at=over)) and None)
            await self.live.services.dailies.close_due(now())
        await self.live.bot.reconciler.tick(now())

    async def row(self):
        found = select(t.posts).where(t.posts.c.kind.in_(["discussion", "private-talk"]))
        return await self.live.db.read(lambda tx: tx.execute(found).one_or_none())

    async def is_shown(self):
        row = await self.row()
        return row is not None and row.shown_revision == row.wanted_revision

    async def shown(self):
        """Wait until the discussion is open and recorded; return its thread and its first message."""
        await self.live.until(self.is_shown, True)
        world, row = self.live.stub.world, await self.row()
        [thread] = world.threads(self.live.guild.id)
        there = [
            message
            for channel in world.messages.values()
            for message in channel.values()
            if any(":practise:" in button["custom_id"] for button in buttons(message))
        ]
        assert [int(message["id"]) for message in there] == [row.message_id]
        assert int(thread["id"]) == row.thread_id == int(there[0]["channel_id"])
        return thread, there[0]

    async def die_and_come_back(self):
        """Stop the task where the process would die; the next process finds a lease, but no record of the request."""
        await self.live.bot.outgoing.tasks.stop(0)
        self.live.stub.rest.release()
        await pass_time(self.live, NONCE_OVER)
        self.live.stub.world.forget_nonces()
        await self.live.bot.recover(now())


@pytest.fixture(params=list(Venue), ids=lambda venue: venue.name)
def talk(live, request):
    return Talk(live, request.param)


async def test_a_discussion_is_opened_once(talk):
    await talk.want()

    thread, _ = await talk.shown()

    assert thread["parent_id"] == str(talk.forum_id or talk.live.guild.channels[0])


@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
async def test_a_thread_whose_connection_breaks_is_open_once(talk, accepted):
    broken = talk.live.stub.fault(faults.cut(talk.opening, accepted=accepted))
    await talk.want()
    await broken.met.wait()
    await talk.live.bot.outgoing.tasks.finished()
    await pass_time(talk.live, BACKOFF_OVER)

    assert await talk.shown()


@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
async def test_if_a_process_dies_while_it_opens_a_thread_the_next_one_finds_the_thread(talk, accepted):
    lost = talk.live.stub.fault(faults.silence(talk.opening, accepted=accepted))
    await talk.want()
    await lost.met.wait()

    await talk.die_and_come_back()

    assert await talk.shown()


async def test_an_opened_but_unrecorded_thread_is_found_after_its_daily_has_closed(live):
    """A discussion that begins after the close is in a thread under the question."""
    talk = Talk(live, Venue.PRIVATE)
    lost = live.stub.fault(faults.silence(talk.opening, accepted=True))
    await talk.want()
    await lost.met.wait()
    await live.bot.outgoing.tasks.stop(0)
    live.stub.rest.release()
    over = now() - timedelta(seconds=1)
    await live.db.write(lambda tx: tx.execute(update(t.dailies).values(closes_at=over)) and None)
    await live.services.dailies.close_due(now())
    await pass_time(live, NONCE_OVER)
    live.stub.world.forget_nonces()
    await live.bot.recover(now())

    assert await talk.shown()


@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
async def test_if_a_process_dies_while_it_sends_the_first_message_the_next_one_finds_the_message(talk, accepted):
    if talk.venue is Venue.FORUM:
        talk.venue = Venue.UNDER_POST  # in a forum, one request creates both thread and message
    await talk.post_daily()
    lost = talk.live.stub.fault(faults.silence("POST /channels/*/messages", accepted=accepted))
    over = now() - timedelta(seconds=1)
    await talk.live.db.write(lambda tx: tx.execute(update(t.dailies).values(closes_at=over)) and None)
    await talk.live.services.dailies.close_due(now())
    await talk.live.bot.reconciler.tick(now())
    if talk.venue is not Venue.PRIVATE:
        await lost.met.wait()

    await talk.die_and_come_back()

    assert await talk.shown()


async def test_a_channel_that_rejects_the_thread_is_not_asked_again_and_again(talk):
    talk.live.stub.fault(faults.answer(talk.opening, 403, code=50013, times=99))
    await talk.want()
    await talk.live.until(lambda: trouble_of(talk), "no-permission")
    await talk.live.bot.outgoing.tasks.finished()
    asked = talk.live.stub.rest.requests.total()

    await talk.live.bot.reconciler.tick(now())
    await talk.live.bot.outgoing.tasks.finished()

    assert talk.live.stub.rest.requests.total() == asked
    assert (await first_schedule(talk)).discussion_trouble is not None, "a manager was told"
    talk.live.stub.clear_faults()
    await pass_time(talk.live, BACKOFF_OVER)
    await talk.shown()
    assert (await first_schedule(talk)).discussion_trouble is None


async def trouble_of(talk):
    row = await talk.row()
    schedule = await first_schedule(talk)
    return row.trouble.value if row is not None and row.trouble and schedule.discussion_trouble else None


async def first_schedule(talk):
    return await talk.live.db.read(lambda tx: schedules.first(tx, talk.live.guild.id))


async def test_a_private_thread_that_was_opened_before_the_close_is_found_after_it(live):
    talk = Talk(live, Venue.PRIVATE)
    lost = live.stub.fault(faults.silence(ELSEWHERE, accepted=True))
    await talk.post_daily()
    await lost.met.wait()
    over = now() - timedelta(seconds=1)
    await live.db.write(lambda tx: tx.execute(update(t.dailies).values(closes_at=over)) and None)
    await live.services.dailies.close_due(now())

    await talk.die_and_come_back()

    assert await talk.shown()
