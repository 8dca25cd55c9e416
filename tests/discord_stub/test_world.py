"""The stub behaves like Discord wherever the bot relies on it."""

from __future__ import annotations

import time

import pytest

from tests.discord_stub.world import COMPLETE, REPLY, THINK, Interaction, Refused, World


@pytest.fixture
def world():
    return World(guilds=2)


@pytest.fixture
def channel(world):
    return next(iter(world.messages))


def an_interaction(world, sent_at):
    interaction = Interaction(world.new_id(), "token", None, next(iter(world.messages)), 7, "test", sent_at=sent_at)
    world.expect(interaction)
    return interaction


def test_an_enforced_nonce_returns_the_first_message_in_any_channel(world):
    here, there = world.messages

    first = world.create_message(here, {"content": "a", "nonce": "n", "enforce_nonce": True})
    again = world.create_message(there, {"content": "b", "nonce": "n", "enforce_nonce": True})

    assert again is first
    assert not world.messages[there]


def test_a_nonce_that_is_not_enforced_or_forgotten_creates_a_second_message(world, channel):
    for enforced in (False, True):
        world.create_message(channel, {"content": "a", "nonce": "n", "enforce_nonce": enforced})
    world.forget_nonces()
    world.create_message(channel, {"content": "a", "nonce": "n", "enforce_nonce": True})

    assert len(world.messages[channel]) == 3


def test_history_is_newest_first_and_after_returns_the_messages_that_follow_directly(world, channel):
    ids = [int(world.create_message(channel, {"content": str(n)})["id"]) for n in range(5)]

    def found(**where):
        return [ids.index(int(message["id"])) for message in world.history(channel, **where)]

    assert found(limit=2) == [4, 3]
    assert found(limit=2, before=ids[3]) == [2, 1]
    assert found(limit=2, after=ids[1]) == [3, 2]


def test_an_interaction_accepts_one_response(world):
    interaction = an_interaction(world, time.perf_counter())
    world.respond("token", {"type": REPLY, "data": {"content": "first"}})

    with pytest.raises(Refused) as refusal:
        world.respond("token", {"type": REPLY, "data": {"content": "second"}})

    assert refusal.value.body["code"] == 40060
    assert interaction.text == "first"
    assert interaction.again == 1


def test_an_interaction_expires(world):
    an_interaction(world, sent_at=0.0)

    with pytest.raises(Refused) as refusal:
        world.respond("token", {"type": REPLY, "data": {"content": "late"}})

    assert refusal.value.body["code"] == 10062


def test_a_deferred_reply_is_seen_once_it_is_edited(world):
    interaction = an_interaction(world, time.perf_counter())
    world.respond("token", {"type": THINK})
    assert not interaction.shown

    world.edit_reply("token", {"content": "at last"})

    assert interaction.text == "at last"


def test_a_completion_shows_no_message(world):
    interaction = an_interaction(world, time.perf_counter())
    world.respond("token", {"type": COMPLETE, "data": {"choices": []}})

    assert interaction.kind == COMPLETE
    assert not interaction.shown
