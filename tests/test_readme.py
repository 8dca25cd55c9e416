"""The README promises what the bot has, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import wrap

from discord import app_commands

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands_of(page: str) -> set[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return set(re.findall(r"`/([a-z -]+)`", text.partition("<!-- commands:")[2].partition("<!-- /commands -->")[0]))


async def test_the_pages_for_members_and_managers_name_every_command_and_no_other(world):
    named = commands_of("studying.md") | commands_of("managing.md")

    commands = world.bot.tree.walk_commands()
    assert named == {command.qualified_name for command in commands if not isinstance(command, app_commands.Group)}


def test_the_readme_fits_one_screen():
    """A page of a code host has lines of about 105 characters. The picture and the space between blocks take up the
    rest of the screen."""
    lines = [wrap(line, 105) for line in README.splitlines() if line and not line.startswith(("!", "```"))]

    assert sum(map(len, lines)) <= 45


def test_every_target_that_the_readme_names_is_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_that_the_documents_link_to_is_there():
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"
