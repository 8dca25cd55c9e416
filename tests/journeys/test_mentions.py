"""Commands named in texts can be opened with one press."""

from __future__ import annotations

from dataclasses import replace

from bot.cogs.ui.mentions import CommandMentions
from tests.journeys.student import card
from tests.reading import card_of


async def test_a_reply_links_the_command_that_it_names(world):
    told = await world.mia.slash(world.channel, "daily status")

    (schedule,) = [c for c in await world.bot.tree.fetch_commands() if c.name == "daily"]
    assert f"</daily schedule:{schedule.id}> starts one" in card(told).text


async def test_a_sentence_and_a_direct_message_link_it_too(world):
    refused = await world.mia.slash(world.channel, "daily skip")
    assert "</daily schedule:" in refused.response.content

    await world.schedule_daily()
    world.env.backend.delete_channel(world.channel.id)
    await world.pass_time(hours=2)

    (told,) = world.mia.user.dm_channel.history()
    assert "</daily schedule:" in told.content


async def test_a_process_that_registers_no_commands_asks_for_their_ids(world):
    world.bot.mentions = CommandMentions()
    before = await world.ana.slash(world.channel, "leaderboard")
    await world.bot._learn_mentions()
    after = await world.ana.slash(world.channel, "leaderboard")

    assert "start `/quiz`" in card(before).text
    assert "start </quiz:" in card(after).text


async def test_without_the_ids_the_names_stay_and_the_bot_runs(world, wire, caplog):
    world.bot.mentions = CommandMentions()
    wire.drops_request("GET", "/applications/*/commands")
    await world.bot._learn_mentions()

    told = await world.ana.slash(world.channel, "leaderboard")

    assert "start `/quiz`" in card(told).text
    assert "commands are shown without links" in caplog.text


async def test_a_post_of_the_day_links_it_too(world):
    message = await world.post_daily()
    pack, asked = world.packs["aws-mla-c01"], world.question_of(message).id
    rest = {id: question for id, question in pack.questions.items() if id != asked}
    world.packs = {**world.packs, pack.name: replace(pack, questions=rest)}
    await world.restart()

    await world.pass_time(days=1)

    withdrawn = next(post for post in world.posts() if post.id == message.id)
    assert "</quiz:" in card_of(withdrawn).text
