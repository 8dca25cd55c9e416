"""The tables. `migrations/` builds them; a test holds the two equal.

Discord's ids are BigInteger. Instants are aware UTC. Local dates belong to the server's zone at the time.
A guild id of 0 stands for a member alone, in direct messages or where the bot has not been added.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Time,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

ALONE = 0
"""The guild id of answers that belong to no server."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. A naive one is refused on the way in: a time without a zone is a bug, not a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored; pass aware UTC")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Serial = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of the type INTEGER."""


def _snowflake(name: str, *args: Any, **options: Any) -> Column[int]:
    return Column(name, BigInteger, *args, **options)


guilds = Table(
    "guilds",
    metadata,
    _snowflake("guild_id", primary_key=True, autoincrement=False),
    Column("zone", String(64), nullable=False, server_default="UTC"),
    Column("feedback", String(16), nullable=False, server_default="at-once"),
    Column("pack", String(64)),
    Column("created_at", Instant, nullable=False),
)

members = Table(
    "members",
    metadata,
    _snowflake("guild_id", primary_key=True, autoincrement=False),
    _snowflake("user_id", primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("streak_days", Integer, nullable=False, server_default=text("0")),
    Column("streak_freezes", Integer, nullable=False, server_default=text("0")),
    Column("streak_best", Integer, nullable=False, server_default=text("0")),
    Column("streak_last_day", Date),
    Column("streak_broken_on", Date),
)

schedules = Table(
    "schedules",
    metadata,
    _snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _snowflake("channel_id", nullable=False),
    _snowflake("role_id"),
    Column("at", Time, nullable=False),
    Column("days", String(7), nullable=False),
    Column("sections", String(256), nullable=False, server_default=""),
    Column("seed", BigInteger, nullable=False),
    _snowflake("set_by", nullable=False),
    Column("paused_at", Instant),
    Column("next_day", Date),
    Column("next_post_at", Instant),
    Column("trouble", String(32)),
    Column("trouble_at", Instant),
    Column("trouble_told", Boolean, nullable=False, server_default=text("false")),
    Index("ix_schedules_next_post_at", "next_post_at"),
)

# Small whatever the history: only what still waits for something is in these three indexes. The queries use the very same
# words, for SQLite takes a partial index only where it can see that a condition implies the index's own.
CLAIMED = text("state = 'claimed'")
WAITING = text("state IN ('posted', 'settled')")
MISCOUNTED = text("state = 'posted' AND answered <> shown")

dailies = Table(
    "dailies",
    metadata,
    Column("id", Serial, primary_key=True),
    _snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("question_id", String(64)),
    Column("section", String(16)),
    Column("state", String(16), nullable=False),
    Column("feedback", String(16), nullable=False),
    _snowflake("channel_id", nullable=False),
    _snowflake("message_id"),
    _snowflake("role_id"),
    Column("claimed_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("posted_at", Instant),
    Column("closes_at", Instant),
    Column("closed_at", Instant),
    Column("answered", Integer, nullable=False, server_default=text("0")),
    Column("shown", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("guild_id", "day"),
    Index("ix_dailies_claimed", "lease_until", sqlite_where=CLAIMED, postgresql_where=CLAIMED),
    Index("ix_dailies_waiting", "closes_at", sqlite_where=WAITING, postgresql_where=WAITING),
    Index("ix_dailies_miscounted", "id", sqlite_where=MISCOUNTED, postgresql_where=MISCOUNTED),
)

held_answers = Table(
    "held_answers",
    metadata,
    Column("daily_id", Serial, ForeignKey("dailies.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _snowflake("user_id", primary_key=True, autoincrement=False),
    Column("answer", String(32), nullable=False),
    Column("answered_at", Instant, nullable=False),
)

quizzes = Table(
    "quizzes",
    metadata,
    Column("id", Serial, primary_key=True),
    _snowflake("guild_id", nullable=False),
    _snowflake("user_id", nullable=False),
    Column("section", String(16), nullable=False),
    Column("difficulty", Integer),
    Column("created_at", Instant, nullable=False),
    Index("ix_quizzes_guild_id_user_id", "guild_id", "user_id"),
)

quiz_items = Table(
    "quiz_items",
    metadata,
    Column("quiz_id", Serial, ForeignKey("quizzes.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("question_id", String(64), nullable=False),
    Column("shown", String(32), nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Serial, primary_key=True),
    _snowflake("guild_id", nullable=False),
    _snowflake("user_id", nullable=False),
    Column("question_id", String(64), nullable=False),
    Column("section", String(16), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("daily_id", Serial, ForeignKey("dailies.id", ondelete="CASCADE")),
    Column("quiz_id", Serial, ForeignKey("quizzes.id", ondelete="CASCADE")),
    Column("answer", String(32), nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("points", Integer, nullable=False),
    Column("bonus", Integer, nullable=False),
    # Whether it was the member's first answer to this question in this server and season: only that one counts as answered.
    Column("first", Boolean, nullable=False),
    Column("day", Date, nullable=False),
    Column("answered_at", Instant, nullable=False),
    UniqueConstraint("daily_id", "user_id"),
    UniqueConstraint("quiz_id", "question_id"),
    Index("ix_attempts_member_question", "guild_id", "user_id", "question_id"),
)

season_answers = Table(
    "season_answers",
    metadata,
    _snowflake("guild_id", primary_key=True, autoincrement=False),
    _snowflake("user_id", primary_key=True, autoincrement=False),
    Column("season", String(7), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("scored", Boolean, nullable=False),
)

standings = Table(
    "standings",
    metadata,
    _snowflake("guild_id", primary_key=True, autoincrement=False),
    Column("period", String(10), primary_key=True),
    Column("board", String(16), primary_key=True),
    _snowflake("user_id", primary_key=True, autoincrement=False),
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
Index(
    "ix_standings_by_accuracy",
    standings.c.guild_id, standings.c.period, standings.c.board,
    standings.c.accuracy.desc(), standings.c.answered.desc(), standings.c.reached_at, standings.c.user_id,
)  # fmt: skip

__all__ = [
    "ALONE",
    "CLAIMED",
    "MISCOUNTED",
    "WAITING",
    "Instant",
    "attempts",
    "dailies",
    "guilds",
    "held_answers",
    "members",
    "metadata",
    "quiz_items",
    "quizzes",
    "schedules",
    "season_answers",
    "standings",
]
