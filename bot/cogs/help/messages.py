"""What the bot can do: an overview that fits a phone screen, and a screen for each topic."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeAlias

from discord import AppCommandType, app_commands

from bot.cogs.help.custom_ids import HelpId
from bot.cogs.help.rules import TOPICS
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.managers import for_managers
from bot.cogs.ui.menus import Menu, MenuLine, key_of
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.text import FIELD, blocks, plain
from bot.study.questions import Pack

AnyCommand: TypeAlias = app_commands.Command[Any, ..., Any] | app_commands.Group

COMMANDS = "commands"
"""The topic generated from the command tree."""

PURPOSES: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    ("Study", (("study", "what comes next"), ("quiz", "any section"), ("guide", "read up on a section"))),
    ("Mock exam", (("exam start", "like the real one, with a score"),)),
    ("Where you stand", (("progress", "by section"), ("plan", "until your exam"), ("leaderboard", "this season"), ("group", "all together"))),
    ("Play together", (("live start", "a round for everyone here"), ("duel", "for two"), ("competition list", "what is running"))),
    ("For you", (("reminders on", "at a time you choose"), ("privacy export", "your data"))),
    ("For managers", (("daily schedule", "when and where"), ("settings", "how it works here"))),
)  # fmt: skip
"""The parts of the overview: heading, and commands with their purpose. The last part is for managers."""


MENU_OF = {AppCommandType.message: "message", AppCommandType.user: "member"}

OF_THE_LEAGUE = frozenset({"league", "divisions"})
"""The command and topics that are hidden until there is a league."""


def overview(
    pack: Pack, commands: Iterable[AnyCommand], hidden: Collection[str] = (), *, manager: bool, alone: bool
) -> Message:
    """Show the main commands by purpose. `alone`: the reply is for direct messages, where only some commands work.
    `hidden`: topics to leave out."""
    known = {command.name for command in commands if not alone or works_alone(command)}
    about = f"For the {plain(pack.exam)}." if pack.exam else f"You study {plain(pack.title)}."
    if alone:
        about += (
            " A server that has Cohort offers more: a question every day, the leaderboards, and others to study with."
        )
    else:
        about += " A question every day; more whenever you like."
    card = Card(title="Cohort: your study group", color=BLUE, text=about)
    for name, named in PURPOSES if manager and not alone else PURPOSES[:-1]:
        lines = [f"`/{command}` {what}" for command, what in named if command.split()[0] in known]
        if lines:
            card.add(name, "\n".join(lines))
    if pack.notice:
        card.footer = plain(pack.notice)
    return Message(card, menus=[_topics(hidden)])


def all_commands(
    commands: Iterable[AnyCommand],
    hidden: Collection[str] = (),
    *,
    menus: Iterable[app_commands.ContextMenu] = (),
    manager: bool,
    alone: bool,
) -> Message:
    """List every command that the member may use here, and the entries of context menus."""
    members: list[str] = []
    managers: list[str] = []
    for command in sorted(commands, key=lambda command: command.name):
        if alone and not works_alone(command):
            continue
        if not isinstance(command, app_commands.Group):
            (managers if for_managers(command) else members).append(f"`/{command.name}` {command.description}")
            continue
        for found, theirs in ((members, False), (managers, True)):
            names = [c.name for c in command.commands if (for_managers(command) or for_managers(c)) is theirs]
            if names:
                found.append(f"`/{command.name} {' | '.join(sorted(names))}` {command.description}")
    card = Card(title="All commands", color=BLUE)
    for text in blocks(members, FIELD):
        card.add("For everyone", text)
    entries = [f"*{menu.name}* on a {MENU_OF[menu.type]}" for menu in menus] if not alone else []
    if entries:
        card.add("Under Apps, when you hold or right-click", "\n".join(entries))
    for text in blocks(managers if manager else [], FIELD):
        card.add("For managers", text)
    return Message(card, menus=[_topics(hidden)])


def works_alone(command: AnyCommand) -> bool:
    return command.allowed_contexts is not None and bool(command.allowed_contexts.dm_channel)


def topic(name: str, hidden: Collection[str] = ()) -> Message:
    """Show the rules of one topic of TOPICS."""
    found = TOPICS[name]
    card = Card(title=found.title, color=BLUE)
    for rule, text in found.rules:
        card.add(rule, text)
    return Message(card, menus=[_topics(hidden)])


def titles() -> list[tuple[str, str]]:
    """Return the value and name of each topic, in menu order."""
    return [*((name, found.title) for name, found in TOPICS.items()), (COMMANDS, "All commands")]


def _topics(hidden: Collection[str]) -> Menu:
    lines = [MenuLine(key_of(name), title) for name, title in titles() if name not in hidden]
    return Menu(HelpId(), "The rules, by topic", lines)
