"""One table, `posts`, for what channels must show: first announcements, contest tables and duels.

Why: Each feature had its own leases, retries and state for the same purpose.
What happens to old rows: A pending announcement is sent by the new bot, which searches the channel first if the old bot
had begun to send it. Messages that were sent stay known by their id. Contest tables and duel messages that were stale
are still edited. Dropped announcements are gone, and so are contest tables that somebody deleted.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

DIRTY = sa.text("wanted_revision > shown_revision")
NONCE_HELD = timedelta(minutes=2)
"""The old bot's nonces were others: what it tried counts as tried so long before, so that the channel is searched first."""


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    posts = op.create_table(
        "posts",
        sa.Column("id", serial, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("wanted_revision", sa.Integer, server_default=sa.text("1"), nullable=False),
        sa.Column("shown_revision", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("next_try_at", instant, nullable=False),
        sa.Column("lease_until", instant),
        sa.Column("attempts", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("first_tried_at", instant),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("trouble", sa.String(32)),
        sa.Column("trouble_reported", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.guild_id"], name="fk_posts_guild_id_guilds", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("kind", "subject", "guild_id", name="uq_posts_kind_subject_guild_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_posts_dirty", "posts", ["next_try_at"], sqlite_where=DIRTY, postgresql_where=DIRTY)
    carry(op.get_bind(), posts)
    op.drop_table("announcements")
    op.drop_index("ix_competitions_changed", "competitions")
    with op.batch_alter_table("competitions") as competitions:
        for name in ("message_id", "changed", "shown_at"):
            competitions.drop_column(name)
    op.drop_index("ix_duels_unshown", "duels")
    with op.batch_alter_table("duels") as duels:
        duels.drop_column("show_at")


def carry(connection: sa.Connection, posts: sa.Table) -> None:
    old = sa.MetaData()
    announcements, competitions, duels = (
        sa.Table(name, old, autoload_with=connection) for name in ("announcements", "competitions", "duels")
    )
    contests = {str(row.id): row for row in connection.execute(sa.select(competitions))}
    played = {str(row.id): row for row in connection.execute(sa.select(duels))}
    rows = connection.execute(sa.select(announcements).where(announcements.c.state != "dropped")).all()
    for row in rows:
        waits = row.state == "waiting"
        # The message of one that waits was deleted, and it is sent once more.
        message_id = None if waits else row.message_id
        channel_id, dirty, shown_at = row.channel_id, waits, row.created_at
        if row.kind == "standings" and not waits and (contest := contests.get(row.subject)) is not None:
            if contest.message_id is None:
                continue
            message_id, channel_id, dirty = contest.message_id, contest.channel_id, contest.changed
            shown_at = contest.shown_at or shown_at
        if row.kind == "challenge" and not waits and (duel := played.get(row.subject)) is not None:
            message_id, dirty = duel.message_id or message_id, duel.show_at is not None
        tried_at = row.first_tried_at
        connection.execute(
            posts.insert().values(
                id=row.id,
                kind=row.kind,
                subject=row.subject,
                guild_id=row.guild_id,
                channel_id=channel_id,
                message_id=message_id,
                wanted_revision=1 if waits or not dirty else 2,
                shown_revision=0 if waits else 1,
                due_at=row.created_at,
                next_try_at=row.lease_until if waits else shown_at,
                lease_until=row.lease_until if waits and row.tries else None,
                attempts=row.tries if waits else 0,
                first_tried_at=tried_at - NONCE_HELD if tried_at is not None else None,
                expires_at=row.expires_at,
                trouble=row.trouble if waits else None,
                trouble_reported=row.trouble_told if waits else False,
            )
        )
    if rows and connection.dialect.name == "postgresql":
        last = sa.select(sa.func.max(posts.c.id)).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence("posts", "id"), last)))
