"""Check, at the end of a run, everything that happened besides dailies.

Each post exists once, in the place that its row names, and shows what its renderer makes from the database. Each event
exists once, each role is held by exactly the members who should have it, and each reminder arrived once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, select

from bot.app import RENDERERS
from bot.clock import now
from bot.cogs.ui.layout import layout
from bot.services import Services
from bot.services.late_answers import counted_by
from bot.services.leases import LEASE
from bot.storage import competitions, evenings, posts
from bot.storage import tables as t
from tests.chaos.events import Events, Wanted
from tests.chaos.members import daily_of
from tests.discord_stub import DiscordStub
from tests.discord_stub.stub import buttons
from tests.reading import card_of

MAY_COME = ("evening-news", "standings", "half-time", "last-hour", "season", "live-plan", "evening")
"""Kinds of posts that may or may not appear: what they announce may be over before they are sent, and a month may
happen to end during the run."""
SNAPSHOTS = ("half-time", "last-hour")
"""Kinds of posts that show the state at the time when they were sent."""

Rows: TypeAlias = Mapping[Wanted, Row[Any]]


def _is_being_counted(tx: Connection, competition_id: int) -> bool:
    """Return whether the result of a competition waits for a held answer, for example because its question is open
    elsewhere."""
    competition = competitions.get(tx, competition_id)
    return competition is not None and counted_by(tx, competition.guild_id, competition.ends_at, now()) is not None


def event_problems(events: Events, tx: Connection, services: Services) -> Iterator[str]:
    stub = events.stub
    rows = {(row.guild_id, row.kind, row.subject): row for row in tx.execute(select(t.posts))}
    belong = {row.message_id for (_, kind, _), row in rows.items() if kind in MAY_COME}
    for wanted in sorted(events.wanted):
        kind, subject = wanted[1:]
        row = rows.get(wanted)
        if row is None:
            if kind != "result" or not _is_being_counted(tx, int(subject)):
                yield f"{kind} {subject}: given up"
            continue
        post = post_of(row)
        marks = tuple(f"{mark}:" for mark in RENDERERS[kind].marks(post))
        there = stub.world.messages[row.channel_id].values()
        up = [m for m in there if any(f"{id}:".startswith(marks) for id in buttons(m).values())]
        if not buttons(m := stub.world.messages[row.channel_id].get(row.message_id, {"components": []})):
            up += [m] if m in there else []  # the announcement of a round that was called off has no button
        belong |= {int(message["id"]) for message in up}
        if len(up) != 1:
            yield f"{kind} {subject}: {len(up)} messages"
            continue
        if int(up[0]["id"]) != row.message_id or row.wanted_revision != row.shown_revision:
            yield f"{kind} {subject}: not noted as shown: {tuple(row)}"
        if kind not in SNAPSHOTS:
            yield from _stale(tx, services, post, up[0])
    yield from _strays(stub, belong)
    yield from _wrong_evenings(events, tx, services, rows)
    yield from _stale_dailies(stub, tx, services, rows)
    held = select(t.awards.c.guild_id, t.award_holders.c.user_id, t.awards.c.role_id).join(t.award_holders)
    if (given := set(map(tuple, tx.execute(held)))) != stub.world.holders:
        yield f"roles are held by {sorted(stub.world.holders)}, and belong to {sorted(given)}"
    for user_id in events.reminded:
        channel = int(stub.world.direct_channel(user_id)["id"])
        if (arrived := len(stub.world.messages[channel])) != 1:
            yield f"member {user_id}: {arrived} reminders"


def _strays(stub: DiscordStub, belong: set[int]) -> Iterator[str]:
    for guild in stub.guilds:
        for channel_id in guild.channels:
            for id, message in stub.world.messages[channel_id].items():
                if id not in belong and daily_of(message) is None:
                    yield f"server {guild.id}: a message of no post: {card_of(message).title!r}, {buttons(message)}"


def _wrong_evenings(events: Events, tx: Connection, services: Services, rows: Rows) -> Iterator[str]:
    """Check that each planned event exists once and no other does, and that each question of a paper appears once in
    its thread, in order, unless it is sealed."""
    there = sorted(guild_id for guild_id, planned in events.stub.world.events.items() for _ in planned)
    if there != (wanted := sorted(guild.id for guild in events.planned.values())):
        yield f"events are in {there}, and belong in {wanted}"
    by_kind = {(kind, subject): row for (_, kind, subject), row in rows.items()}
    for id in events.reviewed:
        row = by_kind.get(("evening-thread", str(id)))
        if row is None or row.message_id is None:
            yield f"evening {id}: no thread: {row}"
            continue
        items = [
            one for (kind, subject), one in by_kind.items() if kind == "evening-item" and subject.startswith(f"{id}.")
        ]
        sealed = [one for one in items if services.posts.policies["evening-item"].scene(tx, post_of(one)).sealed]
        shown = [card_of(message).above for message in events.stub.world.messages[row.message_id].values()]
        if len(shown) != len(set(shown)) or len(shown) < len(items) - len(sealed):
            yield f"evening {id}: {len(items)} questions, {len(sealed)} sealed, and its thread shows {shown}"
        if len(items) != len(evenings.items(tx, id)):
            yield f"evening {id}: only {len(items)} of {len(evenings.items(tx, id))} questions are posts"


def _stale_dailies(stub: DiscordStub, tx: Connection, services: Services, rows: Rows) -> Iterator[str]:
    for daily in tx.execute(select(t.dailies).where(t.dailies.c.answered == t.dailies.c.shown)):
        row = rows.get((daily.guild_id, "daily", str(daily.id)))
        if row is not None and row.wanted_revision == row.shown_revision:  # the others are reported as unsettled
            yield from _stale(tx, services, post_of(row), stub.world.messages[row.channel_id][row.message_id])


def post_of(row: Any) -> posts.Post:
    """Return a post as a process that leases it now would see it."""
    values = {name: getattr(row, name) for name in posts.Post.__dataclass_fields__}
    return posts.Post(**values | {"lease_until": now() + LEASE})


def _stale(tx: Connection, services: Services, post: posts.Post, message: dict[str, Any]) -> Iterator[str]:
    scene = services.posts.policies[post.kind].scene(tx, post)
    rendered = RENDERERS[post.kind].compose(post, scene)
    assert rendered is not None, "the bank does not change"
    wanted, there = (_plain("\n".join(card_of(of).words)) for of in (layout(rendered.message), message))
    if there != wanted:
        differ = unified_diff(wanted.splitlines(), there.splitlines(), n=0, lineterm="")
        yield f"{post.kind} {post.subject}: stale, by lines: {list(differ)[2:10]}"


def _plain(part: str) -> str:
    """Return a text with Discord's command mentions replaced by plain command names."""
    return re.sub(
        r"</([^:>]+):\d+>(?: `([a-z0-9_-]+:[^`]*)`)?", lambda m: f"`/{' '.join(filter(None, m.groups()))}`", part
    )
