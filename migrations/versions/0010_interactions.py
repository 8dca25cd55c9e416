"""The interactions that a process has accepted.

Why: When two processes overlap in a rolling restart, only one of them may handle an interaction.
What happens to old rows: Nothing; earlier interactions have been handled.
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
