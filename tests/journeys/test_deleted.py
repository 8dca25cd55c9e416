"""Settings that refer to deleted things: the people concerned are notified once, and everything else works."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.storage.tables import award_holders
from tests.journeys.test_awards import answer, champion, contest, has  # noqa: F401  a fixture
from tests.reading import card_of


def delete_channel(world, channel):
    world.env.backend.delete_channel(channel.id)


def delete_role(world, role):
    world.env.backend.delete_role(world.guild.id, role.id)


async def settings(world):
    return world.read(await world.mia.slash(world.channel, "settings"))


def inbox_of(world, user):
    return [world.read(message) for message in user.dm_channel.history()]


async def holders(world):
    return await world.db.read(lambda tx: tx.execute(select(func.count()).select_from(award_holders)).scalar_one())


@pytest.fixture
async def elsewhere(world):
    """Create a channel that the test deletes."""
    channel = world.guild.create_text_channel("elsewhere")
    await world.env.settle()
    return channel


async def test_settings_name_each_thing_that_was_deleted_and_what_to_do_about_it(world, champion, elsewhere):  # noqa: F811
    hall = world.guild.create_text_channel("hall-of-fame")
    role = world.guild.create_role("Learners", mentionable=True)
    await world.env.settle()
    await world.schedule_daily(channel=elsewhere, role=role)
    await world.mia.slash(world.channel, "settings", season_channel=hall)
    await world.mia.slash(
        world.channel, "competition create", name="Autumn", start="now", end="2 days", channel=elsewhere
    )
    await world.mia.slash(world.channel, "award season", role=champion)
    before = await settings(world)
    for channel in (elsewhere, hall):
        delete_channel(world, channel)
    for gone in (role, champion):
        delete_role(world, gone)
    await world.env.settle()

    shown = await settings(world)

    assert "attention" not in before
    assert "The channel of the daily is gone. Choose another with `/daily schedule`." in shown
    assert "The role to ping is gone" in shown
    assert "The channel for the end of seasons is gone. Choose another with `/settings season_channel:`." in shown
    assert "The channel of the competition Autumn is gone." in shown
    assert "The role has been deleted. To take it off the list, use `/award remove` without a role." in shown


async def test_daily_status_says_that_the_channel_is_gone_before_a_post_has_failed(world, elsewhere):
    await world.schedule_daily(channel=elsewhere)
    delete_channel(world, elsewhere)
    await world.env.settle()

    early = world.read(await world.mia.slash(world.channel, "daily status"))
    await world.pass_time(hours=1)
    late = world.read(await world.mia.slash(world.channel, "daily status"))

    for shown in (early, late):
        assert shown.count("The channel of the daily is gone. Choose another with `/daily schedule`.") == 1


async def test_a_deleted_role_is_reported_once_and_not_tried_again_and_can_be_removed(world, champion):  # noqa: F811
    await world.mia.slash(world.channel, "award mastery", role=champion, section="all", questions=1)
    delete_role(world, champion)
    await world.env.settle()
    for actor in (world.ana, world.ben):
        await answer(world, actor)
        await world.tick()
    await world.pass_time(minutes=11)
    waiting = await holders(world)

    cleared = await world.mia.slash(world.channel, "award remove")
    again = await world.mia.slash(world.channel, "award remove")

    assert sum("has been deleted" in text for text in world.inbox(world.mia)) == 1
    assert waiting == 0
    assert "I took 1 deleted role off the list" in world.read(cleared)
    assert "No role that can be won has been deleted" in world.read(again)
    assert "None yet" in world.read(await world.mia.slash(world.channel, "award list"))


async def test_the_list_of_awards_shows_what_is_wrong_before_anybody_has_won(world, champion):  # noqa: F811
    await world.mia.slash(world.channel, "award season", role=champion)
    world.env.backend.reorder_roles(world.guild.id, [{"id": str(champion.id), "position": 12}])
    await world.env.settle()
    raised = world.read(await world.mia.slash(world.channel, "award list"))
    delete_role(world, champion)
    await world.env.settle()
    deleted = world.read(await world.mia.slash(world.channel, "award list"))

    assert "Drag TestBot above" in raised
    assert "The role has been deleted" in deleted


async def test_other_roles_are_given_while_one_is_gone(world, champion):  # noqa: F811
    other = world.guild.create_role("Master")
    await world.env.settle()
    for role in (champion, other):
        await world.mia.slash(world.channel, "award mastery", role=role, section="all", questions=1)
    delete_role(world, champion)
    await world.env.settle()

    await answer(world, world.ana)
    await world.tick()

    assert has(world, world.ana, other)


async def test_a_season_whose_channel_is_gone_is_posted_in_the_channel_of_the_daily_and_this_is_reported_once(
    world, elsewhere
):
    await world.mia.slash(world.channel, "settings", season_channel=elsewhere)
    await answer(world, world.ana)
    await world.schedule_daily()
    await world.mia.slash(world.channel, "daily pause")
    delete_channel(world, elsewhere)
    await world.env.settle()

    await world.pass_time(days=8)
    await world.tick()
    await answer(world, world.ana)
    await world.pass_time(days=31)

    told = [text for text in world.inbox(world.mia) if "season" in text]
    assert len(told) == 1
    assert "it will be posted in the daily's channel" in told[0]
    ends = [m for m in world.channel.history() if "is over" in card_of(m).title]
    assert len(ends) == 2


async def test_a_season_without_any_channel_is_posted_once_a_manager_has_chosen_one(world, elsewhere):
    owner = world.guild.owner
    await world.mia.slash(world.channel, "settings", season_channel=elsewhere)
    await answer(world, world.ana)
    delete_channel(world, elsewhere)
    await world.env.settle()
    await world.pass_time(days=8)
    for _ in range(3):
        await world.pass_time(minutes=11)
    told = [text for text in inbox_of(world, owner) if "season" in text]

    await world.mia.slash(world.channel, "settings", season_channel=world.channel)
    await world.pass_time(minutes=11)
    await world.tick()

    assert len(told) == 1
    assert "Choose another with `/settings season_channel:`" in told[0]
    assert [m for m in world.channel.history() if "is over" in card_of(m).title]


async def test_a_competition_whose_channel_is_gone_is_reported_once_and_continues(world, elsewhere):
    await world.mia.slash(
        world.channel, "competition create", name="Autumn", start="now", end="4 days", channel=elsewhere
    )
    await world.tick()
    await world.ana.slash(world.channel, "competition join")
    delete_channel(world, elsewhere)
    await world.env.settle()
    await answer(world, world.ana)

    for _ in range(5):
        await world.pass_time(hours=24)
        await world.pass_time(minutes=11)

    told = [text for text in world.inbox(world.mia) if "channel is gone" in text]
    assert len(told) == 1
    assert "If you start a daily with `/daily schedule`" in told[0]
    standings = world.read(await world.ana.slash(world.channel, "competition standings", competition="Autumn"))
    assert "ana" in standings


async def test_the_owner_is_notified_if_the_manager_has_left_the_server(world, elsewhere):
    owner = world.guild.owner
    await world.schedule_daily(channel=elsewhere)
    world.guild.remove_member(world.mia)
    delete_channel(world, elsewhere)
    await world.env.settle()

    await world.pass_time(hours=1)
    await world.pass_time(minutes=11)

    assert world.inbox(world.mia) == []
    assert sum("The channel of the daily is gone" in text for text in inbox_of(world, owner)) == 1


async def test_the_host_of_a_live_round_is_told_that_its_channel_is_gone_and_not_about_permissions(world, elsewhere):
    await world.mia.slash(elsewhere, "live start")
    await world.tick()
    delete_channel(world, elsewhere)
    await world.env.settle()

    await world.ana.slash(world.channel, "help")
    await world.pass_time(minutes=10)
    await world.tick()

    (told,) = [text for text in world.inbox(world.mia) if "live round" in text.lower()]
    assert "because its channel is gone" in told
    assert "`/live start` in another channel" in told
    assert "View Channel" not in told


async def test_a_role_that_cannot_be_pinged_is_named_wherever_managers_look(world):
    role = world.guild.create_role("Students", mentionable=False)
    world.forbid(mention_everyone=False)
    await world.schedule_daily(role=role)

    for command in ("daily status", "settings"):
        assert f"Discord does not let me ping {role.mention}" in world.read(
            await world.mia.slash(world.channel, command)
        )
