"""Mock exams: the exams, their questions, and the attempts that they add.

Why: A mock exam lives in the database, so that it survives restarts and ends automatically when its time is up.
What happens to old rows: Attempts get an empty `exam_id`; nothing else changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RUNNING = sa.text("submitted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "exams",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("length", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scored", sa.Integer(), nullable=True),
        sa.Column("correct", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_exams"),
    )
    op.create_index(
        "ix_exams_running", "exams", ["user_id"], unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING
    )
    op.create_index("ix_exams_due", "exams", ["ends_at"], unique=False, sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_index("ix_exams_user_id_pack", "exams", ["user_id", "pack", "id"], unique=False)
    op.create_table(
        "exam_items",
        sa.Column("exam_id", Serial, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("domain", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=32), nullable=False),
        sa.Column("scored", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=True),
        sa.Column("correct", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name="fk_exam_items_exam_id_exams", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("exam_id", "place", name="pk_exam_items"),
    )
    with op.batch_alter_table("attempts") as attempts:
        attempts.add_column(sa.Column("exam_id", Serial, nullable=True))
        attempts.create_foreign_key("fk_attempts_exam_id_exams", "exams", ["exam_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_attempts_exam_id_question_id", "attempts", ["exam_id", "question_id"], unique=True)
