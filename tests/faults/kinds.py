"""Kinds of posts for the sender tests: how each is created, how it changes, and what its channel shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select, update

from bot.clock import now
from bot.cogs.leagues.custom_ids import LeaguePostId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.services.competitions import CompetitionPlan
from bot.services.duels import Opponent
from bot.services.evenings import EveningPlan, tell
from bot.services.posts import Policy
from bot.storage import competition_entries, competitions, evenings, guilds, members, posts
from bot.storage import tables as t
from bot.storage.competitions import Competition
from bot.storage.evenings import Evening
from bot.storage.live_plans import LivePlan
from bot.storage.posts import Post
from bot.study.competitions import CompetitionState, EntryRule, Teams
from bot.study.exams import Length
from bot.study.members import Member
from bot.study.questions import ALL
from bot.study.shares import Shareable
from tests.discord_stub import Guild
from tests.faults.conftest import ANA, BEN, Live
from tests.reading import buttons, card_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """A kind of post. `want` requests a post in a server, and `change` changes it. `mark`: text in the id of a button
    on its message."""

    name: str
    mark: str
    want: Callable[[Live, Guild], Awaitable[None]]
    change: Callable[[Live, Guild], Awaitable[None]] | None
    shows_change: Callable[[dict[str, Any]], bool] = lambda _: True

    def __str__(self) -> str:
        return self.name

    def up(self, live: Live, guild: Guild) -> list[dict[str, Any]]:
        """Return the messages of this kind in the server's channel."""
        return [message for message in live.stub.posts(guild) if any(self.mark in id for id in _ids(message))]


def _ids(message: dict[str, Any]) -> list[str]:
    return [button["custom_id"] for button in buttons(message)]


def _member(guild: Guild, user_id: int) -> Member:
    return Member(guild.id, user_id, f"member {user_id}")


# -- a kind that no feature has: its posts show how often they were touched


TOLD: list[str] = []
"""The outcomes of posts of this kind, as reported to their feature."""


def _scene(_tx: Any, post: Post) -> int:
    return post.wanted_revision


def _compose(_post: Post, number: int) -> Rendered:
    return Rendered(Message(Card(title=f"Revision {number}"), [Press(LeaguePostId("plain"), "Look")]))


PLAIN_POLICY = Policy(
    _scene,
    manager=lambda _tx, _post: ANA,
    fallback=lambda _tx, post: post.guild_id + 2,
    shown=lambda _tx, _post, _shown, _at: TOLD.append("shown"),
    ended=lambda _tx, _post, ending, _at: TOLD.append(ending.value),
)
PLAIN_RENDERER = Renderer(
    _compose,
    lambda _post: (LeaguePostId("plain"),),
    lambda unsent, server, _access: f"{server}: {unsent.trouble.value}",
)


async def _want_plain(live: Live, guild: Guild) -> None:
    at = now()

    def work(tx: Any) -> None:
        guilds.ensure(tx, guild.id, at)
        posts.want(tx, "plain", 1, guild.id, guild.channels[0], at=at, expires_at=at + DAY)

    await live.db.write(work)


async def _touch_plain(live: Live, _guild: Guild) -> None:
    await live.db.write(lambda tx: posts.touch(tx, "plain", 1, now()))


# -- of features


async def _want_standings(live: Live, guild: Guild) -> None:
    at = now()
    plan = CompetitionPlan("Sprint", at + HOUR, at + 2 * DAY, (), Teams.NONE, EntryRule.THROUGHOUT, guild.channels[0])
    await live.services.competitions.create(guild.id, plan, by=guild.owner_id, at=at)


async def _join(live: Live, guild: Guild) -> None:
    await live.services.competition_entries.join(_member(guild, ANA), None, None, at=now())


async def _want_result(live: Live, guild: Guild) -> None:
    """Request the result of a competition. This is one transaction, so that the bot's own tick cannot end the
    competition before somebody has joined."""
    at, begun = now(), now() - 3 * DAY

    def work(tx: Any) -> None:
        guilds.ensure(tx, guild.id, begun)
        members.see(tx, guild.id, ANA, "member")
        id = competitions.add(
            tx,
            Competition(
                id=0,
                guild_id=guild.id,
                name="Sprint",
                sections=(),
                teams=Teams.NONE,
                entry=EntryRule.THROUGHOUT,
                state=CompetitionState.ENTRY,
                starts_at=begun,
                ends_at=at - DAY,
                channel_id=guild.channels[0],
                created_by=guild.owner_id,
                created_at=begun,
                due_at=begun,
            ),
        )
        competition_entries.put(tx, id, ANA, None, begun, asked=True)

    await live.db.write(work)
    await live.services.competition_steps.advance_due(at)


async def _challenge(live: Live, guild: Guild) -> None:
    await live.services.duels.challenge(
        _member(guild, ANA), Opponent(BEN), section=ALL, channel_id=guild.channels[0], rng=Random(1), at=now()
    )


async def _accept(live: Live, guild: Guild) -> None:
    (duel_id,) = await live.db.read(
        lambda tx: tx.execute(select(t.duels.c.id).where(t.duels.c.guild_id == guild.id)).scalars().all()
    )
    await live.services.duels.accept(duel_id, _member(guild, BEN), rng=Random(1), at=now())


async def _start_round(live: Live, guild: Guild) -> None:
    await live.services.live.start(
        _member(guild, ANA), channel_id=guild.channels[0], section=ALL, questions=2, seconds=60, seed=1, at=now()
    )


async def _join_round(live: Live, guild: Guild) -> None:
    (live_id,) = await live.db.read(lambda tx: tx.execute(select(t.live_rounds.c.id)).scalars().all())
    await live.services.live.join(live_id, _member(guild, BEN), at=now())


async def _want_daily(live: Live, guild: Guild) -> None:
    await live.schedule(guild, seconds=-1)
    await live.services.dailies.claim_due(now())


async def _answer(live: Live, guild: Guild) -> None:
    (daily_id,) = await live.db.read(lambda tx: tx.execute(select(t.dailies.c.id)).scalars().all())
    await live.services.answers.submit(daily_id, _member(guild, ANA), "A", at=now())
    await live.services.dailies.refresh_counts(now())


async def _want_share(live: Live, guild: Guild) -> None:
    """Let a member share the score of a mock exam."""
    ana, at = _member(guild, ANA), now()
    turn = await live.services.exams.start(ana, length=Length.SHORT, rng=Random(1), at=at)
    exam_id = turn.paper.exam.id
    await live.services.exams.submit(exam_id, ana, at=at)
    await live.services.shares.share(ana, Shareable.EXAM, exam_id, channel_id=guild.channels[0], at=at)


PLAIN = Kind("plain", ":league:plain", _want_plain, _touch_plain, lambda m: card_of(m).title != "Revision 1")
STANDINGS = Kind(
    "standings", ":contest:standings:", _want_standings, _join, lambda m: "1 member" in str(card_of(m).blocks)
)
CHALLENGE = Kind("challenge", ":duel-", _challenge, _accept, lambda m: card_of(m).title == "⚔️ A duel is on")
RESULT = Kind("result", ":contest:result:", _want_result, None)
ROUND = Kind("live", ":live-join:", _start_round, _join_round, lambda m: "member" in str(card_of(m).blocks))
DAILY = Kind("daily", ":answer:", _want_daily, _answer, lambda m: "1 member has answered" in str(card_of(m).blocks))


async def _want_evening(live: Live, guild: Guild) -> None:
    plan = EveningPlan(guild.channels[0], now() + 3 * HOUR, Length.SHORT)
    await live.services.evenings.plan(_member(guild, ANA), plan, seed=1, may_create_events=False, at=now())


async def _sign_up(live: Live, guild: Guild) -> None:
    (evening_id,) = await live.db.read(lambda tx: tx.execute(select(t.exam_evenings.c.id)).scalars().all())
    await live.services.evenings.sign_up(evening_id, _member(guild, BEN), at=now())


async def _want_news(live: Live, guild: Guild) -> None:
    """Request a ping about an evening that has moved. This is one transaction, so that the evening's own post is not
    sent."""
    at = now()

    def work(tx: Any) -> None:
        guilds.ensure(tx, guild.id, at)
        members.see(tx, guild.id, BEN, "member")
        evening = evenings.add(
            tx,
            Evening(
                id=0,
                guild_id=guild.id,
                channel_id=guild.channels[0],
                host_id=ANA,
                pack="aws-mla-c01",
                length=Length.SHORT,
                seed=1,
                starts_at=at + HOUR,
                ends_at=at + 2 * HOUR,
                due_at=at + HOUR,
                created_at=at,
            ),
        )
        evenings.sign_up(tx, evening.id, BEN, at)
        tell(tx, evening, at)

    await live.db.write(work)


async def _plan_round(live: Live, guild: Guild) -> None:
    wanted = LivePlan(0, guild.id, guild.channels[0], ANA, ALL, 2, 60, now() + HOUR, now())
    await live.services.live_plans.plan(_member(guild, ANA), wanted, may_create_events=False, at=now())


EVENING = Kind("evening", ":evening-join:", _want_evening, _sign_up, lambda m: "Signed up: 1" in card_of(m).blocks)
NEWS = Kind("evening-news", ":evening-begin:", _want_news, None)
PLANNED = Kind("live-plan", ":live-plan:", _plan_round, None)
SHARE = Kind("share", ":shared:", _want_share, None)
KINDS = (PLAIN, STANDINGS, CHALLENGE, RESULT, ROUND, DAILY, SHARE, EVENING, NEWS, PLANNED)
CHANGING = tuple(kind for kind in KINDS if kind.change is not None)


async def pass_time(live: Live, length: timedelta) -> None:
    """Move the times of all posts into the past, as if this much time had passed."""

    def work(tx: Any) -> None:
        for row in tx.execute(select(t.posts)).all():
            times = ("due_at", "next_try_at", "lease_until", "first_tried_at")
            moved = {name: getattr(row, name) - length for name in times if getattr(row, name) is not None}
            tx.execute(update(t.posts).where(t.posts.c.id == row.id).values(moved))

    await live.db.write(work)
