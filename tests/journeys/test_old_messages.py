"""Messages from versions that sent embeds still work, and become components when they are edited."""

from __future__ import annotations

from typing import Any

from bot.study.questions import Kind
from tests.components import V2
from tests.journeys.student import answer, card
from tests.reading import buttons, card_of

KEPT = ("type", "style", "label", "custom_id", "disabled")


def stored(world: Any, message: Any) -> Any:
    channel_id = message.channel_id if hasattr(message, "channel_id") else message.channel.id
    return world.env.backend.get_message(channel_id, message.id)


def as_it_was(world: Any, message: Any) -> None:
    """Give a message the form of the previous version: pings in its content, an embed, and a row of buttons."""
    there, told = stored(world, message), card_of(message)
    pings = [part["content"] for part in there.components if part["type"] == 10]
    there.components = [
        {
            "type": 1,
            "id": 0,
            "components": [{key: part[key] for key in KEPT if key in part} for part in buttons(message)],
        }
    ]
    there.embeds = [{"type": "rich", "title": told.title, "description": told.text, "author": {"name": told.above}}]
    there.content, there.flags = " ".join(pings), there.flags & ~V2


def is_new(world: Any, message: Any) -> bool:
    there = stored(world, message)
    return bool(there.flags & V2) and not there.content and not there.embeds


async def test_a_daily_that_an_earlier_version_posted_counts_and_closes(world):
    role = world.guild.create_role("Students", mentionable=True)
    message = await world.daily_of(Kind.CHOICE, role=role)
    letters = world.letters(message)
    as_it_was(world, message)
    await world.restart()

    reply = await world.ana.click(next(m for m in world.channel.history() if m.id == message.id), label=letters[0])
    await world.pass_time(minutes=2)
    counted = next(m for m in world.posts() if m.id == message.id)
    await world.pass_time(days=1)
    closed = next(m for m in world.posts() if m.id == message.id)

    assert "Right!" in card(reply).title
    assert "1 member has answered" in card_of(counted).blocks
    assert buttons(counted)[0]["label"] == "A"
    assert "closed" in card_of(closed).above
    assert "1 answer, 1 right" in card_of(closed).blocks
    for post in (counted, closed):
        assert is_new(world, post)
        assert stored(world, post).components[0]["content"] == f"<@&{role.id}>", "whom it pinged stays over it"


async def test_a_private_question_of_an_earlier_version_is_answered_in_its_place(world):
    asked = await world.ana.slash(world.channel, "quiz", questions=1)
    as_it_was(world, asked.response)

    told = await answer(world, world.ana, asked)

    assert told.response.id == asked.response.id
    assert is_new(world, told.response)
    assert "Right!" in card(told).title
