"""The index of claims also contains dailies whose deleted post is being replaced.

Why: A manager can post an open daily again. If the bot dies meanwhile, this is finished like a first post.
What happens to old rows: Nothing; the index is created again under another name.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.drop_index("ix_dailies_claimed", "dailies")
    unposted = sa.text("message_id IS NULL AND lease_until IS NOT NULL AND state IN ('claimed', 'posted')")
    op.create_index("ix_dailies_unposted", "dailies", ["lease_until"], sqlite_where=unposted, postgresql_where=unposted)
