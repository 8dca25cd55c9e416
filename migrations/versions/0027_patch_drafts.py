"""Drafts of changes that are written as a patch of the pack's files.

Why: A manager who made a mistake in the form gets the typed text back.
What happens to old rows: Existing drafts are drafts of new questions.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("question_drafts", sa.Column("mends", sa.String(64), nullable=False, server_default=""))
    op.add_column("question_drafts", sa.Column("tags", sa.Text, nullable=False, server_default=""))
