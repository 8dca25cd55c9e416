"""A reminder that Discord has not accepted is retried within its hour.

Why: It was claimed and then dropped, so a few bad minutes at Discord, or a crash, cost a member the day's reminder.
What happens to old rows: None of them is being sent. Reminders that were claimed before count as sent, as they did
until now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    for name in ("send_until", "lease_until", "first_tried_at"):
        op.add_column("reminders", sa.Column(name, instant))
    unsent = sa.text("send_until IS NOT NULL")
    op.create_index("ix_reminders_unsent", "reminders", ["lease_until"], sqlite_where=unsent, postgresql_where=unsent)
