"""The league between servers. Servers that have not opted in are never shown; opting out removes a server at once,
including from past months.

A month is closed once, by a row under a unique key, in the transaction that stores the tables, assigns the next
divisions and requests the posts. The process with shard 0 does this for all; if two processes try, the key decides.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.services.posts import Policy
from bot.services.seasons import channels_of_posts, daily_manager, season_channel
from bot.storage import guilds, leagues, posts
from bot.storage.engine import Connection, Database
from bot.storage.leagues import LeagueEntry, LeaguePlace
from bot.storage.posts import Post, PostKind
from bot.study import leagues as rules
from bot.study.errors import LeagueNotOpen, Refusal, Refused, UnknownLeagueSeason
from bot.study.leagues import Band, Contender, LeagueMark, LeagueScore, Seat
from bot.study.members import Member
from bot.study.periods import before_season

log = logging.getLogger(__name__)

HISTORY = 6
"""How many of its own past months a server sees next to the table."""
STALE = timedelta(days=31)
POST_WITHIN = timedelta(days=7)
BATCH = 500
"""Maximum servers in one statement."""


@dataclass(frozen=True, slots=True)
class LeagueOffer:
    """What other servers would see of this one, with today's figures. `entry`: what they already see."""

    band: Band
    score: LeagueScore
    entry: LeagueEntry | None


@dataclass(frozen=True, slots=True)
class LeagueJoined:
    """The outcome of joining. `again`: the server was already in, and at most its name changed."""

    entry: LeagueEntry
    score: LeagueScore
    again: bool


@dataclass(frozen=True, slots=True)
class LeagueLine:
    """A server in a table. `rank` None means not ranked."""

    name: str
    rank: int | None
    score: LeagueScore
    mark: LeagueMark
    mine: bool


@dataclass(frozen=True, slots=True)
class Division:
    """A division in one month, as a member of one of its servers sees it. `closed_at`: when the table became final;
    None while it can change.

    `division` None means that the server is resting, and there are no rows. `rising` and `falling`: how many servers
    move up and down. `gone`: how many servers of a final table have left the league since.
    """

    season: str
    band: Band
    division: int | None
    lines: tuple[LeagueLine, ...]
    past: tuple[LeaguePlace, ...]
    rising: int = 0
    falling: int = 0
    gone: int = 0
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeagueEnd:
    """How a server finished a month, for its post. It names no other server, because a post cannot be taken back."""

    place: LeaguePlace


@dataclass(frozen=True, slots=True)
class Leagues:
    db: Database

    # -- joining and leaving

    async def is_open(self, guild_id: int) -> bool:
        """Return whether a server sees the league, because it has joined or because enough servers have the bot."""
        return await self.db.read(lambda tx: leagues.get(tx, guild_id) is not None or _opened(tx))

    async def require_open(self, guild_id: int) -> None:
        """Require an open league. Raises LeagueNotOpen."""
        if not await self.is_open(guild_id):
            raise LeagueNotOpen(rules.OPENS_AT)

    async def offer(self, guild_id: int, *, at: datetime) -> LeagueOffer:
        def work(tx: Connection) -> LeagueOffer:
            score = _scores(tx, rules.month_of(at), [guild_id])[guild_id]
            entry = leagues.get(tx, guild_id)
            seated = entry is not None and entry.division is not None
            return LeagueOffer(entry.band if entry and seated else _band(tx, guild_id, at), score, entry)

        return await self.db.read(work)

    async def join(self, guild_id: int, name: str, *, at: datetime) -> LeagueJoined:
        """Opt in under this name, change the name, or end the server's rest. Raises BadName, NAME_WITH_ADDRESS."""
        name = rules.clean(name)

        def work(tx: Connection) -> LeagueJoined:
            entry = leagues.get(tx, guild_id)
            again = entry is not None and entry.division is not None
            if again:
                leagues.rename(tx, guild_id, name)
            else:
                guilds.ensure(tx, guild_id, at)
                band = _band(tx, guild_id, at)
                division = rules.seat_for_newcomer(*leagues.lowest(tx, band))
                leagues.put(tx, LeagueEntry(guild_id, name, band, division, rules.month_of(at), 0, at))
            entry = leagues.get(tx, guild_id)
            assert entry is not None, "a row that was just written"
            return LeagueJoined(entry, _scores(tx, rules.month_of(at), [guild_id])[guild_id], again)

        joined = await self.db.write(work)
        log.info("joined the league", extra={"guild": guild_id, "again": joined.again})
        return joined

    async def leave(self, guild_id: int) -> None:
        """Opt out, deleting everything that the league stores about the server. Raises NOT_IN_LEAGUE."""

        def work(tx: Connection) -> None:
            if not leagues.remove(tx, guild_id):
                raise Refused(Refusal.NOT_IN_LEAGUE)

        await self.db.write(work)
        log.info("left the league", extra={"guild": guild_id})

    # -- tables

    async def standings(self, member: Member, season: str | None = None, *, at: datetime) -> Division:
        """Return the division of the member's server, now or at the end of a month. Raises NEEDS_SERVER, LeagueNotOpen,
        NOT_IN_LEAGUE, UnknownLeagueSeason."""
        if member.alone:
            raise Refused(Refusal.NEEDS_SERVER)

        def work(tx: Connection) -> Division:
            entry = leagues.get(tx, member.guild_id)
            if entry is None:
                raise Refused(Refusal.NOT_IN_LEAGUE) if _opened(tx) else LeagueNotOpen(rules.OPENS_AT)
            past = tuple(leagues.places_of(tx, member.guild_id, HISTORY))
            # A server that joins while a month is waiting to close starts with the next month.
            now = max(_current(tx, at), entry.since)
            return _running(tx, entry, now, past) if season in (None, now) else _closed(tx, entry, season or now, past)

        return await self.db.read(work)

    async def seasons(self, guild_id: int, limit: int) -> list[str]:
        """Return the closed months that a server took part in, newest first."""
        places = await self.db.read(lambda tx: leagues.places_of(tx, guild_id, limit))
        return [place.season for place in places]

    # -- the end of a month

    async def close_due(self, at: datetime) -> None:
        """Close finished months. Months missed while the bot was down are closed one after the other."""
        if not self.db.shards.direct_messages:
            return
        await self._reopen(at)
        while (season := await self.db.read(lambda tx: _due(tx, at))) is not None:
            if not await self.db.write(partial(_close, season=season, at=at), patient=True):
                return  # another process was faster
            log.info("league closed", extra={"season": season})

    async def _reopen(self, at: datetime) -> None:
        """Reopen the current month, which was closed while the clock was ahead."""
        month = rules.month_of(at)

        def work(tx: Connection) -> None:
            for season in leagues.reopen(tx, month):
                posts.forget(tx, PostKind.LEAGUE, season)
                log.warning("a month of the league was closed early; it was reopened", extra={"season": season})

        last = await self.db.read(leagues.last_closed)
        if last is not None and last >= month:
            await self.db.write(work)

    def policies(self) -> dict[str, Policy]:
        return {PostKind.LEAGUE: Policy(self.scene, fallback=season_channel, manager=daily_manager)}

    def scene(self, tx: Connection, post: Post) -> LeagueEnd | None:
        """Return what the post shows; None if the server has left the league."""
        place = leagues.place(tx, post.guild_id, post.subject)
        return LeagueEnd(place) if place is not None else None


def _current(tx: Connection, at: datetime) -> str:
    return rules.current(leagues.last_closed(tx), leagues.first_since(tx), at)


def _scores(tx: Connection, season: str, guild_ids: list[int]) -> dict[int, LeagueScore]:
    """Return the scores of these servers, including those without active members."""
    scores = dict.fromkeys(guild_ids, LeagueScore())
    for first in range(0, len(guild_ids), BATCH):
        scores |= leagues.scores(tx, season, guild_ids[first : first + BATCH])
    return scores


def _band(tx: Connection, guild_id: int, at: datetime) -> Band:
    """Choose a newcomer's band by its number of active members, in this month or the last, whichever is larger."""
    month = rules.month_of(at)
    return rules.band_of(
        max(_scores(tx, season, [guild_id])[guild_id].active for season in (month, before_season(month)))
    )


def _table(entries: list[LeagueEntry], scores: Mapping[int, LeagueScore]) -> rules.LeagueTable:
    return rules.table(
        [Contender(entry.guild_id, entry.joined_at, scores[entry.guild_id], entry.unranked) for entry in entries]
    )


def _running(tx: Connection, mine: LeagueEntry, season: str, past: tuple[LeaguePlace, ...]) -> Division:
    if mine.division is None:
        return Division(season, mine.band, None, (), past)
    entries = leagues.of_division(tx, mine.band, mine.division, season)
    table = _table(entries, _scores(tx, season, [entry.guild_id for entry in entries]))
    sizes = leagues.sizes(tx, mine.band, [mine.division - 1, mine.division + 1], season)
    above, below = sizes.get(mine.division - 1, 0), sizes.get(mine.division + 1, 0)
    marks = [
        mark if rules.band_after(mine.band, one.score.active) is mine.band else LeagueMark.LEAVES
        for one, mark in zip(table.ranked, rules.marks(table, above, below), strict=True)
    ]
    names = {entry.guild_id: entry.name for entry in entries}
    lines = [
        LeagueLine(names[one.guild_id], rank, one.score, mark, one.guild_id == mine.guild_id)
        for rank, (one, mark) in enumerate(zip(table.ranked, marks, strict=True), start=1)
    ]
    lines += [
        LeagueLine(names[one.guild_id], None, one.score, LeagueMark.STAYS, one.guild_id == mine.guild_id)
        for one in table.unranked
    ]
    return Division(
        season,
        mine.band,
        mine.division,
        tuple(lines),
        past,
        rising=rules.exchanged(above, table.size),
        falling=rules.exchanged(table.size, below),
    )


def _closed(tx: Connection, mine: LeagueEntry, season: str, past: tuple[LeaguePlace, ...]) -> Division:
    place = leagues.place(tx, mine.guild_id, season)
    if place is None:
        raise UnknownLeagueSeason(season)
    places = leagues.final_table(tx, season, place.band, place.division)
    return Division(
        season,
        place.band,
        place.division,
        tuple(LeagueLine(one.name, one.rank, one.score, moved(one), one.guild_id == mine.guild_id) for one in places),
        past,
        gone=place.servers - len(places),
        closed_at=leagues.closed_at(tx, season),
    )


def moved(place: LeaguePlace) -> LeagueMark:
    """Return whether a server moved up or down, or to another band; STAYS if it rests."""
    following = place.following
    if following.band is not place.band:
        return LeagueMark.LEAVES
    if following.division in (None, place.division):
        return LeagueMark.STAYS
    return LeagueMark.UP if following.division < place.division else LeagueMark.DOWN


def _due(tx: Connection, at: datetime) -> str | None:
    """Return the month to close now; None if there is none, or if one of its servers still has answers to count."""
    if leagues.first_since(tx) is None:
        return None
    season = _current(tx, at)
    if at < rules.closes_at(season) or (at < rules.closes_by(season) and leagues.unfinished(tx, season)):
        return None
    return season


def _close(tx: Connection, season: str, at: datetime) -> bool:
    if not leagues.close(tx, season, at):
        return False
    entries: dict[Band, dict[int, list[LeagueEntry]]] = {}
    newcomers: dict[Band, list[int]] = {}
    before: dict[int, LeagueEntry] = {}
    played = guilds.left_since(tx, at - rules.AWAY_FOR)
    for found in leagues.seated(tx):
        entry = replace(found, here=found.here or found.guild_id in played)
        before[entry.guild_id] = entry
        assert entry.division is not None, "a server that rests has no seat"
        if entry.since > season:
            newcomers.setdefault(entry.band, []).append(entry.guild_id)
        else:
            entries.setdefault(entry.band, {}).setdefault(entry.division, []).append(entry)
    # One transaction closes the month for all servers, so each statement is for many of them.
    scores = _scores(tx, season, list(before))
    ladders = {
        band: {division: _final(among, scores) for division, among in divisions.items()}
        for band, divisions in entries.items()
    }
    seats = rules.next_seats({band: tuple(ladder.values()) for band, ladder in ladders.items()}, newcomers)
    places = [
        place
        for band, ladder in ladders.items()
        for division, table in ladder.items()
        for place in _places(season, band, division, table, seats)
    ]
    shown = [place for place in places if before[place.guild_id].here]
    leagues.keep(tx, shown)
    ranked = {place.guild_id for place in places if place.rank is not None}
    missed = {id: id not in ranked and before[id].since <= season for id in seats}
    leagues.seat_all(tx, {id: (seat, before[id].unranked + 1 if missed[id] else 0) for id, seat in seats.items()})
    if at - rules.closes_at(season) <= STALE:
        servers = [place.guild_id for place in shown]
        for first in range(0, len(servers), BATCH):
            channels = channels_of_posts(tx, servers[first : first + BATCH])
            posts.want_in(tx, PostKind.LEAGUE, season, channels, at=at, expires_at=at + POST_WITHIN)
    return True


def _final(entries: list[LeagueEntry], scores: Mapping[int, LeagueScore]) -> rules.LeagueTable:
    """Return the final scores; a server that removed the bot days ago is not ranked."""
    here = _table([entry for entry in entries if entry.here], scores)
    away = [
        Contender(entry.guild_id, entry.joined_at, LeagueScore(), entry.unranked) for entry in entries if not entry.here
    ]
    return rules.LeagueTable(here.ranked, (*here.unranked, *away))


def _places(
    season: str, band: Band, division: int, table: rules.LeagueTable, seats: dict[int, Seat]
) -> list[LeaguePlace]:
    ranks = {one.guild_id: rank for rank, one in enumerate(table.ranked, start=1)}
    return [
        LeaguePlace(
            guild_id=one.guild_id,
            season=season,
            band=band,
            division=division,
            rank=ranks.get(one.guild_id),
            ranked=len(table.ranked),
            servers=table.size,
            score=one.score,
            following=seats[one.guild_id],
        )
        for one in (*table.ranked, *table.unranked)
    ]


def _opened(tx: Connection) -> bool:
    return guilds.are_present(tx, rules.OPENS_AT)
