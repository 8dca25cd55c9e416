"""Which contest a member means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.services.recording import Member
from bot.storage import competitions
from bot.storage.competitions import Competition
from bot.storage.engine import Connection
from bot.study.competitions import MAX_NAME, same_name
from bot.study.errors import NeedsServer, UnknownCompetition, WhichCompetition

RECENT = 20
"""How many ended contests can be found by name."""
_NUMBERED = re.compile(r"#(?P<id>[0-9]{1,18})(?: (?P<name>.+))?")


def need_server(member: Member) -> None:
    if member.alone:
        raise NeedsServer


def of_guild(tx: Connection, guild_id: int, competition_id: int) -> Competition:
    """A contest of this server; another server's is as good as none."""
    competition = competitions.get(tx, competition_id)
    if competition is None or competition.guild_id != guild_id:
        raise UnknownCompetition
    return competition


def handle(competition: Competition) -> str:
    """What a completion gives for a competition, in an option where a name may be typed: `#1 Autumn`. `find` reads it."""
    return f"#{competition.id} {competition.name}"[:MAX_NAME]


def find(tx: Connection, guild_id: int, which: int | str) -> Competition:
    """By id, as a button has it; or by what stands in an option: a handle, a name, or `#1`. Raises UnknownCompetition.

    A bare `#1` is a name first, because a competition may be called so.
    """
    if isinstance(which, int):
        return of_guild(tx, guild_id, which)
    numbered = _NUMBERED.fullmatch(which.strip())
    meant = competitions.get(tx, int(numbered["id"])) if numbered else None
    if meant is not None and meant.guild_id != guild_id:
        meant = None
    if numbered and meant and numbered["name"] and meant.name.startswith(numbered["name"]):
        return meant
    for competition in (*competitions.ongoing(tx, guild_id), *competitions.past(tx, guild_id, RECENT)):
        if same_name(competition.name) == same_name(which.strip()):
            return competition
    if numbered and meant and not numbered["name"]:
        return meant
    raise UnknownCompetition


def only(candidates: Sequence[Competition]) -> Competition:
    if len(candidates) != 1:
        raise WhichCompetition(tuple(competition.name for competition in candidates))
    return candidates[0]
