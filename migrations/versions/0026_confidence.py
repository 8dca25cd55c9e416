"""How sure members were of an answer, and whether they are asked.

Why: A question that was guessed comes back sooner, and `/progress` shows how well members judge themselves.
What happens to old rows: Old answers have no confidence. Every server asks from now on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    with op.batch_alter_table("guilds") as table:
        table.add_column(sa.Column("asks_confidence", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    with op.batch_alter_table("review_log") as table:
        table.add_column(sa.Column("confidence", sa.String(16)))
    op.create_table(
        "learners",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asks_confidence", sa.Boolean()),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_learners")),
    )
