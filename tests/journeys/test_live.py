"""Live rounds from the lobby to the podium."""

from __future__ import annotations

import re

import pytest

from bot.cogs.ui.errors import sentence
from bot.study.errors import Refusal, Refused
from bot.study.live import LOBBY, PAUSE, STALE
from tests.conftest import as_shown
from tests.journeys.rounds import SECONDS, begin, live, open_lobby, private, rounds
from tests.reading import card_of


async def test_a_round_goes_from_its_lobby_to_the_podium_over_a_restart(world):
    opened = await open_lobby(world)
    joined = await world.ben.click(live(world), label="Join")
    await world.ana.click(live(world), label="Join")
    await world.pass_time(seconds=4)
    lobby = world.read(live(world))
    await world.ana.click(live(world), label="Start now")
    await world.pass_time(seconds=1)

    first = world.read(live(world))
    world.env.backend.advance_clock(5)
    await world.answer(world.ben, live(world))
    kept = world.read(joined)
    await world.restart()
    await world.tick()
    again = world.read(live(world))
    await world.answer(world.ana, live(world), right=False)
    await world.pass_time(seconds=1)
    told = world.read(live(world))
    await world.ana.click(live(world), label="Explain")
    explained = private(world, world.ana)[-1]
    explanation = world.read(explained)
    await world.pass_time(seconds=PAUSE.total_seconds())
    await world.answer(world.ben, live(world))
    await world.pass_time(seconds=SECONDS)
    await world.pass_time(seconds=PAUSE.total_seconds())
    message = live(world)
    await world.ben.click(message, label="How did I do?")
    look = private(world, world.ben)[-1]

    assert opened.ephemeral
    assert joined.ephemeral
    assert "Players so far: 2\nana and ben" in lobby
    assert "question 1 of 2" in first
    assert re.search(r"[A-D], after 5\.0 seconds\nYour answer is recorded\.", kept)
    assert "The time starts again" in again
    assert "1 of 2 have answered\nben" in again
    assert "2 answers, 1 right" in told
    assert "**1.** ben · 141 points (+141), 1 right" in told
    assert explained.ephemeral
    assert "Not this time" in explanation
    assert "question 1 of 2 · 2nd of 2" in explanation
    assert "**ben** wins with" in world.read(message)
    (picture,) = message.attachments
    assert (await picture.read()).startswith(b"\x89PNG")
    assert "1. ben" in world.env.backend.get_message(message.channel.id, message.id).attachments[0]["description"]
    assert "2 of 2 questions right" in world.read(look)
    assert "place 1 of 2" in world.read(look)


# -- unplanned endings


async def test_a_lobby_without_players_says_so_and_nothing_more_happens(world):
    await open_lobby(world)
    await world.pass_time(seconds=LOBBY.total_seconds())
    await world.pass_time(seconds=LOBBY.total_seconds())

    assert "Nobody joined, so there was no round." in world.read(live(world))
    assert world.labels(live(world)) == ["Again"]


async def test_a_round_without_a_right_answer_has_no_winner_and_no_picture(world):
    await begin(world, world.ben)
    await world.answer(world.ben, live(world), right=False)
    await world.pass_time(seconds=1)
    stopped = await world.ana.slash(world.channel, "live stop")
    await world.tick()

    assert "The round is over" in world.read(stopped)
    assert "It was stopped, so the round ended with question 1 of 2." in world.read(live(world))
    assert "no winner this time" in world.read(live(world))
    assert live(world).attachments == []


async def test_only_its_host_and_managers_end_a_round(world):
    await begin(world, world.ben)

    refused = await world.ben.slash(world.channel, "live stop")
    await world.mia.slash(world.channel, "live stop")
    await world.tick()

    assert "Only the host of the live round" in world.read(refused)
    assert "The live round is over" in world.read(live(world))


async def test_deleting_the_message_ends_the_round_with_the_scores_so_far(world):
    await begin(world, world.ben, world.ana)
    await world.answer(world.ben, live(world))
    world.env.backend.delete_message(world.channel.id, live(world).id)
    await world.pass_time(seconds=SECONDS)
    await world.pass_time(seconds=1)

    assert "Its message was deleted, so the round ended with question 1 of 2. **ben** wins" in world.read(live(world))


@pytest.mark.parametrize("how", ["forbidden", "deleted"])
async def test_losing_the_channel_ends_the_round_and_its_host_is_told(world, how, caplog):
    await begin(world, world.ben)
    await world.answer(world.ben, live(world))
    if how == "forbidden":
        world.forbid(view_channel=False)
    else:
        world.env.backend.delete_channel(world.channel.id)
    await world.pass_time(seconds=1)
    await world.pass_time(seconds=SECONDS)

    (told,) = world.inbox(world.ana)
    assert "could not continue" in told
    assert "**ben** wins with 150 points." in told
    assert "post refused" in caplog.text


async def test_a_round_whose_channel_is_closed_for_a_while_shows_its_end_when_it_is_open_again(world):
    await begin(world, world.ben)
    await world.answer(world.ben, live(world))
    world.forbid(view_channel=False)
    await world.pass_time(seconds=1)
    world.permit()

    await world.pass_time(minutes=11)

    assert (
        "I could no longer show it in its channel, so the round ended with question 1 of 2. **ben** wins"
        in world.read(live(world))
    )


async def test_a_bot_that_was_down_for_long_ends_the_round_with_the_scores_so_far(world):
    await begin(world, world.ben, world.ana)
    await world.answer(world.ben, live(world))
    world.env.backend.advance_clock(SECONDS + STALE.total_seconds() + 1)
    await world.restart()
    await world.tick()

    assert "I was offline for too long, so the round ended with question 1 of 2. **ben** wins" in world.read(
        live(world)
    )


async def test_a_round_whose_bot_died_before_it_recorded_its_message_has_one_message(world, wire, monkeypatch):
    async def dies(*_, **__):
        raise RuntimeError("the power went out")

    world.may_fail = True
    with monkeypatch.context() as patched:
        patched.setattr(type(world.bot.services.posts), "acknowledge", dies)
        await open_lobby(world)
    await world.restart()
    world.env.backend.advance_clock(120)
    await world.tick()
    joined = await world.ben.click(live(world), label="Join")

    assert "You are in" in world.read(joined)


# -- another round


async def test_again_opens_another_round_with_the_same_settings_for_its_host_and_managers(world):
    await open_lobby(world, section="1.1", questions=3, seconds=15)
    await world.ana.slash(world.channel, "live stop")
    await world.tick()
    over = live(world)

    refused = await world.ben.click(over, label="Again")
    opened = await world.ana.click(over, label="Again")
    await world.tick()
    lobby = live(world)
    await world.ana.click(lobby, label="Call it off")
    await world.tick()
    await world.mia.click(lobby, label="Again")
    await world.tick()

    assert sentence(Refused(Refusal.NOT_YOUR_LIVE)) in world.read(refused)
    assert f"3 questions from {world.pack.title_of('1.1')}" in as_shown(world.read(opened))
    assert "15 seconds for each" in world.read(opened)
    assert opened.ephemeral
    assert "lobby" in card_of(live(world)).above
    assert len(rounds(world)) == 3


async def test_a_second_press_on_again_leads_to_the_round_that_the_first_one_opened(world):
    await open_lobby(world)
    await world.ana.slash(world.channel, "live stop")
    await world.tick()
    over = live(world)

    await world.ana.click(over, label="Again")
    await world.tick()
    again = await world.mia.click(over, label="Again")
    await world.tick()

    assert f"/{world.channel.id}/{live(world).id}" in world.read(again)
    assert len(rounds(world)) == 2


async def test_again_in_a_channel_that_is_closed_to_the_bot_says_what_it_needs(world):
    await open_lobby(world)
    await world.ana.slash(world.channel, "live stop")
    await world.tick()
    over = live(world)
    world.forbid(send_messages=False)

    refused = await world.ana.click(over, label="Again")

    assert "Send Messages" in world.read(refused)
