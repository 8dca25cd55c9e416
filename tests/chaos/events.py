"""What happens in servers besides dailies while the bot is down: it has something to post, to edit, to give or to send when it comes back.

Each post is to be up once, in the server's second channel, and to show in the end what its renderer makes of the database. Each role is to
be held by those who are to have it, and each reminder to arrive once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import unified_diff
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from bot.app import RENDERERS
from bot.clock import now
from bot.cogs.ui.layout import layout
from bot.services import Services
from bot.services.competitions import CompetitionPlan
from bot.services.duels import Opponent
from bot.services.evenings import EveningPlan
from bot.services.leases import LEASE
from bot.services.partners import PartnerAsked
from bot.storage import awards, evenings, groups, posts, reminders, reviews
from bot.storage.tables import DIRTY, PENDING, attempts, award_holders, dailies
from bot.storage.tables import awards as awards_table
from bot.storage.tables import posts as table
from bot.storage.tables import reminders as reminders_table
from bot.storage.tables.reminders import UNSENT
from bot.study.awards import Prize
from bot.study.competitions import EntryRule, Teams
from bot.study.errors import StudyError
from bot.study.exams import Length
from bot.study.groups import Mirror
from bot.study.members import ALONE, Member
from bot.study.questions import ALL
from bot.study.reviews import CardKey, Rating, Review, replay
from bot.study.shares import Shareable
from tests.discord_stub import DiscordStub, Guild, user_ids
from tests.discord_stub.payloads import prize_of
from tests.discord_stub.stub import buttons
from tests.discord_stub.world import name_of
from tests.reading import card_of
from tests.zones import around_noon

AT_ONCE = 4
"""How many servers something happens in between two lives."""
MAY_COME = ("evening-news", "standings")
"""Kinds of posts that come or not: a competition may be announced just before it ends."""
ERRANDS = ((reminders_table, UNSENT), (award_holders, PENDING))
HALF_DONE = ((table, DIRTY), *ERRANDS)
"""What is leased, with what says that it is not done."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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
    reminded: list[int] = field(default_factory=list)
    _mirrors: int = 0
    pinged: int = 0
    """How many evenings that somebody had signed up for were called off."""
    _events: dict[int, Guild] = field(default_factory=dict)
    """Where there is to be an event of an evening."""
    _reviewed: list[int] = field(default_factory=list)
    """Evenings whose paper a thread is to go through."""
    _awards: dict[int, int] = field(default_factory=dict)
    """The award of a server."""

    async def happen(self, services: Services) -> None:
        for guild in self.rng.sample(self.guilds, AT_ONCE):
            begin = self.rng.choice(
                [
                    self._announce,
                    self._end,
                    self._challenge,
                    self._open_round,
                    self._remind,
                    self._win,
                    self._share,
                    self._mirror,
                    self._gather,
                    self._review,
                    self._ask_partner,
                ]
            )
            await begin(services, guild)
        for guild, kind, id in self.rng.sample(self._open, min(AT_ONCE, len(self._open))):
            if kind == "live":
                continue
            if kind == "evening":
                self._open.remove((guild, kind, id))
                await services.evenings.sign_up(id, self._member(guild), at=now())
                if self.rng.random() < 0.5:
                    del self._events[id]
                    await services.evenings.cancel(id, self._member(guild), manager=True, at=now())
                    self.pinged += 1
            elif kind == "partners":
                self._open.remove((guild, kind, id))
                with suppress(StudyError):  # its post may not have come up in time
                    await services.partners.accept(id, self._member(guild, self._people[3]), at=now())
            elif kind == "standings":
                await services.competition_entries.join(self._member(guild), f"#{id}", None, at=now())
            else:
                self._open.remove((guild, kind, id))
                await services.duels.accept(id, self._member(guild, self._people[1]), rng=self.rng, at=now())

    async def begin_rounds(self, services: Services) -> None:
        """While the bot is there: after each start a lobby stays open for a while."""
        for guild, kind, id in self._open:
            if kind == "live":
                with suppress(StudyError):  # it has begun, or its lobby is not up yet
                    await services.live.join(id, self._member(guild), at=now())
                    await services.live.begin(id, self._member(guild), manager=True)

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

    async def _ask_partner(self, services: Services, guild: Guild) -> None:
        """Somebody asks another for a streak together; they accept in a later life."""
        first, second = self._people[2:4]
        member = self._member(guild, first)
        try:
            scene = await services.partners.ask(member, PartnerAsked(second), channel_id=guild.channels[1], at=now())
        except StudyError:
            return  # the two go on together
        if scene.fresh:
            self._open.append((guild, "partners", scene.partnership.id))
            self.wanted.add(("partners", str(scene.partnership.id)))

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

    async def _share(self, services: Services, guild: Guild) -> None:
        """Somebody shares with the channel how they answered a daily."""
        answered = select(attempts.c.user_id, attempts.c.daily_id).where(
            attempts.c.guild_id == guild.id, attempts.c.daily_id.is_not(None)
        )
        found = await services.db.read(lambda tx: tx.execute(answered).all())
        if not found:
            return
        user_id, daily_id = self.rng.choice(found)
        try:
            scene = await services.shares.share(
                Member(guild.id, user_id, name_of(user_id)),
                Shareable.DAILY,
                daily_id,
                channel_id=guild.channels[1],
                at=now(),
            )
        except StudyError:
            return  # they have shared it before
        assert scene.line is not None, "what was just shared"
        self.wanted.add(("share", str(scene.line.id)))

    async def _mirror(self, services: Services, guild: Guild) -> None:
        """The weekly post about the group is due, with the figures of five members."""
        self._mirrors += 1
        # Backwards, because figures of long before a new week are dropped.
        at, monday = now(), date(2026, 1, 5) - timedelta(days=self._mirrors)
        found = Mirror(5, {ALL: self.rng.random()}, (), ((monday, self.rng.random()),))

        def work(tx: Connection) -> None:
            groups.keep_week(tx, guild.id, monday, found, at)
            posts.want(tx, "group", monday, guild.id, guild.channels[1], at=at, expires_at=at + DAY)

        await services.db.write(work)
        self.wanted.add(("group", str(monday)))

    async def _gather(self, services: Services, guild: Guild) -> None:
        """An exam evening is planned for later, with an event; some of them are called off again."""
        at = now()
        plan = EveningPlan(guild.channels[1], at + 3 * HOUR, Length.SHORT)
        host = self._member(guild)
        try:
            planned = await services.evenings.plan(host, plan, seed=1, may_create_events=True, at=at)
        except StudyError:
            return  # the server has as many as it may
        id = planned.evening.id
        self.wanted.add(("evening", str(id)))
        self._events[id] = guild
        self._open.append((guild, "evening", id))

    async def _review(self, services: Services, guild: Guild) -> None:
        """An exam evening has been sat, and is over as the bot comes back: its thread is to go through the paper."""
        at, member = now(), self._member(guild)
        plan = EveningPlan(guild.channels[1], at - 5 * MINUTE, Length.SHORT)
        try:
            planned = await services.evenings.plan(member, plan, seed=1, may_create_events=False, at=at - HOUR)
            id = planned.evening.id
            self.wanted.add(("evening", str(id)))
            await services.evenings.sign_up(id, member, at=at - HOUR)
            await services.evening_steps.advance_due(plan.starts_at)
            turn = await services.evenings.begin(id, member, at=plan.starts_at)
            await services.exams.submit(turn.paper.exam.id, member, at=plan.starts_at + MINUTE)
        except StudyError:
            return  # the server has as many as it may, or the member sits another exam
        self._reviewed.append(id)

    async def _remind(self, services: Services, _guild: Guild) -> None:
        """Somebody has a question to review, and wants to be told of it just now."""
        user_id, at = user_ids(1_000)[100 + len(self.reminded)], now()
        zone = around_noon(at)
        self.reminded.append(user_id)

        def work(tx: Connection) -> None:
            pack = services.content.pack_for(tx, ALONE, user_id)
            card = replay([Review(Rating.Again, (at - DAY).date())])
            assert card is not None, "its log has a line"
            reviews.save(tx, CardKey(user_id, pack.name, next(iter(pack.active)).id), card)
            hour = at.astimezone(ZoneInfo(zone)).time()
            reminders.save(tx, reminders.Reminder(user_id, zone, hour, ALONE, next_at=at))

        await services.db.write(work)

    async def _win(self, services: Services, guild: Guild) -> None:
        """Some are to have a role from now on, and some of those who had it are not."""
        if guild.id not in self._awards:
            self.stub.world.prizes.add(guild.id)
            role_id = prize_of(guild.id)
            bound = await services.awards.bind(
                guild.id, role_id, Prize.MASTERY, questions=900, by=guild.owner_id, at=now()
            )
            self._awards[guild.id] = bound.awards[0].award.id
        winners = self.rng.sample(self._people, self.rng.randint(0, 3))
        await services.db.write(lambda tx: awards.pass_on(tx, self._awards[guild.id], winners, now()))

    async def stop(self, services: Services) -> None:
        """What would go on for ever ends: nothing is to change any more once it is shown."""
        for guild, kind, id in self._open:
            if kind == "live":
                with suppress(StudyError):
                    await services.live.stop(id, self._member(guild), manager=True, at=now())

    # -- what must be true in the end

    def problems(self, tx: Connection, services: Services) -> Iterator[str]:
        rows = {(row.kind, row.subject): row for row in tx.execute(select(table)).all()}
        belong = {row.message_id for (kind, _), row in rows.items() if kind in MAY_COME}
        for kind, subject in sorted(self.wanted):
            row = rows.get((kind, subject))
            if row is None:
                yield f"{kind} {subject}: given up"
                continue
            post = post_of(row)
            marks = tuple(f"{mark}:" for mark in RENDERERS[kind].marks(post))
            there = self.stub.world.messages[row.channel_id].values()
            up = [m for m in there if any(f"{id}:".startswith(marks) for id in buttons(m).values())]
            if not buttons(m := self.stub.world.messages[row.channel_id].get(row.message_id, {"components": []})):
                up += [m] if m in there else []  # a round that was called off has no button
            belong |= {int(message["id"]) for message in up}
            if len(up) != 1:
                yield f"{kind} {subject}: {len(up)} messages"
                continue
            if int(up[0]["id"]) != row.message_id or row.wanted_revision != row.shown_revision:
                yield f"{kind} {subject}: not noted as shown: {tuple(row)}"
            yield from _stale(tx, services, post, up[0])
        yield from self._evenings(tx, services, rows)
        counted = tx.execute(select(dailies.c.id).where(dailies.c.answered == dailies.c.shown)).scalars()
        for daily_id in map(str, counted):
            row = rows.get(("daily", daily_id))
            if row is not None and row.wanted_revision == row.shown_revision:  # others are named as half done
                post = post_of(row)
                yield from _stale(tx, services, post, self.stub.world.messages[row.channel_id][row.message_id])
        held = select(awards_table.c.guild_id, award_holders.c.user_id, awards_table.c.role_id).join(award_holders)
        if (given := set(map(tuple, tx.execute(held)))) != self.stub.world.holders:
            yield f"roles are held by {sorted(self.stub.world.holders)}, and belong to {sorted(given)}"
        for user_id in self.reminded:
            channel = int(self.stub.world.direct_channel(user_id)["id"])
            if (arrived := len(self.stub.world.messages[channel])) != 1:
                yield f"member {user_id}: {arrived} reminders"
        for guild in self.stub.guilds:
            for id, message in self.stub.world.messages[guild.channels[1]].items():
                if id not in belong:
                    yield f"server {guild.id}: a message of no post: {card_of(message).title!r}, {buttons(message)}"

    def _evenings(self, tx: Connection, services: Services, rows: Mapping[tuple[str, str], Any]) -> Iterator[str]:
        """Each event once and no other; each question of a paper once in its thread, in order, unless it is sealed."""
        there = sorted(guild_id for guild_id, events in self.stub.world.events.items() for _ in events)
        if there != (wanted := sorted(guild.id for guild in self._events.values())):
            yield f"events are in {there}, and belong in {wanted}"
        for id in self._reviewed:
            row = rows.get(("evening-thread", str(id)))
            if row is None or row.message_id is None:
                yield f"evening {id}: no thread: {row}"
                continue
            items = [
                one for (kind, subject), one in rows.items() if kind == "evening-item" and subject.startswith(f"{id}.")
            ]
            sealed = [one for one in items if services.posts.policies["evening-item"].scene(tx, post_of(one)).sealed]
            shown = [card_of(message).above for message in self.stub.world.messages[row.message_id].values()]
            if len(shown) != len(set(shown)) or len(shown) < len(items) - len(sealed):
                yield f"evening {id}: {len(items)} questions, {len(sealed)} sealed, and its thread shows {shown}"
            if len(items) != len(evenings.items(tx, id)):
                yield f"evening {id}: only {len(items)} of {len(evenings.items(tx, id))} questions are posts"


def post_of(row: Any) -> posts.Post:
    """A post as one sees it who leases it now."""
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
    """Without what Discord makes of the name of a command."""
    return re.sub(
        r"</([^:>]+):\d+>(?: `([a-z0-9_-]+:[^`]*)`)?", lambda m: f"`/{' '.join(filter(None, m.groups()))}`", part
    )


def age(by: timedelta, tx: Connection) -> None:
    """Let what is half done be as if what happened to it had happened earlier."""
    for half_done, pending in HALF_DONE:
        for row in tx.execute(select(half_done).where(pending)).all():
            times = ("next_try_at", "lease_until", "first_tried_at")
            earlier = {name: getattr(row, name) - by for name in times if getattr(row, name) is not None}
            this = [column == getattr(row, column.name) for column in half_done.primary_key]
            tx.execute(update(half_done).where(*this).values(earlier))
