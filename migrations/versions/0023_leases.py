"""Reminders and role changes are leased as posts are.

Why: Their leases had no growing delay, and one column held both the end of the lease and the next attempt.
What happens to old rows: Work that was leased is retried when its lease ends, as before. For a reminder that was
attempted, the direct messages are searched first if its nonce has expired.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

UNSENT, PENDING = sa.text("send_until IS NOT NULL"), sa.text("state <> 'given'")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.drop_index("ix_reminders_unsent", "reminders")
    with op.batch_alter_table("reminders") as table:
        table.add_column(sa.Column("next_try_at", instant))
        table.add_column(sa.Column("attempts", sa.Integer, server_default=sa.text("0"), nullable=False))
    op.execute("UPDATE reminders SET next_try_at = lease_until, attempts = 1 WHERE send_until IS NOT NULL")
    op.create_index("ix_reminders_unsent", "reminders", ["next_try_at"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.drop_index("ix_award_holders_pending", "award_holders")
    with op.batch_alter_table("award_holders") as table:
        table.add_column(sa.Column("next_try_at", instant))
        table.add_column(sa.Column("attempts", sa.Integer, server_default=sa.text("0"), nullable=False))
        table.add_column(sa.Column("first_tried_at", instant))
        table.alter_column("lease_until", existing_type=instant, nullable=True)
    op.execute("UPDATE award_holders SET next_try_at = lease_until, lease_until = NULL")
    with op.batch_alter_table("award_holders") as table:
        table.alter_column("next_try_at", existing_type=instant, nullable=False)
    op.create_index(
        "ix_award_holders_pending", "award_holders", ["next_try_at"], sqlite_where=PENDING, postgresql_where=PENDING
    )
