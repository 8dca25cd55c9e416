"""Live rounds from the lobby to the podium."""

from __future__ import annotations

import re

from bot.study.live import LOBBY, PAUSE

SECONDS = 20


async def open_lobby(world, **options):
    """Ana opens a round of two questions, and its message appears."""
    reply = await world.ana.slash(world.channel, "live start", **{"questions": 2, "seconds": SECONDS, **options})
    await world.tick()
    return reply


def live(world):
    """The one message of the round, as it stands now."""
    (message,) = [m for m in world.channel.history() if m.embeds and "Live round" in (m.embeds[0].author.name or "")]
    return message


async def begin(world, *players):
    """A lobby that these have joined, and the first question."""
    await open_lobby(world)
    for player in players:
        await player.click(live(world), label="Join")
    await world.pass_time(seconds=LOBBY.total_seconds())


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
    kept = await world.answer(world.ben, live(world))
    await world.restart()
    await world.tick()
    again = world.read(live(world))
    await world.answer(world.ana, live(world), right=False)
    await world.pass_time(seconds=1)
    told = world.read(live(world))
    explained = await world.ana.click(live(world), label="Explain")
    await world.pass_time(seconds=PAUSE.total_seconds())
    await world.answer(world.ben, live(world))
    await world.pass_time(seconds=SECONDS)
    await world.pass_time(seconds=PAUSE.total_seconds())
    message = live(world)
    look = await world.ben.click(message, label="How did I do?")

    assert opened.ephemeral
    assert joined.ephemeral
    assert "In so far: 2\nana and ben" in lobby
    assert "question 1 of 2" in first
    assert kept.ephemeral
    assert re.search(r"Recorded: \*\*[A-D]\*\*, after 5\.0 seconds", world.read(kept))
    assert "the clock begins anew" in again
    assert "1 of 2 have answered" in again
    assert "2 answers, 1 right" in told
    assert "**1.** ben · 141 (+141), 1 right" in told
    assert explained.ephemeral
    assert "Not this time" in world.read(explained)
    assert "**ben** wins with" in world.read(message)
    (picture,) = message.attachments
    assert (await picture.read()).startswith(b"\x89PNG")
    assert "1. ben" in world.env.backend.get_message(message.channel.id, message.id).attachments[0]["description"]
    assert "2 of 2 questions right" in world.read(look)
    assert "place 1 of 2" in world.read(look)
