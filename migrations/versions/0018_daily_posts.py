"""Once the post of a daily is up, a row of `posts` keeps it up to date.

Why: Closes and answer counts had leases and retries of their own.
What happens to old rows: A daily that is open, or that is closed but does not show its answer yet, gets such a row for
its message. Edits that were in progress or waiting for a retry are tried at once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    connection, old = op.get_bind(), sa.MetaData()
    posts, dailies = (sa.Table(name, old, autoload_with=connection) for name in ("posts", "dailies"))
    waiting = dailies.c.state.in_(["posted", "settled"])
    for row in connection.execute(sa.select(dailies).where(waiting, dailies.c.message_id.is_not(None))).all():
        since = row.closed_at or row.claimed_at
        connection.execute(
            posts.insert().values(
                kind="daily",
                subject=str(row.id),
                guild_id=row.guild_id,
                channel_id=row.channel_id,
                message_id=row.message_id,
                wanted_revision=2 if row.state == "settled" else 1,
                shown_revision=1,
                due_at=since,
                next_try_at=since,
                attempts=0,
                expires_at=since,
            )
        )
    connection.execute(sa.update(dailies).where(dailies.c.state == "settled").values(lease_until=None))
