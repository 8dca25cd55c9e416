"""The load: members who press and type without pause, and remember the replies they got."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from tests.discord_stub import DiscordStub, Guild, Interaction, buttons, user_ids
from tests.reading import card_of

DAILY = re.compile(r"v1:(?:answer|form|explain):(\d+)")
_LIVE = re.compile(r"v1:live:(\d+):\d+:\d+")
_LIVE_KEPT = re.compile(
    r"Live round · question (\d+) of .*(?:Your answer is recorded|Your first answer counts)", re.DOTALL
)
_LETTER = re.compile(r"\*\*([A-F])\*\*|Your answer is ([A-F])\b|Changed from [A-F] to ([A-F])\b")
_TYPED = ("A", "B", "C", "D", "A, B", "B, C", "A, D", "A, B, C", "B A C", "C A B", "A B C D", "D C B A")
IMPATIENCE = 3.5
"""Seconds that a member waits for a reply before continuing: slightly longer than Discord itself waits."""
BREATH = 0.02
CROWDS, PER_CROWD = 6, 12


def daily_of(message: dict[str, Any]) -> int | None:
    """Return the daily that a post belongs to."""
    found = next(filter(None, map(DAILY.match, buttons(message).values())), None)
    return int(found[1]) if found else None


@dataclass(frozen=True)
class Told:
    """What a reply told a member about their recorded answer. `letter` is None if the answer is not a single letter."""

    letter: str | None
    right: bool | None
    """None while the answer is held until the close."""
    tries: int = 0
    """How many times the member had pressed on that daily, including this press."""
    sealed: bool = False
    """Whether the answer is final but its result stays secret until the same question has closed elsewhere, too."""


@dataclass
class Tries:
    """The letters that one member pressed on one daily, in order, and what the replies told them."""

    letters: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


@dataclass
class Members:
    """Simulated members. They act in crowds, and each crowd does one thing at a time."""

    stub: DiscordStub
    rng: Random
    pressed: dict[tuple[int, int], Tries] = field(default_factory=lambda: defaultdict(Tries))
    """What was pressed, by daily and member."""
    typed: set[tuple[int, int]] = field(default_factory=set)
    """The servers and members that used `/answer`, which answers whichever daily is open when it arrives."""
    typed_told: list[tuple[int, int, Told]] = field(default_factory=list)
    live_told: set[tuple[int, int, int]] = field(default_factory=set)
    """The confirmed live answers, by round, question number and member."""
    acts: int = 0
    recorded: int = 0
    refused: int = 0
    unanswered: int = 0
    doubled: int = 0
    oddities: list[str] = field(default_factory=list)
    """Replies that no member should ever see."""
    _stopped: bool = False
    _made: list[tuple[Interaction, Callable[[Told], None]]] = field(default_factory=list)
    """Each interaction with the function that stores its reply. A reply may arrive after the member has stopped
    waiting."""

    _live: list[tuple[Interaction, int, int]] = field(default_factory=list)
    """Presses in live rounds, with the round and the member."""

    async def act(self) -> None:
        """Act until `stop` is called."""
        ids = user_ids(CROWDS * PER_CROWD)
        async with asyncio.TaskGroup() as group:
            for number in range(CROWDS):
                group.create_task(self._crowd(ids[number::CROWDS], Random(self.rng.random())))

    async def _crowd(self, ids: list[int], rng: Random) -> None:
        while not self._stopped:
            guild = rng.choice(self.stub.guilds)
            posts = self.stub.posts(guild)
            if not posts or not self.stub.online:
                await asyncio.sleep(BREATH)
                continue
            self.acts += 1
            if rng.random() < 0.2 and (asked := self._live_questions()):
                await self._answer_live(rng.choice(asked), rng.choice(ids), rng)
                continue
            post = posts[-1] if rng.random() < 0.9 else rng.choice(posts)
            await self._one(guild, post, rng.choice(ids), rng)

    def _live_questions(self) -> list[dict[str, Any]]:
        """Return the messages of live rounds that show an open question."""
        there = (m for guild in self.stub.guilds for m in self.stub.world.messages[guild.channels[1]].values())
        return [message for message in there if any(map(_LIVE.match, buttons(message).values()))]

    async def _answer_live(self, message: dict[str, Any], user_id: int, rng: Random) -> None:
        letters = {label: found for label, id in buttons(message).items() if (found := _LIVE.match(id))}
        letter = rng.choice(sorted(letters))
        interaction = await self.stub.press(message, letter, user_id)
        self._live.append((interaction, int(letters[letter][1]), user_id))
        with suppress(TimeoutError):
            await interaction.reply(IMPATIENCE)

    async def _one(self, guild: Guild, post: dict[str, Any], user_id: int, rng: Random) -> None:
        letters = sorted(set(buttons(post)) & set("ABCDEF"))
        deed, daily_id = rng.random(), daily_of(post)
        if letters and daily_id is not None and deed < 0.8:
            letter, times = rng.choice(letters), 2 if rng.random() < 0.1 else 1
            self.doubled += times - 1
            tries = self.pressed[daily_id, user_id]
            tries.letters.append(letter)
            count = len(tries.letters)
            interaction = await self.stub.press(post, letter, user_id, times=times)
            self._made.append((interaction, lambda told: tries.told.append(replace(told, tries=count))))
        elif deed < 0.95:
            self.typed.add((guild.id, user_id))
            named = {"daily": rng.choice("12")} if rng.random() < 0.4 else {}
            interaction = await self.stub.command(guild, user_id, "answer", choice=rng.choice(_TYPED), **named)
            self._made.append((interaction, lambda told: self.typed_told.append((guild.id, user_id, told))))
        else:
            interaction = await self.stub.command(guild, user_id, "leaderboard")
        with suppress(TimeoutError):
            await interaction.reply(IMPATIENCE)

    def stop(self) -> None:
        """Stop all members, without cancelling them: on Python 3.11, `asyncio.wait_for` may swallow a cancellation if a
        reply arrives at that moment."""
        self._stopped = True
        self.give_up()

    def give_up(self) -> None:
        """Stop waiting for replies, because the bot is dead."""
        for interaction in self.stub.world.interactions.values():
            interaction.see()

    def remember(self) -> None:
        """Store what the replies told the members, once no reply can arrive any more."""
        for interaction, note in self._made:
            if not interaction.shown:
                self.unanswered += 1
            elif (told := _told(interaction)) is None:
                self.refused += 1
            else:
                self.recorded += 1
                note(told)
        for interaction, live_id, user_id in self._live:
            # A member has only one private message about a round, which shows their last answer.
            if (kept := _LIVE_KEPT.search(interaction.text)) is not None:
                self.live_told.add((live_id, int(kept[1]), user_id))
        for interaction in (*(made for made, _ in self._made), *(made for made, _, _ in self._live)):
            if "reference: `" in interaction.text or len(interaction.shown) > 1:
                self.oddities.append(f"{interaction.what} was answered: {interaction.text[:200]}")


def _told(interaction: Interaction) -> Told | None:
    """Return what a reply tells the member about their answer; None for a refusal, which is a plain sentence."""
    if not interaction.shown[0]["components"]:
        return None
    text = interaction.text
    found = _LETTER.search(text)
    letter = next(filter(None, found.groups())) if found else None
    if "Your answer is saved" in text:
        return Told(letter, None, sealed="your first answer counts" in text)
    title = card_of(interaction.shown[0]).title
    wrong, right = "Not this time" in title or "not right" in title, "Right!" in title or title.endswith(": right")
    assert wrong or right, f"a reply that the members do not understand: {title}"
    return Told(letter, not wrong)
