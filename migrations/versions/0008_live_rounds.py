"""Live rounds: the rounds, their questions, players and answers, and the attempts that they add.

Why: A live round lives in the database, so that it continues after a restart. Its answers stay there ungraded until
their question has closed.
What happens to old rows: Attempts get an empty `live_id`; nothing else changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GOING_ON = sa.text("state <> 'over'")
ACTIVE = sa.text("due_at IS NOT NULL")
UNRECORDED = sa.text("NOT recorded")
LIVE = sa.text("live_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "live_rounds",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ending", sa.String(length=16), nullable=True),
        sa.Column("asked", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("step", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("shown_step", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_live_rounds_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_live_rounds"),
    )
    op.create_index(
        "ix_live_rounds_going_on",
        "live_rounds",
        ["channel_id"],
        unique=True,
        sqlite_where=GOING_ON,
        postgresql_where=GOING_ON,
    )
    op.create_index("ix_live_rounds_active", "live_rounds", ["due_at"], sqlite_where=ACTIVE, postgresql_where=ACTIVE)
    op.create_index("ix_live_rounds_guild_id", "live_rounds", ["guild_id"])
    op.create_table(
        "live_questions",
        sa.Column("live_id", Serial, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["live_id"], ["live_rounds.id"], name="fk_live_questions_live_id_live_rounds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("live_id", "number", name="pk_live_questions"),
    )
    op.create_table(
        "live_players",
        sa.Column("live_id", Serial, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["live_id"], ["live_rounds.id"], name="fk_live_players_live_id_live_rounds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("live_id", "user_id", name="pk_live_players"),
    )
    op.create_table(
        "live_answers",
        sa.Column("id", Serial, nullable=False),
        sa.Column("live_id", Serial, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("recorded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["live_id"], ["live_rounds.id"], name="fk_live_answers_live_id_live_rounds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_live_answers"),
        sa.UniqueConstraint("live_id", "number", "user_id", name="uq_live_answers_live_id_number_user_id"),
    )
    op.create_index(
        "ix_live_answers_unrecorded",
        "live_answers",
        ["live_id"],
        sqlite_where=UNRECORDED,
        postgresql_where=UNRECORDED,
    )
    with op.batch_alter_table("attempts") as attempts:
        attempts.add_column(sa.Column("live_id", Serial, nullable=True))
        attempts.create_foreign_key(
            "fk_attempts_live_id_live_rounds", "live_rounds", ["live_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(
        "ix_attempts_live",
        "attempts",
        ["live_id", "user_id", "question_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
