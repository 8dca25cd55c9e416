"""Exam versions: servers and members choose one, and exams and plans store theirs.

Why: When an exam is replaced by its next version, people study for either of them for a while.
What happens to old rows: Exams of the pack `aws-mla-c01` get the version `c01`, the only one at the time. Servers and
members have chosen none, so they follow the default of the pack. A plan without a version is counted from the day on
which it is next read.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("guilds", sa.Column("exam_version", sa.String(16)))
    op.add_column("exams", sa.Column("version", sa.String(16), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE exams SET version = 'c01' WHERE pack = 'aws-mla-c01'")
    op.add_column("plans", sa.Column("version", sa.String(16), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "exam_choices",
        sa.Column("user_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("pack", sa.String(64), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "pack", name="pk_exam_choices"),
    )
