"""Leaderboards: every section and period, by points and by accuracy; a member's own rank, pages, and names in all
scripts."""

from __future__ import annotations

import re

import pytest

from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from bot.study.members import Member
from bot.study.questions import Kind
from tests.journeys.student import buttons
from tests.reading import card_of


async def board(world, actor=None, **options):
    return await (actor or world.ana).slash(world.channel, "leaderboard", **options)


def lines(reply):
    return card_of(reply.response).text.splitlines()


async def crowd(world, count):
    """Let this many members answer today's daily right, one second after another."""
    message = await world.post_daily()
    answers = world.bot.services.answers
    for number in range(count):
        member = Member(world.guild.id, 10**17 + number, f"member {number}")
        await answers.submit(1, member, " ".join(world.letters(message)), at=world.now)
        world.env.backend.advance_clock(1)


async def test_an_empty_board_says_what_to_do(world):
    reply = await board(world)

    told = world.read(reply)
    assert reply.ephemeral
    assert "Nobody is on this leaderboard yet. Answer the question of the day, or start `/quiz`." in told
    assert "🏆 All sections" in told
    assert "Season November 2026 · by points" in told
    assert world.labels(reply.response) == []


async def test_an_empty_board_by_accuracy_says_how_many_answers_it_takes(world):
    told = world.read(await board(world, by="accuracy"))

    assert "Nobody is on this leaderboard yet. It needs 10 answers; take a `/quiz` for more." in told
    assert "“At least”: a cautious estimate that grows with more answers" in told
    assert "Ties: more answers first, then the member who got there first." in told


async def test_a_hidden_member_is_told_how_to_be_shown_again_and_not_to_answer(world):
    await world.ana.slash(world.channel, "privacy hide")

    empty = world.read(await board(world))
    await world.answer(world.ben, await world.post_daily())
    others = world.read(await board(world, by="points"))

    assert "You are hidden on the leaderboards of this server. `/privacy hide hidden: False` shows you again" in empty
    assert "You are not on it yet: you are hidden on the leaderboards" in others
    assert "start `/quiz`" not in empty + others


@pytest.mark.parametrize(
    ("period", "title", "ends"),
    [
        ("today", "Today", "<t:1795478400:f>"),
        ("week", "This week", "<t:1795996800:f>"),
        ("season", "Season November 2026", "<t:1796083200:f>"),
        ("all-time", "All time", None),
    ],
)
async def test_each_period_has_its_board_and_says_when_it_ends(world, period, title, ends):
    message = await world.post_daily()
    await world.answer(world.ana, message)

    told = world.read(await board(world, period=period))

    assert f"{title} · by points" in told
    assert "🥇 **1.** ana · " in told
    assert (f"Ends\n{ends}" in told) if ends else ("Ends" not in told)


async def test_a_new_day_a_new_week_and_a_new_month_begin_empty(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)
    seen = {}
    for days, name in ((1, "tomorrow"), (6, "next week"), (7, "next month")):
        await world.pass_time(days=days)
        for period in ("today", "week", "season", "all-time"):
            seen[name, period] = "ana" in world.read(await board(world, world.ben, period=period))

    assert [period for period in ("today", "week", "season", "all-time") if seen["tomorrow", period]] == [
        "week", "season", "all-time",
    ]  # fmt: skip
    assert [period for period in ("today", "week", "season", "all-time") if seen["next week", period]] == [
        "season", "all-time",
    ]  # fmt: skip
    assert [period for period in ("today", "week", "season", "all-time") if seen["next month", period]] == ["all-time"]


async def test_an_answer_counts_on_the_boards_of_its_section_its_parent_and_all_and_on_no_other(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)
    section = world.question_of(message).section

    on = [name for name in world.packs["aws-mla-c01"].boards if "ana" in world.read(await board(world, section=name))]

    assert on == ["all", section[0], section]


async def test_ranks_go_by_points_then_by_who_got_there_first(world):
    message = await world.post_daily()
    await world.answer(world.ben, message)
    world.env.backend.advance_clock(60)
    await world.answer(world.ana, message)
    await world.answer(world.mia, message, right=False)

    reply = await board(world, world.mia)

    assert [re.search(r"\*\*(\d+)\.\*\* (\w+)", line).groups() for line in lines(reply)] == [
        ("1", "ben"), ("2", "ana"), ("3", "mia"),
    ]  # fmt: skip
    assert lines(reply)[2].endswith("0 points, 0 of 1 right ← you")
    assert "Ties: fewer answers first, then the member who got there first." in world.read(reply)


async def test_a_member_who_is_not_on_the_board_is_told_how_to_get_there(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)

    told = world.read(await board(world, world.ben))

    assert "You are not on it yet: answer the question of the day, or start `/quiz`." in told


async def test_a_board_by_accuracy_holds_those_with_ten_answers(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=10)
    for number in range(10):
        if number == 9:
            before = world.read(await board(world, by="accuracy"))
        answered = await world.answer(world.ana, shown.response)
        shown = await world.ana.click(answered.response, custom_id=buttons(answered)[0]["custom_id"])

    after = await board(world, by="accuracy")

    assert "Nobody is on this leaderboard yet" in before
    assert lines(after)[0] == "🥇 **1.** ana · at least 72%, 10 of 10 right ← you"


async def test_a_long_board_has_pages_and_shows_the_member_s_rank_on_each(world):
    await crowd(world, 23)
    message = world.channel.last_message
    await world.answer(world.ana, message, right=False)

    first = await board(world)
    told = world.read(first)
    assert len(lines(first)) == 12
    assert lines(first)[9].startswith("**10.** member 9 · ")
    assert lines(first)[10] == "…"
    assert lines(first)[11].startswith("**24.** ana · 0 points")
    assert "Page 1 of 3 · 24 members · " in told
    previous, following = buttons(first)
    assert (previous["disabled"], following.get("disabled", False)) == (True, False)

    second = await world.ana.click(first.response, label="Next ▶")
    assert second.response.id == first.response.id
    assert lines(second)[0].startswith("**11.** member 10 · ")
    third = await world.ana.click(second.response, label="Next ▶")
    assert [re.search(r"\*\*(\d+)\.\*\*", line)[1] for line in lines(third)] == ["21", "22", "23", "24"]
    assert buttons(third)[1]["disabled"]
    back = await world.ana.click(third.response, label="◀ Previous")
    assert "Page 2 of 3" in world.read(back)


async def test_pages_can_be_turned_after_a_restart(world):
    await crowd(world, 11)
    first = await board(world)

    await world.restart()
    second = await world.ana.click(first.response, label="Next ▶")

    assert "Page 2 of 2" in world.read(second)


@pytest.mark.parametrize("page", [0, 99, 10**17])
async def test_a_page_that_does_not_exist_becomes_the_nearest_one(world, page):
    await crowd(world, 11)

    reply = await world.press(world.ana, f"v1:board:all:season:points:{page}")

    assert f"Page {1 if page == 0 else 2} of 2" in world.read(reply)


async def test_a_board_of_an_unknown_section_is_explained(world):
    by_command = await board(world, section="8")
    by_button = await world.press(world.ana, "v1:board:8:season:points:1")

    assert "There is no section 8. Pick one from the list" in world.read(by_command)
    assert world.read(by_button) == "Section 8 no longer exists. `/guide` shows all sections of your pack."


async def test_a_board_is_not_shown_in_a_direct_message(world):
    reply = await world.press(world.ana.user, "v1:board:all:season:points:1")

    assert world.read(reply) == SENTENCES[Refusal.NEEDS_SERVER]


async def test_boards_of_two_servers_are_independent(world):
    channel, _, ana_there = world.open_server()
    await world.env.settle()
    message = await world.post_daily()
    await world.answer(world.ana, message)

    there = await ana_there.slash(channel, "leaderboard")

    assert "Nobody is on this leaderboard yet" in world.read(there)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("**boss**", r"\*\*boss\*\*"),
        ("[win](https://evil.example)", r"\[win](https:\//evil.example)"),
        ("@everyone", "@\u200beveryone"),
        ("<@&1> ||x||", r"\<@&1> \|\|x\|\|"),
        ("\u202egnp.exe", "gnp.exe"),
        ("z\u0301\u0302\u0303\u0304\u0305\u0306algo", "ź\u0302\u0303algo"),
        ("\u3164", "a member"),
        ("محمد", "\u2068محمد\u2069"),
    ],
)
async def test_hostile_names_are_harmless_and_ping_nobody(world, name, shown):
    eve = world.guild.add_member(world.env.create_user("eve"), nick=name)
    message = await world.post_daily()
    await world.answer(eve, message)

    reply = await board(world)

    assert lines(reply)[0].startswith(f"🥇 **1.** {shown} · ")
    stored = world.env.backend.get_message(world.channel.id, reply.response.id)
    assert (stored.ping_user_ids, stored.ping_role_ids, stored.mention_everyone) == ([], [], False)


async def test_a_member_is_shown_by_the_name_last_seen(world):
    message = await world.daily_of(Kind.CHOICE)
    await world.answer(world.ana, message)
    world.env.backend.get_guild(world.guild.id).members[world.ana.id].nick = "Ana the Great"

    before = lines(await board(world, world.ben))[0]
    await world.ana.slash(world.channel, "quiz")
    after = lines(await board(world, world.ben))[0]

    assert "ana · " in before
    assert "Ana the Great · " in after


async def test_a_page_asks_discord_for_nothing(world):
    await crowd(world, 11)
    before = len(world.env.http_requests)

    await board(world)

    assert [entry.path.split("/")[1] for entry in world.env.http_requests[before:]] == ["interactions"]


async def test_the_board_under_feedback_opens_in_a_new_message_and_its_pages_turn_in_place(world):
    feedback = await world.answer(world.ana, await world.post_daily())
    told = world.read(feedback)

    board = await world.ana.click(feedback.response, label="Leaderboard")

    assert board.ephemeral
    assert board.response.id != feedback.response.id
    assert "**1.** ana" in world.read(board)
    assert world.read(feedback) == told


async def test_the_running_season_can_be_named_by_its_month(world):
    await world.answer(world.ana, await world.post_daily())

    for typed in ("2026-11", "November 2026", "this season"):
        board = world.read(await world.ana.slash(world.channel, "leaderboard", period=typed))
        assert "Season November 2026" in board
        assert "ana" in board
