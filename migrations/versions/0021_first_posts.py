"""The first message of a daily is sent from its row of `posts`, too.

Why: It had its own lease, retries and search in `dailies`.
What happens to old rows: A daily gets a post if it was claimed or was to be posted again, and is not known to be up.
Its channel is searched before it is sent, because the old bot may have sent it with another nonce. A daily whose post
was deleted, and which accepts answers without one, gets a `deleted_at`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

NONCE_HELD = timedelta(minutes=2)
"""The old bot's nonces were others: what it tried counts as tried so long before, so that the channel is searched first."""

WAITING = sa.text("state IN ('claimed', 'posted', 'settled')")


def upgrade() -> None:
    connection, old = op.get_bind(), sa.MetaData()
    posts, dailies, guilds = (sa.Table(name, old, autoload_with=connection) for name in ("posts", "dailies", "guilds"))
    op.add_column("dailies", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    zones = dict(map(tuple, connection.execute(sa.select(guilds.c.guild_id, guilds.c.zone)).all()))
    open_ = dailies.c.message_id.is_(None), dailies.c.state.in_(["claimed", "posted"])
    for row in connection.execute(sa.select(dailies).where(*open_, dailies.c.lease_until.is_not(None))).all():
        connection.execute(
            posts.insert().values(
                kind="daily",
                subject=str(row.id),
                guild_id=row.guild_id,
                channel_id=row.channel_id,
                due_at=row.claimed_at,
                next_try_at=row.lease_until,
                lease_until=row.lease_until,
                attempts=max(1, row.tries),
                first_tried_at=row.claimed_at - NONCE_HELD,
                expires_at=row.closes_at if row.state == "posted" else ends(row.day, zones.get(row.guild_id) or "UTC"),
            )
        )
    deleted = sa.text(
        "UPDATE dailies SET deleted_at = claimed_at WHERE message_id IS NULL AND state = 'posted' AND lease_until IS NULL"
    )
    connection.execute(deleted)
    op.drop_index("ix_dailies_unposted", "dailies")
    op.drop_index("ix_dailies_waiting", "dailies")
    with op.batch_alter_table("dailies") as table:
        table.drop_column("lease_until")
        table.drop_column("tries")
    op.create_index("ix_dailies_waiting", "dailies", ["closes_at"], sqlite_where=WAITING, postgresql_where=WAITING)


def ends(day: date, zone: str) -> datetime:
    """Return the end of a local date, until which a claim is sent."""
    try:
        midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
    return midnight.astimezone(UTC)
