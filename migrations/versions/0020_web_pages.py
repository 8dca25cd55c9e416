"""The read-only web pages: whether a server's leaderboards are public, and the key that signs links.

Why: Managers decide about their leaderboards, and every process of the bot signs and reads links with the same key.
What happens to old rows: No server's leaderboards are public. A key is created with the first link.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("guilds", sa.Column("public_boards", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.create_table(
        "web_keys",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_web_keys"),
    )
