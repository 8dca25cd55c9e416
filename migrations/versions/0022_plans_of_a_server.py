"""The server where a plan was made, and its number of questions.

Why: A plan follows the exam of that server, wherever it is read, and questions added later put nobody behind.
What happens to old rows: Nothing; plans continue as before until they are made again.
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
