"""The message of a live round is a row of `posts`.

Why: It had its own lease, retries and mark for stale numbers.
What happens to old rows: A round that is running, or whose end has not been shown yet, gets a post. If its message is
not up and the old bot had begun to send it, the channel is searched before it is sent. A round that is over has no due
time any more.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

NONCE_HELD = timedelta(minutes=2)
"""The old bot's nonces were others: what it tried counts as tried so long before, so that the channel is searched first."""
SENT_WITHIN = timedelta(minutes=11)


def upgrade() -> None:
    connection, old = op.get_bind(), sa.MetaData()
    posts, rounds = (sa.Table(name, old, autoload_with=connection) for name in ("posts", "live_rounds"))
    for row in connection.execute(sa.select(rounds).where(rounds.c.due_at.is_not(None))).all():
        up = row.message_id is not None
        tried_at = None if up else row.tried_at
        connection.execute(
            posts.insert().values(
                kind="live",
                subject=str(row.id),
                guild_id=row.guild_id,
                channel_id=row.channel_id,
                message_id=row.message_id,
                wanted_revision=1 if up and row.shown_step >= row.step and not row.changed else 2,
                shown_revision=1 if up else 0,
                due_at=row.due_at,
                next_try_at=row.created_at if tried_at is None else row.lease_until,
                lease_until=None if tried_at is None else row.lease_until,
                attempts=0 if tried_at is None else 1,
                first_tried_at=None if tried_at is None else tried_at - NONCE_HELD,
                expires_at=max(row.created_at, row.due_at) + SENT_WITHIN,
            )
        )
    connection.execute(sa.update(rounds).where(rounds.c.state == "over").values(due_at=None))
    with op.batch_alter_table("live_rounds") as live_rounds:
        for name in ("changed", "lease_until", "tried_at"):
            live_rounds.drop_column(name)
