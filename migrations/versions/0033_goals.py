"""A server's weekly goal.

Why: The post of the daily shows how close the members are to it together.
What happens to old rows: Nothing; no server has a goal until a manager sets one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    with op.batch_alter_table("guilds") as table:
        table.add_column(sa.Column("weekly_goal", sa.String(24)))
