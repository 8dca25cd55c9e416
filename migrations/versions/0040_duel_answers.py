"""Keep the answers of a duel ungraded until it is over.

Why: Leaderboards and progress told the player who finished first which answers were right, while the other was still
playing.
What happens to old rows: Nothing; answers in duels that are running have been graded and stay so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.add_column("quiz_items", sa.Column("answer", sa.String(32)))
    op.add_column("quiz_items", sa.Column("answered_at", sa.DateTime(timezone=True)))
