"""Duels between two members.

Why: Two members answer the same questions in private, and the better one wins.
What happens to old rows: Nothing; there were no duels.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUELING = sa.text("state IN ('asked', 'running')")
UNSHOWN = sa.text("show_at IS NOT NULL")
PLAYING = sa.text("playing")
UNTOLD = sa.text("untold")


def upgrade() -> None:
    op.create_table(
        "duels",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("show_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.guild_id"], name="fk_duels_guild_id_guilds", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_duels"),
    )
    op.create_index("ix_duels_due", "duels", ["expires_at"], sqlite_where=DUELING, postgresql_where=DUELING)
    op.create_index("ix_duels_unshown", "duels", ["show_at"], sqlite_where=UNSHOWN, postgresql_where=UNSHOWN)
    op.create_table(
        "duel_players",
        sa.Column("duel_id", Serial, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("opponent_id", sa.BigInteger(), nullable=False),
        sa.Column("challenger", sa.Boolean(), nullable=False),
        sa.Column("quiz_id", Serial, nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("correct", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("playing", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("untold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["duel_id"], ["duels.id"], name="fk_duel_players_duel_id_duels", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes.id"], name="fk_duel_players_quiz_id_quizzes", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("duel_id", "user_id", name="pk_duel_players"),
        sa.UniqueConstraint("quiz_id", name="uq_duel_players_quiz_id"),
    )
    op.create_index(
        "ix_duel_players_playing",
        "duel_players",
        ["user_id", "opponent_id", "guild_id"],
        unique=True,
        sqlite_where=PLAYING,
        postgresql_where=PLAYING,
    )
    op.create_index("ix_duel_players_opponent_id_user_id", "duel_players", ["opponent_id", "user_id"])
    op.create_index("ix_duel_players_untold", "duel_players", ["user_id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)
