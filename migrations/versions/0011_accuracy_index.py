"""The index by accuracy contains only members who are ranked by accuracy.

Why: Most rows are for a day or a week, in which few members give ten answers. All of them were in the index, and moved
in it with every answer.
What happens to old rows: Nothing; the index is created again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

NAME = "ix_standings_by_accuracy"
COLUMNS = ("guild_id", "period", "board")
ORDER = ("accuracy DESC", "answered DESC", "reached_at", "user_id")


def upgrade() -> None:
    enough = sa.text("answered >= 10")
    op.drop_index(NAME, "standings")
    op.create_index(
        NAME,
        "standings",
        [*COLUMNS, *map(sa.literal_column, ORDER)],
        sqlite_where=enough,
        postgresql_where=enough,
    )
