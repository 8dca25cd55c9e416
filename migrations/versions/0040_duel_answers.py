"""Keep the answers of a duel ungraded until it is over.

Why: leaderboards and progress told the player who was first which answers were right, while the other still played.
What happens to old rows: nothing; answers in duels that run now have been graded and stay so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.add_column("quiz_items", sa.Column("answer", sa.String(32)))
    op.add_column("quiz_items", sa.Column("answered_at", sa.DateTime(timezone=True)))
