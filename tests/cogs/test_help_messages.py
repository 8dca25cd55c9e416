"""`/help`: an overview and every topic, each on one screen of a phone."""

from __future__ import annotations

from textwrap import wrap

import pytest

from bot.cogs.help import messages
from bot.cogs.help.rules import TOPICS
from bot.study import live
from bot.study.competitions import MIN_TEAM
from bot.study.scoring import POINTS_BY_DIFFICULTY
from tests.cogs.test_limits import check

COLUMNS, LINES = 46, 31
"""The characters per line and the lines that fit on a screen of 390 x 844 between Discord's header and its text box,
counted in a browser."""


def lines_of(card):
    """Return how many lines a message takes on a phone."""
    texts = [card.head, card.text, *(block.words for block in card.blocks), card.foot]
    return sum(max(1, len(wrap(line, COLUMNS))) for text in texts if text for line in text.splitlines())


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_fits_one_screen_of_a_phone(name):
    card = check(messages.topic(name))

    assert lines_of(card) <= LINES


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_does_not_name_a_formula(name):
    told = " ".join(text for rule in TOPICS[name].rules for text in rule)

    assert not any(word in told for word in ("Wilson", "FSRS", "interval", "algorithm"))


def test_the_figures_are_those_of_the_rules():
    told = {name: " ".join(text for rule in topic.rules for text in rule) for name, topic in TOPICS.items()}

    assert all(str(points) in told["points"] for points in POINTS_BY_DIFFICULTY.values())
    assert all(str(figure) in told["live"] for figure in (live.RIGHT, live.SPEED, live.MAX_OPEN, live.MAX_QUESTIONS))
    assert f"at least {MIN_TEAM}" in told["teams"]


@pytest.mark.parametrize("manager", [True, False])
async def test_the_overview_fits_one_screen_of_a_phone(world, manager):
    listed = world.bot.tree.get_commands()

    card = check(messages.overview(world.pack, listed, manager=manager, alone=False))

    assert lines_of(card) <= LINES


async def test_everything_that_the_overview_names_exists(world):
    known = {command.qualified_name for command in world.bot.tree.walk_commands()}

    assert {command for _, commands in messages.PURPOSES for command, _ in commands} <= known
