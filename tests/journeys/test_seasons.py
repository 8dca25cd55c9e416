"""The end of a season, from its last answer to the first answer of the next season."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.study.questions import Kind
from tests.journeys.wire import Crash
from tests.reading import card_of

NEAR_THE_END = {"days": 7, "hours": 15}
"""The time from the Monday on which stories begin to eleven in the evening of the 30th."""


def season_posts(world, channel=None):
    return [m for m in (channel or world.channel).history() if "is over" in card_of(m).title]


async def play_november(world):
    """Let ana answer right and ben answer wrong, and move to the last hour of the month."""
    await world.schedule_daily()
    await world.mia.slash(world.channel, "daily pause")
    for actor, right in ((world.ana, True), (world.ben, False)):
        quiz = await actor.slash(world.channel, "quiz", questions=1)
        await world.answer(actor, quiz.response, right=right)
    await world.pass_time(**NEAR_THE_END)


async def test_a_season_ends_with_a_podium_and_the_next_begins_with_nothing(world):
    await play_november(world)
    before = season_posts(world)
    await world.restart()
    await world.pass_time(hours=1)
    await world.restart()
    await world.pass_time(hours=1)
    now = await world.ana.slash(world.channel, "leaderboard")

    assert before == []
    (post,) = season_posts(world)
    told = world.read(post)
    assert "The season of November 2026 is over" in told
    assert "**ana** wins with" in told
    assert "First in each section" in told
    assert "Season December 2026" in told
    (picture,) = post.attachments
    assert (await picture.read()).startswith(b"\x89PNG")
    assert world.env.backend.get_message(post.channel.id, post.id).ping_user_ids == []
    assert "Nobody is on this leaderboard yet" in world.read(now)


async def test_past_seasons_stay_on_the_leaderboard(world):
    await play_november(world)
    await world.pass_time(hours=1)

    choices = await world.ben.autocomplete(world.channel, "leaderboard", "period", "nov")
    board = await world.ben.slash(world.channel, "leaderboard", period=choices[0]["value"])
    pressed = await world.ben.click(season_posts(world)[0], label="Full table")

    assert choices == [{"name": "season November 2026", "value": "2026-11"}]
    for shown in (world.read(board), world.read(pressed)):
        assert "Season November 2026, final" in shown
        assert "**1.** ana" in shown
        assert "ben" in shown


async def test_periods_complete_and_an_unknown_one_is_refused(world):
    choices = await world.ana.autocomplete(world.channel, "leaderboard", "period", "")

    refused = await world.ana.slash(world.channel, "leaderboard", period="2020-01")

    assert [choice["value"] for choice in choices] == ["today", "week", "season", "all-time"]
    assert "I do not know the period `2020-01`" in world.read(refused)


async def test_the_pages_of_a_past_season_turn(world):
    await play_november(world)
    for number in range(12):
        actor = world.guild.add_member(world.env.create_user(f"member{number}"))
        quiz = await actor.slash(world.channel, "quiz", questions=1)
        await world.answer(actor, quiz.response)
    await world.pass_time(hours=1)
    board = await world.ana.slash(world.channel, "leaderboard", period="2026-11")

    turned = await world.ana.click(board.response, label="Next ▶")

    assert "Page 2 of 2 · 14 members" in world.read(turned)


@pytest.mark.parametrize("death", ["dies_before", "dies_after"])
async def test_the_end_of_a_season_is_posted_once_whenever_a_process_dies(world, wire, death):
    await play_november(world)
    world.env.backend.advance_clock(2 * 60 * 60)
    getattr(wire, death)()

    with pytest.raises(Crash):
        await world.tick()
    world.env.backend.advance_clock(300)
    await world.restart()
    await world.pass_time(minutes=5)

    assert len(season_posts(world)) == 1


async def test_a_manager_moves_the_post_or_switches_it_off(world):
    hall = world.guild.create_text_channel("hall-of-fame")
    await play_november(world)

    moved = await world.mia.slash(world.channel, "settings", season_channel=hall)
    await world.pass_time(hours=1)
    off = await world.mia.slash(world.channel, "settings", season_posts="off")
    quiz = await world.ana.slash(world.channel, "quiz", questions=1)
    await world.answer(world.ana, quiz.response)
    world.env.backend.advance_clock((datetime(2027, 1, 1, 1, tzinfo=UTC) - world.now).total_seconds())
    await world.tick()

    assert f"posted in {hall.mention}" in world.read(moved)
    assert "Nothing will be posted when it ends" in world.read(off)
    assert season_posts(world) == []
    assert len(season_posts(world, hall)) == 1


async def test_a_channel_where_the_bot_may_not_post_is_refused_for_seasons_too(world):
    world.forbid(send_messages=False)
    await world.env.settle()

    reply = await world.mia.slash(world.channel, "settings", season_channel=world.channel)

    assert "Send Messages" in world.read(reply)


async def test_a_daily_counts_for_the_month_of_its_answer(world):
    """The daily is posted in November and still open in December: each answer counts for the month in which it was
    given."""
    message = await world.daily_of(Kind.CHOICE)
    await world.answer(world.ana, message)
    world.env.backend.advance_clock((datetime(2026, 11, 30, 9, tzinfo=UTC) - world.now).total_seconds())
    await world.tick()
    message = world.posts()[-1]
    world.env.backend.advance_clock((datetime(2026, 12, 1, 0, 30, tzinfo=UTC) - world.now).total_seconds())
    await world.answer(world.ben, message)
    await world.tick()

    november = await world.mia.slash(world.channel, "leaderboard", period="2026-11")
    december = await world.mia.slash(world.channel, "leaderboard")

    assert "ana" in world.read(november)
    assert "ben" not in world.read(november)
    assert "ben" in world.read(december)


async def test_a_season_whose_only_scorer_hides_does_not_deny_their_points_and_counts_shown_members(world):
    await play_november(world)
    await world.ana.slash(world.channel, "privacy hide")
    asked = await world.ben.slash(world.channel, "privacy delete")
    await world.ben.click(asked.response, label="Erase everything")
    await world.pass_time(hours=1)

    told = "\n".join(map(world.read, season_posts(world)))

    assert "Nobody earned" not in told
    assert "1 member" not in told


@pytest.mark.parametrize("feedback", ["at-once", "at-close"])
async def test_the_end_of_a_season_is_posted_before_the_daily_of_the_same_hour(world, feedback):
    await world.schedule_daily(time="00:00")
    await world.mia.slash(world.channel, "settings", feedback=feedback)
    quiz = await world.ana.slash(world.channel, "quiz", questions=1)
    await world.answer(world.ana, quiz.response)
    await world.pass_time(days=7)
    await world.answer(world.ana, world.posts()[-1])

    await world.pass_time(hours=16)
    for _ in range(3):
        await world.pass_time(seconds=2)

    (end,) = season_posts(world)
    assert [message.id for message in world.channel.history()][-2:] == [end.id, world.posts()[-1].id]
    assert "Tuesday, December 1" in world.read(world.posts()[-1])


async def test_a_season_that_waits_for_held_answers_can_be_read_and_says_so(world):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    await world.schedule_daily()
    quiz = await world.ben.slash(world.channel, "quiz", questions=1)
    await world.answer(world.ben, quiz.response)
    await world.pass_time(days=7, hours=1)
    await world.answer(world.ana, world.posts()[-1])
    await world.pass_time(hours=16)

    november = world.read(await world.ana.slash(world.channel, "leaderboard", period="November 2026"))
    december = world.read(await world.ana.slash(world.channel, "leaderboard"))

    assert "Season November 2026, being counted" in november
    assert "ben" in november
    assert "Some answers have not been counted yet. This leaderboard will be final" in november
    assert "`/leaderboard period: November 2026` shows it so far" in december
    await world.pass_time(hours=9)
    final = world.read(await world.ana.slash(world.channel, "leaderboard", period="2026-11"))
    assert "Season November 2026, final" in final
    assert "not been counted yet" not in world.read(await world.ana.slash(world.channel, "leaderboard"))
