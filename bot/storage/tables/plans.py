"""Study plans: the exam and its date."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, String, Table, text

from bot.storage.tables.base import member_id, metadata, snowflake

plans = Table(
    "plans",
    metadata,
    member_id("user_id", primary_key=True, autoincrement=False),
    Column("pack", String(64), primary_key=True),
    Column("exam_on", Date, nullable=False),
    Column("version", String(16), nullable=False, server_default=text("''")),
    Column("made_on", Date, nullable=False),
    # How many questions were left to master when the plan was made.
    Column("unmastered", Integer, nullable=False),
    # The total number of questions, and the server where the plan was made; NULL in plans from before these columns
    # existed.
    Column("questions", Integer),
    snowflake("guild_id"),
)
