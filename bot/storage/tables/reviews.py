"""What members have learned: the log of reviews, and the cards derived from it.

Both belong to a person, not to a server. Question ids are unique within a pack.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, String, Table

from bot.storage.tables.base import EnumText, Instant, Serial, member_id, metadata
from bot.study.confidence import Confidence

cards = Table(
    "cards",
    metadata,
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("pack", String(64), primary_key=True),
    Column("question_id", String(64), primary_key=True),
    Column("stability", Float, nullable=False),
    Column("difficulty", Float, nullable=False),
    Column("reviewed_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("known_since", Date),
    Column("met_on", Date, nullable=False),
    Column("met_right", Boolean, nullable=False),
    Index("ix_cards_due", "user_id", "pack", "due_on", "question_id"),
    sqlite_with_rowid=False,
)

review_log = Table(
    "review_log",
    metadata,
    Column("id", Serial, primary_key=True),
    member_id("user_id", nullable=False),
    Column("pack", String(64), nullable=False),
    Column("question_id", String(64), nullable=False),
    Column("rating", Integer, nullable=False),
    # The local date that FSRS counts by: in the member's own zone, or the server's if they have set none.
    Column("day", Date, nullable=False),
    Column("reviewed_at", Instant, nullable=False),
    # How sure the member says they were; NULL if they have not said.
    Column("confidence", EnumText(Confidence)),
    Index("ix_review_log_member_day", "user_id", "pack", "day", "rating"),
)
