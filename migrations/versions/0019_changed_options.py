"""When the options of a question changed last.

Why: an answer is to the options that were shown; one that was given before they changed does not mean those of now.
What happens to old rows: nothing; whatever is known of them counts as unchanged.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("option_places") as places:
        places.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
