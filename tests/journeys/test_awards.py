"""Roles that are won: a manager binds them, the bot assigns them, and if it may not, it says why."""

from __future__ import annotations

import discord
import pytest

from bot.storage import privacy
from tests.reading import card_of


def rise(world, *, to=9):
    """Move the bot's own role above the others, as a manager would by dragging it."""
    backend = world.env.backend
    guild = backend.get_guild(world.guild.id)
    own = next(role for role in guild.roles.values() if role.name == "TestBot")
    backend.reorder_roles(world.guild.id, [{"id": str(own.id), "position": to}])
    return own


@pytest.fixture
async def champion(world):
    """Create a role below the bot's role; the manager could also assign it herself."""
    role = world.guild.create_role("Champion")
    deputies = world.guild.create_role("Deputies", permissions=discord.Permissions(manage_roles=True))
    world.env.backend.reorder_roles(world.guild.id, [{"id": str(deputies.id), "position": 5}])
    rise(world)
    world.env.backend.add_member_role(world.guild.id, world.mia.id, deputies.id)
    await world.env.settle()
    return role


def has(world, actor, role):
    return role.id in world.env.backend.get_member(world.guild.id, actor.id).role_ids


async def answer(world, actor, *, right=True):
    quiz = await actor.slash(world.channel, "quiz", questions=1)
    await world.answer(actor, quiz.response, right=right)


async def contest(world, name, winner):
    await world.mia.slash(world.channel, "competition create", name=name, start="now", end="1 hour")
    await winner.slash(world.channel, "competition join")
    await answer(world, winner)
    await world.pass_time(hours=1)


async def test_a_role_goes_from_winner_to_winner_over_a_restart(world, champion):
    bound = await world.mia.slash(world.channel, "award competition", role=champion)
    await contest(world, "One", world.ana)
    first = has(world, world.ana, champion), has(world, world.ben, champion)
    await world.restart()
    await contest(world, "Two", world.ben)

    assert "the winner of the latest competition" in world.read(bound)
    assert first == (True, False)
    assert (has(world, world.ana, champion), has(world, world.ben, champion)) == (False, True)
    results = [m for m in world.channel.history() if "the result" in card_of(m).title]
    assert champion.mention in world.read(results[0])
    assert world.env.backend.get_message(results[0].channel.id, results[0].id).ping_role_ids == []


async def test_mastery_gives_a_role_and_the_list_shows_who_has_it(world, champion):
    await world.mia.slash(world.channel, "award mastery", role=champion, section="all", questions=1)

    await answer(world, world.ana)
    await world.tick()
    listed = await world.mia.slash(world.channel, "award list")
    await world.mia.slash(world.channel, "award remove", role=champion)
    await answer(world, world.ben)
    await world.tick()

    assert "1 member has it" in world.read(listed)
    assert has(world, world.ana, champion)
    assert not has(world, world.ben, champion)
    assert "None yet" in world.read(await world.mia.slash(world.channel, "award list"))


async def test_a_role_above_the_bots_own_is_refused_with_what_to_do(world):
    high = world.guild.create_role("High")
    world.env.backend.reorder_roles(world.guild.id, [{"id": str(high.id), "position": 9}])
    await world.env.settle()

    reply = await world.mia.slash(world.channel, "award season", role=high)

    assert "Drag TestBot above High" in world.read(reply)


async def test_without_manage_roles_the_reply_has_the_link_that_asks_for_it(world, champion):
    own = rise(world)
    world.env.backend.edit_role(world.guild.id, own.id, {"permissions": 1024})
    await world.env.settle()

    reply = await world.mia.slash(world.channel, "award season", role=champion)

    assert "Manage Roles" in world.read(reply)
    assert world.bot.invite_link(roles=True) in world.read(reply)


async def test_a_manager_cannot_bind_a_role_that_they_could_not_give_themselves(world):
    role = world.guild.create_role("Champion")
    rise(world)
    await world.env.settle()

    reply = await world.mia.slash(world.channel, "award season", role=role)

    assert "only roles that you are allowed to give" in world.read(reply)


@pytest.mark.parametrize("power", ["administrator", "ban_members", "manage_messages"])
async def test_a_role_with_powers_is_not_won_by_answering(world, champion, power):
    world.env.backend.edit_role(
        world.guild.id, champion.id, {"permissions": discord.Permissions(**{power: True}).value}
    )
    await world.env.settle()

    reply = await world.mia.slash(world.channel, "award season", role=champion)

    assert "moderation or management permissions" in world.read(reply)


async def test_the_everyone_role_cannot_be_won(world, champion):
    reply = await world.mia.slash(world.channel, "award season", role=world.guild.default_role)

    assert "assigns that role automatically" in world.read(reply)


async def test_a_permission_that_is_lost_later_is_reported_once_and_the_role_follows_when_it_is_back(world, champion):
    await world.mia.slash(world.channel, "award competition", role=champion)
    own = rise(world)
    permissions = world.env.backend.get_guild(world.guild.id).roles[own.id].permissions
    world.env.backend.edit_role(world.guild.id, own.id, {"permissions": permissions & ~(1 << 28)})
    await world.env.settle()
    await contest(world, "One", world.ana)
    await world.pass_time(minutes=11)
    told = [text for text in world.inbox(world.mia) if "role" in text]
    listed = await world.mia.slash(world.channel, "award list")
    world.env.backend.edit_role(world.guild.id, own.id, {"permissions": permissions})
    await world.env.settle()
    await world.pass_time(minutes=11)

    assert len(told) == 1
    assert "Manage Roles" in told[0]
    assert "I am not allowed to give or remove this role" in world.read(listed)
    assert has(world, world.ana, champion)


async def test_a_deleted_role_is_reported_and_shown(world, champion):
    await world.mia.slash(world.channel, "award competition", role=champion)
    world.env.backend.delete_role(world.guild.id, champion.id)
    await world.env.settle()

    await contest(world, "One", world.ana)

    assert "has been deleted" in "\n".join(world.inbox(world.mia))
    assert "has been deleted" in world.read(await world.mia.slash(world.channel, "award list"))


async def test_a_winner_who_has_left_the_server_is_skipped(world, champion):
    await world.mia.slash(world.channel, "award competition", role=champion)
    await world.mia.slash(world.channel, "competition create", name="One", start="now", end="1 hour")
    await world.ana.slash(world.channel, "competition join")
    await answer(world, world.ana)
    world.guild.remove_member(world.ana)

    await world.pass_time(hours=1)

    assert "0 members have it" in world.read(await world.mia.slash(world.channel, "award list"))


async def test_a_winner_whose_account_is_deleted_is_skipped(world, champion):
    await world.mia.slash(world.channel, "award competition", role=champion)
    await world.mia.slash(world.channel, "competition create", name="One", start="now", end="1 hour")
    await world.ana.slash(world.channel, "competition join")
    await answer(world, world.ana)
    account = f"/guilds/*/members/{world.ana.id}"
    world.env.inject_error("GET", account, status=404, code=10013, message="Unknown User", times=None)

    await world.pass_time(hours=1)

    assert "0 members have it" in world.read(await world.mia.slash(world.channel, "award list"))


async def test_a_member_who_hides_before_a_role_is_given_gets_it_only_once_they_are_back(world, champion):
    await world.mia.slash(world.channel, "award mastery", role=champion, section="all", questions=1)
    await answer(world, world.ana)

    await world.ana.slash(world.channel, "privacy hide")
    await world.tick()
    hidden = has(world, world.ana, champion)
    await world.ana.slash(world.channel, "privacy hide", hidden=False)
    await world.tick()

    assert not hidden
    assert has(world, world.ana, champion)


async def test_a_member_who_hides_and_comes_back_at_once_keeps_what_is_to_be_given(world, champion):
    await world.mia.slash(world.channel, "award mastery", role=champion, section="all", questions=1)
    await answer(world, world.ana)

    await world.ana.slash(world.channel, "privacy hide")
    await world.ana.slash(world.channel, "privacy hide", hidden=False)
    await world.tick()

    assert has(world, world.ana, champion)


async def test_a_role_that_was_won_is_taken_from_a_member_who_is_erased(world, champion):
    await world.mia.slash(world.channel, "award mastery", role=champion, section="all", questions=1)
    await answer(world, world.ana)
    await world.tick()
    before = has(world, world.ana, champion)

    asked = await world.ana.slash(world.channel, "privacy delete")
    reply = await world.ana.click(asked.response, label="Erase everything")
    await world.tick()

    assert before
    assert "I will remove 1 role that you won" in world.read(reply)
    assert not has(world, world.ana, champion)
    assert await world.db.read(lambda tx: privacy.export(tx, world.ana.id)) == {}


async def test_a_role_for_a_competition_that_is_over_is_refused(world, champion):
    await contest(world, "One", world.ana)

    told = await world.mia.slash(world.channel, "award competition", role=champion, competition="One")

    assert "That competition is over." in world.read(told)


async def test_the_list_says_that_a_competition_was_cancelled(world, champion):
    await world.mia.slash(world.channel, "competition create", name="Two", start="in 1 hour", end="in 2 hours")
    await world.mia.slash(world.channel, "award competition", role=champion, competition="Two")
    asked = await world.mia.slash(world.channel, "competition cancel", competition="Two")
    await world.mia.click(asked.response, label="Cancel the competition")

    listed = await world.mia.slash(world.channel, "award list")

    assert "the winner of Two, which was canceled" in world.read(listed)


async def test_mastery_of_more_questions_than_the_section_has_is_refused(world, champion):
    count = len((await world.bot.services.pack_for(world.guild.id)).within("1.1"))

    told = await world.mia.slash(world.channel, "award mastery", role=champion, section="1.1", questions=count + 1)

    assert f"That section has {count} questions, so nobody could win the role." in world.read(told)


async def test_a_winner_who_lost_the_role_gets_it_at_the_next_win(world, champion):
    await world.mia.slash(world.channel, "award competition", role=champion)
    await contest(world, "One", world.ana)
    world.env.backend.remove_member_role(world.guild.id, world.ana.id, champion.id)
    await world.env.settle()

    await contest(world, "Two", world.ana)

    assert has(world, world.ana, champion)


async def test_a_member_who_left_and_came_back_gets_a_mastery_role_with_the_next_right_answer(world, champion):
    await world.mia.slash(world.channel, "award mastery", role=champion, section="all", questions=1)
    await answer(world, world.ana)
    await world.tick()
    before = has(world, world.ana, champion)
    world.guild.remove_member(world.ana)
    await world.pass_time(hours=1)
    ana = world.guild.add_member(world.ana)
    await world.env.settle()
    back = has(world, ana, champion)

    await answer(world, ana)
    await world.tick()

    assert (before, back) == (True, False)
    assert has(world, ana, champion)


async def test_a_mastery_role_that_a_moderator_took_away_is_not_given_again(world, champion):
    await world.mia.slash(world.channel, "award mastery", role=champion, section="all", questions=1)
    await answer(world, world.ana)
    await world.tick()
    world.env.backend.remove_member_role(world.guild.id, world.ana.id, champion.id)
    await world.env.settle()

    await answer(world, world.ana)
    await world.tick()

    assert not has(world, world.ana, champion)


async def test_a_deleted_role_is_not_a_prize_in_the_next_competition(world, champion):
    await world.mia.slash(world.channel, "award competition", role=champion)
    world.env.backend.delete_role(world.guild.id, champion.id)
    await world.env.settle()
    await contest(world, "One", world.ana)

    [result] = [m for m in world.channel.history() if card_of(m).title == "🏆 One: the result"]
    assert "Prize" not in world.read(result)


async def test_the_end_of_a_season_promises_only_roles_of_boards_that_have_a_winner(world, champion):
    expert = world.guild.create_role("Expert")
    rise(world)
    await world.env.settle()
    await world.mia.slash(world.channel, "award season", role=champion)
    await world.mia.slash(world.channel, "award season", role=expert, section="2.1")
    await world.post_daily(sections="1.1")
    await world.answer(world.ana, world.posts()[-1])

    await world.pass_time(days=9)

    [end] = [m for m in world.channel.history() if "The season of" in card_of(m).title]
    assert champion.mention in world.read(end)
    assert expert.mention not in world.read(end)
