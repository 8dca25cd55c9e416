"""Which interactions a process has taken.

Why: of two processes that overlap in a rolling restart, only one may carry out what a member asks.
What happens to old rows: nothing; what was asked before has been carried out.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "interactions",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interactions"),
    )
    op.create_index("ix_interactions_taken_at", "interactions", ["taken_at"])
