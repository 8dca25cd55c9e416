"""Dailies that lean towards what their group is weak in.

Why: A schedule can follow the group's figures, and a post says so.
What happens to old rows: Schedules keep to the exam's weights.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    no = sa.text("false")
    op.add_column("schedules", sa.Column("follows_group", sa.Boolean, nullable=False, server_default=no))
    op.add_column("dailies", sa.Column("weak", sa.Boolean, nullable=False, server_default=no))
