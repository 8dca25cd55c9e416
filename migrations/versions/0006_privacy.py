"""Members who hide, and servers that have removed the bot.

Why: A member can play without appearing on leaderboards, and a server that removes the bot is erased after some weeks.
What happens to old rows: Nobody is hidden, and no server has removed the bot.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("hidden", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    with op.batch_alter_table("guilds") as guilds:
        guilds.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
