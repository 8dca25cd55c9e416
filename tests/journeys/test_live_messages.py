"""What the channel and the players see of a live round."""

from __future__ import annotations

import re

from bot.cogs.ui.errors import sentence
from bot.storage.tables.base import metadata
from bot.study.errors import Refusal, Refused
from bot.study.live import LOBBY, PAUSE
from tests.journeys.rounds import SECONDS, begin, live, open_lobby, private
from tests.reading import buttons

# -- what members see


async def test_a_table_says_in_words_who_has_gained_and_lost_places(world):
    await begin(world, world.ben, world.ana)
    await world.answer(world.ben, live(world))
    await world.answer(world.ana, live(world), right=False)
    await world.pass_time(seconds=1)
    first = world.read(live(world))
    await world.pass_time(seconds=PAUSE.total_seconds())
    await world.answer(world.ana, live(world))
    await world.answer(world.ben, live(world), right=False)
    await world.pass_time(seconds=1)
    level = world.read(live(world))

    assert "up" not in first.split("The table")[1]
    assert "ana · 150 points (+150), 1 right · ▲ up 1" in level
    assert "ben · 150 points, 1 right\n" in level


async def test_a_hidden_member_answers_without_being_named(world):
    await world.ana.slash(world.channel, "privacy hide")
    await begin(world, world.ana, world.ben)
    await world.answer(world.ana, live(world))
    await world.pass_time(seconds=4)
    hidden = world.read(live(world))

    assert "1 of 2 have answered\n1 member" in hidden


async def test_a_second_round_in_the_channel_is_refused_with_the_way_to_the_first(world):
    await open_lobby(world)

    refused = await open_lobby(world)

    assert f"/{world.channel.id}/{live(world).id}" in world.read(refused)


async def test_nobody_is_pinged_and_answers_are_private(world):
    await begin(world, world.ben)
    kept = await world.answer(world.ben, live(world))
    again = await world.answer(world.ben, live(world), right=False)
    await world.pass_time(seconds=1)
    [mine] = private(world, world.ben)

    message = world.env.backend.get_message(world.channel.id, live(world).id)
    assert set(message.ping_user_ids) == set()
    assert mine.id == again.response.id
    assert again.ephemeral
    assert "Your first answer counts" in world.read(again)
    assert world.env.backend.get_message(world.channel.id, mine.id).ping_user_ids == []
    assert kept.response is not None


async def test_the_look_back_opens_each_question_in_full_and_accepts_a_flag(world):
    await begin(world, world.ben)
    await world.answer(world.ben, live(world))
    await world.pass_time(seconds=1)
    await world.ana.slash(world.channel, "live stop")
    await world.tick()

    await world.ben.click(live(world), label="How did I do?")
    [message] = private(world, world.ben)
    look = world.read(message)
    await world.ben.select(message, ["1"])
    opened = world.read(message)
    flag = await world.ben.click(message, label="Report")
    await world.ben.click(message, label="How did I do?")
    spectator = await world.ana.click(live(world), label="How did I do?")

    assert "1 of 1 question right" in look
    assert "points** this season so far" in look
    assert "Right" in opened
    assert world.read(message) == look
    assert flag.modal is not None
    assert "You did not play in this round." in world.read(spectator)


async def test_the_rules_of_live_rounds_are_a_topic_of_the_help(world):
    told = world.read(await world.ana.slash(world.channel, "help", topic="live"))

    assert "A right answer earns 100 points, and up to 50 more for speed" in told


async def test_a_hidden_member_who_was_right_is_neither_named_nor_denied(world):
    await world.ana.slash(world.channel, "privacy hide")
    await world.ben.slash(world.channel, "live start", questions=1)
    await world.tick()
    await world.ana.click(live(world), label="Join")
    await world.ben.click(live(world), label="Join")
    await world.pass_time(seconds=LOBBY.total_seconds())
    await world.answer(world.ana, live(world))
    await world.answer(world.ben, live(world), right=False)
    await world.pass_time(seconds=1)
    stood = world.read(live(world))
    await world.pass_time(minutes=2)
    await world.pass_time(minutes=2)

    assert "1 answer, 0 right" in stood
    assert "Nobody in the table answered a question right" in world.read(live(world))
    assert not any(re.search(r"\bana\b", world.read(message)) for message in world.channel.history())


async def test_a_hidden_host_is_not_named_in_the_lobby(world):
    await world.ana.slash(world.channel, "privacy hide")

    await world.ana.slash(world.channel, "live start")
    await world.tick()

    assert world.ana.name not in world.read(live(world))
    assert str(world.ana.id) not in world.read(live(world))


# -- the one private message of a player


async def test_all_presses_of_a_player_in_a_round_are_answered_in_one_private_message(world):
    await begin(world, world.ben, world.ana)
    [mine] = private(world, world.ben)
    told = [world.read(mine)]
    for question in range(2):
        shown = world.read(live(world))
        pressed = await world.answer(world.ben, live(world), right=not question)
        assert pressed.acknowledged, "otherwise Discord says that the interaction failed"
        told.append(world.read(mine))
        assert world.read(live(world)) == shown, "the channel's message is the host's, not the reply"
        await world.answer(world.ana, live(world))
        await world.pass_time(seconds=1)
        await world.ben.click(live(world), label="Explain")
        told.append(world.read(mine))
        await world.pass_time(seconds=PAUSE.total_seconds())
    await world.ben.click(live(world), label="How did I do?")
    told.append(world.read(mine))

    said = ["You are in", "recorded", "Right", "You have 150 points so far", "Not this time", "1 of 2 questions right"]
    assert [part in words for part, words in zip(said, told, strict=True)] == [True] * 6
    assert "▼ down 1" in told[4]
    assert len(private(world, world.ben)) == 1


async def test_a_player_leaves_and_returns_in_the_same_message(world):
    await begin(world, world.ben, world.ana)
    [mine] = private(world, world.ben)

    await world.ben.click(mine, label="Leave")
    left = world.read(mine)
    await world.ben.click(mine, label="Join")
    back = world.read(mine)
    await world.answer(world.ben, live(world))

    assert "You have left the round" in left
    assert "You are in" in back
    assert "recorded" in world.read(mine)
    assert len(private(world, world.ben)) == 1


async def test_a_player_who_lost_sight_of_the_message_presses_once_more_and_gets_it_below(world):
    await begin(world, world.ben, world.ana)
    [first] = private(world, world.ben)
    await world.answer(world.ben, live(world))

    again = await world.answer(world.ben, live(world))
    [second] = private(world, world.ben)

    assert second.id == again.response.id > first.id
    assert "Your first answer counts" in world.read(again)


async def test_a_late_press_is_answered_in_the_same_message(world):
    await begin(world, world.ben, world.ana)
    [mine] = private(world, world.ben)
    button = next(part["custom_id"] for part in buttons(live(world)))
    await world.pass_time(seconds=SECONDS)

    await world.press(world.ben, button)
    closed = world.read(mine)
    await world.mia.slash(world.channel, "live stop")
    await world.press(world.ben, button)

    assert sentence(Refused(Refusal.LIVE_QUESTION_CLOSED)) in closed
    assert sentence(Refused(Refusal.LIVE_OVER)) in world.read(mine)
    assert len(private(world, world.ben)) == 1


async def test_after_a_restart_the_next_press_gets_a_new_message_and_later_ones_edit_it(world, caplog):
    caplog.set_level("DEBUG", logger="bot")
    await begin(world, world.ben, world.ana)
    [before] = private(world, world.ben)
    old = world.read(before)
    await world.restart()
    await world.tick()
    await world.answer(world.ben, live(world))
    [_, mine] = private(world, world.ben)
    recorded = world.read(mine)
    await world.answer(world.ana, live(world))
    await world.pass_time(seconds=1)
    await world.ben.click(live(world), label="Explain")
    explained = world.read(mine)
    await world.ben.click(before, label="Leave")

    assert "recorded" in recorded
    assert "Right" in explained
    assert old != world.read(before), "its buttons work after a restart"
    assert "You have left the round" in world.read(before)
    tokens = [record.token for record in world.env.backend.interactions.values()]
    kept = caplog.text + await world.db.read(
        lambda tx: "".join(str(tx.execute(table.select()).all()) for table in metadata.sorted_tables)
    )
    assert tokens
    assert not any(token in kept for token in tokens)


async def test_a_message_whose_token_has_expired_is_replaced_by_a_new_one(world):
    await begin(world, world.ben, world.ana, questions=8, seconds=120)
    await world.answer(world.ana, live(world))
    [first] = private(world, world.ben)
    for _ in range(7):
        await world.pass_time(seconds=120)
        await world.pass_time(seconds=PAUSE.total_seconds())
    await world.answer(world.ben, live(world))

    [_, second] = private(world, world.ben)
    assert "You are in" in world.read(first)
    assert "recorded" in world.read(second)
    assert len(world.bot.private) == 1, "what has expired is not kept"


async def test_a_message_that_discord_does_not_edit_is_sent_again(world):
    await begin(world, world.ben, world.ana)
    world.env.inject_error(
        "PATCH", "/webhooks/*/*/messages/@original", status=404, code=10008, message="Unknown Message"
    )

    kept = await world.answer(world.ben, live(world))

    assert kept.ephemeral
    assert "recorded" in world.read(kept)
    assert private(world, world.ben)[-1].id == kept.response.id
