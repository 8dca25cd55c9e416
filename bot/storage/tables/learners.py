"""People's own settings as learners, which apply in every server."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, Table

from bot.storage.tables.base import Instant, Numbers, member_id, metadata

learners = Table(
    "learners",
    metadata,
    member_id("user_id", primary_key=True, autoincrement=False),
    # Whether they want to be asked how sure they were of an answer; NULL follows the server.
    Column("asks_confidence", Boolean),
    # The last fit of FSRS to their reviews: how many reviews there were, how many were held out, and the log loss of
    # the general and of their own parameters on the held-out ones. NULL if there was no fit.
    Column("fitted_at", Instant),
    Column("fitted_reviews", Integer),
    Column("fitted_tested", Integer),
    Column("general_loss", Float),
    Column("own_loss", Float),
    # Their own parameters; NULL if these did not forecast better.
    Column("own_parameters", Numbers(1024)),
)
