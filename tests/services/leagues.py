"""Servers for tests of the league, with the months that they play."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.services import Services
from bot.services.leagues import Division
from bot.services.standings import recompute
from bot.storage import attempts, guilds, leagues, members, seasons, standings
from bot.storage.leagues import LeagueEntry
from bot.study.attempts import Attempt
from bot.study.leagues import MIN_ACTIVE, MIN_ANSWERS, Band
from bot.study.members import Member
from bot.study.periods import local_day
from bot.study.questions import Kind, Question
from bot.study.scoring import Mode
from tests.conftest import MONDAY
from tests.services.channel import Put, show_all

OWLS, LARKS, CROWS = 1 << 22, 2 << 22, 3 << 22
NAMES = {OWLS: "Owls", LARKS: "Larks", CROWS: "Crows"}
CLOSED = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
"""The time when November normally closes."""
NOVEMBER, DECEMBER = "2026-11", "2026-12"


@dataclass
class Country:
    """Servers of one bot. Time stands still unless a test moves it."""

    services: Services
    at: datetime = MONDAY
    questions: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        pack = self.services.content.packs["aws-mla-c01"]
        same = [question for question in pack.active if question.kind is Kind.CHOICE and question.difficulty == 1]
        self.questions = same[: 2 * MIN_ANSWERS]

    @property
    def db(self):
        return self.services.db

    async def study(
        self,
        server: int,
        *,
        people: int = MIN_ACTIVE,
        answers: int = MIN_ANSWERS,
        right: int | None = None,
        first: int = 1,
        questions: list[Question] | None = None,
    ) -> None:
        """Let members of a server answer questions: `people` of them, `answers` questions each, of which `right` are
        right, for five points each. Every question is new to them this month. The boards are computed from all answers
        at once; a property test checks that this equals counting each answer."""
        right = answers if right is None else right

        def work(tx):
            guilds.ensure(tx, server, self.at)
            day = local_day(self.at, guilds.get(tx, server).zone)
            for user_id in range(server + first, server + first + people):
                members.see(tx, server, user_id, f"member {user_id} of {server}")
                attempts.add_all(
                    tx,
                    [
                        Attempt(
                            server, user_id, asked.id, asked.section, Mode.QUIZ, asked.correct, number < right,
                            5 * (number < right), 0, True, day, self.at,
                        )
                        for number, asked in enumerate((questions or self.questions)[:answers])
                    ],
                )  # fmt: skip
            standings.replace(tx, server, recompute(tx, server))
            seasons.start_clock(tx, server, day, self.at)

        await self.db.write(work)

    async def join(self, server: int, name: str = ""):
        return await self.services.leagues.join(server, name or NAMES[server], at=self.at)

    async def seat(self, server: int, division: int, *, band: Band = Band.SMALL, name: str = "") -> None:
        """Place a server in a division of the league, as earlier months would have done."""

        def work(tx):
            guilds.ensure(tx, server, self.at)
            leagues.put(tx, LeagueEntry(server, name or NAMES[server], band, division, NOVEMBER, 0, self.at))

        await self.db.write(work)

    async def division_of(self, server: int) -> int | None:
        return (await self.db.read(lambda tx: leagues.get(tx, server))).division

    async def table(self, server: int, season: str | None = None) -> Division:
        return await self.services.leagues.standings(Member(server, 1, "one"), season, at=self.at)

    async def names(self, server: int, season: str | None = None) -> list[str]:
        """Return the names in the table as a member of this server sees them."""
        return [line.name for line in (await self.table(server, season)).lines]

    async def tick(self, at: datetime | None = None) -> None:
        self.at = at or self.at
        await self.services.seasons.close_due(self.at)
        await self.services.leagues.close_due(self.at)

    async def sent(self) -> list[Put]:
        """Send the posts that are due now; return the new ones about the league."""
        return [put for put in await show_all(self.services, self.at) if put.sent and put.post.kind == "league"]
