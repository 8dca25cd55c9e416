"""The league between servers.

Why: Servers that opt in are ranked each month among servers of about the same size, with promotion and relegation.
What happens to old rows: Nothing; no server is in the league until its managers opt in.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "leagues",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("band", sa.String(length=16), nullable=False),
        sa.Column("division", sa.Integer(), nullable=True),
        sa.Column("since", sa.String(length=7), nullable=False),
        sa.Column("unranked", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_leagues_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", name="pk_leagues"),
    )
    op.create_index("ix_leagues_division", "leagues", ["band", "division"])
    op.create_index("ix_leagues_since", "leagues", ["since"])

    op.create_table(
        "league_seasons",
        sa.Column("season", sa.String(length=7), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("season", name="pk_league_seasons"),
    )

    op.create_table(
        "league_places",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("season", sa.String(length=7), nullable=False),
        sa.Column("band", sa.String(length=16), nullable=False),
        sa.Column("division", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("ranked", sa.Integer(), nullable=False),
        sa.Column("servers", sa.Integer(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("next_band", sa.String(length=16), nullable=False),
        sa.Column("next_division", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["leagues.guild_id"], name="fk_league_places_guild_id_leagues", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "season", name="pk_league_places"),
    )
    op.create_index("ix_league_places_table", "league_places", ["season", "band", "division"])
