"""A duel from challenge to result, and what can happen in between."""

from __future__ import annotations

import re

import pytest

from bot.cogs.ui.refusals import SENTENCES
from bot.study.duels import QUESTIONS
from bot.study.errors import Refusal
from tests.journeys.student import buttons, card, fill_in, labels, turn_of
from tests.reading import card_of
from tests.services.students import letters_for


async def challenge(world, by, of, **options):
    """Post a challenge; return the reply to the challenger, and the post."""
    told = await by.slash(world.channel, "duel", member=of, **options)
    await world.tick()
    return told, world.channel.last_message


def pinged(world, message):
    return set(world.env.backend.get_message(message.channel.id, message.id).ping_user_ids)


def post(world, message):
    """Return a message in the channel as it is now."""
    return next(m for m in world.channel.history() if m.id == message.id)


async def answer(world, actor, shown, *, right=True):
    """Answer the question that is shown, whatever its kind; return what comes next."""
    turn = await turn_of(world, actor, shown)
    letters = letters_for(turn, right=right)
    if "Answer" not in labels(shown):
        return await actor.click(shown.response, label=letters)
    return await fill_in(actor, shown, turn.question, letters)


async def play(world, actor, shown, right):
    """Answer the remaining questions, the first `right` of them right."""
    while any(label in ("A", "Answer") for label in labels(shown)):
        shown = await answer(world, actor, shown, right=right > 0)
        right -= 1
    return shown


async def test_a_duel_goes_from_its_challenge_to_its_result_over_restarts(world):
    told, message = await challenge(world, world.ana, world.ben, section="1.1")
    called = pinged(world, message)
    await world.restart()
    await world.ben.click(message, label="Accept")
    await world.restart()
    asked = await world.ana.click(post(world, message), label="Play")
    for _ in range(2):
        asked = await answer(world, world.ana, asked)
    third = world.read(asked)
    await world.restart()
    waiting = world.read(await play(world, world.ana, asked, right=2))
    await world.tick()
    half = world.read(post(world, message))
    theirs = await world.ben.click(post(world, message), label="Play")
    lost = card(await play(world, world.ben, theirs, right=3)).title
    await world.restart()
    await world.tick()
    result = post(world, message)
    mine = await world.ana.click(result, label="My answers")
    won = card(mine).title
    page = await world.ana.click(mine.response, label="Go through my answers")
    again = await world.ben.click(result, label="Rematch")
    await world.tick()

    assert told.ephemeral
    assert "Your challenge to" in world.read(told)
    assert called == {world.ben.id}
    assert asked.response.ephemeral
    assert "Duel · question 3 of 5" in third
    assert "2 of 5\n" in third, "how many are answered, and not how many are right"
    assert "All 5 answered" in waiting
    assert not re.search(r"\d right|✅|❌", waiting)
    assert "**ana**: all 5 answered\n**ben**: yet to answer" in half
    assert (won, lost) == ("⚔️ You won", "⚔️ Not this time")
    assert card_of(result).title == "⚔️ ana wins the duel"
    assert re.search(r"🏆 \*\*ana\*\*: 4 of 5 right in \d+ s\n\*\*ben\*\*: 3 of 5 right in \d+ s", world.read(result))
    assert "Duel · your answer 1 of 5" in world.read(page)
    assert "✅ Right" in world.read(page)
    assert labels(page) == ["Next answer", "The result", "Report"]
    assert "Your challenge to **ana**" in world.read(again)
    assert pinged(world, world.channel.last_message) == {world.ana.id}
    assert len(world.channel.history()) == 2, "the result stands in the challenge's own message"


async def test_a_duel_that_takes_a_day_ends_automatically_and_its_result_is_posted_once(world):
    _, message = await challenge(world, world.ana, world.ben)
    await world.ben.click(message, label="Accept")
    await world.pass_time(hours=20)
    shown = await world.ben.click(post(world, message), label="Play")
    shown = await answer(world, world.ben, shown)
    await world.restart()
    await world.pass_time(hours=4)
    await world.restart()
    await world.tick()
    late = await answer_by_letter(world, world.ben, shown)

    old, new = world.channel.history()
    assert world.labels(old) == []
    assert "further down" in world.read(old)
    assert world.labels(new) == ["My answers", "Rematch"]
    assert "🏆 **ben**: 1 of 5 right, 1 answered in time\n**ana**: did not play" in world.read(new)
    assert pinged(world, new) == set()
    assert SENTENCES[Refusal.DUEL_OVER] in world.read(late)


async def answer_by_letter(world, actor, shown):
    button = buttons(shown)[0]
    return await actor.click(shown.response, label=button["label"])


async def test_a_challenge_that_lapsed_because_the_clock_was_ahead_can_be_accepted(world):
    _, message = await challenge(world, world.ana, world.ben)

    await world.clock_was_ahead(days=3)
    await world.tick()
    await world.ben.click(post(world, message), label="Accept")
    await world.tick()

    assert "Play" in world.labels(post(world, message))


async def test_a_lapsed_challenge_is_not_reopened_beside_a_newer_one(world):
    await challenge(world, world.ana, world.ben)
    world.env.backend.advance_clock(3 * 86400)
    await world.tick()
    world.env.backend.advance_clock(5 - 3 * 86400)
    _, newer = await challenge(world, world.ana, world.ben)

    await world.bot.services.bring_back(world.now)
    await world.tick()

    open_ = [m for m in world.channel.history() if "Accept" in world.labels(m)]
    assert [m.id for m in open_] == [newer.id]


async def test_others_are_told_that_they_are_not_in_this_duel(world):
    _, message = await challenge(world, world.ana, world.ben)
    replies = {label: await world.mia.click(message, label=label) for label in world.labels(message)}
    wrong = await world.ana.click(message, label="Accept")
    early = await world.press(world.ana, "v1:duel-play:1")

    assert list(replies) == ["Accept", "Decline", "Withdraw"]
    for reply in (*replies.values(), wrong, early):
        assert reply.ephemeral
    assert {world.read(reply) for reply in replies.values()} == {
        "That duel is between two others. `/duel` starts one of your own."
    }
    assert SENTENCES[Refusal.NOT_CHALLENGED] in world.read(wrong)
    assert SENTENCES[Refusal.DUEL_NOT_ACCEPTED] in world.read(early)
    declined = await world.ben.click(message, label="Decline")
    assert "**ben** declined the challenge from **ana**" in world.read(declined)
    assert world.labels(post(world, message)) == []


async def test_challenging_a_member_who_cannot_be_challenged_is_refused(world):
    stranger = world.env.create_user("dora")
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    said = [world.read(await world.ana.slash(world.channel, "duel", member=of)) for of in (world.ana, robot, stranger)]

    assert [words.split(".")[0] for words in said] == [
        "A duel needs two players",
        "Bots do not study",
        "That member is no longer in this server",
    ]
    assert world.channel.history() == []


async def test_an_open_duel_is_shown_with_its_buttons(world):
    _, message = await challenge(world, world.ana, world.ben)

    found = await world.ben.slash(world.channel, "duel", member=world.ana)
    told = world.read(found)
    accepted = await world.ben.click(found.response, label="Accept")
    turn = card(accepted).title
    await world.tick()
    shown = await world.ben.click(accepted.response, label="Play")

    assert "You two already have an open duel" in told
    assert f"/{world.channel.id}/{message.id}" in told
    assert turn == "⚔️ Your turn"
    assert "Duel · question 1 of 5" in world.read(shown)
    assert world.labels(post(world, message)) == ["Play"]
    assert len(world.channel.history()) == 1


async def test_a_duel_whose_message_is_deleted_continues_with_the_command_and_its_result_is_posted(world):
    _, message = await challenge(world, world.ana, world.ben)
    await message.delete()
    waiting = world.read(await world.ana.slash(world.channel, "duel", member=world.ben))
    found = await world.ben.slash(world.channel, "duel", member=world.ana)
    accepted = await world.ben.click(found.response, label="Accept")
    half = await play(world, world.ben, await world.ben.click(accepted.response, label="Play"), 1)
    mine = await world.ana.slash(world.channel, "duel", member=world.ben)
    await play(world, world.ana, await world.ana.click(mine.response, label="Play"), QUESTIONS)
    await world.tick()

    assert "/channels/" not in waiting + world.read(found)
    assert "Its post was deleted, so they can accept it only with `/duel` and your name" in waiting
    assert "press Check again, because the duel's post was deleted" in world.read(half)
    [result] = world.channel.history()
    assert card_of(result).title == "⚔️ ana wins the duel"
    assert world.labels(result) == ["My answers", "Rematch"]


async def test_if_the_channel_is_gone_the_next_command_tells_the_two_players(world):
    elsewhere = world.guild.create_text_channel("elsewhere")
    await world.ana.slash(elsewhere, "duel", member=world.ben)
    await world.tick()
    found = await world.ben.slash(world.channel, "duel", member=world.ana)
    accepted = await world.ben.click(found.response, label="Accept")
    world.env.backend.delete_channel(elsewhere.id)
    await play(world, world.ben, await world.ben.click(accepted.response, label="Play"), 1)
    mine = await world.ana.slash(world.channel, "duel", member=world.ben)
    await play(world, world.ana, await world.ana.click(mine.response, label="Play"), QUESTIONS)
    await world.tick()

    again = await world.ben.slash(world.channel, "duel", member=world.ana)

    assert "Your challenge to **ana**" in world.read(again)
    assert "⚔️ Not this time" in world.read(again)
    assert all(told.flags.ephemeral for told in again.followups)


async def test_a_channel_that_rejects_posts_is_reported_before_the_duel_begins(world):
    world.forbid(send_messages=False)
    await world.env.settle()

    reply = await world.ana.slash(world.channel, "duel", member=world.ben)

    assert "Give me Send Messages" in world.read(reply)


async def test_a_member_who_has_left_the_server_is_not_challenged_to_a_rematch(world):
    _, message = await challenge(world, world.ana, world.ben)
    await world.ben.click(message, label="Accept")
    for actor in (world.ana, world.ben):
        await play(world, actor, await actor.click(post(world, message), label="Play"), 1)
    await world.tick()
    world.env.backend.remove_member(world.guild.id, world.ben.id)

    reply = await world.ana.click(post(world, message), label="Rematch")

    assert "That member is no longer in this server" in world.read(reply)


async def test_a_member_who_has_erased_their_data_is_not_reported_as_having_left(world):
    _, message = await challenge(world, world.ana, world.ben)
    await world.ben.click(message, label="Accept")
    for actor in (world.ana, world.ben):
        await play(world, actor, await actor.click(post(world, message), label="Play"), 1)
    await world.tick()
    asked = await world.ben.slash(world.channel, "privacy delete")
    await world.ben.click(asked.response, label="Erase everything")

    reply = await world.ana.click(post(world, message), label="Rematch")

    assert SENTENCES[Refusal.OPPONENT_ERASED] in world.read(reply)
    assert "not in this server" not in world.read(reply)


@pytest.mark.parametrize("away", ["removed", "down", "refused"])
async def test_a_duel_that_ended_while_its_message_could_not_be_edited_is_over_there_in_the_end(world, away):
    _, message = await challenge(world, world.ana, world.ben, section="1.1")
    await world.ben.click(message, label="Accept")
    await world.tick()
    shown = await world.ana.click(post(world, message), label="Play")
    guilds = world.bot.services.guilds
    if away == "removed":
        await play(world, world.ana, shown, right=5)
        await guilds.left(world.guild.id, at=world.now)
        for _ in range(8):
            await world.pass_time(hours=10)
        await guilds.joined(world.guild.id, at=world.now)
    elif away == "down":
        await play(world, world.ana, shown, right=5)
        world.env.backend.advance_clock(50 * 60 * 60)
        await world.restart()
    else:
        world.forbid(send_messages=False, view_channel=False)
        await play(world, world.ana, shown, right=5)
        for _ in range(27 * 2):
            await world.pass_time(minutes=30)
        world.permit()

    for _ in range(3):
        await world.pass_time(minutes=10)

    assert "Play" not in world.labels(message)
    assert "A duel is on" not in world.read(post(world, message))
