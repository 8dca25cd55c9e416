"""Competitions for tests of services, with members who answer in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services import Services
from bot.services.competition_tables import CompetitionTable
from bot.services.competitions import CompetitionPlan
from bot.services.recording import record_all
from bot.storage import guilds, members
from bot.storage.competitions import Competition
from bot.study.answering import Given
from bot.study.competitions import EntryRule, Teams
from bot.study.grading import as_written
from bot.study.members import Member
from bot.study.questions import Kind, Question
from bot.study.scoring import Mode
from tests.conftest import MONDAY
from tests.services.channel import Put, show_all

GUILD, CHANNEL, MANAGER = 100, 200, 300
RED, BLUE = 501, 502
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def member(user_id: int, *roles: int) -> Member:
    return Member(GUILD, user_id, f"member {user_id}", frozenset(roles))


@dataclass
class Arena:
    """A server with competitions. Time stands still unless a test moves it."""

    services: Services
    at: datetime = MONDAY
    questions: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        pack = self.services.content.packs["aws-mla-c01"]
        self.questions = [question for question in pack.active if question.kind is Kind.CHOICE]

    def question(self, section: str, number: int = 0) -> Question:
        return [question for question in self.questions if question.section == section][number]

    async def announce(
        self, name: str = "Sprint", *, starts: timedelta = timedelta(), lasts: timedelta = 2 * DAY, **options: object
    ) -> Competition:
        """Announce a competition. By default, it covers all sections, has no teams, starts now, and can be joined until
        its end."""
        plan: dict[str, object] = {
            "sections": (),
            "teams": Teams.NONE,
            "entry": EntryRule.THROUGHOUT,
            "channel_id": CHANNEL,
            **options,
        }
        starts_at = self.at + starts
        created = await self.services.competitions.create(
            GUILD,
            CompetitionPlan(name=name, starts_at=starts_at, ends_at=starts_at + lasts, **plan),
            by=MANAGER,
            at=self.at,
        )
        await self.tick()
        return created.competition

    async def by_role(self, **options: object) -> Competition:
        return await self.announce(teams=Teams.BY_ROLE, roles=((RED, "Red"), (BLUE, "Blue")), **options)

    async def pass_time(self, length: timedelta) -> None:
        self.at += length
        await self.tick()

    async def tick(self) -> None:
        await self.services.seasons.close_due(self.at)
        await self.services.competition_steps.advance_due(self.at)

    async def join(self, who: Member, contest: str | None = None, team: str | None = None):
        return await self.services.competition_entries.join(who, contest, team, at=self.at)

    async def leave(self, who: Member, contest: str | None = None):
        return await self.services.competition_entries.leave(who, contest, at=self.at)

    async def answer(
        self, who: Member, question: Question | int = 0, *, right: bool = True, mode: Mode = Mode.QUIZ
    ) -> None:
        """Record an answer in some mode, a second after the last one."""
        self.at += timedelta(seconds=1)
        asked = question if isinstance(question, Question) else self.questions[question]
        wrong = next(index for index in range(len(asked.options)) if index not in asked.correct)
        given = asked.correct if right else (wrong,)
        pack = self.services.content.packs["aws-mla-c01"]

        def work(tx):
            members.see(tx, who.guild_id, who.user_id, who.name)
            zone = guilds.get(tx, who.guild_id).zone
            record_all(tx, [Given(who, pack, asked, as_written(asked), given, mode, zone, self.at)])

        await self.services.db.write(work)

    async def table(self, contest: str | None = None) -> CompetitionTable:
        return await self.services.competition_tables.standings(member(MANAGER), contest)

    async def points(self, contest: str | None = None) -> dict[int, int]:
        return {place.user_id: place.points for place in (await self.table(contest)).places}

    async def team_points(self) -> dict[str, int]:
        return {team.name: team.points for team in (await self.table()).teams}

    async def sent(self) -> list[Put]:
        """Send the posts that are due now; return the new ones."""
        return [put for put in await show_all(self.services, self.at) if put.sent]

    async def kinds_sent(self) -> list[str]:
        return [put.post.kind for put in await self.sent()]
