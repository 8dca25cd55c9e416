"""Partner streaks.

Why: Two members can keep a streak together.
What happens to old rows: Nothing; nobody has a partner.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

ENGAGED = sa.text("engaged")


def upgrade() -> None:
    serial, instant = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)
    op.create_table(
        "partnerships",
        sa.Column("id", serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("ended_at", instant),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name=op.f("fk_partnerships_guild_id_guilds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
    )
    op.create_index("ix_partnerships_guild_id", "partnerships", ["guild_id"])
    op.create_table(
        "partners",
        sa.Column("partnership_id", serial, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("asker", sa.Boolean(), nullable=False),
        sa.Column("engaged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnerships.id"],
            name=op.f("fk_partners_partnership_id_partnerships"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("partnership_id", "user_id", name=op.f("pk_partners")),
    )
    op.create_index("ix_partners_user_id", "partners", ["user_id"])
    op.create_index(
        "ix_partners_engaged",
        "partners",
        ["guild_id", "user_id"],
        unique=True,
        sqlite_where=ENGAGED,
        postgresql_where=ENGAGED,
    )
