"""Whatever happens to a request, every kind of post ends up posted once and up to date."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.cogs.ui import delivery, pace
from bot.cogs.ui.pace import Pace
from bot.cogs.ui.reconciler import Renderer
from bot.storage import posts as stored
from bot.storage import tables as t
from tests.discord_stub import faults
from tests.faults import kinds
from tests.faults.conftest import SOON
from tests.faults.kinds import CHALLENGE, CHANGING, KINDS, PLAIN, ROUND, STANDINGS, pass_time

CREATE, EDIT = "POST /channels/*/messages", "PATCH /channels/*/messages/*"
TRIES = 3
"""How often a request is sent if its connection breaks."""
SHORT = 1.0
"""Seconds after which a request without a response is given up."""
LEASE_OVER, NONCE_OVER, BACKOFF_OVER = timedelta(seconds=61), timedelta(minutes=5), timedelta(hours=1)

every_kind = pytest.mark.parametrize("kind", KINDS, ids=str)
changing_kind = pytest.mark.parametrize("kind", CHANGING, ids=str)


@pytest.fixture(autouse=True)
def plain(live, monkeypatch):
    """Register the kind of posts that no feature has."""
    kinds.TOLD.clear()
    monkeypatch.setitem(live.services.posts.policies, "plain", kinds.PLAIN_POLICY)
    monkeypatch.setitem(live.bot.reconciler.renderers, "plain", kinds.PLAIN_RENDERER)


async def tick(live):
    """Show the posts that are due, as the scheduler would do soon."""
    await live.bot.reconciler.tick(now())
    await live.bot.outgoing.tasks.finished()


async def shown(live, kind):
    """Wait until the post is up and recorded as shown; return its message."""
    await live.until(lambda: dirty(live), 0)
    (message,) = kind.up(live, live.guild)
    return message


async def dirty(live):
    rows = await live.db.read(lambda tx: tx.execute(select(t.posts.c.id).where(t.DIRTY)).all())
    return len(rows) + len(live.bot.outgoing.busy("post"))


async def posts_of(live):
    return await live.db.read(lambda tx: tx.execute(select(t.posts)).all())


async def changed(live, kind):
    """Create a post that is up and has to be edited now; return its message."""
    await kind.want(live, live.guild)
    message = await shown(live, kind)
    await kind.change(live, live.guild)
    await pass_time(live, NONCE_OVER)
    return message


async def die_after_it_was_taken(live, kind):
    """Let Discord accept a post, and stop the sending task before it can record that, as if the process died."""
    taken = live.stub.fault(faults.silence(CREATE, accepted=True))
    await kind.want(live, live.guild)
    await taken.met.wait()
    await live.bot.outgoing.tasks.stop(0)
    live.stub.rest.release()


async def find_it_again(live):
    """Start the next process when Discord has forgotten the nonce."""
    await pass_time(live, NONCE_OVER)
    live.stub.world.forget_nonces()
    await live.bot.recover(now())


@every_kind
@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
async def test_a_post_whose_connection_breaks_appears_once(live, kind, accepted):
    live.stub.fault(faults.cut(CREATE, accepted=accepted))

    await kind.want(live, live.guild)

    assert await shown(live, kind)


@every_kind
@pytest.mark.parametrize("later", [LEASE_OVER, NONCE_OVER], ids=["the nonce holds", "the nonce is forgotten"])
@pytest.mark.parametrize("accepted", [True, False], ids=["taken", "not taken"])
async def test_a_post_without_a_response_appears_once_in_the_end(live, monkeypatch, kind, accepted, later):
    monkeypatch.setattr(delivery, "PATIENCE", SHORT)
    lost = live.stub.fault(faults.silence(CREATE, accepted=accepted))
    await kind.want(live, live.guild)
    await lost.met.wait()
    await live.bot.outgoing.tasks.finished()
    monkeypatch.setattr(delivery, "PATIENCE", SOON)
    if later == NONCE_OVER:
        live.stub.world.forget_nonces()

    await pass_time(live, later)

    assert await shown(live, kind)


@every_kind
async def test_if_a_sender_dies_after_discord_accepted_the_post_the_next_one_finds_it(live, kind):
    """The task stops where the process would die; the next process finds a lease and a message, but no record of it."""
    await die_after_it_was_taken(live, kind)

    await find_it_again(live)

    assert await shown(live, kind)
    assert [row.message_id is not None for row in await posts_of(live)] == [True]


@changing_kind
async def test_a_message_that_discord_deduplicates_by_its_nonce_is_brought_up_to_date(live, kind):
    """Discord answers the second attempt with the message of the first attempt, which shows the earlier state."""
    await die_after_it_was_taken(live, kind)
    await kind.change(live, live.guild)
    await pass_time(live, LEASE_OVER)

    await live.bot.recover(now())

    assert kind.shows_change(await shown(live, kind))


@changing_kind
async def test_a_sent_but_unrecorded_message_is_brought_up_to_date(live, kind):
    await die_after_it_was_taken(live, kind)
    await kind.change(live, live.guild)

    await find_it_again(live)

    assert kind.shows_change(await shown(live, kind))


@changing_kind
@pytest.mark.parametrize(
    "fault", [faults.cut(EDIT, times=TRIES), faults.answer(EDIT, 500, times=9)], ids=["cut", "500"]
)
async def test_a_lost_edit_is_made_again(live, monkeypatch, kind, fault):
    live.stub.fault(fault)
    monkeypatch.setattr(asyncio, "sleep", _quickly(asyncio.sleep))
    await changed(live, kind)
    await fault.met.wait()
    await live.bot.outgoing.tasks.finished()
    live.stub.clear_faults()

    await pass_time(live, BACKOFF_OVER)

    assert kind.shows_change(await shown(live, kind))


def _quickly(sleep):
    async def quick(seconds, *result):
        return await sleep(min(seconds, 0.05), *result)

    return quick


@changing_kind
async def test_a_change_during_an_edit_is_shown_by_the_next_edit(live, kind):
    slow = live.stub.fault(faults.silence(EDIT, accepted=True))
    await kind.want(live, live.guild)
    await shown(live, kind)
    await live.db.write(lambda tx: stored.touch(tx, kind.name, 1, now()))
    await pass_time(live, NONCE_OVER)
    await slow.met.wait()

    await kind.change(live, live.guild)
    live.stub.rest.release()
    await live.bot.outgoing.tasks.finished()
    await pass_time(live, BACKOFF_OVER)

    assert kind.shows_change(await shown(live, kind))


@pytest.mark.parametrize("kind", [kind for kind in CHANGING if kind is not ROUND], ids=str)
async def test_a_message_that_somebody_has_deleted_is_not_posted_again(live, kind):
    message = await changed(live, kind)
    live.stub.world.delete_message(int(message["channel_id"]), int(message["id"]))

    async def kinds():  # of the posts that are kept; those who signed up for an evening are pinged in a post of its own
        return {row.kind for row in await posts_of(live)} - {stored.PostKind.EVENING_NEWS}

    await live.until(kinds, set())

    await tick(live)

    assert kind.up(live, live.guild) == []


@every_kind
async def test_a_channel_that_rejects_everything_is_not_asked_again_and_again(live, caplog, kind):
    live.stub.fault(faults.answer(CREATE.replace("*", str(live.guild.channels[0])), 403, code=50013, times=99))
    await kind.want(live, live.guild)

    await live.until(lambda: _lines(caplog, "post refused"), 1)
    for _ in range(3):
        await tick(live)

    assert caplog.text.count("post refused") == 1


async def _lines(caplog, text):
    return caplog.text.count(text)


async def test_a_manager_is_notified_once_of_a_post_that_its_channel_rejects(live):
    live.stub.fault(faults.answer(CREATE.replace("*", str(live.guild.channels[0])), 403, code=50013, times=99))
    await PLAIN.want(live, live.guild)
    told = live.stub.world.direct_channel(kinds.ANA)["id"]

    async def words():
        return [message["content"] for message in live.stub.world.messages[int(told)].values()]

    await live.until(words, ["Server 0: no-permission"])
    for _ in range(2):
        await live.bot.outgoing.tasks.finished()
        await pass_time(live, BACKOFF_OVER)
        await tick(live)
    assert await words() == ["Server 0: no-permission"]

    live.stub.clear_faults()
    await pass_time(live, BACKOFF_OVER)

    assert await shown(live, PLAIN)


async def test_a_challenge_that_cannot_be_posted_is_withdrawn(live):
    live.stub.fault(faults.answer(CREATE, 403, code=50013))

    await CHALLENGE.want(live, live.guild)

    await live.until(lambda: posts_of(live), [])
    states = await live.db.read(lambda tx: tx.execute(select(t.duels.c.state)).scalars().all())
    assert states == ["withdrawn"]


async def test_a_duels_message_that_may_not_be_edited_for_a_while_is_brought_up_to_date_later(live, caplog):
    live.stub.fault(faults.answer(EDIT, 403, code=50001))
    await changed(live, CHALLENGE)
    await live.until(lambda: _lines(caplog, "post refused"), 1)

    await pass_time(live, BACKOFF_OVER)
    await tick(live)

    assert CHALLENGE.shows_change(await shown(live, CHALLENGE))


async def test_without_the_history_an_unrecorded_message_is_not_sent_again(live, caplog):
    """Without the permission, Discord returns an empty history, which looks as if the post had not been sent."""
    taken = live.stub.fault(faults.silence(CREATE, accepted=True))
    await PLAIN.want(live, live.guild)
    await taken.met.wait()
    await live.bot.outgoing.tasks.stop(0)
    live.stub.rest.release()
    live.stub.world.forget_nonces()
    here = live.bot.get_channel(live.guild.channels[0])
    here._overwrites.append(_deny(live.guild.id, 1 << 16))
    await pass_time(live, NONCE_OVER)

    await live.until(lambda: _told_of(live), True)

    assert len(PLAIN.up(live, live.guild)) == 1


def _deny(role_id, permissions):
    from discord.abc import _Overwrites

    return _Overwrites({"id": role_id, "type": 0, "allow": "0", "deny": str(permissions)})


async def _told_of(live):
    return any(row.trouble == "no-history" for row in await posts_of(live))


async def test_a_server_whose_post_gets_no_response_does_not_delay_others(live, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", 2 * SOON)
    silent, other, _ = live.stub.guilds
    lost = live.stub.fault(faults.silence(CREATE.replace("*", str(silent.channels[0]))))
    await STANDINGS.want(live, silent)
    await lost.met.wait()

    await STANDINGS.want(live, other)

    await live.until(lambda: _count(live, other), 1)
    assert STANDINGS.up(live, silent) == []
    live.stub.rest.release()


async def _count(live, guild):
    return len(STANDINGS.up(live, guild))


async def test_counts_let_new_posts_go_first_and_are_still_updated(live, monkeypatch):
    await STANDINGS.want(live, live.guild)
    await shown(live, STANDINGS)
    pace_ = live.bot.outgoing.pace = Pace(2)
    async with pace_:
        pass  # use up a slot: the next one is half a second away
    order = []
    for method in ("_send", "_edit"):
        monkeypatch.setattr(live.bot.reconciler, method, _noted(getattr(live.bot.reconciler, method), method, order))
    await STANDINGS.change(live, live.guild)
    await pass_time(live, NONCE_OVER)
    await live.bot.reconciler.tick(now())
    await CHALLENGE.want(live, live.guild)

    await live.bot.reconciler.tick(now())
    await live.bot.outgoing.tasks.finished()

    assert order == ["_send", "_edit"]
    assert pace.IDLE >= stored.NUMBERS_WAIT


def _noted(put, name, order):
    async def noting(*args):
        order.append(name)
        return await put(*args)

    return noting


async def test_a_bug_in_a_renderer_delays_only_that_post(live, monkeypatch, caplog):
    def compose(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setitem(live.bot.reconciler.renderers, "plain", Renderer(compose, kinds.PLAIN_RENDERER.marks))
        await PLAIN.want(live, live.guild)
        await live.until(lambda: _lines(caplog, "post 1 failed"), 1)
        await STANDINGS.want(live, live.guild)
        await live.until(lambda: _count(live, live.guild), 1)
    [broken] = [row for row in await posts_of(live) if row.kind == "plain"]
    await pass_time(live, BACKOFF_OVER)

    await live.until(lambda: dirty(live), 0)
    assert broken.lease_until is None
    assert len(PLAIN.up(live, live.guild)) == 1


async def test_a_feature_is_notified_of_shown_posts_and_of_their_end(live):
    await PLAIN.want(live, live.guild)
    message = await shown(live, PLAIN)
    live.stub.world.delete_message(int(message["channel_id"]), int(message["id"]))

    await PLAIN.change(live, live.guild)
    await live.until(lambda: posts_of(live), [])

    assert kinds.TOLD == ["shown", "deleted"]
