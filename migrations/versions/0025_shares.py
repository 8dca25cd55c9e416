"""Results that members share with a channel, and whether a server allows it.

Why: A result can be shared once in each place, and the line loses its name when its author hides or is erased.
What happens to old rows: Every server lets its members share results. Nothing has been shared yet.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("guilds", sa.Column("sharing", sa.Boolean, nullable=False, server_default=sa.text("true")))
    op.create_table(
        "shares",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("place_id", sa.BigInteger, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("subject", sa.BigInteger, nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("correct", sa.Boolean),
        sa.Column("days", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("length", sa.String(16)),
        sa.Column("score", sa.Integer),
        sa.Column("passing", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        sa.UniqueConstraint("user_id", "what", "subject", "place_id", name="uq_shares_user_id_what_subject_place_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shares_guild_id", "shares", ["guild_id"])
