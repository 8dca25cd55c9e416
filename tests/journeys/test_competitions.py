"""Competitions from their announcement to their podium."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.study.questions import Kind
from tests.journeys.wire import Crash
from tests.reading import buttons, card_of


async def announce(world, **options):
    """Announce a competition of two days that starts at once, and show its post."""
    options = {"name": "Sprint", "start": "now", "end": "2 days", **options}
    reply = await world.mia.slash(world.channel, "competition create", **options)
    await world.tick()
    return reply


def titled(world, words, channel=None):
    """Return the posts about the competition whose title contains these words."""
    return [m for m in (channel or world.channel).history() if words in card_of(m).title]


def standings(world, channel=None):
    """Return the message with the competition's table, as it is now."""
    (message,) = titled(world, "🏁 Sprint", channel)
    return message


async def score(world, actor, *, right=True):
    """Answer one quiz question."""
    quiz = await actor.slash(world.channel, "quiz", questions=1)
    return await world.answer(actor, quiz.response, right=right)


def pinged(world, message):
    return set(world.env.backend.get_message(message.channel.id, message.id).ping_user_ids)


def team_roles(world):
    return [world.guild.create_role(name) for name in ("Red", "Blue")]


def with_role(world, actor, role):
    world.env.backend.add_member_role(world.guild.id, actor.id, role.id)


# -- the whole story


async def test_a_competition_goes_from_its_announcement_to_the_podium_over_restarts(world):
    told = await announce(world)
    joined = await world.ana.click(standings(world), label="Join")
    await world.ben.click(standings(world), label="Join")
    await score(world, world.ana)
    await score(world, world.ben, right=False)
    await world.pass_time(minutes=2)
    running = world.read(standings(world))
    await world.restart()
    await world.pass_time(days=1)
    await world.pass_time(hours=23)
    await world.restart()
    await world.pass_time(hours=1, minutes=1)
    await world.restart()
    await world.pass_time(minutes=5)

    assert "Announced: Sprint" in world.read(told)
    assert joined.ephemeral
    assert "You are in: Sprint" in world.read(joined)
    assert re.search(r"\*\*1\.\*\* ana · \d+ points, 1 of 1 right\n.*\*\*2\.\*\* ben · 0 points", running)
    (half,), (last,), (result,) = (titled(world, words) for words in ("Halftime", "The last hour", "the result"))
    everyone = {world.ana.id, world.ben.id}
    assert pinged(world, half) == pinged(world, last) == everyone
    assert pinged(world, result) == set()
    assert "**ana** wins with" in world.read(result)
    (picture,) = result.attachments
    assert (await picture.read()).startswith(b"\x89PNG")
    assert "1. ana" in world.env.backend.get_message(result.channel.id, result.id).attachments[0]["description"]
    assert world.labels(standings(world)) == ["Full table"]
    assert "Competition · over" in world.read(standings(world))


async def test_managers_get_the_result_as_a_file_and_others_do_not(world):
    await announce(world)
    await world.ana.click(standings(world), label="Join")
    await score(world, world.ana)
    await world.pass_time(days=2)
    (result,) = titled(world, "the result")

    given = await world.mia.click(result, label="Export (managers)")
    refused = await world.ana.click(result, label="Export (managers)")

    assert given.ephemeral
    (file,) = given.response.attachments
    assert file.filename.endswith(".csv")
    assert f"1,ana,<@{world.ana.id}>" in (await file.read()).decode("utf-8-sig")
    assert "Manage Server" in world.read(refused)
    assert not refused.response.attachments


# -- joining and leaving


async def test_the_button_on_a_post_joins_the_competition_of_that_post_whatever_the_names(world):
    await announce(world, name="Autumn")
    (autumn,) = titled(world, "🏁 Autumn")
    await announce(world, name="#1")

    joined = await world.ana.click(autumn, label="Join")

    assert "Autumn" in world.read(joined)


async def test_members_join_and_look_and_leave_and_come_back_with_commands(world):
    await announce(world)

    assert "Sprint" in world.read(await world.ana.slash(world.channel, "competition list"))
    joined = await world.ana.slash(world.channel, "competition join")
    await score(world, world.ana)
    table = await world.ana.slash(world.channel, "competition standings")
    left = await world.ana.slash(world.channel, "competition leave")
    empty = await world.ben.slash(world.channel, "competition standings")
    back = await world.ana.click(left.response, label="Come back")

    assert "You are in" in world.read(joined)
    assert "ana" in world.read(table)
    assert "← you" in world.read(table)
    assert "You keep your" in world.read(left)
    assert "Nobody has joined yet" in world.read(empty)
    assert "You are playing again, and you have your" in world.read(back)


async def test_in_an_open_competition_members_name_a_team_or_choose_one(world):
    await announce(world, teams="open")
    asked = await world.ana.click(standings(world), label="Join")
    founded = await world.ana.submit_modal(asked, {"new-team": "Night *owls*"})
    again = await world.ben.click(standings(world), label="Join")
    options = again.modal["components"][0]["component"]["options"]
    joined = await world.ben.submit_modal(again, {"team": [options[0]["value"]]})
    await world.pass_time(minutes=2)

    assert r"for **Night \*owls\***" in world.read(founded)
    assert r"for **Night \*owls\***" in world.read(joined)
    assert "2 members" in world.read(standings(world))


async def test_with_teams_by_role_members_join_by_answering_and_only_those_who_joined_are_pinged(world):
    red, blue = team_roles(world)
    with_role(world, world.ana, red)
    with_role(world, world.ben, blue)
    told = await announce(world, roles=f"{red.mention} {blue.mention}")
    await score(world, world.ana)
    await score(world, world.ben, right=False)
    await world.ben.click(standings(world), label="Join")
    await world.pass_time(days=1)
    await world.pass_time(days=1)

    assert "mean score of its best" in world.read(told)
    (half,) = titled(world, "Halftime")
    assert pinged(world, half) == {world.ben.id}
    (result,) = titled(world, "the result")
    assert "**Red** wins with" in world.read(result)
    assert "ana (Red)" in world.read(result)


async def test_a_team_whose_role_was_deleted_is_named_to_managers_and_to_nobody_who_joins(world):
    red, blue = team_roles(world)
    await announce(world, roles=f"{red.mention} {blue.mention}")
    world.env.backend.delete_role(world.guild.id, blue.id)
    await world.env.settle()

    joining = world.read(await world.ana.slash(world.channel, "competition join"))
    settings = world.read(await world.mia.slash(world.channel, "settings"))
    world.env.backend.delete_role(world.guild.id, red.id)
    await world.env.settle()
    late = world.read(await world.ana.click(standings(world), label="Join"))

    assert red.mention in joining
    assert blue.mention not in joining
    assert "The role of the team Blue in the competition Sprint is gone" in settings
    assert "all of them were deleted, so nobody can join" in late


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("2 days", " I ping only those who joined (the first 80), at halftime and before the last hour."),
        ("1 hour", None),
    ],
)
async def test_members_who_join_are_told_about_the_pings(world, end, told):
    await announce(world, end=end)

    joined = world.read(await world.ana.click(standings(world), label="Join"))

    assert told in joined if told else "ping" not in joined


async def test_a_member_without_a_team_role_is_told_which_roles_there_are(world):
    red, blue = team_roles(world)
    await announce(world, roles=f"{red.mention} {blue.mention}")

    reply = await world.ana.click(standings(world), label="Join")

    assert red.mention in world.read(reply)
    assert blue.mention in world.read(reply)


# -- faults


@pytest.mark.parametrize("death", ["dies_before", "dies_after"])
async def test_a_result_is_posted_once_whenever_a_process_dies(world, wire, death):
    await announce(world)
    await world.ana.click(standings(world), label="Join")
    await score(world, world.ana)
    world.env.backend.advance_clock(timedelta(days=2, minutes=1).total_seconds())
    getattr(wire, death)()

    with pytest.raises(Crash):
        await world.tick()
    world.env.backend.advance_clock(300)
    await world.restart()
    await world.pass_time(minutes=5)

    assert len(titled(world, "the result")) == 1


async def test_a_lost_reply_does_not_cause_a_second_announcement(world, wire):
    wire.drops_reply()
    await announce(world)
    await world.pass_time(minutes=1, seconds=5)

    await world.pass_time(minutes=5)
    joined = await world.ana.click(standings(world), label="Join")
    await world.pass_time(minutes=2)

    assert "You are in" in world.read(joined)
    assert "1 member" in world.read(standings(world))


async def test_when_the_channel_is_deleted_the_competition_continues_in_that_of_the_daily(world):
    arena = world.guild.create_text_channel("arena")
    await world.schedule_daily()
    await announce(world, channel=arena)
    await world.ana.click(standings(world, arena), label="Join")
    world.env.backend.delete_channel(arena.id)

    await world.pass_time(days=1)
    await world.pass_time(minutes=1)
    await world.pass_time(days=1)

    assert len(titled(world, "Halftime")) == len(titled(world, "the result")) == 1
    (told,) = [text for text in world.inbox(world.mia) if "competition" in text]
    assert "channel is gone" in told
    assert world.channel.mention in told


async def test_a_standings_message_that_somebody_deletes_is_not_posted_again(world):
    await announce(world)
    world.env.backend.delete_message(world.channel.id, standings(world).id)

    await world.ana.slash(world.channel, "competition join")
    await world.pass_time(minutes=2)
    await world.pass_time(minutes=2)

    assert titled(world, "🏁 Sprint") == []
    assert "ana" in world.read(await world.ben.slash(world.channel, "competition standings"))


async def test_managers_see_that_the_table_was_deleted_and_post_it_again(world):
    await announce(world)
    await world.ana.click(standings(world), label="Join")
    world.env.backend.delete_message(world.channel.id, standings(world).id)
    await score(world, world.ana)
    await world.pass_time(minutes=2)
    of_member = await world.ana.slash(world.channel, "competition standings")
    of_manager = await world.mia.slash(world.channel, "competition standings")

    told = await world.mia.click(of_manager.response, label="Post it again")
    again = await world.mia.click(of_manager.response, label="Post it again")
    await world.tick()
    up = standings(world)
    before = world.read(up)
    await score(world, world.ana)
    await world.pass_time(minutes=2)

    assert "deleted" not in world.read(of_member)
    assert "Its post was deleted" in world.read(of_manager)
    assert told.ephemeral
    assert "appear in" in world.read(told)
    assert "appear in" in world.read(again)
    assert world.read(standings(world)) != before
    assert up.jump_url in world.read(await world.mia.click(of_manager.response, label="Post it again"))
    assert "deleted" not in world.read(await world.mia.slash(world.channel, "competition standings"))


async def test_if_its_channel_is_gone_the_table_is_posted_where_the_manager_asks(world):
    doomed = world.guild.create_text_channel("doomed")
    await world.mia.slash(doomed, "competition create", name="Sprint", start="in 1 hour", end="3 days")
    await world.tick()
    world.env.backend.delete_channel(doomed.id)
    await world.ana.slash(world.channel, "competition join")
    await world.pass_time(minutes=2)
    shown = await world.mia.slash(world.channel, "competition standings")

    told = await world.mia.click(shown.response, label="Post it again")
    await world.tick()

    assert (
        f"The channel of the competition is gone, so the table moves here. The post will appear in <#{world.channel.id}>"
        in world.read(told)
    )
    assert "Sprint" in world.read(standings(world))
    assert "is gone" not in world.read(await world.mia.slash(world.channel, "settings"))


async def test_a_crash_while_the_table_is_posted_again_leaves_one_table(world, wire):
    await announce(world)
    world.env.backend.delete_message(world.channel.id, standings(world).id)
    await world.ana.slash(world.channel, "competition join")
    await world.pass_time(minutes=2)
    shown = await world.mia.slash(world.channel, "competition standings")
    await world.mia.click(shown.response, label="Post it again")
    wire.dies_after()
    with pytest.raises(Crash):
        await world.tick()

    world.env.backend.advance_clock(60 * 30)
    await world.restart()
    await world.tick()

    assert standings(world)


async def test_standings_that_a_missing_permission_hid_are_shown_when_it_is_restored(world):
    await announce(world)
    await world.ana.slash(world.channel, "competition join")
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001, times=10_000)
    for _ in range(5):
        await world.pass_time(minutes=2)
    before = world.read(standings(world))

    world.env.backend.faults.clear()
    await world.pass_time(minutes=11)

    assert "ana" not in before
    assert "ana" in world.read(standings(world))


async def test_without_attach_files_the_result_is_sent_as_text(world):
    await announce(world)
    await world.ana.click(standings(world), label="Join")
    await score(world, world.ana)
    world.forbid(attach_files=False)
    await world.env.settle()

    await world.pass_time(days=2)

    (result,) = titled(world, "the result")
    assert result.attachments == []
    assert "**ana** wins" in world.read(result)


async def test_without_permission_to_post_the_manager_who_asked_is_told_once(world):
    await announce(world)
    await world.ana.click(standings(world), label="Join")
    world.forbid(send_messages=False)
    await world.pass_time(days=2)
    await world.pass_time(minutes=11)

    (told,) = world.inbox(world.mia)
    world.permit()
    await world.pass_time(minutes=11)

    assert "The result of a competition could not be posted" in told
    assert "Give me Send Messages there." in told
    assert len(titled(world, "the result")) == 1


async def test_a_competition_that_nobody_joined_says_so_at_the_end(world):
    await announce(world)

    await world.pass_time(days=2)

    (result,) = titled(world, "the result")
    assert "Nobody joined, so there is no winner" in world.read(result)
    assert result.attachments == []
    assert world.labels(result) == ["Full table"]


async def test_a_cancelled_competition_says_so_on_its_post(world):
    await announce(world)
    await world.ana.click(standings(world), label="Join")

    asked = await world.mia.slash(world.channel, "competition cancel", competition="Sprint")
    told = await world.mia.click(asked.response, label="Cancel the competition")
    await world.pass_time(minutes=2)
    await world.pass_time(days=2)

    assert "is canceled" in world.read(told)
    assert "Competition · canceled" in world.read(standings(world))
    assert world.labels(standings(world)) == []
    assert titled(world, "the result") == []


async def test_the_beginning_of_a_name_cancels_nothing_before_the_whole_name_is_confirmed(world):
    await announce(world)

    asked = await world.mia.slash(world.channel, "competition cancel", competition="s")
    await world.tick()

    assert "Cancel Sprint?" in world.read(asked)
    assert "canceled" not in world.read(standings(world))


# -- announcing


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": "soon"}, "cannot read `soon`"),
        ({"start": "2026-11-01"}, "The start is in the past"),
        ({"end": "in 10 minutes"}, "It must last an hour or more"),
        ({"teams": "by-role"}, "Teams by role need 2"),
        ({"roles": "everyone"}, "Teams by role need 2"),
        ({"sections": "9.9"}, "no section"),
        ({"name": " "}, "A name needs 1 to 60"),
    ],
)
async def test_a_competition_that_cannot_be_announced_is_refused_with_the_reason(world, options, words):
    reply = await announce(world, **options)

    assert reply.ephemeral
    assert words in world.read(reply)
    assert titled(world, "🏁") == []


async def test_a_channel_where_the_bot_may_not_post_is_refused_at_once(world):
    world.forbid(send_messages=False)
    await world.env.settle()

    reply = await announce(world)

    assert "Send Messages" in world.read(reply)


async def test_members_announce_and_cancel_nothing(world):
    reply = await world.ana.slash(world.channel, "competition create", name="Mine", start="now", end="1 day")

    assert "Manage Server" in world.read(reply)


async def test_times_complete_with_what_they_mean_on_the_servers_clock(world):
    await world.schedule_daily(timezone="Europe/Berlin")

    starts = await world.mia.autocomplete(world.channel, "competition create", "start", "tomorrow 9am")
    ends = await world.mia.autocomplete(
        world.channel, "competition create", "end", "1 week", name="Sprint", start="2026-11-24 09:00"
    )

    assert starts == [{"name": "tomorrow 9am · Tue 24 Nov 2026, 09:00 (Europe/Berlin)", "value": "2026-11-24 09:00"}]
    assert ends[0]["value"] == "2026-12-01 09:00"


async def test_contests_and_teams_complete_by_name(world):
    await announce(world, teams="open")
    await world.ana.slash(world.channel, "competition join", team="Owls")

    contests = await world.ben.autocomplete(world.channel, "competition join", "competition", "spr")
    teams = await world.ben.autocomplete(world.channel, "competition join", "team", "ow")

    assert [choice["name"] for choice in contests] == ["Sprint · running"]
    assert [choice["value"] for choice in teams] == ["Owls"]
    joined = await world.ben.slash(
        world.channel, "competition join", competition=contests[0]["value"], team=teams[0]["value"]
    )
    assert "for **Owls**" in world.read(joined)


async def test_asking_for_another_team_during_a_competition_is_refused(world):
    await announce(world, teams="open")
    await world.ana.slash(world.channel, "competition join", team="Owls")
    await world.ben.slash(world.channel, "competition join", team="Larks")
    await world.pass_time(minutes=2)

    asked = await world.ana.slash(world.channel, "competition join", team="Larks")
    again = await world.ana.slash(world.channel, "competition join")

    assert "You are already playing for **Owls**. Teams cannot be changed after the start." in world.read(asked)
    assert "Nobody changes teams" not in world.read(again)


async def test_a_reminder_drops_the_name_and_the_mention_of_a_member_who_erases_or_hides(world):
    await announce(world)
    for actor in (world.ana, world.ben):
        await actor.click(standings(world), label="Join")
    await score(world, world.ana)
    await world.pass_time(days=1)
    await world.pass_time(minutes=1)
    (before,) = titled(world, "Halftime")
    assert "ana" in world.read(before)

    await world.bot.services.privacy.erase(world.ana.id, at=world.now)
    await world.pass_time(minutes=2)
    (after,) = titled(world, "Halftime")
    await world.ben.slash(world.channel, "privacy hide")
    await world.pass_time(minutes=2)
    (empty,) = titled(world, "Halftime")

    assert "ana" not in world.read(after)
    assert str(world.ana.id) not in str(world.env.backend.get_message(after.channel.id, after.id).components)
    assert "ben" not in world.read(empty)
    assert "Nobody is taking part anymore." in world.read(empty)


async def test_a_competition_that_waits_for_held_answers_says_so_and_nobody_can_join(world):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    daily = await world.daily_of(Kind.CHOICE)
    await announce(world, end="2 hours")
    await world.ana.click(standings(world), label="Join")
    await world.answer(world.ana, daily)

    await world.pass_time(hours=3)
    await world.pass_time(minutes=2)
    waits = standings(world)
    listed = world.read(await world.ben.slash(world.channel, "competition list"))
    table = await world.ben.slash(world.channel, "competition standings")

    assert "being counted" in world.read(waits)
    assert "Join" not in buttons(table.response)
    assert "Join" not in buttons(waits)
    for text in (world.read(waits), listed, world.read(table)):
        assert "Some answers have not been counted yet, so the result will follow" in text
        assert "Runs until" not in text
        assert "Entry" not in text
    await world.pass_time(hours=23)
    assert "Ended" in world.read(standings(world))
    assert titled(world, "the result")


async def test_a_named_team_whose_only_member_hides_is_not_shown_until_somebody_is_in_it(world):
    await world.mia.slash(
        world.channel, "competition create", name="Sprint", start="now", end="in 5 days", teams="open"
    )
    await world.tick()
    await world.ben.slash(world.channel, "competition join", team="Blue")
    await world.ana.slash(world.channel, "competition join", team="Ana's own")
    shown = world.read(await world.ben.slash(world.channel, "competition standings"))

    await world.ana.slash(world.channel, "privacy hide")
    hidden = world.read(await world.ben.slash(world.channel, "competition standings"))
    offered = await world.ben.autocomplete(world.channel, "competition join", "team", "")
    for _ in range(6):
        await world.pass_time(days=1)

    assert "Ana's own" in shown
    assert "Blue" in hidden
    assert "Ana's own" not in hidden
    assert "Ana's own" not in str(offered)
    assert all("Ana's own" not in world.read(message) for message in world.channel.history())
