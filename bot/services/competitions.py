"""Competitions: how managers announce and cancel them, and how members find them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.competition_lookup import RECENT, find, need_server, of_guild
from bot.services.content import Content
from bot.services.events import EVENT_AHEAD, EventAbout, touch_event, want_event
from bot.storage import competition_entries, competitions, guilds, posts
from bot.storage.competition_entries import Team
from bot.storage.competitions import Competition
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.study.competitions import (
    MAX_NAME,
    MAX_OPEN,
    CompetitionState,
    EntryRule,
    Teams,
    check_window,
    clean_name,
    next_step,
    same_name,
)
from bot.study.errors import Refusal, Refused
from bot.study.members import Member
from bot.study.packs import read_section
from bot.study.questions import ALL, Pack
from bot.study.rotation import pool

log = logging.getLogger(__name__)

PAST = 5
"""How many ended competitions a list shows."""


@dataclass(frozen=True, slots=True)
class CompetitionPlan:
    """What a manager asks for. `roles` maps role ids to names if the teams are roles."""

    name: str
    starts_at: datetime
    ends_at: datetime
    sections: tuple[str, ...]
    teams: Teams
    entry: EntryRule
    channel_id: int
    roles: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Created:
    competition: Competition
    pack: Pack
    teams: tuple[Team, ...]
    event: bool = False
    """Whether a Discord event will be created."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The competitions of a server: announced, running, and recently ended. `mine`: the ids of those that the member is
    in."""

    pack: Pack
    ongoing: tuple[Competition, ...]
    past: tuple[Competition, ...]
    sizes: dict[int, int]
    mine: frozenset[int]


@dataclass(frozen=True, slots=True)
class Competitions:
    db: Database
    content: Content

    async def create(
        self, guild_id: int, plan: CompetitionPlan, *, by: int, may_create_events: bool = False, at: datetime
    ) -> Created:
        """Announce a competition, with a Discord event if it has not started yet.

        Raises BadName, BadWindow, NO_TIME_TO_JOIN, BAD_TEAM_ROLES, UnknownSection, NO_COMPETITION_QUESTIONS,
        NAME_TAKEN, TOO_MANY_COMPETITIONS."""
        name = clean_name(plan.name, MAX_NAME)
        starts_at = max(plan.starts_at, at)
        check_window(plan.starts_at, plan.ends_at, at)
        if starts_at == at and plan.entry is EntryRule.UNTIL_START:
            raise Refused(Refusal.NO_TIME_TO_JOIN)
        if (len(plan.roles) < 2) if plan.teams is Teams.BY_ROLE else plan.roles:
            raise Refused(Refusal.BAD_TEAM_ROLES)

        def work(tx: Connection) -> Created:
            pack = self.content.pack(tx, guild_id)
            sections = _read_sections(pack, plan.sections)
            others = competitions.ongoing(tx, guild_id)
            if len(others) >= MAX_OPEN:
                raise Refused(Refusal.TOO_MANY_COMPETITIONS)
            if same_name(name) in {same_name(other.name) for other in others}:
                raise Refused(Refusal.NAME_TAKEN)
            guilds.ensure(tx, guild_id, at)
            first = next_step(starts_at, plan.ends_at, None)
            id = competitions.add(
                tx,
                Competition(
                    id=0,
                    guild_id=guild_id,
                    name=name,
                    sections=sections,
                    teams=plan.teams,
                    entry=plan.entry,
                    state=CompetitionState.ENTRY,
                    starts_at=starts_at,
                    ends_at=plan.ends_at,
                    channel_id=plan.channel_id,
                    created_by=by,
                    created_at=at,
                    due_at=first[1] if first else None,
                ),
            )
            teams = tuple(competition_entries.add_team(tx, id, name, role_id) for role_id, name in plan.roles)
            posts.want(tx, PostKind.STANDINGS, id, guild_id, plan.channel_id, at=at, expires_at=plan.ends_at)
            event = may_create_events and guilds.get(tx, guild_id).events and starts_at > at + EVENT_AHEAD
            if event:
                want_event(tx, EventAbout.COMPETITION, id, guild_id, plan.channel_id, starts_at, at)
            created = competitions.get(tx, id)
            assert created is not None, "a row that was just written"
            return Created(created, pack, teams, event)

        created = await self.db.write(work)
        log.info("competition announced", extra={"guild": guild_id, "competition": created.competition.id})
        return created

    async def to_cancel(self, guild_id: int, text: str) -> Competition:
        """Return the competition that a manager wants to cancel. Raises UnknownCompetition, COMPETITION_OVER."""
        competition = await self.db.read(lambda tx: find(tx, guild_id, text))
        if competition.state not in (CompetitionState.ENTRY, CompetitionState.RUNNING):
            raise Refused(Refusal.COMPETITION_OVER)
        return competition

    async def cancel(self, guild_id: int, competition_id: int, *, at: datetime) -> Competition:
        """Cancel a competition, so that nobody wins. Raises UnknownCompetition, COMPETITION_OVER."""

        def work(tx: Connection) -> Competition:
            competition = of_guild(tx, guild_id, competition_id)
            if not competitions.close(tx, competition.id, CompetitionState.CANCELLED, at):
                raise Refused(Refusal.COMPETITION_OVER)
            touch_event(tx, EventAbout.COMPETITION, competition.id, at)
            return competition

        competition = await self.db.write(work)
        log.info("competition cancelled", extra={"guild": guild_id, "competition": competition.id})
        return competition

    async def get(self, guild_id: int, competition_id: int) -> Competition:
        """Return a competition of a server. Raises UnknownCompetition."""
        return await self.db.read(lambda tx: of_guild(tx, guild_id, competition_id))

    async def post_again(
        self, guild_id: int, competition_id: int, *, channel_id: int, at: datetime
    ) -> tuple[Competition, int | None]:
        """Post the table of a competition again after its post was deleted; if the post is still up, return its
        message. The competition's next posts go to the same channel.

        Raises UnknownCompetition, COMPETITION_OVER.
        """

        def work(tx: Connection) -> tuple[Competition, int | None]:
            competition = of_guild(tx, guild_id, competition_id)
            if not competition.open:
                raise Refused(Refusal.COMPETITION_OVER)
            about = PostKind.STANDINGS, competition.id
            if not posts.exists(tx, *about):
                competitions.move(tx, competition.id, channel_id)
                posts.want(tx, *about, guild_id, channel_id, at=at, expires_at=competition.ends_at)
            return of_guild(tx, guild_id, competition_id), posts.message_of(tx, *about)

        return await self.db.write(work)

    async def listing(self, member: Member) -> Listing:
        """List the competitions of a server. Raises NEEDS_SERVER."""

        def work(tx: Connection) -> Listing:
            need_server(member)
            ongoing = competitions.ongoing(tx, member.guild_id)
            past = competitions.past(tx, member.guild_id, PAST)
            ids = [competition.id for competition in (*ongoing, *past)]
            return Listing(
                self.content.pack(tx, member.guild_id),
                tuple(ongoing),
                tuple(past),
                competitions.sizes(tx, ids),
                frozenset(competitions.entered(tx, ids, member.user_id)),
            )

        return await self.db.read(work)

    async def role_teams(self, guild_id: int) -> list[tuple[Competition, Team]]:
        """Return the teams of a server's competitions whose teams are roles."""

        def work(tx: Connection) -> list[tuple[Competition, Team]]:
            return [
                (competition, team)
                for competition in competitions.ongoing(tx, guild_id)
                if competition.teams is Teams.BY_ROLE
                for team in competition_entries.teams(tx, competition.id)
            ]

        return await self.db.read(work)

    async def choices(self, guild_id: int, *, ongoing: bool, past: bool = False) -> Sequence[Competition]:
        """Return the competitions for a menu, filtered by state."""

        def work(tx: Connection) -> Sequence[Competition]:
            found = competitions.ongoing(tx, guild_id) if ongoing else []
            return found + (competitions.past(tx, guild_id, RECENT) if past else [])

        return await self.db.read(work)


def _read_sections(pack: Pack, texts: tuple[str, ...]) -> tuple[str, ...]:
    sections = tuple(dict.fromkeys(read_section(pack, text) for text in texts))
    if not pool(pack, sections):
        raise Refused(Refusal.NO_COMPETITION_QUESTIONS)
    return () if ALL in sections else sections
