"""Blocks of members on long boards, so that a rank need not count everybody ahead.

Why: The cost of a rank grew with the length of its board; at 100,000 members, it was most of the cost of an answer.
What happens to old rows: Nothing. A board is cut into blocks when a rank far down on it is first read.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "board_blocks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("board", sa.String(16), nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_board_blocks"),
    )
    op.create_index(
        "ix_board_blocks_fence",
        "board_blocks",
        ["guild_id", "period", "board", sa.text("points DESC"), "answered", "reached_at"],
        unique=True,
    )
