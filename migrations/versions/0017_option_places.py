"""Where the options of each question stand, as they were first loaded.

Why: answers are kept by the places of their options; a pack whose next release sorts them otherwise would change what members answered.
What happens to old rows: nothing; the places of today's files are written down at the next start.
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
