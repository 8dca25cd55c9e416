"""Servers and their settings."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Dialect, String, Table, text
from sqlalchemy.types import TypeDecorator

from bot.storage.tables.base import EnumText, Instant, metadata, snowflake
from bot.study.dailies import Feedback
from bot.study.goals import Goal, parse_goal


class GoalText(TypeDecorator[Goal]):
    """A goal, stored as a manager types it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Goal | None, _dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Goal | None:
        return None if value is None else parse_goal(value)


guilds = Table(
    "guilds",
    metadata,
    snowflake("guild_id", primary_key=True, autoincrement=False),
    Column("zone", String(64), nullable=False, server_default="UTC"),
    Column("feedback", EnumText(Feedback), nullable=False, server_default="at-once"),
    Column("pack", String(64)),
    # The exam version that the server studies for; NULL means the default of its pack.
    Column("exam_version", String(16)),
    # Changes with the server's own questions and retirements; 0 if there are none.
    Column("questions_version", BigInteger, nullable=False, server_default=text("0")),
    # Whether its leaderboards have a public web page.
    Column("public_boards", Boolean, nullable=False, server_default=text("false")),
    # Whether members may suggest questions.
    Column("suggestions", Boolean, nullable=False, server_default=text("true")),
    # Whether members may share their results with a channel.
    Column("sharing", Boolean, nullable=False, server_default=text("true")),
    # Whether members are asked how sure they were of an answer.
    Column("asks_confidence", Boolean, nullable=False, server_default=text("true")),
    # Whether planned evenings, competitions and live rounds get a Discord event.
    Column("events", Boolean, nullable=False, server_default=text("true")),
    # What the members want to reach together each week, such as `100 answers`; NULL for nothing.
    Column("weekly_goal", GoalText(24)),
    Column("created_at", Instant, nullable=False),
    # When the bot was removed; all data of the server is erased some weeks later.
    Column("left_at", Instant),
)
