"""A server can have several daily schedules.

Why: One channel, hour and choice of sections is not enough for a server that has both beginners and members close to
their exam.
What happens to old rows: A server's schedule becomes its first schedule, in the server's zone, and its dailies belong
to that schedule.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    connection, old = op.get_bind(), sa.MetaData()
    guilds, before = (sa.Table(name, old, autoload_with=connection) for name in ("guilds", "schedules"))
    zoned = sa.select(before, guilds.c.zone.label("zone"), sa.literal(1).label("number")).join(
        guilds, guilds.c.guild_id == before.c.guild_id
    )
    rows = [dict(row) for row in connection.execute(zoned).mappings()]
    # Made anew, because a primary key cannot be changed in place on SQLite. There is one row a server.
    op.drop_table("schedules")
    instant = sa.DateTime(timezone=True)
    schedules = op.create_table(
        "schedules",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(32), server_default="", nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("role_id", sa.BigInteger),
        sa.Column("at", sa.Time, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("days", sa.String(7), nullable=False),
        sa.Column("sections", sa.String(256), server_default="", nullable=False),
        sa.Column("pack", sa.String(64)),
        sa.Column("exam_version", sa.String(16)),
        sa.Column("difficulty", sa.Integer),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("paused_at", instant),
        sa.Column("next_day", sa.Date),
        sa.Column("next_post_at", instant),
        sa.Column("trouble", sa.String(32)),
        sa.Column("trouble_at", instant),
        sa.Column("trouble_told", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "number", name="pk_schedules"),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_schedules_guild_id_guilds", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_schedules_next_post_at", "schedules", ["next_post_at"])
    if rows:
        op.bulk_insert(schedules, rows)
    with op.batch_alter_table("dailies") as table:
        table.add_column(sa.Column("number", sa.Integer, server_default=sa.text("1"), nullable=False))
        table.add_column(sa.Column("pack", sa.String(64)))
        table.drop_constraint("uq_dailies_guild_id_day", type_="unique")
        table.create_unique_constraint("uq_dailies_guild_id_day_number", ["guild_id", "day", "number"])
