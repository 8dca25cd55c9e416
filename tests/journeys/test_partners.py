"""A partner streak, from the request in the channel to its end."""

from __future__ import annotations

import pytest

from tests.journeys.student import card, labels


async def ask(world, actor, member=None):
    options = {"member": member} if member is not None else {}
    reply = await actor.slash(world.channel, "streak partner", **options)
    await world.tick()
    return reply


async def pair(world):
    """Let Ana ask and Ben accept; return the post in the channel."""
    await ask(world, world.ana, world.ben)
    message = world.channel.last_message
    await world.ben.click(message, label="Accept")
    await world.tick()
    return message


async def test_a_member_asks_another_who_accepts_after_a_restart(world):
    reply = await ask(world, world.ana, world.ben)
    message = world.channel.last_message
    assert reply.ephemeral
    assert card(reply).title == "🤝 Waiting for your partner"
    assert "The streak begins when they accept, there or with `/streak partner`." in world.read(reply)
    assert "asks" in world.read(message)
    assert {user.id for user in message.mentions} == {world.ben.id}

    await world.restart()
    accepted = await world.ben.click(message, label="Accept")
    await world.tick()

    assert accepted.ephemeral
    assert card(accepted).title == "🤝 0 days together"
    told = world.read(world.channel.last_message)
    assert "have kept a streak together since Monday, November 23." in told
    assert world.labels(message) == ["Our streak"]


async def test_the_two_see_their_days_and_who_has_answered_today(world):
    message = await pair(world)
    daily = await world.post_daily()
    await world.answer(world.ana, daily)

    mine = world.read(await ask(world, world.ana))
    theirs = world.read(await world.ben.click(message, label="Our streak"))
    await world.restart()
    await world.answer(world.ben, daily)
    both = world.read(await world.ben.click(message, label="Our streak"))

    assert "You have answered; **ben** has not yet." in mine
    assert "**ana** has answered; you have not yet." in theirs
    assert "1 day together" in both
    assert "You have both answered." in both


async def test_answers_that_are_revealed_at_the_close_count_at_once(world):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    message = await pair(world)
    daily = await world.post_daily()

    await world.answer(world.ana, daily)
    one = world.read(await world.ana.click(message, label="Our streak"))
    await world.answer(world.ben, daily)
    both = world.read(await world.ana.click(message, label="Our streak"))
    await world.pass_time(days=1)
    later = world.read(await world.ana.click(message, label="Our streak"))

    assert "You have answered; **ben** has not yet." in one
    assert "You have both answered." in both
    assert "1 day together" in both
    assert "1 day together" in later


async def test_others_cannot_press_their_buttons(world):
    stranger = world.guild.add_member(world.env.create_user("cleo"))
    await ask(world, world.ana, world.ben)
    message = world.channel.last_message

    for label in ("Accept", "Decline"):
        assert "two other members" in world.read(await stranger.click(message, label=label))
    assert "Only the member who was asked" in world.read(await world.ana.click(message, label="Accept"))
    assert "no longer here" in world.read(await world.press(stranger, "v1:partner-show:999999"))


async def test_a_declined_question_says_so_in_the_channel(world):
    await ask(world, world.ana, world.ben)
    message = world.channel.last_message

    await world.ben.click(message, label="Decline")
    await world.tick()

    assert "The request was declined." in world.read(world.channel.last_message)
    assert world.labels(message) == []
    assert card(await ask(world, world.ana)).title == "🤝 No partner yet"


async def test_either_partner_ends_it_and_the_post_no_longer_names_anybody(world):
    await pair(world)
    shown = await ask(world, world.ben)

    ended = await world.ben.click(shown.response, label="End it")
    await world.tick()

    assert "This partner streak is over." in world.read(ended)
    told = world.read(world.channel.last_message)
    assert "This partner streak is over." in told
    assert "ana" not in told


@pytest.mark.parametrize("command", ["privacy hide", "privacy delete"])
async def test_hiding_or_erasing_ends_it_and_removes_the_name_from_the_post(world, command):
    await pair(world)

    reply = await world.ana.slash(world.channel, command)
    if command == "privacy delete":
        await world.ana.click(reply.response, label="Erase everything")
    await world.tick()

    told = world.read(world.channel.last_message)
    assert "This partner streak is over." in told
    assert "ana" not in told
    assert card(await ask(world, world.ben)).title == "🤝 No partner yet"


async def test_without_permission_to_post_nobody_is_asked(world):
    world.forbid(send_messages=False)
    await world.env.settle()

    assert "Give me Send Messages" in world.read(await ask(world, world.ana, world.ben))
    assert card(await ask(world, world.ana)).title == "🤝 No partner yet"


async def test_a_request_that_its_channel_rejects_is_withdrawn_and_says_why(world):
    promised = await world.ana.slash(world.channel, "streak partner", member=world.ben)
    world.forbid(send_messages=False)
    await world.tick()
    await world.tick()

    assert "could not be posted, so I withdrew it." in world.read(promised)
    assert card(await ask(world, world.ana)).title == "🤝 No partner yet"


async def test_a_hostile_name_is_only_a_name(world):
    evil = world.guild.add_member(world.env.create_user("**@everyone** `x`"))

    await ask(world, evil, world.ben)

    message = world.channel.last_message
    assert not message.mention_everyone
    assert {user.id for user in message.mentions} == {world.ben.id}
    assert "\\*\\*" in world.read(message)


async def test_asking_a_member_who_cannot_be_asked_is_refused_in_a_sentence(world):
    assert "needs two" in world.read(await ask(world, world.ana, world.ana))
    await pair(world)
    assert "You already have a partner here." in world.read(await ask(world, world.ana, world.mia))
    assert "That member already has a partner here." in world.read(await ask(world, world.mia, world.ana))


async def test_the_member_who_is_asked_can_accept_with_the_command(world):
    await ask(world, world.ana, world.ben)

    asked = await ask(world, world.ben)
    assert "You have been asked by" in world.read(asked)
    accepted = await world.ben.click(asked.response, label=labels(asked)[0])

    assert "days together" in card(accepted).title
    progress = await world.ben.slash(world.channel, "progress")
    words = await world.ben.click(progress.response, label="In words")
    assert "With **ana**: 0 days together." in world.read(words)
