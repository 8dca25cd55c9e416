"""The weekly post about what a server knows: when it is due, and its figures.

Why: Members see what the group is weak in. The figures of a post are stored, so that it shows the same ones after a
restart.
What happens to old rows: No server has the post until a manager switches it on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "group_clocks",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_group_clocks"),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_group_clocks_guild_id_guilds", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_group_clocks_due_at", "group_clocks", ["due_at"])
    op.create_table(
        "group_weeks",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("monday", sa.Date, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "monday", name="pk_group_weeks"),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_group_weeks_guild_id_guilds", ondelete="CASCADE"
        ),
    )
