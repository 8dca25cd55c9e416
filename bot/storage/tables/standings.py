"""The boards."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, literal_column

from bot.storage.tables.base import Instant, member_id, metadata, snowflake
from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY

standings = Table(
    "standings",
    metadata,
    snowflake("guild_id", primary_key=True, autoincrement=False),
    Column("period", String(10), primary_key=True),
    Column("board", String(16), primary_key=True),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("points", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("accuracy", Float, nullable=False),
    Column("reached_at", Instant, nullable=False),
)
Index(
    "ix_standings_by_points",
    standings.c.guild_id, standings.c.period, standings.c.board,
    standings.c.points.desc(), standings.c.answered, standings.c.reached_at, standings.c.user_id,
)  # fmt: skip
ENOUGH_ANSWERS = standings.c.answered >= literal_column(str(MIN_ANSWERS_FOR_ACCURACY))
"""Who has a place by accuracy. A literal, for an index of a part is used only where the condition is read in the query itself."""
# Most lines are of a day or a week and never have so many: to keep them in this index too was a third of what a board costs.
Index(
    "ix_standings_by_accuracy",
    standings.c.guild_id, standings.c.period, standings.c.board,
    standings.c.accuracy.desc(), standings.c.answered.desc(), standings.c.reached_at, standings.c.user_id,
    sqlite_where=ENOUGH_ANSWERS, postgresql_where=ENOUGH_ANSWERS,
)  # fmt: skip
