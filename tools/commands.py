"""Write the documentation pages of the commands from the command tree.

The tree provides names, options, and who may use a command and where. docs/commands/texts.yaml adds what the tree does
not say: what a command is for, an example, what comes next, and what its picture shows. `faults` reports what is only
in the tree or only in the texts.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import discord
import yaml
from discord import app_commands

from bot.app import build
from bot.bank.loader import load_library
from bot.cogs.ui.limits import LIMITS
from bot.cogs.ui.managers import for_managers
from bot.config import Settings
from bot.storage.engine import Database

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "docs/commands"
TEXTS = ROOT / FOLDER / "texts.yaml"
TABLES = "<!-- The tables of all commands: made from the command tree. -->"
"""The place of the tables in the introduction."""

Top: TypeAlias = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu
Leaf: TypeAlias = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu

TYPES: Mapping[discord.AppCommandOptionType, str] = {
    discord.AppCommandOptionType.string: "text",
    discord.AppCommandOptionType.integer: "a whole number",
    discord.AppCommandOptionType.number: "a number",
    discord.AppCommandOptionType.boolean: "True or False",
    discord.AppCommandOptionType.user: "a member",
    discord.AppCommandOptionType.role: "a role",
    discord.AppCommandOptionType.channel: "a channel",
    discord.AppCommandOptionType.attachment: "a file",
    discord.AppCommandOptionType.mentionable: "a member or a role",
}


@dataclass(frozen=True)
class Text:
    """The hand-written texts about a command. `others`: what other members see of it."""

    about: str = ""
    example: str = ""
    next: str = ""
    others: str = ""
    picture: str = ""
    commands: Mapping[str, Text] = field(default_factory=dict)


async def tree() -> list[Top]:
    """Return every command that the bot registers, context menus too, by name."""
    settings = Settings(content_dir=ROOT / "content")
    bot = build(Database("sqlite+aiosqlite:///:memory:"), load_library(settings.content_dir), settings, shard_count=1)
    await bot.add_commands()
    return sorted(
        [command for kind in _KINDS for command in bot.tree.get_commands(type=kind)], key=lambda top: top.name
    )


_KINDS = (discord.AppCommandType.chat_input, discord.AppCommandType.user, discord.AppCommandType.message)


def read_texts(path: Path = TEXTS) -> dict[str, Text]:
    return {name: _text(entry) for name, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def _text(entry: Mapping[str, Any]) -> Text:
    return Text(**{**entry, "commands": {name: _text(each) for name, each in entry.get("commands", {}).items()}})


def leaves(top: Top) -> list[Leaf]:
    """Return a command's subcommands, or the command itself if it has none."""
    if isinstance(top, app_commands.Group):
        return [command for command in top.walk_commands() if isinstance(command, app_commands.Command)]
    return [top]


def text_of(leaf: Leaf, texts: Mapping[str, Text]) -> Text:
    if isinstance(leaf, app_commands.ContextMenu):
        return texts.get(leaf.name, Text())
    name, _, sub = leaf.qualified_name.partition(" ")
    top = texts.get(name, Text())
    return top.commands.get(sub, Text()) if sub else top


def slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.lower())


# -- differences between the tree and the texts


def faults(tops: Sequence[Top], texts: Mapping[str, Text], folder: Path) -> list[str]:
    """Return which texts and pictures these commands lack, and which of them no command needs."""
    found = [f"{name}: there is no such command" for name in texts.keys() - {top.name for top in tops}]
    pictures = {slug(top.name) for top in tops}
    found += [
        f"{path.name}: not a picture of any command" for path in folder.glob("*.webp") if path.stem not in pictures
    ]
    for top in tops:
        text = texts.get(top.name, Text())
        found += [f"{top.name}: no `{part}`" for part in ("about", "picture") if not getattr(text, part)]
        if not (folder / f"{slug(top.name)}.webp").is_file():
            found.append(f"{top.name}: no picture")
        known = {leaf.qualified_name for leaf in leaves(top)}
        found += [f"{top.name} {sub}: no such command" for sub in text.commands if f"{top.name} {sub}" not in known]
        for leaf in leaves(top):
            its = text_of(leaf, texts)
            found += [f"{leaf.qualified_name}: no `next`"] * (not its.next)
            if isinstance(leaf, app_commands.Command):
                found += [f"{leaf.qualified_name}: {fault}" for fault in _faults_of_example(leaf, its.example)]
    return sorted(found)


_OPTION = re.compile(r" ([a-z_-]+):\s?")


def _faults_of_example(command: app_commands.Command[Any, ..., Any], example: str) -> Iterator[str]:
    name, *parts = _OPTION.split(example)
    if name != f"/{command.qualified_name}":
        yield f"the example `{example}` is for another command"
        return
    given = dict(zip(parts[::2], parts[1::2], strict=True))
    options = {option.display_name: option for option in command.parameters}
    yield from (f"the example has `{option}`, which is not an option" for option in given.keys() - options.keys())
    yield from (
        f"the example lacks `{name}`" for name, option in options.items() if option.required and name not in given
    )
    for name, typed in given.items():
        if name in options and not _takes(options[name], typed):
            yield f"the example's `{name}` cannot be `{typed}`"


def _takes(option: app_commands.Parameter, typed: str) -> bool:
    if option.choices:
        return any(
            typed in (str(choice.value), choice.name, choice.name.partition(":")[0]) for choice in option.choices
        )
    least, most = option.min_value, option.max_value
    match option.type:
        case discord.AppCommandOptionType.integer:
            return typed.isdigit() and (least or 0) <= int(typed) <= (most or int(typed))
        case discord.AppCommandOptionType.boolean:
            return typed in ("True", "False")
        case discord.AppCommandOptionType.string:
            return (least or 0) <= len(typed) <= (most or len(typed))
        case discord.AppCommandOptionType.user | discord.AppCommandOptionType.role:
            return typed.startswith("@")
        case discord.AppCommandOptionType.channel:
            return typed.startswith("#")
    return bool(typed)


# -- the pages


def pages(tops: Sequence[Top], texts: Mapping[str, Text], introduction: str) -> dict[str, str]:
    """Return the pages by path: one for each command, and the introduction with a table of all commands."""
    made = {f"{FOLDER}/{slug(top.name)}.md": page(top, texts) for top in tops}
    made[f"{FOLDER}/README.md"] = introduction.replace(TABLES, "\n\n".join(_tables(tops)))
    return made


def page(top: Top, texts: Mapping[str, Text]) -> str:
    text = texts[top.name]
    group = isinstance(top, app_commands.Group)
    others = (
        "only what is named below; replies are private" if group else text.others or "nothing; the reply is private"
    )
    facts = {"Who": _who(top), "Where": _where(top), "Others see": others}
    parts = [
        f"# {_title(top)}",
        text.about,
        _list(facts if isinstance(top, app_commands.Group) else {**facts, "Limit": _limit(top)}),
        f"![{text.picture}]({slug(top.name)}.webp){{ width=390 loading=lazy }}",
    ]
    for leaf in leaves(top):
        its = text_of(leaf, texts)
        if group:
            managers = MANAGERS if for_managers(leaf) and not for_managers(top) else ""
            facts = {"Who": managers, "Others see": its.others, "Limit": _limit(leaf)}
            parts += [f"## {_title(leaf)}", f"{_what(leaf)} {its.about}", _list(facts)]
        parts += _usage(leaf, its)
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


MANAGERS = "managers of the server (permission *Manage Server*)"


def _list(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- **{name}:** {fact}" for name, fact in facts.items() if fact)


def _usage(leaf: Leaf, text: Text) -> Iterator[str]:
    if isinstance(leaf, app_commands.Command):
        if leaf.parameters:
            yield "\n".join(["| option | what it takes |", "|---|---|", *map(_option, leaf.parameters)])
        yield f"```\n{text.example}\n```"
    yield f"**Next:** {text.next}"


def _option(option: app_commands.Parameter) -> str:
    says = f"{str(option.description).rstrip('.')}. {_values(option)}"
    return f"| `{option.display_name}`{' (required)' if option.required else ''} | {_cell(says)} |"


def _values(option: app_commands.Parameter) -> str:
    """Describe what can be typed or picked, as Discord enforces it."""
    if option.choices:
        names = [re.sub(r"^([^:]+)", r"**\1**", choice.name, count=1) for choice in option.choices]
        return f"One of:<br>{'<br>'.join(names)}"
    kind = TYPES[option.type]
    least, most = option.min_value, option.max_value
    if option.type is discord.AppCommandOptionType.string:
        return f"{f'Up to {most} characters' if most else 'Text'}{'; suggestions as you type' if option.autocomplete else ''}."
    if most is not None:
        kind = f"{kind} from {least} to {most}"
    elif option.channel_types and discord.ChannelType.voice not in option.channel_types:
        kind = "a text channel"
    return f"{kind[0].upper()}{kind[1:]}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _what(leaf: Leaf) -> str:
    """Return a command's description without "(managers)", because its page says this elsewhere."""
    what = (
        leaf.description if isinstance(leaf, app_commands.Command) else f"{_where(leaf)[0].upper()}{_where(leaf)[1:]}."
    )
    return what.replace(" (managers).", ".")


def _title(command: Top | Leaf) -> str:
    return command.qualified_name if isinstance(command, app_commands.ContextMenu) else f"/{command.qualified_name}"


def _who(top: Top) -> str:
    if for_managers(top):
        return f"{MANAGERS}; Discord hides it from others"
    theirs = [leaf for leaf in leaves(top) if for_managers(leaf)]
    if not theirs:
        return "everyone"
    return f"everyone; {' and '.join(f'`{leaf.name}`' for leaf in theirs)} for managers"


def _where(top: Top) -> str:
    if isinstance(top, app_commands.ContextMenu):
        noun = "message" if top.type is discord.AppCommandType.message else "member"
        return f"in the menu of a {noun}: hold or right-click it, then *Apps*"
    return (
        "servers, direct messages, and wherever you are once you add Cohort to your account"
        if _brought(top)
        else "servers"
    )


def _brought(top: Top) -> bool:
    """Return whether a command also works in direct messages, and for people who added the bot to their account."""
    return bool(
        top.allowed_installs and top.allowed_installs.user and top.allowed_contexts and top.allowed_contexts.dm_channel
    )


def _limit(leaf: Leaf) -> str:
    """Describe how often one member may use a command."""
    for limit in LIMITS:
        if f"/{leaf.qualified_name}" in limit.actions:
            return f"{limit.times} {limit.what} in {'a minute' if limit.minutes == 1 else f'{limit.minutes} minutes'}"
    return ""


def _tables(tops: Sequence[Top]) -> Iterator[str]:
    for title, theirs in (("For everyone", False), ("For managers", True)):
        lines = list(_lines(tops, theirs=theirs))
        yield "\n".join([f"## {title}", "", "| command | what it does | |", "|---|---|---|", *lines])


def _lines(tops: Iterable[Top], *, theirs: bool) -> Iterator[str]:
    for top in tops:
        for leaf in leaves(top):
            if (for_managers(top) or for_managers(leaf)) is theirs:
                yield f"| [{_title(leaf)}]({place_of(top, leaf)}) | {_cell(_what(leaf))} | {'also in direct messages' if _brought(top) else ''} |"


def place_of(top: Top, leaf: Leaf) -> str:
    """Return the path and anchor of a command's description, relative to the folder of the pages."""
    return f"{slug(top.name)}.md" + (f"#{slug(leaf.qualified_name)}" if isinstance(top, app_commands.Group) else "")


def places_of(tops: Sequence[Top]) -> dict[str, str]:
    """Return where each command and each group is described, by name."""
    groups = {top.name: f"{FOLDER}/{slug(top.name)}.md" for top in tops}
    return groups | {leaf.qualified_name: f"{FOLDER}/{place_of(top, leaf)}" for top in tops for leaf in leaves(top)}


def made() -> tuple[dict[str, str], dict[str, str]]:
    """Return the pages of this repository's commands, and where each command is described."""
    tops = asyncio.run(tree())
    introduction = (ROOT / FOLDER / "README.md").read_text(encoding="utf-8")
    return pages(tops, read_texts(), introduction), places_of(tops)
