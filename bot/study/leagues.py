"""The league between servers that have opted in. These are the rules; `/help topic: league` tells members the same.

Opening. The league is hidden until OPENS_AT servers have the bot. A server that has joined stays in it.
Month. A season of the league is a calendar month, the same for all. Each server plays it by its own clock; the month is
    over when it has ended in the last time zone, and closed when every server's own season is final.
Score. The mean points of the server's active members, over all sections. Active members gave MIN_ANSWERS first answers
    in the month. A server's own questions earn nothing here: otherwise a server could win by writing easy ones. Members
    who are hidden on their server's leaderboards do not count here either.
Rank. A server is ranked if it has MIN_ACTIVE active members. A higher mean wins; then more active members; then longer
    membership in the league. A member who was active stays in the mean until the month is over, even if they are
    removed from the server.
Size. A server plays in a band, against servers with about as many active members. Once it is clearly too large or too
    small for its band, it moves to the band that fits and starts in the lowest division there.
Divisions. Each band is a ladder of divisions with FULL servers each; the lowest may hold a few more before another one
    opens below. Newcomers start in the lowest. Between two divisions, the top servers of the lower one, if they have
    points, change places with the bottom servers of the upper one; free places go to the next best of the division
    below.
Not ranked. An unranked server starts again in the lowest division; after RESTS_AFTER consecutive months it rests until
    a manager brings it back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from unicodedata import normalize

from bot.study.competitions import clean_name
from bot.study.errors import Refusal, Refused
from bot.study.periods import Period, after_season, ends_at, first_day, local_day, season_of

MIN_ACTIVE = 5
MIN_ANSWERS = 10
FULL = 12
LEAST = 4
"""How many servers it takes to start a new lowest division."""
MOST = FULL + LEAST - 1
OPENS_AT = 2 * LEAST
"""How many servers must have the bot before the league opens: with fewer there would be hardly anybody to play
against."""
TWO_MOVE_FROM = 8
"""Divisions with at least this many servers exchange two; smaller ones exchange one."""
RESTS_AFTER = 3
MAX_NAME = 32

LAST_ZONE = "Etc/GMT+12"
"""The time zone where a date ends last: twelve hours behind UTC."""
MARGIN = timedelta(hours=1)
WAITS_FOR = timedelta(days=3)
"""How long a finished month waits for servers whose own season is not final yet."""
AWAY_FOR = timedelta(days=3)
"""How long a server may have been without the bot when a month closes, and be ranked: many remove the bot only to
invite it again with other permissions."""

_ADDRESS = re.compile(r"://|\bwww\.|\.gg\b|\w\.[a-z]{2,}/", re.IGNORECASE)


class Band(StrEnum):
    """A size class of servers, by active members."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    HUGE = "huge"


_FROM = {Band.SMALL: 0, Band.MEDIUM: 15, Band.LARGE: 50, Band.HUGE: 200}


class LeagueMark(StrEnum):
    """What a server's place means for its division next month. LEAVES: it moves to the band that fits its size."""

    UP = "up"
    STAYS = "stays"
    DOWN = "down"
    LEAVES = "leaves"


@dataclass(frozen=True, slots=True)
class LeagueScore:
    """A server's score in a month: `points` is the sum over its `active` members."""

    active: int = 0
    points: int = 0

    @property
    def ranked(self) -> bool:
        return self.active >= MIN_ACTIVE

    @property
    def mean(self) -> float:
        return self.points / self.active if self.active else 0.0


@dataclass(frozen=True, slots=True)
class Contender:
    """A server in a division. `unranked`: how many consecutive months it has closed without a rank."""

    guild_id: int
    joined_at: datetime
    score: LeagueScore
    unranked: int = 0


@dataclass(frozen=True, slots=True)
class LeagueTable:
    """A division: ranked servers, best first, and the others."""

    ranked: tuple[Contender, ...] = ()
    unranked: tuple[Contender, ...] = ()

    @property
    def size(self) -> int:
        return len(self.ranked) + len(self.unranked)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a server plays. `division` counts from 1, the highest; None while it rests."""

    band: Band
    division: int | None


# -- the month


def month_of(at: datetime) -> str:
    """Return the current month: the earliest that is not over in every time zone."""
    return season_of(local_day(at, LAST_ZONE))


def closes_at(season: str) -> datetime:
    """Return when a month closes if every server's own season is final by then."""
    return _over_at(season) + MARGIN


def closes_by(season: str) -> datetime:
    """Return when a month closes at the latest."""
    return _over_at(season) + WAITS_FOR


def _over_at(season: str) -> datetime:
    end = ends_at(Period.SEASON, first_day(season), LAST_ZONE)
    assert end is not None, "a season ends"
    return end.astimezone(UTC)


def current(closed: str | None, since: str | None, at: datetime) -> str:
    """Return the month that is being played or waits to be closed. `closed`: the last closed month. `since`: the first
    month of the longest-standing member; None if the league is empty, because it then starts over."""
    if since is None:
        return month_of(at)
    return max(after_season(closed), since) if closed is not None else since


# -- names and sizes


def clean(text: str) -> str:
    """Return a server's name as others see it. Raises BadName, and NAME_WITH_ADDRESS, because names must not
    advertise."""
    name = clean_name(text, MAX_NAME)
    if _ADDRESS.search(normalize("NFKC", name)):  # NFKC, so that full-width letters cannot hide an address
        raise Refused(Refusal.NAME_WITH_ADDRESS)
    return name


def band_of(active: int) -> Band:
    return max((band for band in Band if _FROM[band] <= active), key=_FROM.__getitem__)


def bounds(band: Band) -> tuple[int, int | None]:
    """Return a band's minimum and maximum number of active members; None means no maximum."""
    above = [start for start in _FROM.values() if start > _FROM[band]]
    return _FROM[band], min(above) - 1 if above else None


def band_after(band: Band, active: int) -> Band:
    """Return the band after a month with this many active members. A server that is up to a fifth outside the bounds
    stays, so that no server moves back and forth."""
    least, most = bounds(band)
    if active * 5 >= least * 4 and (most is None or active * 5 <= most * 6):
        return band
    return band_of(active)


# -- tables


def table(contenders: Sequence[Contender]) -> LeagueTable:
    ranked = sorted((one for one in contenders if one.score.ranked), key=_order)
    others = sorted((one for one in contenders if not one.score.ranked), key=lambda one: (one.joined_at, one.guild_id))
    return LeagueTable(tuple(ranked), tuple(others))


def _order(one: Contender) -> tuple[Fraction, int, datetime, int]:
    return (-Fraction(one.score.points, one.score.active), -one.score.active, one.joined_at, one.guild_id)


def exchanged(upper: int, lower: int) -> int:
    """Return how many servers change places between two neighboring divisions of these sizes."""
    return 0 if not upper or not lower else 2 if min(upper, lower) >= TWO_MOVE_FROM else 1


def marks(table: LeagueTable, above: int, below: int) -> tuple[LeagueMark, ...]:
    """Return what each ranked place would mean if the month ended now. `above` and `below`: the sizes of the
    neighboring divisions, 0 if there is none."""
    rising = exchanged(above, table.size)
    falling_from = table.size - exchanged(table.size, below)
    return tuple(
        LeagueMark.UP
        if place < rising and one.score.points
        else LeagueMark.DOWN
        if place >= falling_from and place >= rising
        else LeagueMark.STAYS
        for place, one in enumerate(table.ranked)
    )


# -- the end of a month


def seat_for_newcomer(lowest: int, servers: int) -> int:
    """Return a newcomer's division, given the lowest one (0 for none) and its size."""
    return max(lowest, 1) if servers < MOST else lowest + 1


def next_seats(
    ladders: Mapping[Band, Sequence[LeagueTable]], newcomers: Mapping[Band, Sequence[int]] | None = None
) -> dict[int, Seat]:
    """Return every server's seat for the next month. `newcomers`: servers that joined too late for the month that
    ends."""
    seats: dict[int, Seat] = {}
    moving: dict[Band, list[Contender]] = {band: [] for band in Band}
    for band, tables in ladders.items():
        for one in (one for table in tables for one in table.ranked):
            if (other := band_after(band, one.score.active)) is not band:
                moving[other].append(one)
    gone = {one.guild_id for movers in moving.values() for one in movers}
    for band in Band:
        tables = ladders.get(band, ())
        others = [one for table in tables for one in table.unranked]
        resting = {one.guild_id for one in others if one.unranked + 1 >= RESTS_AFTER}
        order = [
            *(guild_id for guild_id in _climbed(tables) if guild_id not in gone),
            *(one.guild_id for one in sorted(moving[band], key=_order)),
            *(newcomers or {}).get(band, ()),
            *(one.guild_id for one in others if one.guild_id not in resting),
        ]
        seats |= {guild_id: Seat(band, None) for guild_id in resting}
        for division, size in enumerate(sizes(len(order)), start=1):
            seats |= {guild_id: Seat(band, division) for guild_id in order[:size]}
            order = order[size:]
    return seats


def _climbed(tables: Sequence[LeagueTable]) -> list[int]:
    """Return the ranked servers of a ladder, from the top, after the exchanges between divisions."""
    divisions = [[one.guild_id for one in table.ranked] for table in tables]
    counts = [0, *(table.size for table in tables), 0]
    rising = [
        [
            one.guild_id
            for one, mark in zip(table.ranked, marks(table, counts[place], counts[place + 2]), strict=True)
            if mark is LeagueMark.UP
        ]
        for place, table in enumerate(tables)
    ]
    falling: list[list[int]] = []
    for place, table in enumerate(tables):
        # Unranked servers make room first, because they move to the lowest division anyway.
        coming = len(rising[place + 1]) if place + 1 < len(tables) else 0
        room = max(0, coming - len(table.unranked))
        staying = [guild_id for guild_id in divisions[place] if guild_id not in rising[place]]
        falling.append(staying[len(staying) - room :] if room else [])
    order: list[int] = []
    for place in range(len(tables)):
        away = {*rising[place], *falling[place]}
        # In this order, because free places above are filled from the front, and a division that is too large loses
        # servers from its end.
        order += [guild_id for guild_id in divisions[place] if guild_id not in away]
        order += rising[place + 1] if place + 1 < len(tables) else []
        order += falling[place - 1] if place else []
    return order


def sizes(servers: int) -> tuple[int, ...]:
    """Return a band's division sizes from the top: full divisions, and a lowest one with at least LEAST servers if
    there are others."""
    full, rest = divmod(servers, FULL)
    if not full:
        return (servers,) if servers else ()
    return (FULL,) * full + (rest,) if rest >= LEAST else (FULL,) * (full - 1) + (FULL + rest,)
