"""Seasons, contests, roles to be won, and the announcements about them.

Why: A month ends with a final table and a post, members compete in contests with dates, and a role can be bound to
winning or to mastery. Each announcement is recorded together with its cause.
What happens to old rows: Every server with standings gets a clock, set to its first month and due at once. The bot then
closes each month that has ended, and posts nothing about months that ended more than a month ago.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(length=32), nullable=True),
        sa.Column("trouble_told", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_announcements_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
        sa.UniqueConstraint("guild_id", "kind", "subject", name="uq_announcements_guild_id_kind_subject"),
    )
    op.create_index(
        "ix_announcements_unsent",
        "announcements",
        ["lease_until"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "competitions",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sections", sa.String(length=256), server_default="", nullable=False),
        sa.Column("teams", sa.String(length=16), nullable=False),
        sa.Column("entry", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.String(length=16), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("best_of", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("changed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("improved_by", sa.BigInteger(), nullable=True),
        sa.Column("improvement", sa.Float(), nullable=True),
        sa.Column("streak_by", sa.BigInteger(), nullable=True),
        sa.Column("streak_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_competitions_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_competitions"),
    )
    op.create_index(
        "ix_competitions_changed",
        "competitions",
        ["shown_at"],
        sqlite_where=sa.text("changed AND message_id IS NOT NULL"),
        postgresql_where=sa.text("changed AND message_id IS NOT NULL"),
    )
    op.create_index("ix_competitions_due_at", "competitions", ["due_at"])
    op.create_index("ix_competitions_guild_id_closed_at", "competitions", ["guild_id", "closed_at"])
    op.create_index(
        "ix_competitions_open",
        "competitions",
        ["guild_id"],
        sqlite_where=sa.text("state IN ('entry', 'running')"),
        postgresql_where=sa.text("state IN ('entry', 'running')"),
    )

    op.create_table(
        "season_clocks",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("season", sa.String(length=7), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("posts", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_season_clocks_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", name="pk_season_clocks"),
    )
    op.create_index("ix_season_clocks_due_at", "season_clocks", ["due_at"])

    op.create_table(
        "seasons",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("season", sa.String(length=7), nullable=False),
        sa.Column("players", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_seasons_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "season", name="pk_seasons"),
    )
    op.create_table(
        "awards",
        sa.Column("id", Serial, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("competition_id", Serial, nullable=True),
        sa.Column("questions", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(length=32), nullable=True),
        sa.Column("trouble_told", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competitions.id"], name="fk_awards_competition_id_competitions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.guild_id"], name="fk_awards_guild_id_guilds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_awards"),
        sa.UniqueConstraint("guild_id", "role_id", name="uq_awards_guild_id_role_id"),
    )
    op.create_table(
        "competition_answers",
        sa.Column("competition_id", Serial, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["competition_id"],
            ["competitions.id"],
            name="fk_competition_answers_competition_id_competitions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("competition_id", "user_id", "question_id", name="pk_competition_answers"),
    )
    op.create_table(
        "competition_teams",
        sa.Column("id", Serial, nullable=False),
        sa.Column("competition_id", Serial, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["competition_id"],
            ["competitions.id"],
            name="fk_competition_teams_competition_id_competitions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_competition_teams"),
        sa.UniqueConstraint("competition_id", "key", name="uq_competition_teams_competition_id_key"),
    )
    op.create_table(
        "award_holders",
        sa.Column("award_id", Serial, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["awards.id"], name="fk_award_holders_award_id_awards", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("award_id", "user_id", name="pk_award_holders"),
    )
    op.create_index(
        "ix_award_holders_pending",
        "award_holders",
        ["lease_until"],
        sqlite_where=sa.text("state <> 'given'"),
        postgresql_where=sa.text("state <> 'given'"),
    )

    op.create_table(
        "competition_entries",
        sa.Column("competition_id", Serial, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("team_id", Serial, nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("correct", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["competition_id"],
            ["competitions.id"],
            name="fk_competition_entries_competition_id_competitions",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["competition_teams.id"],
            name="fk_competition_entries_team_id_competition_teams",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("competition_id", "user_id", name="pk_competition_entries"),
    )

    op.execute(
        """
        INSERT INTO guilds (guild_id, created_at)
        SELECT guild_id, MIN(reached_at) FROM standings
        WHERE guild_id NOT IN (SELECT guild_id FROM guilds) GROUP BY guild_id
        """
    )
    # Of the keys of periods only a month's has this length: `2026-11`.
    op.execute(
        """
        INSERT INTO season_clocks (guild_id, season, due_at)
        SELECT guild_id, MIN(period), MIN(reached_at) FROM standings WHERE period LIKE '____-__' GROUP BY guild_id
        """
    )
