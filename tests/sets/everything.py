"""Try every command, button, menu and form, and check what each must do in any situation. They are found in the command
tree and in the tables of handlers."""

from __future__ import annotations

import logging
import re
from collections import deque
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, get_type_hints

import discord
from discord import app_commands
from simcord.results import InteractionResult

from bot.cogs.ui.custom_ids import BankId, CustomId, parse
from bot.cogs.ui.handlers import BUTTONS, FORMS, MENUS
from tests.conftest import World
from tests.reading import card_of, parts

UNFORESEEN = "Something went wrong on my side"
WORDS = {
    "section": "1",
    "time": "09:00",
    "timezone": "UTC",
    "start": "now",
    "at": "tomorrow 9am",
    "end": "in 2 weeks",
    "choice": "A",
    "id": "1-001",
    "name": "Autumn",
    "competition": "Autumn",
}
"""What is typed into options with these names; other options get `all`."""
EACH_VERB = 2
"""How many ids of each kind are pressed."""
FULL_NAMES = re.compile(r"`/([a-z]+(?: [a-z]+)?)((?: [a-z-]+:)+)")
PLAIN_NAMES = re.compile(r"\bin `([a-z][a-z-]*)`")


def leaves(world: World) -> list[app_commands.Command[Any, ..., Any]]:
    return [one for one in world.bot.tree.walk_commands() if isinstance(one, app_commands.Command)]


def options_for(world: World, command: app_commands.Command[Any, ..., Any], **words: Any) -> dict[str, Any]:
    """Return a value for each required option of a command."""
    types = {
        discord.AppCommandOptionType.integer: 1,
        discord.AppCommandOptionType.boolean: True,
        discord.AppCommandOptionType.channel: world.channel,
        discord.AppCommandOptionType.user: world.ben,
        discord.AppCommandOptionType.role: world.guild.default_role,
        discord.AppCommandOptionType.attachment: ("a.txt", b"a"),
    }
    known = {**WORDS, **words}
    return {
        one.name: known.get(one.name)
        or (one.choices[0].value if one.choices else types.get(one.type, known.get(one.name, "all")))
        for one in command.parameters
        if one.required
    }


def unknown_id(codec: type[CustomId]) -> CustomId:
    """Return an id that is well-formed but refers to nothing."""
    samples = {int: 999_999, str: "zz", BankId: BankId("zz")}
    kinds = get_type_hints(codec)
    return codec(
        **{
            part.name: next(iter(kinds[part.name]))
            if issubclass(kinds[part.name], StrEnum)
            else samples[kinds[part.name]]
            for part in fields(codec)  # type: ignore[arg-type]
        }
    )


@dataclass
class Everything:
    """Does everything that a member can do, and checks each reply."""

    world: World
    caplog: Any
    place: Any = None
    waiting: deque[str] = field(default_factory=deque)
    seen: dict[str, list[str]] = field(default_factory=dict)
    picks: dict[str, str] = field(default_factory=dict)
    modals: list[Any] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    async def commands(self, actor: Any, **words: Any) -> None:
        for command in leaves(self.world):
            name = command.qualified_name
            told = await actor.slash(
                self.place or self.world.channel, name, **options_for(self.world, command, **words)
            )
            self.look(told, f"/{name}", command)
            self.harvest(told)

    def harvest(self, told: InteractionResult) -> None:
        for message in (told.response, *told.followups):
            if message is not None:
                self.take_ids(message)
        if told.modal is not None:
            self.modals.append(told)

    def take_ids(self, message: Any) -> None:
        for part in parts(message):
            custom_id = part.get("custom_id")
            if custom_id is None or (id := parse(custom_id)) is None:
                continue
            kept = self.seen.setdefault(id.VERB, [])
            if custom_id not in kept and len(kept) < EACH_VERB:
                kept.append(custom_id)
                self.waiting.append(custom_id)
                if part.get("options"):
                    self.picks[custom_id] = part["options"][0]["value"]

    def harvest_posts(self) -> None:
        for channel in self.world.guild.channels:
            if hasattr(channel, "history"):
                for message in channel.history():
                    stored = self.world.env.backend.get_message(message.channel.id, message.id)
                    self.take_ids(stored)

    async def presses(self, actor: Any) -> None:
        """Press every id that was seen, every id in the replies, and one id of each kind that was not seen."""
        self.harvest_posts()
        while self.waiting:
            await self.press(actor, self.waiting.popleft())
        for codec in (*BUTTONS, *MENUS):
            if codec.VERB not in self.seen:
                await self.press(actor, str(unknown_id(codec)))
        await self.forms(actor)

    async def again(self, actor: Any) -> None:
        """Press every id that was ever seen once more."""
        for custom_id in [custom_id for kept in self.seen.values() for custom_id in kept]:
            await self.press(actor, custom_id)

    async def press(self, actor: Any, custom_id: str) -> None:
        id = parse(custom_id)
        assert id is not None
        if type(id) in MENUS:
            told = await self.world.pick(actor, custom_id, self.picks.get(custom_id, "1"))
        elif type(id) in BUTTONS:
            told = await self.world.press(actor, custom_id)
        else:
            return
        self.look(told, custom_id)
        self.harvest(told)

    async def forms(self, actor: Any) -> None:
        """Submit one form of each kind: as it was opened, or with an id that refers to nothing."""
        opened = {type(parse(shown.modal["custom_id"])): shown for shown in self.modals}
        if not opened:
            return
        for codec in FORMS:
            shown = opened.get(codec) or next(iter(opened.values()))
            kept = shown._interaction.modal["custom_id"]
            if codec not in opened:
                shown._interaction.modal["custom_id"] = str(unknown_id(codec))
            told = await actor.submit_modal(shown, _filled(shown.modal, self.world.channel))
            shown._interaction.modal["custom_id"] = kept
            shown._interaction.modal_consumed = False
            self.look(told, f"form {codec.VERB}")
            self.harvest(told)
        self.modals.clear()

    def look(
        self, told: InteractionResult, what: str, command: app_commands.Command[Any, ..., Any] | None = None
    ) -> None:
        """Check a reply: it has a text, is private, names only options that exist, and logs no unexpected error."""
        assert told.acknowledged, f"{what} was not answered"
        text = self.world.read(told)
        assert text or told.modal is not None, f"{what} was answered without a word"
        assert UNFORESEEN not in text, f"{what}: {text}"
        assert told.modal is not None or told.ephemeral or _edited(told), f"{what} was answered in public: {text}"
        for name, options in FULL_NAMES.findall(text):
            named = self.world.bot.tree.get_command(name.split()[0])
            if isinstance(named, app_commands.Group):
                named = named.get_command(name.split()[-1])
            assert isinstance(named, app_commands.Command), f"{what} speaks of /{name}: {text}"
            for option in re.findall(r"[a-z-]+(?=:)", options):
                assert option in {one.display_name for one in named.parameters}, f"{what}: /{name} has no {option}"
        for message in (told.response, *told.followups):
            empty = [name for name, text in card_of(message).blocks.items() if not text] if message is not None else []
            assert not empty, f"{what}: nothing stands under {empty}"
        if command is not None:
            for option in PLAIN_NAMES.findall(text):
                assert option in {one.display_name for one in command.parameters}, (
                    f"{what} has no option {option}: {text}"
                )
        bad = [record for record in self.caplog.records if record.levelno >= logging.ERROR or record.exc_info]
        assert not bad, f"{what}: {bad[0].getMessage()} {bad[0].exc_text or bad[0].exc_info}"
        self.done.add(what)


def _edited(told: InteractionResult) -> bool:
    """Return whether the reply edited the message that was pressed, which the test had put into the channel, and all
    follow-ups are private."""
    return told.response is not None and all(message.ephemeral for message in told.followups)


def _filled(modal: Any, channel: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for part in modal["components"]:
        inner = part.get("component")
        if inner is None:
            continue
        if "options" in inner:
            count = max(1, inner.get("min_values", 1))
            chosen = [option["value"] for option in inner["options"][:count]]
            radio = inner["type"] == discord.ComponentType.radio_group.value
            values[inner["custom_id"]] = chosen[0] if radio else chosen
        elif inner["type"] == discord.ComponentType.channel_select.value:
            values[inner["custom_id"]] = [channel]
        else:
            values[inner["custom_id"]] = inner.get("value") or "some words"
    return values


async def furnish(world: World, **words: Any) -> None:
    """Fill a server with one of everything: a daily with an answer, a competition, duels, live rounds, plans,
    quizzes."""
    await world.mia.slash(world.channel, "daily schedule", channel=world.channel, time="09:00", timezone="UTC", **words)
    await world.mia.slash(world.channel, "competition create", name="Autumn", start="now", end="in 2 weeks")
    await world.pass_time(hours=1)
    await world.ana.slash(world.channel, "answer", choice="A")
    for actor, other in ((world.mia, world.ben), (world.ana, world.ben)):
        await actor.slash(world.channel, "duel", member=other)
        await actor.slash(world.channel, "plan", **{"exam-date": "in 6 weeks"})
        await actor.slash(world.channel, "quiz")
    await world.mia.slash(world.channel, "live start")
    await world.mia.slash(world.channel, "live start", at="tomorrow 9am")
    await world.mia.slash(world.channel, "exam group", at="tomorrow 9am", length="short")
    await world.tick()
