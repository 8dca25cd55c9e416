"""The index by accuracy holds only those who have a place by accuracy.

Why: most lines are of a day or a week, in which few give ten answers; each was in the index all the same, and moved in it with
every answer.
What happens to old rows: nothing; the index is made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"

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
