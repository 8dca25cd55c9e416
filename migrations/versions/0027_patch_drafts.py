"""Drafts of changes that are written as a patch of the pack's files.

Why: a manager who made a slip in the form gets back what was typed.
What happens to old rows: they are drafts of new questions.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("question_drafts", sa.Column("mends", sa.String(64), nullable=False, server_default=""))
    op.add_column("question_drafts", sa.Column("tags", sa.Text, nullable=False, server_default=""))
