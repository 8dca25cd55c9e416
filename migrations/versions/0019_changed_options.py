"""When the options of a question last changed.

Why: An answer refers to the options that were shown, so an answer from before a change does not refer to the current
ones.
What happens to old rows: Nothing; all known options count as unchanged.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("option_places") as places:
        places.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
