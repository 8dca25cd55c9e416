"""A server's goal of the week.

Why: the post of the daily shows how far the members are together.
What happens to old rows: nothing; no server has a goal until a manager sets one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    with op.batch_alter_table("guilds") as table:
        table.add_column(sa.Column("weekly_goal", sa.String(24)))
