"""Steps of a live round, as its players see it in the channel and in private."""

from __future__ import annotations

from simcord.backend.models import EPHEMERAL_FLAG
from simcord.results import ResponseMessage

from bot.study.live import LOBBY
from tests.reading import card_of

SECONDS = 20


async def open_lobby(world, **options):
    """Let Ana open a round of two questions, and show its message; return the reply to her."""
    reply = await world.ana.slash(world.channel, "live start", **{"questions": 2, "seconds": SECONDS, **options})
    await world.tick()
    return reply


def live(world):
    """Return the message of the latest round, as it is now."""
    message, *_ = sorted(rounds(world), key=lambda m: m.id, reverse=True)
    return message


def rounds(world):
    """Return the messages of all rounds."""
    return [m for m in world.channel.history() if "Live round" in card_of(m).above]


async def begin(world, *players, **options):
    """Open a lobby, let these players join, and wait for the first question."""
    await open_lobby(world, **options)
    for player in players:
        await player.click(live(world), label="Join")
    await world.pass_time(seconds=LOBBY.total_seconds())


def private(world, member):
    """Return the private messages that the bot has sent to a member in the channel, oldest first."""
    backend = world.env.backend
    told = {record.message_id for record in backend.interactions.values() if record.user_id == member.id}
    return [
        ResponseMessage(world.env, message)
        for _, message in sorted(backend.messages[world.channel.id].items())
        if message.flags & EPHEMERAL_FLAG and message.id in told
    ]
