"""Live rounds: the rounds, their questions, the players, and the answers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from bot.storage.tables.base import EnumText, IndexList, Instant, Serial, member_id, metadata, partial, snowflake
from bot.study.live import Ending, LiveState

# These indexes hold only unfinished rows, and the queries use exactly the same condition (see `tables.dailies`).
GOING_ON = text("state <> 'over'")
ACTIVE = text("due_at IS NOT NULL")
UNRECORDED = text("NOT recorded")

live_rounds = Table(
    "live_rounds",
    metadata,
    Column("id", Serial, primary_key=True),
    snowflake("guild_id", ForeignKey("guilds.guild_id", ondelete="CASCADE"), nullable=False),
    snowflake("channel_id", nullable=False),
    snowflake("message_id"),
    member_id("started_by", nullable=False),
    Column("section", String(16), nullable=False),
    Column("questions", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("state", EnumText(LiveState), nullable=False),
    Column("ending", EnumText(Ending)),
    # How many questions have been asked; the current one has this number.
    Column("asked", Integer, nullable=False, server_default=text("0")),
    # The number of states so far, and of those that the message has shown: a state's time runs from when it is shown.
    Column("step", Integer, nullable=False, server_default=text("1")),
    Column("shown_step", Integer, nullable=False, server_default=text("0")),
    # When the message began to show the state, and when the state ends; NULL once the round is over.
    Column("shown_at", Instant),
    Column("due_at", Instant),
    # When the open question was shown, by Discord's clock, and whether it is asked a second time.
    Column("opened_at", Instant),
    Column("again", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    partial("ix_live_rounds_going_on", "channel_id", unique=True, where=GOING_ON),
    partial("ix_live_rounds_active", "due_at", where=ACTIVE),
    Index("ix_live_rounds_guild_id", "guild_id"),
)

live_questions = Table(
    "live_questions",
    metadata,
    Column("live_id", Serial, ForeignKey("live_rounds.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("question_id", String(64), nullable=False),
    Column("shown", IndexList(32), nullable=False),
)

live_players = Table(
    "live_players",
    metadata,
    Column("live_id", Serial, ForeignKey("live_rounds.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
)

live_answers = Table(
    "live_answers",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("live_id", Serial, ForeignKey("live_rounds.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    member_id("user_id", nullable=False),
    Column("answer", IndexList(32), nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    # NULL until the question has closed, because an export of the member's data would otherwise reveal the key.
    Column("points", Integer),
    Column("recorded", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("live_id", "number", "user_id"),
    partial("ix_live_answers_unrecorded", "live_id", where=UNRECORDED),
)
