"""What a private web page shows. The link says whose page it is; data is read at each visit, and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.services.content import Content
from bot.services.exam_papers import ExamResult
from bot.services.exams import Exams
from bot.services.progress import Progress, ProgressReport
from bot.storage import guilds, members, reminders, standings, web
from bot.storage.engine import Connection, Database
from bot.storage.standings import BoardPlace
from bot.study.errors import Refusal, Refused, StudyError
from bot.study.links import Invalid, Link, LinkRefused, Page, read
from bot.study.members import Member
from bot.study.periods import Period, key, local_day
from bot.study.questions import ALL, Pack
from bot.study.standings import By, Tally

MEMBERS = 50
"""How many members a page of a heat map shows."""


@dataclass(frozen=True, slots=True)
class ProgressPage:
    link: Link
    zone: str
    report: ProgressReport


@dataclass(frozen=True, slots=True)
class ExamPage:
    link: Link
    zone: str
    result: ExamResult


@dataclass(frozen=True, slots=True)
class HeatMapPage:
    """A server's results by member and section, in the order of the board over all sections. Hidden members are left
    out. `page` and `pages` count from 1."""

    link: Link
    zone: str
    pack: Pack
    period: Period
    places: tuple[BoardPlace, ...]
    cells: Mapping[tuple[int, str], Tally]
    totals: Mapping[str, tuple[int, int]]
    """Right answers and all answers, summed over all members, by section."""
    page: int
    pages: int
    size: int


PrivatePage: TypeAlias = ProgressPage | ExamPage | HeatMapPage


@dataclass(frozen=True, slots=True)
class WebPages:
    db: Database
    content: Content
    progress: Progress
    exams: Exams

    async def private(self, token: str, *, period: Period, page: int, at: datetime) -> PrivatePage:
        """Return the page that a link opens; `period` and `page` are for heat maps. Raises LinkRefused."""

        def work(tx: Connection) -> PrivatePage:
            link = read(token, web.key(tx), at)
            asker = (link.guild_id, link.user_id)
            if asker not in members.known(tx, [asker]) or guilds.has_left(tx, link.guild_id):
                raise LinkRefused(Invalid.GONE)
            member = Member(link.guild_id, link.user_id, "")
            zone = guilds.get(tx, link.guild_id).zone
            if link.page is Page.HEAT_MAP:
                return self._heat_map(tx, link, zone, period, page, at)
            zone = reminders.zone_of(tx, link.user_id) or zone
            if link.page is Page.PROGRESS:
                return ProgressPage(link, zone, self.progress.report(tx, member, at))
            try:
                return ExamPage(link, zone, self.exams.look_back(tx, link.exam_id, member, at))
            except StudyError as error:
                gone = isinstance(error, Refused) and error.reason in (Refusal.UNKNOWN_EXAM, Refusal.NOT_YOUR_EXAM)
                raise LinkRefused(Invalid.GONE if gone else Invalid.NOT_READY) from None

        return await self.db.read(work)

    def _heat_map(self, tx: Connection, link: Link, zone: str, period: Period, page: int, at: datetime) -> HeatMapPage:
        pack = self.content.pack(tx, link.guild_id)
        board = key(period, local_day(at, zone))
        where = (link.guild_id, board)
        size = standings.size(tx, *where, ALL, By.POINTS)
        pages = max(1, -(-size // MEMBERS))
        shown = min(max(page, 1), pages)
        places = standings.page(tx, *where, ALL, By.POINTS, offset=(shown - 1) * MEMBERS, limit=MEMBERS)
        return HeatMapPage(
            link=link,
            zone=zone,
            pack=pack,
            period=period,
            places=tuple(places),
            cells=standings.of_members(tx, *where, [place.user_id for place in places], pack.leaves),
            totals=standings.totals(tx, *where, pack.leaves),
            page=shown,
            pages=pages,
            size=size,
        )
