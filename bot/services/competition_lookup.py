"""Find the competition that a member means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.storage import competitions
from bot.storage.competitions import Competition
from bot.storage.engine import Connection
from bot.study.competitions import MAX_NAME, same_name
from bot.study.errors import NoCompetition, Refusal, Refused, UnknownCompetition, WhichCompetition
from bot.study.members import Member
from bot.study.typed import bare

RECENT = 20
"""How many ended competitions can be found by name."""
_HANDLE = re.compile(r"#(?P<id>[0-9]{1,18})  ")
_NUMBERED = re.compile(r"#(?P<id>[0-9]{1,18})(?: (?P<name>.+))?")


def need_server(member: Member) -> None:
    if member.alone:
        raise Refused(Refusal.NEEDS_SERVER)


def of_guild(tx: Connection, guild_id: int, competition_id: int) -> Competition:
    """Return a competition of this server. Raises UnknownCompetition, also for a competition of another server."""
    competition = competitions.get(tx, competition_id)
    if competition is None or competition.guild_id != guild_id:
        raise UnknownCompetition
    return competition


def handle(competition: Competition) -> str:
    """Return a competition's autocomplete text, `#1  Autumn`, for an option that also takes a name. `find` reads it.

    The text has two spaces in a row because no name contains them: `#1 Autumn` may be the name of another competition.
    """
    return f"#{competition.id}  {competition.name}"[:MAX_NAME]


def find(tx: Connection, guild_id: int, which: int | str) -> Competition:
    """Find a competition by a button's id, or by the text of a command option: a handle, a name, an id, or the
    beginning of a name.

    Raises UnknownCompetition, or WhichCompetition if several names begin with the text.
    """
    if isinstance(which, int):
        return of_guild(tx, guild_id, which)
    if picked := _HANDLE.match(which):
        return of_guild(tx, guild_id, int(picked["id"]))
    text, loose = same_name(" ".join(which.split())), bare(which)
    ongoing = competitions.ongoing(tx, guild_id)
    known = (*ongoing, *competitions.past(tx, guild_id, RECENT))
    # A competition can be named `#1`, so names are tried before ids.
    for competition in known:
        if same_name(competition.name) == text:
            return competition
    begun = [
        competition
        for competition in known
        if same_name(competition.name).startswith(text) or (loose and bare(competition.name).startswith(loose))
    ]
    # A whole name typed without its spaces or hyphens is preferred to names that only begin with the text.
    begun = [competition for competition in begun if bare(competition.name) == loose] or begun
    if numbered := _NUMBERED.fullmatch(text):
        meant = competitions.get(tx, int(numbered["id"]))
        if (
            meant is not None
            and meant.guild_id == guild_id
            and same_name(meant.name).startswith(numbered["name"] or "")
        ):
            if not numbered["name"]:
                return meant
            begun = [meant, *(competition for competition in begun if competition.id != meant.id)]
    # Prefer open competitions: the beginning of a name refers to an ended one only if no open one matches.
    candidates = [competition for competition in begun if competition.open] or begun
    if not text or not candidates:
        raise UnknownCompetition
    return only(candidates)


def only(candidates: Sequence[Competition]) -> Competition:
    """Return the only competition. Raises NoCompetition, or WhichCompetition if there are several."""
    if not candidates:
        raise NoCompetition
    if len(candidates) != 1:
        raise WhichCompetition(tuple(competition.name for competition in candidates))
    return candidates[0]
