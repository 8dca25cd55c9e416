"""Leaderboards: pages of a board, and rebuilding every standing from the attempts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from bot.services.content import Content
from bot.storage import attempts, guilds, members, seasons, standings
from bot.storage.engine import Connection, Database
from bot.storage.seasons import Season, SeasonClock
from bot.storage.standings import BoardPlace
from bot.study.errors import Refusal, Refused, UnknownPeriod
from bot.study.members import Member
from bot.study.packs import read_section
from bot.study.periods import Period, ends_at, final_key, first_day, key, local_day, season_of
from bot.study.questions import Pack
from bot.study.standings import By, Tally, Where, count

PAGE = 10
PUBLIC_PAGE = 100


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a board. `page` and `pages` count from 1; an empty board has one page.

    `past`: the season of a final table; None for a board that still changes.
    """

    pack: Pack
    section: str
    period: Period
    by: By
    day: date
    ends_at: datetime | None
    page: int
    pages: int
    size: int
    places: tuple[BoardPlace, ...]
    mine: BoardPlace | None = None
    past: Season | None = None
    hidden: bool = False
    """Whether the viewer is hidden from the boards."""
    counted: SeasonClock | None = None
    """The season shown, if it is over but waits for answers that are not counted yet."""
    waiting: SeasonClock | None = None
    """The season that waits for answers that are not counted yet, while the board shows the season that is running
    now."""

    @property
    def ended(self) -> str | None:
        """The season shown, if it is over."""
        if self.past is not None:
            return self.past.season
        return self.counted.season if self.counted is not None else None


@dataclass(frozen=True, slots=True)
class TallyDifference:
    """A standing that differed from the sum of the attempts."""

    guild_id: int
    period: str
    board: str
    user_id: int
    kept: Tally | None
    recounted: Tally | None


@dataclass(frozen=True, slots=True)
class Standings:
    db: Database
    content: Content

    async def board(
        self, member: Member, *, section: str, period: Period | str, by: By, page: int, at: datetime
    ) -> Board:
        """Return a page of a board. A page number past the end means the last page. `period` may be an ended season,
        for its final table.

        Raises NEEDS_SERVER, UnknownSection, UnknownPeriod.
        """

        def work(tx: Connection) -> Board:
            if member.alone:
                raise Refused(Refusal.NEEDS_SERVER)
            board, where = self._board(tx, member.guild_id, section, period, by, page, PAGE, at)
            return replace(
                board,
                mine=standings.place_of(tx, *where, member.user_id),
                hidden=members.hidden(tx, member.guild_id, member.user_id),
            )

        return await self.db.read(work)

    async def public(
        self, guild_id: int, *, section: str, period: Period, by: By, page: int, at: datetime
    ) -> Board | None:
        """Return a page of a board for the web; None unless the managers have made the boards public. Raises
        UnknownSection."""

        def work(tx: Connection) -> Board | None:
            if not guilds.get(tx, guild_id).public_boards or guilds.has_left(tx, guild_id):
                return None
            return self._board(tx, guild_id, section, period, by, page, PUBLIC_PAGE, at)[0]

        return await self.db.read(work)

    def _board(
        self,
        tx: Connection,
        guild_id: int,
        section: str,
        period: Period | str,
        by: By,
        page: int,
        limit: int,
        at: datetime,
    ) -> tuple[Board, tuple[int, str, str, By]]:
        """Return a board as everyone may see it, and its storage key."""
        pack = self.content.pack(tx, guild_id)
        section = read_section(pack, section)
        zone = guilds.get(tx, guild_id).zone
        day = local_day(at, zone)
        past: Season | None = None
        clock = seasons.clock(tx, guild_id)
        uncounted = clock if clock is not None and clock.season < season_of(day) else None
        counted = uncounted if uncounted is not None and uncounted.season == period else None
        if period == season_of(day) and seasons.get(tx, guild_id, period) is None:
            period = Period.SEASON
        if isinstance(period, Period):
            board = key(period, day)
        elif counted is not None:
            board = key(Period.SEASON, first_day(counted.season))
        else:
            past = _closed(tx, guild_id, period)
            board = final_key(past.season)
        where = (guild_id, board, section, by)
        size = standings.size(tx, *where)
        pages = max(1, -(-size // limit))
        shown = min(max(page, 1), pages)
        seen = Board(
            pack=pack,
            section=section,
            period=period if isinstance(period, Period) else Period.SEASON,
            by=by,
            day=day,
            ends_at=ends_at(period, day, zone) if isinstance(period, Period) else None,
            page=shown,
            pages=pages,
            size=size,
            places=tuple(standings.page(tx, *where, offset=(shown - 1) * limit, limit=limit)),
            past=past,
            counted=counted,
            waiting=uncounted if period is Period.SEASON else None,
        )
        return seen, where

    async def rebuild(self) -> list[TallyDifference]:
        """Recompute every standing from the attempts, server by server, and report differences."""
        differences: list[TallyDifference] = []
        # Standings may remain where attempts have been erased.
        guild_ids = await self.db.read(lambda tx: sorted({*attempts.guild_ids(tx), *standings.guild_ids(tx)}))
        for guild_id in guild_ids:
            differences += await self.db.write(partial(_rebuild, guild_id=guild_id))
        return differences


def _closed(tx: Connection, guild_id: int, season: str) -> Season:
    found = seasons.get(tx, guild_id, season)
    if found is None:
        raise UnknownPeriod(season)
    return found


def recompute(tx: Connection, guild_id: int, user_id: int | None = None) -> dict[tuple[str, str, int], Tally]:
    """Sum up the attempts of a server, or of one member there, by period, board and member. Hidden members have no
    tallies."""
    tallies: dict[Where, Tally] = {}
    hidden = members.all_hidden(tx, guild_id)
    for attempt in attempts.in_order(tx, guild_id, user_id):
        if attempt.user_id not in hidden:
            tallies.update(count(tallies, attempt))
    return {(period, board, member): tally for (_, period, board, member), tally in tallies.items()}


def _rebuild(tx: Connection, guild_id: int) -> list[TallyDifference]:
    kept, recounted = standings.all_of(tx, guild_id), recompute(tx, guild_id)
    if kept == recounted:
        return []
    standings.replace(tx, guild_id, recounted)
    return [
        TallyDifference(guild_id, *where, kept.get(where), recounted.get(where))
        for where in sorted(kept.keys() | recounted.keys())
        if kept.get(where) != recounted.get(where)
    ]
