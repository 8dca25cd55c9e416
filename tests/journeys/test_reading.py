"""The pages that members read: the guide, the help, the settings."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands

from bot.cogs.help.messages import titles as titles_of_topics
from bot.cogs.ui.menus import key_of
from bot.study.leagues import OPENS_AT

GUILD_ONLY = ("/answer", "/leaderboard")


# -- /guide


async def test_the_guide_opens_with_its_sections_and_their_weights(world):
    reply = await world.ana.slash(world.channel, "guide")

    told = world.read(reply)
    assert reply.ephemeral
    for name in world.packs["aws-mla-c01"].leaves:
        assert f"**{name} " in told
    assert f"**1.1 Collect, Ingest, and Store Data** · {world.pack.weights['1.1']}% · " in told
    assert "Not affiliated with or endorsed by Amazon Web Services" in told


async def test_a_part_of_the_guide_shows_its_own_sections(world):
    told = world.read(await world.ana.slash(world.channel, "guide", section="4"))

    assert told.startswith("4 Responsible, Secure, and Optimize")
    assert "**4.3 " in told
    assert "**3.1 " not in told


async def test_a_section_shows_its_points_tips_and_facts_and_asks_questions_on_it(world):
    pack = world.pack
    section = pack.sections["2.4"]

    reply = await world.ana.slash(world.channel, "guide", section="2.4")
    told = world.read(reply).replace("\\", "")

    assert all(f"• {point}" in told for point in section.points)
    assert "Exam tips" in told
    assert all(f"**{fact.topic}**: {fact.learn}" in told for fact in pack.facts.values() if fact.section == "2.4")
    assert f"of {len(pack.within('2.4'))} questions" in told
    quiz = await world.ana.click(reply.response, label="Quiz me on this")
    assert quiz.ephemeral
    assert world.question_of(quiz.response).section == "2.4"
    assert quiz.response.id != reply.response.id


async def test_the_guides_button_works_after_a_restart(world):
    reply = await world.ana.slash(world.channel, "guide", section="2.4")

    await world.restart()
    quiz = await world.ana.click(reply.response, label="Quiz me on this")

    assert world.question_of(quiz.response).section == "2.4"


async def test_a_section_that_is_not_in_the_guide_is_explained(world):
    told = world.read(await world.ana.slash(world.channel, "guide", section="5.1"))

    assert (
        told
        == "There is no section 5.1. Pick one from the list that appears as you type, or see them all with `/guide`."
    )


async def test_the_guide_is_read_and_quizzed_on_in_direct_messages(world):
    ana = world.ana.user

    offered = await ana.autocomplete("guide", "section", "tune")
    reply = await ana.slash("guide", section=offered[0]["value"])
    quiz = await ana.click(reply.response, label="Quiz me on this")

    assert offered == [{"name": "2.4 Tune Models", "value": "2.4"}]
    assert world.question_of(quiz.response).section == "2.4"


# -- /help


async def test_help_is_an_overview_and_a_menu_leads_to_every_rule_and_command(world):
    await world.add_servers(OPENS_AT)
    overview = await world.ana.slash(world.channel, "help")
    titles = [title for _, title in titles_of_topics()]

    picked = [
        world.read(await world.ana.select(overview.response, [str(key_of(name))])) for name, _ in titles_of_topics()
    ]

    assert overview.ephemeral
    assert [told.splitlines()[0] for told in picked] == titles
    told = "\n".join(picked)
    for rule in (
        "10, 15 or 20",
        "up to 5",
        "earns you points once in a season",
        "It needs 10 answers.",
        "Every 7 days of a streak earn a freeze",
        "mean score of its best N",
        "do not count later either",
    ):
        assert rule in told


async def test_help_lists_every_command_that_the_member_may_use(world):
    await world.add_servers(OPENS_AT)
    member = world.read(await world.ana.slash(world.channel, "help", topic="commands"))
    manager = world.read(await world.mia.slash(world.channel, "help", topic="commands"))

    for command in world.bot.tree.get_commands(type=discord.AppCommandType.chat_input):
        assert f"`/{command.name}" in manager, command.name
        assert (f"`/{command.name}" in member) == (command.default_permissions is None), command.name


async def test_help_in_direct_messages_names_what_works_there(world):
    overview = world.read(await world.ana.user.slash("help"))
    told = world.read(await world.ana.user.slash("help", topic="commands"))

    for command in world.bot.tree.get_commands(type=discord.AppCommandType.chat_input):
        group = isinstance(command, app_commands.Group)
        here = command.name in {name.split()[0] for name in world.ana.user.available_commands()}
        assert (f"`/{command.name}{' ' if group else '`'}" in told) == here, command.name
        assert here or f"`/{command.name}" not in overview, command.name
    assert "A server that has Cohort offers more" in overview


# -- /settings


async def test_settings_show_the_current_choices_and_how_to_change_them(world):
    reply = await world.mia.slash(world.channel, "settings")

    told = world.read(reply)
    assert reply.ephemeral
    assert "Settings of this server" in told
    assert "At once: members learn right away whether they were right, and why." in told
    assert "UTC; `/daily schedule` changes it." in told


async def test_settings_are_kept_and_say_when_they_take_effect(world):
    await world.schedule_daily(timezone="Europe/Paris")

    saved = world.read(await world.mia.slash(world.channel, "settings", feedback="at-close"))
    later = world.read(await world.mia.slash(world.channel, "settings"))
    status = world.read(await world.mia.slash(world.channel, "daily status"))

    assert "Saved" in saved
    assert (
        "At the close: members can change their answer until then, and everyone sees the result at the same time."
        in saved
    )
    assert "takes effect with the next question." in saved
    assert "At the close" in later
    assert "It holds" not in later
    assert "Europe/Paris" in later
    assert "At the close; until then, answers can be changed." in status


@pytest.mark.parametrize("feedback", ["at-close", "at-once"])
async def test_settings_can_be_changed_back_and_forth(world, feedback):
    for choice in ("at-close", feedback):
        await world.mia.slash(world.channel, "settings", feedback=choice)

    message = await world.post_daily()
    told = world.read(await world.answer(world.ana, message))

    assert ("Your answer is saved" in told) == (feedback == "at-close")
