"""Which contest a member means."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.recording import Member
from bot.storage import competitions
from bot.storage.competitions import Competition
from bot.storage.engine import Connection
from bot.study.competitions import same_name
from bot.study.errors import NeedsServer, UnknownCompetition, WhichCompetition

RECENT = 20
"""How many ended contests can be found by name."""


def need_server(member: Member) -> None:
    if member.alone:
        raise NeedsServer


def of_guild(tx: Connection, guild_id: int, competition_id: int) -> Competition:
    """A contest of this server; another server's is as good as none."""
    competition = competitions.get(tx, competition_id)
    if competition is None or competition.guild_id != guild_id:
        raise UnknownCompetition
    return competition


def handle(competition_id: int) -> str:
    """What stands for a contest where a name might; `find` reads it."""
    return f"#{competition_id}"


def find(tx: Connection, guild_id: int, text: str) -> Competition:
    """By the handle that a completion gives, or by name."""
    for competition in (*competitions.ongoing(tx, guild_id), *competitions.past(tx, guild_id, RECENT)):
        if text == handle(competition.id) or same_name(competition.name) == same_name(text.strip()):
            return competition
    if text.startswith("#") and text[1:].isascii() and text[1:].isdigit() and len(text) < 19:
        return of_guild(tx, guild_id, int(text[1:]))
    raise UnknownCompetition


def only(candidates: Sequence[Competition]) -> Competition:
    if len(candidates) != 1:
        raise WhichCompetition(tuple(competition.name for competition in candidates))
    return candidates[0]
