"""What happens in servers besides dailies while the bot is down: it has something to post or to edit when it comes back.

Each post is to be up once, in the server's second channel, and to show in the end what its renderer makes of the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, select, update

from bot.app import RENDERERS
from bot.clock import now
from bot.cogs.ui.layout import layout
from bot.services import Services
from bot.services.competitions import CompetitionPlan
from bot.services.duels import Opponent
from bot.storage import posts
from bot.storage.tables import DIRTY, dailies
from bot.storage.tables import posts as table
from bot.study.competitions import EntryRule, Teams
from bot.study.errors import StudyError
from bot.study.members import Member
from bot.study.questions import ALL
from tests.discord_stub import DiscordStub, Guild, user_ids
from tests.discord_stub.stub import buttons
from tests.reading import card_of

AT_ONCE = 3
"""How many servers something happens in between two lives."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Events:
    stub: DiscordStub
    rng: Random
    guilds: list[Guild]
    """Where it happens: a competition waits for answers that a daily holds until its close."""
    wanted: set[tuple[str, str]] = field(default_factory=set)
    """Posts that must be up in the end, by kind and subject."""
    _people: list[int] = field(default_factory=lambda: user_ids(100)[90:])
    _open: list[tuple[Guild, str, int]] = field(default_factory=list)

    async def happen(self, services: Services) -> None:
        for guild in self.rng.sample(self.guilds, AT_ONCE):
            begin = self.rng.choice([self._announce, self._end, self._challenge, self._open_round])
            await begin(services, guild)
        for guild, kind, id in self.rng.sample(self._open, min(AT_ONCE, len(self._open))):
            if kind == "live":
                with suppress(StudyError):  # it may be over, or its lobby not be up yet
                    await services.live.join(id, self._member(guild), at=now())
                    await services.live.begin(id, self._member(guild), manager=True)
            elif kind == "standings":
                await services.competition_entries.join(self._member(guild), f"#{id}", None, at=now())
            else:
                self._open.remove((guild, kind, id))
                await services.duels.accept(id, self._member(guild, self._people[1]), rng=self.rng, at=now())

    def _member(self, guild: Guild, user_id: int | None = None) -> Member:
        user_id = user_id or self.rng.choice(self._people)
        return Member(guild.id, user_id, f"member {user_id}")

    async def _announce(self, services: Services, guild: Guild, *, ago: timedelta = HOUR) -> int | None:
        begins = now() - ago
        plan = CompetitionPlan(
            f"Competition {self.rng.random()}",
            begins,
            begins + DAY,
            (),
            Teams.NONE,
            EntryRule.THROUGHOUT,
            guild.channels[1],
        )
        try:
            created = await services.competitions.create(guild.id, plan, by=guild.owner_id, at=begins)
        except StudyError:
            return None  # the server has as many as it may
        id = created.competition.id
        self._open.append((guild, "standings", id))
        self.wanted.add(("standings", str(id)))
        return id

    async def _end(self, services: Services, guild: Guild) -> None:
        """A competition that ends as the bot comes back: its result is posted, and reminders of it are not."""
        if (id := await self._announce(services, guild, ago=DAY)) is not None:
            self._open.pop()
            self.wanted.discard(("standings", str(id)))  # it ends before it could be announced
            self.wanted.add(("result", str(id)))

    async def _challenge(self, services: Services, guild: Guild) -> None:
        first, second = self._people[:2]
        try:
            challenge = await services.duels.challenge(
                self._member(guild, first),
                Opponent(second),
                section=ALL,
                channel_id=guild.channels[1],
                rng=self.rng,
                at=now(),
            )
        except StudyError:
            return  # the two have an open one
        if challenge.fresh:
            self._open.append((guild, "challenge", challenge.scene.duel.id))
            self.wanted.add(("challenge", str(challenge.scene.duel.id)))

    async def _open_round(self, services: Services, guild: Guild) -> None:
        try:
            opened = await services.live.start(
                self._member(guild),
                channel_id=guild.channels[1],
                section=ALL,
                questions=2,
                seconds=10,
                seed=self.rng.randrange(1000),
                at=now(),
            )
        except StudyError:
            return  # one is going on there
        self._open.append((guild, "live", opened.live.id))
        self.wanted.add(("live", str(opened.live.id)))

    async def stop(self, services: Services) -> None:
        """What would go on for ever ends: nothing is to change any more once it is shown."""
        for guild, kind, id in self._open:
            if kind == "live":
                with suppress(StudyError):
                    await services.live.stop(id, self._member(guild), manager=True, at=now())

    # -- what must be true in the end

    def problems(self, tx: Connection, services: Services) -> Iterator[str]:
        rows = {(row.kind, row.subject): row for row in tx.execute(select(table)).all()}
        seen = 0
        for kind, subject in sorted(self.wanted):
            row = rows.get((kind, subject))
            if row is None:
                yield f"{kind} {subject}: given up"
                continue
            post = _post(row)
            marks = tuple(f"{mark}:" for mark in RENDERERS[kind].marks(post))
            there = self.stub.world.messages[row.channel_id].values()
            up = [m for m in there if any(f"{id}:".startswith(marks) for id in buttons(m).values())]
            if not buttons(m := self.stub.world.messages[row.channel_id].get(row.message_id, {"components": []})):
                up += [m] if m in there else []  # a round that was called off has no button
            seen += len(up)
            if len(up) != 1:
                yield f"{kind} {subject}: {len(up)} messages"
                continue
            if int(up[0]["id"]) != row.message_id or row.wanted_revision != row.shown_revision:
                yield f"{kind} {subject}: not noted as shown: {tuple(row)}"
            yield from _stale(tx, services, post, up[0])
        counted = tx.execute(select(dailies.c.id).where(dailies.c.answered == dailies.c.shown)).scalars()
        for daily_id in map(str, counted):
            if (row := rows.get(("daily", daily_id))) is not None:
                post = _post(row)
                yield from _stale(tx, services, post, self.stub.world.messages[row.channel_id][row.message_id])
        if (there := sum(len(self.stub.world.messages[guild.channels[1]]) for guild in self.stub.guilds)) != seen:
            yield f"{there} messages stand beside the dailies, and {seen} belong there"


def _post(row: Any) -> posts.Post:
    return posts.Post(**{name: getattr(row, name) for name in posts.Post.__dataclass_fields__})


def _stale(tx: Connection, services: Services, post: posts.Post, message: dict[str, Any]) -> Iterator[str]:
    scene = services.posts.policies[post.kind].scene(tx, post)
    rendered = RENDERERS[post.kind].compose(post, scene)
    assert rendered is not None, "the bank does not change"
    wanted, there = (_plain("\n".join(card_of(of).words)) for of in (layout(rendered.message), message))
    if there != wanted:
        yield f"{post.kind} {post.subject}: stale, it shows {there[:300]} and not {wanted[:300]}"


def _plain(part: str) -> str:
    """Without what Discord makes of the name of a command."""
    return re.sub(r"</([^:>]+):\d+>", r"`/\1`", part)


def age(by: timedelta, tx: Connection) -> None:
    """Let posts that are half shown be as if what happened to them had happened earlier."""
    for row in tx.execute(select(table).where(DIRTY)).all():
        times = ("next_try_at", "lease_until", "first_tried_at")
        earlier = {name: getattr(row, name) - by for name in times if getattr(row, name) is not None}
        tx.execute(update(table).where(table.c.id == row.id).values(earlier))
