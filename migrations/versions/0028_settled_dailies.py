"""An index of settled dailies whose posts do not show the answer yet.

Why: The search for settled dailies without a post read every daily that was posted.
What happens to old rows: Nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

SETTLED = sa.text("state = 'settled'")


def upgrade() -> None:
    op.create_index("ix_dailies_settled", "dailies", ["closes_at"], sqlite_where=SETTLED, postgresql_where=SETTLED)
