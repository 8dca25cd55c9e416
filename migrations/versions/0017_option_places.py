"""The places of each question's options when they were first loaded.

Why: Answers are stored by the places of their options. If the next release of a pack sorted the options differently,
members' answers would change.
What happens to old rows: Nothing; the places in today's files are recorded at the next start.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "option_places",
        sa.Column("pack", sa.String(64), nullable=False),
        sa.Column("question_id", sa.String(64), nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("prompts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("pack", "question_id", name="pk_option_places"),
    )
