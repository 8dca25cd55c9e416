"""A live round as its players find it in the channel, and in private."""

from __future__ import annotations

from simcord.backend.models import EPHEMERAL_FLAG
from simcord.results import ResponseMessage

from bot.study.live import LOBBY
from tests.reading import card_of

SECONDS = 20


async def open_lobby(world, **options):
    """Ana opens a round of two questions, and its message appears."""
    reply = await world.ana.slash(world.channel, "live start", **{"questions": 2, "seconds": SECONDS, **options})
    await world.tick()
    return reply


def live(world):
    """The one message of the latest round, as it stands now."""
    message, *_ = sorted(rounds(world), key=lambda m: m.id, reverse=True)
    return message


def rounds(world):
    """The messages of all rounds."""
    return [m for m in world.channel.history() if "Live round" in card_of(m).above]


async def begin(world, *players, **options):
    """A lobby that these have joined, and the first question."""
    await open_lobby(world, **options)
    for player in players:
        await player.click(live(world), label="Join")
    await world.pass_time(seconds=LOBBY.total_seconds())


def private(world, member):
    """The private messages of the bot that a member has, oldest first."""
    backend = world.env.backend
    told = {record.message_id for record in backend.interactions.values() if record.user_id == member.id}
    return [
        ResponseMessage(world.env, message)
        for _, message in sorted(backend.messages[world.channel.id].items())
        if message.flags & EPHEMERAL_FLAG and message.id in told
    ]
