"""What costs the bot much has a limit for each member, told in a sentence; the next minute it works again."""

from __future__ import annotations


async def test_a_member_who_asks_too_often_is_told_when_to_try_again(world):
    await world.post_daily()
    await world.ana.slash(world.channel, "quiz", questions=1)
    for _ in range(3):
        await world.ana.slash(world.channel, "privacy export")

    refused = await world.ana.slash(world.channel, "privacy export")
    other = await world.ben.slash(world.channel, "privacy export")
    world.env.backend.advance_clock(61)
    again = await world.ana.slash(world.channel, "privacy export")

    assert refused.ephemeral
    assert refused.response.content.startswith("That was quick. Please try again in ")
    assert "I keep nothing of you" in other.response.content
    assert again.response.attachments
