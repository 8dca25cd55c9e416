"""A reminder that Discord did not take is tried again within its hour.

Why: it was claimed and then dropped, so that a few bad minutes at Discord, or a crash, cost a member the day's reminder.
What happens to old rows: none of them is being sent; whatever was claimed before counts as sent, as it did.
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
