"""The load: members who press and type without pause, and remember what they were told."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.discord_stub import DiscordStub, Guild, Interaction, buttons, user_ids

DAILY = re.compile(r"v1:(?:answer|form|explain):(\d+)")
_LETTER = re.compile(r"\*\*([A-F])\*\*|Your answer is ([A-F])\b|Changed from [A-F] to ([A-F])\b")
_TYPED = ("A", "B", "C", "D", "A, B", "B, C", "A, D", "A, B, C", "B A C", "C A B", "A B C D", "D C B A")
IMPATIENCE = 3.5
"""Seconds a member waits for a reply before going on: a little longer than Discord waits itself."""
BREATH = 0.01


def daily_of(message: dict[str, Any]) -> int | None:
    """The daily that a post belongs to."""
    found = next(filter(None, map(DAILY.match, buttons(message).values())), None)
    return int(found[1]) if found else None


@dataclass(frozen=True)
class Told:
    """What a member read of an answer on record. `letter` is None where it is not one letter."""

    letter: str | None
    right: bool | None
    """None while it is held until the close."""
    tries: int
    """How many presses of theirs on that daily had gone before, this one included."""


@dataclass
class Tries:
    """What one member pressed on one daily, in order, and what they were told of it."""

    letters: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


@dataclass
class Members:
    """Each of `crowds` crowds does one thing at a time."""

    stub: DiscordStub
    rng: Random
    crowds: int = 16
    per_crowd: int = 5
    pressed: dict[tuple[int, int], Tries] = field(default_factory=lambda: defaultdict(Tries))
    """By daily and member."""
    typed: set[tuple[int, int]] = field(default_factory=set)
    """Who used `/answer`, and in which server: it is for whatever daily is open when it arrives."""
    typed_told: list[tuple[int, int, Told]] = field(default_factory=list)
    acts: int = 0
    recorded: int = 0
    refused: int = 0
    unanswered: int = 0
    doubled: int = 0
    oddities: list[str] = field(default_factory=list)
    """Replies that no member should ever see."""

    async def act(self) -> None:
        """Until cancelled."""
        ids = user_ids(self.crowds * self.per_crowd)
        async with asyncio.TaskGroup() as group:
            for number in range(self.crowds):
                group.create_task(self._crowd(ids[number :: self.crowds], Random(self.rng.random())))

    async def _crowd(self, ids: list[int], rng: Random) -> None:
        while True:
            guild = rng.choice(self.stub.guilds)
            posts = self.stub.posts(guild)
            if not posts or not self.stub.online:
                await asyncio.sleep(BREATH)
                continue
            self.acts += 1
            post = posts[-1] if rng.random() < 0.9 else rng.choice(posts)
            await self._one(guild, post, rng.choice(ids), rng)

    async def _one(self, guild: Guild, post: dict[str, Any], user_id: int, rng: Random) -> None:
        letters = sorted(set(buttons(post)) & set("ABCDEF"))
        deed, daily_id = rng.random(), daily_of(post)
        if letters and daily_id is not None and deed < 0.8:
            letter, times = rng.choice(letters), 2 if rng.random() < 0.1 else 1
            self.doubled += times - 1
            tries = self.pressed[daily_id, user_id]
            tries.letters.append(letter)
            interaction = await self._reply(await self.stub.press(post, letter, user_id, times=times))
            if (told := self._told(interaction, len(tries.letters))) is not None:
                tries.told.append(told)
        elif deed < 0.95:
            typed = rng.choice(_TYPED)
            self.typed.add((guild.id, user_id))
            interaction = await self._reply(await self.stub.command(guild, user_id, "answer", choice=typed))
            if (told := self._told(interaction, 0)) is not None:
                self.typed_told.append((guild.id, user_id, told))
        else:
            await self._reply(await self.stub.command(guild, user_id, "leaderboard"))

    async def _reply(self, interaction: Interaction) -> Interaction:
        try:
            await interaction.reply(IMPATIENCE)
        except TimeoutError:
            self.unanswered += 1
        self.stub.world.forget(interaction)
        if "reference" in interaction.text or len(interaction.shown) > 1:
            self.oddities.append(f"{interaction.what} was answered: {interaction.text[:200]}")
        return interaction

    def _told(self, interaction: Interaction, tries: int) -> Told | None:
        if not interaction.shown:
            return None
        if not interaction.shown[0]["embeds"]:
            self.refused += 1
            return None
        self.recorded += 1
        text = interaction.text
        found = _LETTER.search(text)
        letter = next(filter(None, found.groups())) if found else None
        if "It is on record" in text:
            return Told(letter, None, tries)
        title = interaction.shown[0]["embeds"][0]["title"]
        return Told(letter, title.endswith(("Right", "this: right")), tries)
