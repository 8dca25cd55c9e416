"""A daily can be discussed in a thread or in a forum post.

Why: Members who answer the same question want to discuss it, without spoilers and without filling a channel.
What happens to old rows: No schedule has discussions until a manager switches them on. No post is in a thread.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.add_column("schedules", sa.Column("discussion", sa.String(16), server_default="off", nullable=False))
    op.add_column("schedules", sa.Column("forum_id", sa.BigInteger))
    op.add_column("schedules", sa.Column("discussion_trouble", sa.String(32)))
    op.add_column("posts", sa.Column("thread_id", sa.BigInteger))
