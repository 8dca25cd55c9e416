"""Actions in servers, besides dailies, between two lives of the bot. They give it something to post, edit, award or
send after it restarts, or while it is running. Posts go to the server's second channel."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from bot.clock import now
from bot.services import Services
from bot.services.competitions import CompetitionPlan
from bot.services.duels import Opponent
from bot.services.evenings import EveningPlan
from bot.services.partners import PartnerAsked
from bot.services.quiz_outcomes import QuizTurn
from bot.storage import awards, groups, leagues, posts, reminders, reviews, seasons
from bot.storage.leagues import LeagueEntry, LeaguePlace
from bot.storage.live_plans import LivePlan
from bot.storage.tables import DIRTY, PENDING, attempts, award_holders
from bot.storage.tables import posts as table
from bot.storage.tables import reminders as reminders_table
from bot.storage.tables.reminders import UNSENT
from bot.study.awards import Prize
from bot.study.competitions import EntryRule, Teams
from bot.study.errors import StudyError
from bot.study.exams import Length
from bot.study.grading import describe
from bot.study.groups import Mirror
from bot.study.leagues import Band, LeagueScore, Seat
from bot.study.members import ALONE, Member
from bot.study.questions import ALL
from bot.study.reviews import CardKey, Rating, Review, replay
from bot.study.shares import Shareable
from tests.discord_stub import DiscordStub, Guild, user_ids
from tests.discord_stub.payloads import prize_of
from tests.discord_stub.world import name_of
from tests.zones import around_noon

AT_ONCE = 4
"""The number of servers in which something happens between two lives."""
ERRANDS = ((reminders_table, UNSENT), (award_holders, PENDING))
HALF_DONE = ((table, DIRTY), *ERRANDS)
"""The tables with leases, each with the condition for rows that are not done."""
NEVER = "2099-01"
"""The first league month of the servers, far in the future so that no month of theirs closes."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

Wanted: TypeAlias = tuple[int, str, str]
"""A post by its server, kind and subject."""


@dataclass
class Events:
    stub: DiscordStub
    rng: Random
    guilds: list[Guild]
    """The servers where things happen. None of them holds answers until the close of a daily, because competitions
    would wait for these."""
    wanted: set[Wanted] = field(default_factory=set)
    """The posts that must exist at the end."""
    _people: list[int] = field(default_factory=lambda: user_ids(100)[90:])
    _open: list[tuple[Guild, str, int]] = field(default_factory=list)
    reminded: list[int] = field(default_factory=list)
    _past: int = 0
    """How many past dates have been used, because each weekly or monthly post needs a date of its own."""
    planned: dict[tuple[str, int], Guild] = field(default_factory=dict)
    """The servers that must have a Discord event, by what the event is about."""
    reviewed: list[int] = field(default_factory=list)
    """Evenings whose paper must be reviewed in a thread."""
    _awards: dict[int, int] = field(default_factory=dict)
    """The id of the award of each server."""

    async def happen(self, services: Services, *, alone: bool) -> None:
        """Let something happen in some servers. `alone`: no bot is running that could interrupt actions of several
        steps."""
        for guild in self.rng.sample(self.guilds, AT_ONCE):
            steps = [self._review, self._remind_of_competition, self._end_duel] if alone else []
            begin = self.rng.choice(
                [
                    *steps,
                    self._announce,
                    self._end,
                    self._challenge,
                    self._open_round,
                    self._remind,
                    self._win,
                    self._share,
                    self._mirror,
                    self._gather,
                    self._ask_partner,
                    self._welcome,
                    self._plan_round,
                    self._crown,
                    self._rank_servers,
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
                    await services.evenings.cancel(id, self._member(guild), manager=True, at=now())
                    await self._call_off(services, guild, kind, id)
            elif kind == "live-plan":
                self._open.remove((guild, kind, id))
                if self.rng.random() < 0.5:
                    await services.live_plans.cancel(id, self._member(guild), manager=True, at=now())
                    await self._call_off(services, guild, kind, id)
            elif kind == "partners":
                self._open.remove((guild, kind, id))
                with suppress(StudyError):  # its post may not have been sent in time
                    await services.partners.accept(id, self._member(guild, self._people[3]), at=now())
            elif kind == "standings":
                await services.competition_entries.join(self._member(guild), f"#{id}", None, at=now())
            else:
                self._open.remove((guild, kind, id))
                await services.duels.accept(id, self._member(guild, self._people[1]), rng=self.rng, at=now())

    async def _call_off(self, services: Services, guild: Guild, kind: str, id: int) -> None:
        """Expect no Discord event any more, and no announcement if it was not posted yet."""
        del self.planned[kind, id]
        if await services.db.read(partial(posts.message_of, kind=kind, subject=id)) is None:
            self.wanted.discard((guild.id, kind, str(id)))

    async def begin_rounds(self, services: Services) -> None:
        """Join and begin the open live rounds while the bot is running. After each start, it keeps lobbies open for a
        while."""
        for guild, kind, id in self._open:
            if kind == "live":
                with suppress(StudyError):  # the round has begun, or its lobby is not up yet
                    await services.live.join(id, self._member(guild), at=now())
                    await services.live.begin(id, self._member(guild), manager=True)

    def _want(self, guild: Guild, kind: str, subject: object) -> None:
        self.wanted.add((guild.id, kind, str(subject)))

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
            return None  # the server has the maximum number of competitions
        id = created.competition.id
        self._open.append((guild, "standings", id))
        self._want(guild, "standings", id)
        return id

    async def _end(self, services: Services, guild: Guild) -> None:
        """Create a competition that is over when the bot returns: its result must be posted, without any reminders."""
        if (id := await self._announce(services, guild, ago=DAY)) is not None:
            self._open.pop()
            self.wanted.discard((guild.id, "standings", str(id)))  # it ends before it could be announced
            self._want(guild, "result", id)

    async def _remind_of_competition(self, services: Services, guild: Guild) -> None:
        """Create a competition with one entrant that has just reached its halfway point or its last hour."""
        kind, gone = self.rng.choice([("half-time", DAY / 2), ("last-hour", DAY - HOUR)])
        if (id := await self._announce(services, guild, ago=gone)) is not None:
            await services.competition_entries.join(self._member(guild), f"#{id}", None, at=now())
            self._want(guild, kind, id)

    async def _end_duel(self, services: Services, guild: Guild) -> None:
        """Create a duel in which one player has answered, and whose time is up when the bot returns: its result must
        get a post of its own."""
        first, second = (self._member(guild, user_id) for user_id in self._people[4:6])
        at = now() - 2 * DAY
        try:
            opponent = Opponent(second.user_id)
            challenge = await services.duels.challenge(
                first, opponent, section=ALL, channel_id=guild.channels[1], rng=self.rng, at=at
            )
            id = challenge.scene.duel.id
            if not challenge.fresh:
                return
            await services.duels.accept(id, second, rng=self.rng, at=at)
            turn = await services.duels.play(id, first, at=at)
            assert isinstance(turn, QuizTurn), "its first question"
            letters = describe(turn.question, turn.question.correct, turn.shown)
            await services.quizzes.answer(turn.quiz_id, turn.place, first, letters, at=at)
        except StudyError:
            return  # the two already have an open duel
        self._want(guild, "duel", id)

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
            return  # the two already have an open duel
        if challenge.fresh:
            self._open.append((guild, "challenge", challenge.scene.duel.id))
            self._want(guild, "challenge", challenge.scene.duel.id)

    async def _ask_partner(self, services: Services, guild: Guild) -> None:
        """Ask a member for a partner streak; they accept in a later life of the bot."""
        first, second = self._people[2:4]
        member = self._member(guild, first)
        try:
            scene = await services.partners.ask(member, PartnerAsked(second), channel_id=guild.channels[1], at=now())
        except StudyError:
            return  # the two are partners already
        if scene.fresh:
            self._open.append((guild, "partners", scene.partnership.id))
            self._want(guild, "partners", scene.partnership.id)

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
            return  # a round is running there
        self._open.append((guild, "live", opened.live.id))
        self._want(guild, "live", opened.live.id)

    async def _share(self, services: Services, guild: Guild) -> None:
        """Share with the channel how a member answered a daily."""
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
        self._want(guild, "share", scene.line.id)

    async def _mirror(self, services: Services, guild: Guild) -> None:
        """Request the weekly post about the group, with the figures of five members."""
        self._past += 1
        at = now()
        monday = at.date() + timedelta(days=self._past)  # weeks in the future, because old figures are deleted
        found = Mirror(5, {ALL: self.rng.random()}, (), ((monday, self.rng.random()),))

        def work(tx: Connection) -> None:
            groups.keep_week(tx, guild.id, monday, found, at)
            posts.want(tx, "group", monday, guild.id, guild.channels[1], at=at, expires_at=at + DAY)

        await services.db.write(work)
        self._want(guild, "group", monday)

    async def _crown(self, services: Services, guild: Guild) -> None:
        """Request the post about the end of a past season."""
        at, name = now(), self._month()

        def work(tx: Connection) -> None:
            seasons.close(tx, guild.id, name, at)
            posts.want(tx, "season", name, guild.id, guild.channels[1], at=at, expires_at=at + DAY)

        await services.db.write(work)
        self._want(guild, "season", name)

    async def _rank_servers(self, services: Services, guild: Guild) -> None:
        """Request the post about a server's place in the league at the end of a past month."""
        at, name = now(), self._month()
        place = LeaguePlace(guild.id, name, Band.SMALL, 1, 1, 1, 1, LeagueScore(5, 50), Seat(Band.SMALL, 1))

        def work(tx: Connection) -> None:
            leagues.put(tx, LeagueEntry(guild.id, guild.name, Band.SMALL, 1, NEVER, 0, at))
            leagues.close(tx, name, at)
            leagues.keep(tx, [place])
            posts.want(tx, "league", name, guild.id, guild.channels[1], at=at, expires_at=at + DAY)

        await services.db.write(work)
        self._want(guild, "league", name)

    def _month(self) -> str:
        self._past += 1
        return f"{2020 - self._past // 12}-{12 - self._past % 12:02}"

    async def _welcome(self, services: Services, guild: Guild) -> None:
        """Record that the server has just added the bot."""
        await services.guilds.joined(guild.id, welcome_in=guild.channels[1], at=now())
        self._want(guild, "welcome", guild.id)

    def _note_planned(self, guild: Guild, kind: str, id: int) -> None:
        self._want(guild, kind, id)
        self.planned[kind, id] = guild
        self._open.append((guild, kind, id))

    async def _plan_round(self, services: Services, guild: Guild) -> None:
        """Plan a live round with an event; `happen` calls off some of them."""
        at, host = now(), self._member(guild)
        plan = LivePlan(0, guild.id, guild.channels[1], host.user_id, ALL, 2, 10, at + 3 * HOUR, at)
        try:
            planned = await services.live_plans.plan(host, plan, may_create_events=True, at=at)
        except StudyError:
            return  # the server has the maximum number already
        self._note_planned(guild, "live-plan", planned.plan.id)

    async def _gather(self, services: Services, guild: Guild) -> None:
        """Plan an exam evening with an event; `happen` calls off some of them."""
        at = now()
        plan = EveningPlan(guild.channels[1], at + 3 * HOUR, Length.SHORT)
        host = self._member(guild)
        try:
            planned = await services.evenings.plan(host, plan, seed=1, may_create_events=True, at=at)
        except StudyError:
            return  # the server has the maximum number already
        self._note_planned(guild, "evening", planned.evening.id)

    async def _review(self, services: Services, guild: Guild) -> None:
        """Create an exam evening that a member has taken part in and that is over when the bot returns: its paper must
        be reviewed in a thread."""
        at, member = now(), self._member(guild)
        plan = EveningPlan(guild.channels[1], at - 5 * MINUTE, Length.SHORT)
        try:
            planned = await services.evenings.plan(member, plan, seed=1, may_create_events=False, at=at - HOUR)
            id = planned.evening.id
            self._want(guild, "evening", id)
            await services.evenings.sign_up(id, member, at=at - HOUR)
            await services.evening_steps.advance_due(plan.starts_at)
            turn = await services.evenings.begin(id, member, at=plan.starts_at)
            await services.exams.submit(turn.paper.exam.id, member, at=plan.starts_at + MINUTE)
        except StudyError:
            return  # the server has the maximum number of evenings, or the member is taking another exam
        self.reviewed.append(id)

    async def _remind(self, services: Services, _guild: Guild) -> None:
        """Give a member a question that is due for review and a reminder that is due now."""
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
        """Change the winners of a role at random: some members must get it, and others must lose it."""
        if guild.id not in self._awards:
            self.stub.world.prizes.add(guild.id)
            role_id = prize_of(guild.id)
            most = len((await services.pack_for(guild.id)).within(ALL))  # nobody answers all of them
            bound = await services.awards.bind(
                guild.id, role_id, Prize.MASTERY, questions=most, by=guild.owner_id, at=now()
            )
            self._awards[guild.id] = bound.awards[0].award.id
        winners = self.rng.sample(self._people, self.rng.randint(0, 3))
        await services.db.write(lambda tx: awards.pass_on(tx, self._awards[guild.id], winners, now()))

    async def stop(self, services: Services) -> None:
        """Stop the live rounds, so that posts do not change any more once they are up to date."""
        for guild, kind, id in self._open:
            if kind == "live":
                with suppress(StudyError):
                    await services.live.stop(id, self._member(guild), manager=True, at=now())


def age(by: timedelta, tx: Connection) -> None:
    """Move the times of unfinished leased rows into the past, as if they had been written earlier."""
    for half_done, pending in HALF_DONE:
        for row in tx.execute(select(half_done).where(pending)).all():
            times = ("next_try_at", "lease_until", "first_tried_at")
            earlier = {name: getattr(row, name) - by for name in times if getattr(row, name) is not None}
            this = [column == getattr(row, column.name) for column in half_done.primary_key]
            tx.execute(update(half_done).where(*this).values(earlier))
