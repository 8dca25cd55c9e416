"""The tables of competitions, running and ended."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.competition_lookup import find, need_server, of_guild, only
from bot.services.content import Content
from bot.storage import awards, competition_places, competitions, members, posts
from bot.storage.competition_places import MemberPlace, TeamPlace
from bot.storage.competitions import Competition
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.study.competitions import CompetitionState, Teams
from bot.study.errors import Refusal, Refused
from bot.study.members import Member
from bot.study.questions import Pack

PAGE = 10


@dataclass(frozen=True, slots=True)
class CompetitionTable:
    """A competition with one page of its members and all of its teams. `roles`: the roles that its winners get."""

    competition: Competition
    pack: Pack
    size: int
    teams: tuple[TeamPlace, ...]
    places: tuple[MemberPlace, ...]
    page: int
    pages: int
    mine: MemberPlace | None
    roles: tuple[int, ...]
    improved: str | None
    streak: str | None
    """Once it has ended: the names of the member who improved most, and of the one with the longest run of days."""
    post_deleted: bool = False
    """Whether somebody deleted its message in Discord while the competition is still open."""


@dataclass(frozen=True, slots=True)
class CompetitionResult:
    """Every place of an ended competition, for the result file."""

    competition: Competition
    places: tuple[MemberPlace, ...]


@dataclass(frozen=True, slots=True)
class CompetitionTables:
    db: Database
    content: Content

    async def standings(self, member: Member, which: int | str | None, *, page: int = 1) -> CompetitionTable:
        """Return the table of the named competition, else of the running one, else of the last one. A page number past
        the end means the last page.

        Raises NEEDS_SERVER, UnknownCompetition, WhichCompetition.
        """

        def work(tx: Connection) -> CompetitionTable:
            need_server(member)
            if which:
                competition = find(tx, member.guild_id, which)
            else:
                candidates = competitions.ongoing(tx, member.guild_id)
                running = [candidate for candidate in candidates if candidate.state is CompetitionState.RUNNING]
                competition = only(running or candidates or competitions.past(tx, member.guild_id, 1))
            return self.table(tx, competition, page=page, user_id=member.user_id)

        return await self.db.read(work)

    async def result(self, guild_id: int, competition_id: int) -> CompetitionResult:
        """Return the result of an ended competition. Raises UnknownCompetition, COMPETITION_RUNNING."""

        def work(tx: Connection) -> CompetitionResult:
            competition = of_guild(tx, guild_id, competition_id)
            if competition.state is not CompetitionState.ENDED:
                raise Refused(Refusal.COMPETITION_RUNNING)
            return CompetitionResult(competition, tuple(competition_places.everyone(tx, competition)))

        return await self.db.read(work)

    def table(
        self, tx: Connection, competition: Competition, *, page: int = 1, user_id: int | None = None
    ) -> CompetitionTable:
        size = competition_places.size(tx, competition.id)
        pages = max(1, -(-size // PAGE))
        shown = min(max(page, 1), pages)
        named = [id for id in (competition.improved_by, competition.streak_by) if id is not None]
        names = members.names(tx, competition.guild_id, named)
        by_team = competition.teams is not Teams.NONE
        return CompetitionTable(
            competition=competition,
            pack=self.content.pack(tx, competition.guild_id),
            size=size,
            teams=tuple(competition_places.team_places(tx, competition)) if by_team else (),
            places=tuple(competition_places.page(tx, competition, offset=(shown - 1) * PAGE, limit=PAGE)),
            page=shown,
            pages=pages,
            mine=competition_places.place_of(tx, competition, user_id) if user_id is not None else None,
            roles=tuple(
                award.role_id
                for award in awards.of_competition(tx, competition.guild_id, competition.id)
                if not award.gone
            ),
            improved=names.get(competition.improved_by, "") if competition.improved_by is not None else None,
            streak=names.get(competition.streak_by, "") if competition.streak_by is not None else None,
            post_deleted=competition.open and not posts.exists(tx, PostKind.STANDINGS, competition.id),
        )
