"""Every command has a page with a picture, generated from the command tree; there are no other pages, and nothing on
them is wrong."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import discord
import pytest
from discord import app_commands
from PIL import Image

from tests.browser import chromium
from tests.conftest import ROOT
from tools import commands
from tools.commands import Text, faults, page, pages, places_of, read_texts, tree
from tools.scenes import SCENES

FOLDER = ROOT / "docs" / "commands"


@pytest.fixture
async def tops():
    return await tree()


@pytest.fixture(scope="module")
def texts():
    return read_texts()


def test_the_tree_of_the_pages_is_that_of_the_running_bot(world, tops):
    assert {top.name for top in tops} == {command.name for command in world.bot.tree.get_commands()}


def test_every_command_has_its_text_and_its_picture_and_there_are_no_others(tops, texts):
    assert faults(tops, texts, FOLDER) == []
    assert set(SCENES) == {top.name for top in tops}


def test_missing_and_outdated_pages_are_reported(tops, texts, tmp_path):
    quiz = next(top for top in tops if top.name == "quiz")
    (tmp_path / "gone.webp").touch()
    few = {"quiz": replace(texts["quiz"], picture="", next="", example="/quiz level:3 questions:21"), "gone": Text()}

    assert faults([quiz], few, tmp_path) == [
        "gone.webp: not a picture of any command",
        "gone: there is no such command",
        "quiz: no `next`",
        "quiz: no `picture`",
        "quiz: no picture",
        "quiz: the example has `level`, which is not an option",
        "quiz: the example's `questions` cannot be `21`",
    ]


def test_a_page_says_who_may_use_a_command_where_and_with_which_options(tops, texts):
    by_name = {top.name: top for top in tops}
    quiz, daily, competition = (page(by_name[name], texts) for name in ("quiz", "daily", "competition"))

    assert "- **Who:** everyone\n" in quiz
    assert "- **Where:** servers, direct messages, and" in quiz
    assert "| `questions` | How many questions, 1 to 20; 5 by default. A whole number from 1 to 20. |" in quiz
    assert "**2 · medium**: apply it<br>" in quiz
    assert "- **Who:** managers of the server" in daily
    assert "- **Where:** servers\n" in daily
    assert "| `channel` (required) | Where the question is posted. A text channel. |" in daily
    assert "- **Who:** everyone; `create` and `cancel` for managers\n" in competition
    assert "- **Others see:** the announcement in the channel" in competition


def test_a_limit_is_on_the_page_of_its_command(tops, texts):
    privacy = next(top for top in tops if top.name == "privacy")

    assert "- **Limit:** 3 copies of your data in 10 minutes" in page(privacy, texts)


def test_a_context_menu_has_a_page_too():
    @app_commands.context_menu(name="Flag this question")
    async def flag(interaction: discord.Interaction, message: discord.Message) -> None: ...

    text = page(
        flag, {"Flag this question": Text(about="Say what is wrong.", next="Managers read it.", picture="A form")}
    )

    assert text.startswith("# Flag this question\n\nSay what is wrong.")
    assert "- **Where:** in the menu of a message" in text
    assert "![A form](flag-this-question.webp)" in text
    assert places_of([flag]) == {"Flag this question": "docs/commands/flag-this-question.md"}


def test_the_index_leads_to_every_command(tops, texts):
    index = pages(tops, texts, f"# Commands\n\n{commands.TABLES}\n")["docs/commands/README.md"]
    everyone, _, managers = index.partition("## For managers")

    assert all(
        f"| [{'' if isinstance(leaf, app_commands.ContextMenu) else '/'}{leaf.qualified_name}](" in index
        for top in tops
        for leaf in commands.leaves(top)
    )
    assert "| [/league standings](league.md#league-standings) |" in everyone
    assert "| [/league join](league.md#league-join) |" in managers
    assert commands.TABLES in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_pictures_are_as_wide_as_a_phone_and_compact():
    for path in FOLDER.glob("*.webp"):
        with Image.open(path) as picture:
            assert picture.width == 780, path.name
        assert path.stat().st_size < 150_000, path.name


@chromium.NEEDED[0]
@chromium.NEEDED[1]
async def test_a_picture_is_taken_of_the_playground(packs, default_settings):
    from tools.screenshots import PICTURES, take

    async with chromium.browser() as browser:
        picture = await take(browser, PICTURES["privacy"], default_settings, packs)

    with Image.open(BytesIO(picture)) as image:
        assert image.format == "WEBP"
        assert image.width == 780
        assert image.height > 600
