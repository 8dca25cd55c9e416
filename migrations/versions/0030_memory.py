"""FSRS parameters for a member's own memory, and how well they forecast.

Why: With 400 reviews or more, parameters fitted to a member may forecast better than the general ones.
What happens to old rows: Nothing; everybody has the general parameters until they are fitted.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    with op.batch_alter_table("learners") as table:
        table.add_column(sa.Column("fitted_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("fitted_reviews", sa.Integer()))
        table.add_column(sa.Column("fitted_tested", sa.Integer()))
        table.add_column(sa.Column("general_loss", sa.Float()))
        table.add_column(sa.Column("own_loss", sa.Float()))
        table.add_column(sa.Column("own_parameters", sa.String(1024)))
