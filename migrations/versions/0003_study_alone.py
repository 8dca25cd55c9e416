"""Studying alone: review cards and their log, the mode of a series, reminders, study plans.

Why: These tables store spaced reviews, reminders by direct message, and plans for an exam.
What happens to old rows: Existing series become quizzes. Answers given before are not in the log, so reviews begin with
the next answer.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("known_since", sa.Date(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=False),
        sa.Column("met_right", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "pack", "question_id", name="pk_cards"),
    )
    op.create_index("ix_cards_due", "cards", ["user_id", "pack", "due_on", "question_id"], unique=False)
    op.create_table(
        "review_log",
        sa.Column("id", Serial, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_log"),
    )
    op.create_index("ix_review_log_member_day", "review_log", ["user_id", "pack", "day", "rating"], unique=False)
    op.create_table(
        "reminders",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("daily_guild_id", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="pk_reminders"),
    )
    op.create_index("ix_reminders_next_at", "reminders", ["next_at", "user_id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("exam_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("unmastered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "pack", name="pk_plans"),
    )
    op.create_index("ix_members_user_id", "members", ["user_id"], unique=False)
    with op.batch_alter_table("quizzes") as quizzes:
        quizzes.add_column(sa.Column("mode", sa.String(length=16), server_default="quiz", nullable=False))
