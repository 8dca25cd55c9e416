"""Questions that members suggest, and whether a server accepts them.

Why: Members write questions too, and managers decide about them in a queue.
What happens to old rows: Every server accepts suggestions until a manager switches this off.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

UNDECIDED = sa.text("state = 'waiting'")
UNSEEN = sa.text("decided_at IS NOT NULL AND seen_at IS NULL")
CREDITED = sa.text("question_id IS NOT NULL")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("guilds", sa.Column("suggestions", sa.Boolean, nullable=False, server_default=sa.text("true")))
    op.create_table(
        "suggestions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("section", sa.String(32), nullable=False),
        sa.Column("difficulty", sa.Integer, nullable=False),
        sa.Column("stem", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("word", sa.String(300), nullable=False, server_default=""),
        sa.Column("question_id", sa.String(64)),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("decided_at", instant),
        sa.Column("decided_by", sa.BigInteger),
        sa.Column("seen_at", instant),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_suggestions_guild_id_guilds", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suggestions_member", "suggestions", ["guild_id", "user_id", "id"])
    for name, columns, where in (
        ("undecided", ["guild_id", "id"], UNDECIDED),
        ("unseen", ["guild_id", "user_id", "id"], UNSEEN),
        ("question", ["guild_id", "question_id"], CREDITED),
    ):
        op.create_index(f"ix_suggestions_{name}", "suggestions", columns, sqlite_where=where, postgresql_where=where)
