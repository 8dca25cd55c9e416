"""All commands and buttons: who may use them, where, and that each of them replies."""

from __future__ import annotations

import re
from pathlib import Path

import discord
import pytest
from discord import app_commands

from bot.app import build
from bot.cogs.ui.custom_ids import CODECS, known
from bot.cogs.ui.handlers import BUTTONS, MENUS
from bot.cogs.ui.managers import MANAGER
from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from bot.study.questions import Kind
from tests.sets.everything import options_for, unknown_id

PAGES = Path(__file__).resolve().parents[2] / "docs"
IN_DIRECT_MESSAGES = {"study", "quiz", "review", "exam", "guide", "progress", "plan", "privacy", "reminders", "help"}
"""Commands that work in direct messages, by design. Commands that act on a server, its boards or its daily work only in
a server."""

BUTTONS_FOR_MANAGERS = {
    "contest-again",
    "contest-cancel",
    "contest-file",
    "daily-again",
    "daily-channel",
    "daily-pick",
    "daily-restore",
    "daily-skip",
    "daily-unskip",
    "draft-drop",
    "draft-edit",
    "draft-save",
    "pack",
    "patch",
    "patch-change",
    "questions",
    "report-restore",
    "report-retire",
    "reports",
    "resolve",
    "schedule",
    "season-channel",
    "setting",
    "settings",
    "suggestion-accept",
    "suggestion-decline",
    "suggestion-edit",
    "suggestions",
}
"""The buttons of managers: for the daily, competitions, the server's own questions, members' reports, and the
settings."""

UNFORESEEN = "Something went wrong on my side"


def promised(page):
    """Return the commands that a documentation page lists; another test checks these pages against the tree."""
    text = (PAGES / page).read_text(encoding="utf-8")
    return set(re.findall(r"`/([a-z -]+)`", text.partition("<!-- commands:")[2].partition("<!-- /commands -->")[0]))


FOR_MANAGERS = promised("managing.md")


@pytest.fixture
async def tree(world):
    return world.bot.tree


def leaves(tree):
    return [command for command in tree.walk_commands() if isinstance(command, app_commands.Command)]


def managers_only(command):
    return command.qualified_name in FOR_MANAGERS


async def test_every_command_and_every_option_is_described(tree):
    for command in leaves(tree):
        assert 0 < len(command.description) <= 100
        assert command.description != "…"
        for parameter in command.parameters:
            assert parameter.description not in ("", "…"), f"/{command.qualified_name} {parameter.name}"


async def test_no_two_commands_have_the_same_name(tree):
    names = [command.qualified_name for command in tree.walk_commands()]

    assert len(set(names)) == len(names)


async def test_exactly_the_commands_that_need_no_server_work_in_direct_messages(tree):
    for root in tree.get_commands():
        contexts = root.allowed_contexts
        in_messages = not root.guild_only and (contexts is None or contexts.dm_channel is not False)
        installs = root.allowed_installs

        assert in_messages == (root.name in IN_DIRECT_MESSAGES), root.name
        assert bool(installs and installs.user) == in_messages, root.name


async def test_discord_hides_commands_that_are_only_for_managers(tree):
    for root in tree.get_commands(type=discord.AppCommandType.chat_input):
        below = [command for command in leaves(tree) if command is root or command.root_parent is root]
        if all(managers_only(command) for command in below):
            assert root.default_permissions == MANAGER, root.name
        else:
            assert root.default_permissions is None, root.name


async def test_a_member_whom_discord_lets_through_is_still_refused(world):
    checked = set()
    for root in await world.bot.tree.fetch_commands():
        world.guild.set_command_permissions(root, {world.ana: True})
    for command in leaves(world.bot.tree):
        if managers_only(command):
            reply = await world.ana.slash(world.channel, command.qualified_name, **options_for(world, command))

            assert reply.ephemeral
            assert "need the permission Manage Server" in world.read(reply), command.qualified_name
            checked.add(command.qualified_name)
    assert checked >= {"daily schedule", "daily post", "settings"}


async def test_a_member_who_forges_a_button_or_menu_for_managers_is_refused(world):
    refused = set()
    for codec in BUTTONS.keys() | MENUS.keys():
        id = str(unknown_id(codec))
        reply = await (world.press(world.ana, id) if codec in BUTTONS else world.pick(world.ana, id, "1"))
        if "need the permission Manage Server" in world.read(reply):
            refused.add(codec.VERB)

    assert refused == BUTTONS_FOR_MANAGERS


async def test_discord_hides_managers_commands_from_members(world):
    shown = world.ana.available_commands(world.channel)

    shared = {command.root_parent for command in leaves(world.bot.tree) if not managers_only(command)}
    assert "answer" in shown
    # Discord can hide only whole groups. In a group that members also use, our own check guards the managers' commands.
    hidden = [c for c in leaves(world.bot.tree) if managers_only(c) and (c.root_parent or c) not in shared]
    assert hidden
    assert not [command for command in hidden if command.qualified_name in shown]


async def test_every_member_command_answers_a_stranger_in_words(world):
    """Nothing is set up, and each command is the first one that ana uses."""
    for command in leaves(world.bot.tree):
        if not managers_only(command):
            reply = await world.ana.slash(world.channel, command.qualified_name, **options_for(world, command))

            assert reply.acknowledged, command.qualified_name
            assert world.read(reply), command.qualified_name
            assert UNFORESEEN not in world.read(reply)


@pytest.mark.parametrize("where", ["server", "direct message"])
async def test_every_button_explains_itself_when_its_id_means_nothing(world, where):
    actor = world.ana if where == "server" else world.ana.user
    for codec in BUTTONS:
        reply = await world.press(actor, str(unknown_id(codec)))

        edited = reply.response is not None and reply.response.message.edited_at is not None
        if reply.modal is not None:
            continue  # a form, which says itself what it is for
        assert reply.ephemeral or edited, codec
        assert world.read(reply), codec
        assert UNFORESEEN not in world.read(reply), codec


async def test_every_menu_explains_itself_when_its_id_means_nothing(world):
    for codec in MENUS:
        reply = await world.pick(world.ana, str(unknown_id(codec)), "999999")

        assert reply.ephemeral, codec
        assert world.read(reply), codec
        assert UNFORESEEN not in world.read(reply), codec


@pytest.mark.parametrize("value", ["-1", "1.0", "1; DROP TABLE", "\u0661", "9" * 30])
async def test_a_menu_accepts_only_the_numbers_that_it_wrote(world, value):
    for codec, handler in MENUS.items():
        reply = await world.pick(world.mia if handler.managers else world.ana, str(unknown_id(codec)), value)

        assert reply.ephemeral
        assert world.read(reply) == SENTENCES[Refusal.UNKNOWN_BUTTON]


def test_no_truncated_id_is_known():
    for codec in CODECS.values():
        whole = str(unknown_id(codec))
        parts = whole.split(":")
        truncated = ":".join(parts[: -1 - len(codec.OPTIONAL)])  # an id leaves out the numbers at its end that are 0
        for forged in (truncated, f"{whole}:", f"v0:{codec.VERB}:1"):
            assert not known(forged)


@pytest.mark.parametrize("forged", ["v1:answer:1", "v1:quiz:1:2:", "v0:form:1", "somebody-else's"])
async def test_an_unknown_button_says_so(world, forged):
    reply = await world.press(world.ana, forged)

    assert reply.ephemeral
    assert world.read(reply) == SENTENCES[Refusal.UNKNOWN_BUTTON]


async def test_an_unknown_form_says_so(world):
    message = await world.daily_of(Kind.RESPONSE)
    shown = await world.ana.click(message, label="Answer")
    shown._interaction.modal["custom_id"] = "v0:form:1"

    reply = await world.fill(world.ana, shown, world.letters(message))

    assert reply.ephemeral
    assert world.read(reply) == SENTENCES[Refusal.UNKNOWN_BUTTON]


def test_the_bot_asks_discord_only_for_the_servers_intent(db, packs, settings):
    bot = build(db, packs, settings, shard_count=1)

    assert bot.intents == discord.Intents(guilds=True)
    assert bot.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_the_invite_link_asks_for_what_the_bot_needs_and_no_more(world):
    link = world.bot.invite_link()

    permissions = discord.Permissions(int(re.search(r"permissions=(\d+)", link)[1]))
    assert permissions == discord.Permissions(
        view_channel=True, send_messages=True, read_message_history=True, attach_files=True
    )
    assert "scope=bot+applications.commands" in link


async def test_the_manage_roles_permission_is_asked_for_only_where_roles_can_be_won(world):
    plain, with_roles = (
        discord.Permissions(int(re.search(r"permissions=(\d+)", link)[1]))
        for link in (world.bot.invite_link(), world.bot.invite_link(roles=True))
    )

    assert with_roles == plain | discord.Permissions(manage_roles=True)
