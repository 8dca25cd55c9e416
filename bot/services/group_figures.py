"""The current figures of a group, for everything that shows or follows them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.open_questions import open_in_server
from bot.storage import groups, guilds, live
from bot.storage.engine import Connection
from bot.study.groups import Mirror, mirror, monday_of, week_key, weeks_before
from bot.study.periods import local_day
from bot.study.questions import Pack


def figures(tx: Connection, guild_id: int, pack: Pack, at: datetime) -> Mirror:
    """Compute how well the members of a server know a pack.

    Questions that are open in the server or to a counted member are left out, and a week is shown once all its dailies
    are closed. Otherwise, comparing the figures before and after an answer would reveal whether it was right. Questions
    that are open only to other people stay in; for a bot in many servers, these are most of the pack.
    """
    today = local_day(at, guilds.get(tx, guild_id).zone)
    mondays = weeks_before(min(today, groups.first_open_day(tx, guild_id) or today))
    weeks = list(map(week_key, mondays))
    ahead = (monday_of(today) - mondays[-1]).days // 7
    lately = [*weeks, *(week_key(mondays[-1] + timedelta(weeks=number)) for number in range(1, ahead + 1))]
    open_ = {*open_in_server(tx, guild_id, at), *live.open_in(tx, guild_id)}
    open_ |= groups.open_to_counted(tx, guild_id, lately, at)
    asked = [question.id for question in pack.active if question.id not in open_]
    return mirror(pack, groups.counts(tx, guild_id, asked, lately, weeks), open_, mondays)
