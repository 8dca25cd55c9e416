"""Where a plan was made, and of how many questions.

Why: it follows the exam of that server, from wherever it is looked at, and nobody is behind for questions that came later.
What happens to old rows: nothing; they go on as before until they are made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    with op.batch_alter_table("plans") as plans:
        plans.add_column(sa.Column("questions", sa.Integer(), nullable=True))
        plans.add_column(sa.Column("guild_id", sa.BigInteger(), nullable=True))
