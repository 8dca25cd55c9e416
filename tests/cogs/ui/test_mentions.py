"""Commands in texts become mentions only where Discord shows these."""

from __future__ import annotations

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cogs.ui.cards import Card
from bot.cogs.ui.mentions import CommandMentions
from bot.cogs.ui.text import CONTENT, MESSAGE
from tests.conftest import as_written


def a_command(id: int, name: str, *subcommands: str) -> discord.app_commands.AppCommand:
    options = [{"type": 1, "name": sub, "description": "It"} for sub in subcommands]
    data = {"id": str(id), "application_id": "1", "name": name, "description": "It", "type": 1, "options": options}
    return discord.app_commands.AppCommand(data=data, state=None)


@pytest.fixture(scope="module")
def mentions() -> CommandMentions:
    found = CommandMentions()
    found.learn([a_command(7, "quiz"), a_command(8, "daily", "skip", "status")])
    return found


@pytest.mark.parametrize(
    ("named", "mentioned"),
    [
        ("Start `/quiz`.", "Start </quiz:7>."),
        ("`/daily status` says it, `/quiz` too", "</daily status:8> says it, </quiz:7> too"),
        ("`/daily skip undo: True` takes it back", "</daily skip:8> `undo: True` takes it back"),
        ("Name a group: `/daily`", "Name a group: `/daily`"),
        ("`/daily skip | status` both", "`/daily skip | status` both"),
        ("`/unknown`", "`/unknown`"),
        ("```\n`/quiz`\n``` and `/quiz`", "```\n`/quiz`\n``` and </quiz:7>"),
        (r"a member wrote \`/quiz\`", r"a member wrote \`/quiz\`"),
    ],
)
def test_a_command_that_can_be_used_becomes_a_mention(mentions, named, mentioned):
    assert mentions.in_text(named) == mentioned


def test_a_card_has_mentions_everywhere_but_in_its_headings(mentions):
    card = Card(title="`/quiz`", text="`/quiz`", footer="`/quiz`")
    card.add("`/quiz`", "`/quiz`")

    shown = mentions.in_card(card)

    assert (shown.title, shown.blocks[0].name) == ("`/quiz`",) * 2
    assert (shown.text, shown.blocks[0].text, shown.footer) == ("</quiz:7>",) * 3
    assert card.text == "`/quiz`", "the message may be shown again"


def test_a_text_that_would_be_too_long_with_mentions_keeps_the_names(mentions):
    full = "`/quiz`" + "x" * (CONTENT - 7)
    assert mentions.in_text(full) == full
    card = Card(text="`/quiz`" + "x" * (MESSAGE - 7))
    assert mentions.in_card(card).text == card.text
    card = Card(text="`/quiz`" * 2)
    card.add("n", "x" * (MESSAGE - len(card) - 6))
    assert mentions.in_card(card).text == card.text


@given(text=st.text(alphabet="`/quizdaly skp:\n", max_size=60))
def test_a_mention_says_what_the_text_said(mentions, text):
    assert as_written(mentions.in_text(text)).replace(" ", "") == text.replace(" ", "")
