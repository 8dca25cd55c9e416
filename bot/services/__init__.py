"""What members and servers can do: each method is one action, one transaction and one outcome. A service never sends
anything to Discord."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from bot.services import cards
from bot.services.answers import Answers
from bot.services.awards import Awards
from bot.services.competition_entries import CompetitionEntries
from bot.services.competition_steps import CompetitionSteps
from bot.services.competition_tables import CompetitionTables
from bot.services.competitions import Competitions
from bot.services.confidences import Confidences
from bot.services.content import Content
from bot.services.dailies import Dailies
from bot.services.daily_posts import DailyPosts
from bot.services.discussions import Discussions
from bot.services.due import Due
from bot.services.duel_posts import DuelPosts
from bot.services.duels import Duels
from bot.services.evening_steps import EveningSteps
from bot.services.evenings import Evenings
from bot.services.events import Events
from bot.services.exams import Exams
from bot.services.goals import Goals
from bot.services.groups import Groups
from bot.services.guide import Guide
from bot.services.guilds import Guilds
from bot.services.interactions import Interactions
from bot.services.leagues import Leagues
from bot.services.library import Library
from bot.services.live import Live
from bot.services.live_plans import LivePlans
from bot.services.live_steps import LiveSteps
from bot.services.memory import Memory
from bot.services.packs import Packs
from bot.services.partners import Partners
from bot.services.patches import Patches
from bot.services.pauses import Pauses
from bot.services.plans import Plans
from bot.services.posts import Posts, by_kind
from bot.services.privacy import Privacy
from bot.services.progress import Progress
from bot.services.questions import Questions
from bot.services.quizzes import Quizzes
from bot.services.reminders import Reminders
from bot.services.reports import Reports
from bot.services.reviews import Reviews
from bot.services.schedules import Schedules
from bot.services.seasons import Seasons
from bot.services.shares import Shares
from bot.services.standings import Standings
from bot.services.study import Study
from bot.services.suggestions import Suggestions
from bot.services.upkeep import Upkeep
from bot.services.web_links import WebLinks
from bot.services.web_pages import WebPages
from bot.services.welcome import Welcome
from bot.storage import guilds, members
from bot.storage.engine import Database
from bot.storage.guilds import Guild
from bot.study.members import ALONE, Member
from bot.study.questions import Pack

ERASE_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Services:
    """One instance of each service, sharing one database and one library of packs."""

    db: Database
    content: Content
    answers: Answers
    awards: Awards
    competition_entries: CompetitionEntries
    competition_steps: CompetitionSteps
    competition_tables: CompetitionTables
    competitions: Competitions
    confidences: Confidences
    dailies: Dailies
    discussions: Discussions
    due: Due
    duel_posts: DuelPosts
    duels: Duels
    evening_steps: EveningSteps
    evenings: Evenings
    exams: Exams
    goals: Goals
    groups: Groups
    guide: Guide
    guilds: Guilds
    interactions: Interactions
    leagues: Leagues
    library: Library
    live: Live
    live_plans: LivePlans
    live_steps: LiveSteps
    memory: Memory
    packs: Packs
    patches: Patches
    partners: Partners
    pauses: Pauses
    plans: Plans
    posts: Posts
    privacy: Privacy
    progress: Progress
    questions: Questions
    quizzes: Quizzes
    reminders: Reminders
    reports: Reports
    reviews: Reviews
    schedules: Schedules
    seasons: Seasons
    shares: Shares
    standings: Standings
    study: Study
    suggestions: Suggestions
    upkeep: Upkeep
    web_links: WebLinks
    web_pages: WebPages

    @classmethod
    def over(
        cls,
        db: Database,
        packs: Mapping[str, Pack],
        default_pack: str,
        *,
        erase_after: timedelta = ERASE_AFTER,
        backups_kept: int = 0,
        daily_window: timedelta = timedelta(0),
        web_url: str | None = None,
        content_dir: Path | None = None,
    ) -> Self:
        content = Content(packs, default_pack)
        seasons = Seasons(db, content)
        dailies = Dailies(db, content, seasons, daily_window)
        discussions = Discussions(db, content)
        quizzes = Quizzes(db, content)
        answers = Answers(db, content)
        plans = Plans(db, content, quizzes)
        reviews = Reviews(db, content, quizzes)
        leagues = Leagues(db)
        memory = Memory(db)
        progress = Progress(db, content, memory)
        exams = Exams(db, content, quizzes)
        tables = CompetitionTables(db, content)
        steps = CompetitionSteps(db, tables)
        duel_posts = DuelPosts(db, content)
        live_steps = LiveSteps(db, content)
        questions = Questions(db, content)
        shares = Shares(db, content)
        groups = Groups(db, content)
        live = Live(db, content)
        live_plans = LivePlans(db, content, live)
        evening_steps = EveningSteps(db, content, exams)
        partners = Partners(db)
        keepers = (
            DailyPosts(content), discussions, seasons, leagues, steps, duel_posts, live_steps, groups, partners,
            Welcome(content), shares, evening_steps, live_plans, Events(content),
        )  # fmt: skip
        policies = by_kind(keeper.policies() for keeper in keepers)
        return cls(
            db=db,
            content=content,
            answers=answers,
            awards=Awards(db, content),
            competition_entries=CompetitionEntries(db),
            competition_steps=steps,
            competition_tables=tables,
            competitions=Competitions(db, content),
            confidences=Confidences(db, answers, quizzes),
            dailies=dailies,
            discussions=discussions,
            due=Due(db),
            duel_posts=duel_posts,
            duels=Duels(db, content, quizzes),
            evening_steps=evening_steps,
            evenings=Evenings(db, content, exams),
            exams=exams,
            goals=Goals(db, content),
            groups=groups,
            guide=Guide(db, content),
            guilds=Guilds(db, erase_after),
            interactions=Interactions(db),
            leagues=leagues,
            library=Library(db, content),
            live=live,
            live_plans=live_plans,
            live_steps=live_steps,
            memory=memory,
            packs=Packs(db, content),
            patches=Patches(db, content, content_dir),
            partners=partners,
            pauses=Pauses(db),
            plans=plans,
            posts=Posts(db, policies),
            privacy=Privacy(db, content),
            progress=progress,
            questions=questions,
            quizzes=quizzes,
            reminders=Reminders(db, content),
            reports=Reports(db, content),
            reviews=reviews,
            schedules=Schedules(db, content, dailies),
            seasons=seasons,
            shares=shares,
            standings=Standings(db, content),
            study=Study(db, answers, reviews, plans, quizzes),
            suggestions=Suggestions(db, content, questions),
            upkeep=Upkeep(db, backups_kept),
            web_links=WebLinks(db, web_url),
            web_pages=WebPages(db, content, progress, exams),
        )

    async def bring_back(self, at: datetime) -> None:
        """Repair rows that were written while the clock was ahead. Some features do this in their own ticks."""
        await self.schedules.bring_back(at)
        await self.competition_steps.reopen(at)
        await self.evening_steps.reopen(at)
        await self.live_plans.reopen(at)
        await self.duel_posts.reopen(at)
        await cards.bring_back(self.db, at)

    async def erase_due(self, at: datetime) -> None:
        """Erase servers that removed the bot long ago, and the old figures of groups."""
        await self.groups.forget_weeks(at)
        await self.guilds.erase_left(at)

    async def guild(self, guild_id: int) -> Guild:
        """Return a server's settings."""
        return await self.db.read(lambda tx: guilds.get(tx, guild_id))

    async def member_in(self, guild_id: int, member: Member) -> Member:
        """Return a member who wrote a direct message as a member of this server, if the server knows them; otherwise
        return them unchanged."""
        if not member.alone or guild_id == ALONE:
            return member
        known = await self.db.read(lambda tx: members.known(tx, [(guild_id, member.user_id)]))
        return replace(member, guild_id=guild_id) if known else member

    async def pack_for(self, guild_id: int) -> Pack:
        """Return the pack that a server studies."""
        return await self.db.read(lambda tx: self.content.pack(tx, guild_id))
