"""The league as managers and members of several servers use it: from opting in to promotion and opting out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.storage import leagues
from bot.study.leagues import OPENS_AT, Band
from tests.reading import card_of
from tests.services.leagues import Country

FIRST_OF_DECEMBER = datetime(2026, 12, 1, 13, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def enough_servers(world, request):
    """Add as many servers as a league needs, except in tests of what happens before that."""
    await world.add_servers(1 if "few" in request.node.name else OPENS_AT)


async def opt_in(world, manager, channel, name=None, **options):
    """Open the form as a manager and submit it, with the suggested name or another."""
    asked = await manager.slash(channel, "league join", **options)
    return asked, await manager.submit_modal(asked, {"name": name or filled(asked)})


def filled(asked):
    """Return the name that the form suggests."""
    return next(p["component"]["value"] for p in asked.modal["components"] if p.get("component"))


def told_in(asked):
    return next(part["content"] for part in asked.modal["components"] if "content" in part)


async def study(world, guild_id, **options):
    await Country(world.bot.services, world.now).study(guild_id, **options)


async def look(world, actor, channel, **options):
    return world.read(await actor.slash(channel, "league standings", **options))


async def move_to(world, at):
    world.env.backend.advance_clock((at - world.now).total_seconds())
    await world.tick()
    await world.pass_time(minutes=1)


def results(world, channel):
    return [m for m in channel.history() if "League of" in card_of(m).title]


async def test_from_opting_in_to_promotion_and_out_again(world):
    """Two servers are in neighboring divisions; the bot restarts in the middle of the month and at its end."""
    night, noa, ana_there = world.open_server()
    await world.schedule_daily()
    await world.mia.slash(world.channel, "daily pause")
    await study(world, world.guild.id, right=9)
    await study(world, night.guild.id, right=4)

    asked, joined = await opt_in(world, world.mia, world.channel)
    await opt_in(world, noa, night, name="Night *owls*")
    # Earlier months have promoted the other server by a division.
    await world.db.write(lambda tx: leagues.seat_all(tx, {world.guild.id: (leagues.Seat(Band.SMALL, 2), 0)}))
    await world.restart()
    below = await look(world, world.ana, world.channel)
    above = await look(world, ana_there, night)
    before = results(world, world.channel)
    await move_to(world, FIRST_OF_DECEMBER)
    await world.restart()
    await world.pass_time(minutes=10)
    await world.pass_time(minutes=10)

    assert "will see exactly this" in told_in(asked)
    assert "45.0 points per member, 5 active members" in told_in(asked)
    assert joined.ephemeral
    assert "Other servers see **Study group**, a server with up to 14 active members" in world.read(joined)
    assert "**1.** **Study group** · 45.0 points per member, 5 active members · goes up ← this server" in below
    assert "owls" not in below
    assert r"**Night \*owls\*** · 20.0 points per member, 5 active members · goes down ← this server" in above
    assert "Study group" not in above

    (post,) = results(world, world.channel)
    assert before == []
    assert "**Study group** was the only server with a rank in division 2" in world.read(post)
    assert "It goes up to division 1" in world.read(post)
    assert "owls" not in world.read(post), "a post cannot be taken back"
    assert world.env.backend.get_message(post.channel.id, post.id).ping_user_ids == []
    table = await world.ben.click(post, label="Full table")
    assert table.ephemeral
    assert "League between servers · November 2026, final" in world.read(table)
    now = await world.ben.click(table.response, label="This month")
    assert "December 2026" in world.read(now)
    assert r"Night \*owls\*" in world.read(now), "they are in one division now"

    left = await noa.slash(night, "league leave")
    assert "nobody can see them anymore" in world.read(left)
    for month in (None, "2026-11"):
        shown = await look(world, world.ben, world.channel, **({"month": month} if month else {}))
        assert "Study group" in shown
        assert "owls" not in shown
    assert "not in the league" in await look(world, ana_there, night)


async def test_a_single_server_is_told_how_others_join_and_no_member_is_named(world):
    await study(world, world.guild.id)
    await opt_in(world, world.mia, world.channel)

    shown = await look(world, world.ana, world.channel)

    assert "it fills as servers of your size opt in" in shown
    assert "member 1 of" not in shown


async def test_only_managers_opt_in_or_out_and_a_form_is_checked_when_it_is_sent(world):
    asked = await world.mia.slash(world.channel, "league join", name="Evening class")
    # Meanwhile, the manager has lost her role.
    world.env.backend.remove_member_role(world.guild.id, world.mia.id, world.guild.roles["Managers"].id)
    refused = await world.mia.submit_modal(asked, {"name": "Evening class"})

    assert filled(asked) == "Evening class"
    assert "Manage Server" in world.read(refused)
    assert "not in the league" in await look(world, world.ana, world.channel)


async def test_a_name_with_a_link_is_refused_with_the_reason(world):
    _, told = await opt_in(world, world.mia, world.channel, name="discord.gg/free")

    assert "cannot contain a link" in world.read(told)


async def test_months_complete_and_an_unknown_month_is_refused(world):
    await study(world, world.guild.id)
    await opt_in(world, world.mia, world.channel)
    await move_to(world, FIRST_OF_DECEMBER)

    choices = await world.ana.autocomplete(world.channel, "league standings", "month", "nov")
    refused = await look(world, world.ana, world.channel, month="2020-01")

    assert choices == [{"name": "November 2026", "value": "2026-11"}]
    assert "did not take part in the league in `2020-01`" in refused


async def test_help_has_the_rules_of_the_league(world):
    told = world.read(await world.ana.slash(world.channel, "help", topic="league"))

    assert "No shortcuts" in told
    assert "/league leave" in told


async def test_with_few_servers_the_league_says_when_it_opens_and_help_leaves_it_out(world):
    asked = await world.mia.slash(world.channel, "league join")
    shown = await look(world, world.ana, world.channel)
    help = await world.mia.slash(world.channel, "help", topic="commands")

    assert f"opens once {OPENS_AT} servers have Cohort" in world.read(asked)
    assert f"opens once {OPENS_AT} servers have Cohort" in shown
    assert "/league" not in world.read(help)
    assert "league" not in str(help.response.components)


async def test_with_few_servers_a_server_in_the_league_keeps_its_commands(world):
    await study(world, world.guild.id)
    await world.bot.services.leagues.join(world.guild.id, "Study group", at=world.now)

    assert "Study group" in await look(world, world.ana, world.channel)
    assert "/league" in world.read(await world.mia.slash(world.channel, "help", topic="commands"))


async def test_with_enough_servers_help_names_the_league(world):
    help = await world.mia.slash(world.channel, "help", topic="commands")

    assert "/league" in world.read(help)
    assert "The league between servers" in str(help.response.components)
