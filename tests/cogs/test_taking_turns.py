"""Rate limits of costly actions: one table, one check, one sentence."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from discord import app_commands

from bot.cogs.exams.custom_ids import ExamPastId
from bot.cogs.help.rules import TOPICS
from bot.cogs.ui.custom_ids import CODECS
from bot.cogs.ui.limits import LIMITS, Limits
from bot.study.errors import TooOften
from tests.cogs.test_commands import leaves, managers_only
from tests.conftest import MONDAY
from tests.sets.everything import options_for

ACTIONS = {action: limit for limit in LIMITS for action in limit.actions}
ANA, BEN = 1, 2


def by(user_id, at=MONDAY):
    """Return an interaction with only the attributes that a rate limit uses."""
    return SimpleNamespace(user=SimpleNamespace(id=user_id), created_at=at)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_member_can_use_a_costly_action_only_so_often(action):
    limits, limit = Limits(), ACTIONS[action]
    for _ in range(limit.times):
        limits.take(action, by(ANA))

    with pytest.raises(TooOften) as refused:
        limits.take(action, by(ANA))

    limits.take(action, by(BEN))
    assert (refused.value.what, refused.value.wait) == (limit.what, limit.minutes * 60)
    limits.take(action, by(ANA, MONDAY + timedelta(minutes=limit.minutes, seconds=1)))


@pytest.mark.parametrize("limit", [limit for limit in LIMITS if len(limit.actions) > 1], ids=lambda limit: limit.what)
def test_different_ways_to_the_same_action_share_its_limit(limit):
    limits = Limits()
    for turn in range(limit.times):
        limits.take(limit.actions[turn % len(limit.actions)], by(ANA))

    for action in limit.actions:
        with pytest.raises(TooOften):
            limits.take(action, by(ANA))


def test_cheap_actions_have_no_limit():
    limits = Limits()

    for _ in range(1000):
        limits.take("answer", by(ANA))


async def test_a_member_who_asks_too_often_is_told_how_long_to_wait(world):
    limit = ACTIONS["/privacy export"]
    for _ in range(limit.times):
        await world.ana.slash(world.channel, "privacy export")

    told = await world.ana.slash(world.channel, "privacy export")

    assert told.ephemeral
    assert world.read(told) == (
        "You have reached the limit of 3 copies of your data in 10 minutes. Please try again in 10 minutes."
    )
    assert "You have reached the limit" not in world.read(await world.ben.slash(world.channel, "privacy export"))


async def test_a_button_and_a_menu_have_their_limits_too(world):
    briefing, past = await world.ana.slash(world.channel, "exam start"), str(ExamPastId(1))
    pressed = [await world.ana.click(briefing.response, label="Begin") for _ in range(ACTIONS["exam-start"].times + 1)]
    picked = [await world.pick(world.ana, past, "999999") for _ in range(ACTIONS["exam-past"].times + 1)]

    assert ["You have reached the limit" in world.read(reply) for reply in pressed] == [False] * (len(pressed) - 1) + [
        True
    ]
    assert ["You have reached the limit" in world.read(reply) for reply in picked] == [False] * (len(picked) - 1) + [
        True
    ]


async def test_every_limit_names_actions_that_exist(world):
    commands = [c for c in world.bot.tree.walk_commands() if isinstance(c, app_commands.Command)]

    assert ACTIONS.keys() <= {f"/{command.qualified_name}" for command in commands} | set(CODECS)


async def test_every_action_that_sends_a_file_has_a_limit(world):
    await world.answer(world.ana, await world.post_daily())

    with_files = set()
    for command in leaves(world.bot.tree):
        actor = world.mia if managers_only(command) else world.ana
        reply = await actor.slash(world.channel, command.qualified_name, **options_for(world, command))
        if any(message is not None and message.attachments for message in (reply.response, *reply.followups)):
            with_files.add(f"/{command.qualified_name}")

    assert {"/progress", "/privacy export"} <= with_files <= ACTIONS.keys()


def test_help_shows_every_limit():
    told = dict(TOPICS["fair-play"].rules)["Rate limits"]

    assert all(f"{limit.times} {limit.what} in {limit.minutes} minute" in told for limit in LIMITS)
