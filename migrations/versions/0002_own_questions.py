"""Servers' own questions, and flags: members' reports of problems with a question.

Why: A server adds questions to its pack and retires others. Its managers see what members flagged, with the question's
statistics. `guilds.questions_version` tells every process when its merged pack is stale. The index on attempts finds
the answers to a question.
What happens to old rows: They stay as they are. Every server begins without questions of its own (version 0).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("guilds") as guilds:
        guilds.add_column(sa.Column("questions_version", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_attempts_question_member", "attempts", ["guild_id", "question_id", "user_id"], unique=False)
    op.create_table(
        "server_questions",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_server_questions_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_server_questions"),
        sa.UniqueConstraint("guild_id", "question_id", name="uq_server_questions_guild_id_question_id"),
    )
    op.create_table(
        "server_cases",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_server_cases_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "case_id", name="pk_server_cases"),
    )
    op.create_table(
        "retired_questions",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("retired_by", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_retired_questions_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "question_id", name="pk_retired_questions"),
    )
    op.create_table(
        "question_drafts",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_question_drafts_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_question_drafts"),
        sa.UniqueConstraint("guild_id", "user_id", name="uq_question_drafts_guild_id_user_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "flags",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.guild_id"], name="fk_flags_guild_id_guilds", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_flags"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_flags_open",
        "flags",
        ["guild_id", "question_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
