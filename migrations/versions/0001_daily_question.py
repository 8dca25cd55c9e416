"""The daily question: servers, schedules, dailies, attempts, quizzes and standings.

Why: This is the first version.
What happens to old rows: There are none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "guilds",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(length=64), server_default="UTC", nullable=False),
        sa.Column("feedback", sa.String(length=16), server_default="at-once", nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_guilds"),
    )
    op.create_table(
        "members",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("streak_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("streak_freezes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("streak_best", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("streak_last_day", sa.Date(), nullable=True),
        sa.Column("streak_broken_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name="pk_members"),
    )
    op.create_table(
        "quizzes",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quizzes"),
    )
    op.create_index("ix_quizzes_guild_id_user_id", "quizzes", ["guild_id", "user_id"], unique=False)
    op.create_table(
        "season_answers",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("season", sa.String(length=7), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("scored", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", "season", "question_id", name="pk_season_answers"),
    )
    op.create_table(
        "standings",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("board", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("accuracy", sa.Float(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "period", "board", "user_id", name="pk_standings"),
    )
    op.create_index(
        "ix_standings_by_accuracy",
        "standings",
        [
            "guild_id",
            "period",
            "board",
            sa.literal_column("accuracy DESC"),
            sa.literal_column("answered DESC"),
            "reached_at",
            "user_id",
        ],
        unique=False,
    )
    op.create_index(
        "ix_standings_by_points",
        "standings",
        ["guild_id", "period", "board", sa.literal_column("points DESC"), "answered", "reached_at", "user_id"],
        unique=False,
    )
    op.create_table(
        "dailies",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=True),
        sa.Column("section", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("feedback", sa.String(length=16), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("shown", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_dailies_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dailies"),
        sa.UniqueConstraint("guild_id", "day", name="uq_dailies_guild_id_day"),
    )
    op.create_index(
        "ix_dailies_claimed",
        "dailies",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "ix_dailies_waiting",
        "dailies",
        ["closes_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('posted', 'settled')"),
        postgresql_where=sa.text("state IN ('posted', 'settled')"),
    )
    op.create_index(
        "ix_dailies_miscounted",
        "dailies",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'posted' AND answered <> shown"),
        postgresql_where=sa.text("state = 'posted' AND answered <> shown"),
    )
    op.create_table(
        "quiz_items",
        sa.Column("quiz_id", Serial, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name="fk_quiz_items_quiz_id_quizzes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("quiz_id", "place", name="pk_quiz_items"),
    )
    op.create_table(
        "schedules",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("days", sa.String(length=7), nullable=False),
        sa.Column("sections", sa.String(length=256), server_default="", nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_day", sa.Date(), nullable=True),
        sa.Column("next_post_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=32), nullable=True),
        sa.Column("trouble_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble_told", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_schedules_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", name="pk_schedules"),
    )
    op.create_index("ix_schedules_next_post_at", "schedules", ["next_post_at"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("daily_id", Serial, nullable=True),
        sa.Column("quiz_id", Serial, nullable=True),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("bonus", sa.Integer(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["daily_id"], ["dailies.id"], name="fk_attempts_daily_id_dailies", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name="fk_attempts_quiz_id_quizzes", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.UniqueConstraint("daily_id", "user_id", name="uq_attempts_daily_id_user_id"),
        sa.UniqueConstraint("quiz_id", "question_id", name="uq_attempts_quiz_id_question_id"),
    )
    op.create_index("ix_attempts_member_question", "attempts", ["guild_id", "user_id", "question_id"], unique=False)
    op.create_table(
        "held_answers",
        sa.Column("daily_id", Serial, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["daily_id"], ["dailies.id"], name="fk_held_answers_daily_id_dailies", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("daily_id", "user_id", name="pk_held_answers"),
    )
