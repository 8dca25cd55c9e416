"""Leaderboard rows."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, PrimaryKeyConstraint, String, Table, literal_column

from bot.storage.tables.base import Instant, member_id, metadata, partial, snowflake
from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY

standings = Table(
    "standings",
    metadata,
    snowflake("guild_id", autoincrement=False),
    Column("period", String(10)),
    Column("board", String(16)),
    member_id("user_id", autoincrement=False),
    Column("points", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("accuracy", Float, nullable=False),
    Column("reached_at", Instant, nullable=False),
    # An answer changes twelve rows of one member. In this order they are adjacent, in one or two pages.
    PrimaryKeyConstraint("guild_id", "user_id", "period", "board"),
    sqlite_with_rowid=False,
)
Index(
    "ix_standings_by_points",
    standings.c.guild_id, standings.c.period, standings.c.board,
    standings.c.points.desc(), standings.c.answered, standings.c.reached_at, standings.c.user_id,
)  # fmt: skip
ENOUGH_ANSWERS = standings.c.answered >= literal_column(str(MIN_ANSWERS_FOR_ACCURACY))
"""Selects members who are ranked by accuracy. It is a literal, because a partial index is used only if the query itself
contains its condition."""
# Most rows are for a day or week and never get that many answers; indexing them too accounted for a third of a board's
# cost.
partial(
    "ix_standings_by_accuracy",
    standings.c.guild_id, standings.c.period, standings.c.board,
    standings.c.accuracy.desc(), standings.c.answered.desc(), standings.c.reached_at, standings.c.user_id,
    where=ENOUGH_ANSWERS,
)  # fmt: skip
