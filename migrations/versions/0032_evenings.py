"""Exam evenings, planned live rounds, and whether planned activities get a Discord event.

Why: A group takes the same paper at the same time and reviews it together, and plans are announced where people see
them.
What happens to old rows: Every server creates events if the bot is allowed to. No exam belongs to an evening.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

DUE, PLANNED, TOGETHER = (
    sa.text(words) for words in ("due_at IS NOT NULL", "state = 'planned'", "evening_id IS NOT NULL")
)


def upgrade() -> None:
    serial, instant = sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.DateTime(timezone=True)
    op.add_column("guilds", sa.Column("events", sa.Boolean, nullable=False, server_default=sa.text("true")))
    op.create_table(
        "exam_evenings",
        sa.Column("id", serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("host_id", sa.BigInteger, nullable=False),
        sa.Column("pack", sa.String(64), nullable=False),
        sa.Column("version", sa.String(16), server_default=sa.text("''"), nullable=False),
        sa.Column("length", sa.String(16), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("starts_at", instant, nullable=False),
        sa.Column("ends_at", instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ending", sa.String(16)),
        sa.Column("due_at", instant),
        sa.Column("news", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exam_evenings"),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_exam_evenings_guild_id_guilds", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exam_evenings_due_at", "exam_evenings", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_exam_evenings_guild_id", "exam_evenings", ["guild_id"])
    op.create_table(
        "evening_items",
        sa.Column("evening_id", serial, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("question_id", sa.String(64), nullable=False),
        sa.Column("domain", sa.String(64), nullable=False),
        sa.Column("shown", sa.String(32), nullable=False),
        sa.Column("scored", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("evening_id", "place", name="pk_evening_items"),
        sa.ForeignKeyConstraint(
            ["evening_id"], ["exam_evenings.id"], name="fk_evening_items_evening_id_exam_evenings", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "evening_members",
        sa.Column("evening_id", serial, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("joined_at", instant, nullable=False),
        sa.Column("left_at", instant),
        sa.Column("agrees", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("evening_id", "user_id", name="pk_evening_members"),
        sa.ForeignKeyConstraint(
            ["evening_id"],
            ["exam_evenings.id"],
            name="fk_evening_members_evening_id_exam_evenings",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_evening_members_user_id", "evening_members", ["user_id"])
    with op.batch_alter_table("exams") as exams:
        exams.add_column(sa.Column("evening_id", serial))
        exams.create_foreign_key(
            "fk_exams_evening_id_exam_evenings", "exam_evenings", ["evening_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index(
        "ix_exams_evening_id",
        "exams",
        ["evening_id", "user_id"],
        unique=True,
        sqlite_where=TOGETHER,
        postgresql_where=TOGETHER,
    )
    op.create_table(
        "live_plans",
        sa.Column("id", serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("planned_by", sa.BigInteger, nullable=False),
        sa.Column("section", sa.String(16), nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("starts_at", instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_live_plans"),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_live_plans_guild_id_guilds", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_live_plans_starts_at", "live_plans", ["starts_at"], sqlite_where=PLANNED, postgresql_where=PLANNED
    )
    op.create_index("ix_live_plans_guild_id", "live_plans", ["guild_id"])
