"""Migrations: from an empty file to the tables, once, completely, and without losing a row."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from bot.config import Unusable
from bot.storage import guilds, migrate, versions
from bot.storage.engine import Database, DatabaseUnusable
from bot.storage.ownership import NewerDatabase
from bot.storage.schema import differences
from bot.storage.tables import metadata
from tests.conftest import MONDAY
from tools.migrations import fingerprint, fingerprints, noted

NEXT = '''
"""What a later version may do.

Why: a test.
What happens to old rows: they stay.
"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    {body}
'''


def path_of(url: str) -> str:
    return url.removeprefix("sqlite+aiosqlite:///")


def shape(path: str) -> dict[str, object]:
    """Return everything that SQLite knows about a schema, however it was created."""
    with closing(sqlite3.connect(path)) as file:
        tables = [
            name
            for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if name not in ("alembic_version", "sqlite_sequence")
        ]
        found: dict[str, object] = {}
        for table in tables:
            columns = file.execute(f"PRAGMA table_xinfo({table})")
            found[table] = sorted(
                (name, kind, notnull, default, key) for _, name, kind, notnull, default, key, _ in columns
            )
            found[f"{table}: kept by its key"] = file.execute("SELECT wr FROM pragma_table_list(?)", [table]).fetchone()
            found[f"{table}: keys"] = sorted(row[2:] for row in file.execute(f"PRAGMA foreign_key_list({table})"))
            for _, index, unique, origin, partial in file.execute(f"PRAGMA index_list({table})").fetchall():
                places = [
                    (name, desc) for _, _, name, desc, _, key in file.execute(f"PRAGMA index_xinfo({index})") if key
                ]
                (words,) = file.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchone() or [None]
                name = index if origin == "c" else f"{table}: {origin} {places}"
                found[name] = (places, unique, words.partition(" WHERE ")[2] if words and partial else "")
    return found


def dump(path: str) -> list[str]:
    with closing(sqlite3.connect(path)) as file:
        return list(file.iterdump())


@pytest.fixture
def later(tmp_path, monkeypatch):
    """Return a function that adds a migration with this body, as a later version of the bot would."""

    def add(body: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrate.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9999_later.py").write_text(NEXT.format(head=migrate.head(), body=body))
        monkeypatch.setattr(versions, "MIGRATIONS", folder)
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)

    return add


@pytest.mark.sqlite
async def test_the_newest_version_matches_the_tables(database_url, tmp_path):
    fresh = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    metadata.create_all(fresh)
    fresh.dispose()

    assert shape(path_of(database_url)) == shape(str(tmp_path / "fresh.db"))


async def test_alembic_finds_nothing_left_to_migrate(db):
    def differences(tx):
        context = MigrationContext.configure(
            tx,
            opts={
                "compare_type": True,
                # SQLite does not report indexes on expressions, such as `points DESC`. The test above compares them.
                "include_object": lambda thing, name, kind, *_: (
                    kind != "index" or not name.startswith("ix_standings_by")
                ),
            },
        )
        return compare_metadata(context, metadata)

    assert await db.read(differences) == []


@pytest.mark.sqlite
async def test_migrating_twice_changes_nothing(database_url):
    before = dump(path_of(database_url))
    db = Database(database_url)

    await db.migrate()
    await db.migrate()
    await db.close()

    assert dump(path_of(database_url)) == before


async def test_a_database_says_its_version(db):
    assert await db.read(versions.current) == versions.newest() == migrate.head()


@pytest.mark.sqlite
async def test_a_newer_database_is_refused_in_one_sentence_and_left_unchanged(database_url):
    with closing(sqlite3.connect(path_of(database_url))) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    db = Database(database_url)

    with pytest.raises(NewerDatabase) as told:
        await db.migrate()
    await db.close()

    assert str(told.value) == (
        "DATABASE_URL: the database is at version 9999, which this bot does not know. Start a newer version of the bot, "
        "or restore a backup from before the upgrade."
    )
    with closing(sqlite3.connect(path_of(database_url))) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


@pytest.mark.sqlite
async def test_a_table_that_is_rebuilt_keeps_the_rows_that_refer_to_it(database_url, later):
    """SQLite changes a column by copying the table and dropping the old table, and the drop cascades if foreign keys
    are enforced."""
    db = Database(database_url)
    await db.write(lambda tx: guilds.ensure(tx, 1, MONDAY))
    await db.write(
        lambda tx: tx.execute(
            text(
                "INSERT INTO dailies (guild_id, day, state, feedback, channel_id, claimed_at) "
                "VALUES (1, '2026-11-23', 'posted', 'at-once', 5, '2026-11-23 09:00:00.000000')"
            )
        )
    )
    later(
        """with op.batch_alter_table("guilds", recreate="always") as guilds:
        guilds.alter_column("zone", existing_type=sa.String(64), type_=sa.String(80), existing_nullable=False)"""
    )

    await db.migrate()

    assert await db.read(lambda tx: tx.execute(text("SELECT guild_id, day FROM dailies")).all()) == [(1, "2026-11-23")]
    assert await db.read(lambda tx: tx.execute(text("PRAGMA foreign_key_check")).all()) == []
    assert await db.write(lambda tx: tx.execute(text("PRAGMA foreign_keys")).scalar()) == 1
    await db.close()


@pytest.mark.sqlite
async def test_a_migration_that_fails_halfway_leaves_the_database_as_it_was(database_url, later):
    before = shape(path_of(database_url))
    db = Database(database_url)
    later(
        """op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO nowhere VALUES (1)")"""
    )

    with pytest.raises(DatabaseUnusable):
        await db.migrate()

    assert shape(path_of(database_url)) == before
    assert await db.read(versions.current) != "9999"
    assert await db.write(lambda tx: tx.execute(text("PRAGMA foreign_keys")).scalar()) == 1
    await db.close()


def test_every_migration_says_why_and_what_becomes_of_old_rows():
    for path in sorted((migrate.MIGRATIONS / "versions").glob("*.py")):
        words = path.read_text(encoding="utf-8")
        assert "\nWhy: " in words, path.name
        assert "\nWhat happens to old rows: " in words, path.name
        assert f'revision = "{path.name[:4]}"' in words, path.name


# -- a revision number is not enough


def test_a_released_migration_never_changes():
    """`python tools/migrations.py` records a new migration."""
    assert noted() == fingerprints()


def test_only_the_docstring_of_a_migration_that_has_landed_can_be_reworded():
    before = fingerprint('"""Add a table."""\n\nrevision = "0001"\n')
    assert fingerprint('"""Add one table."""\n\nrevision = "0001"\n') == before
    assert fingerprint('"""Add a table."""\n\nrevision = "0002"\n') != before


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("ALTER TABLE duels RENAME COLUMN section TO part", "duels has no column section"),
        ("ALTER TABLE guilds ADD COLUMN motto TEXT NOT NULL DEFAULT ''", "guilds has an unknown column motto"),
        ("DROP INDEX ix_cards_due", "cards has no index ix_cards_due"),
        (
            "DROP INDEX ix_exams_running; CREATE UNIQUE INDEX ix_exams_running ON exams (user_id)",
            "exams has a different index ix_exams_running",
        ),
        (
            "DROP INDEX ix_exams_running; CREATE INDEX ix_exams_running ON exams (user_id) WHERE submitted_at IS NULL",
            "exams has a different index ix_exams_running",
        ),
        (
            "DROP INDEX ix_cards_due; CREATE INDEX ix_cards_due ON cards (user_id)",
            "cards has a different index ix_cards_due",
        ),
        ("DROP TABLE review_log", "there is no table review_log"),
    ],
)
async def test_a_database_whose_tables_are_not_those_of_its_version_is_refused_in_one_sentence(
    database_url, edit, told
):
    with closing(sqlite3.connect(path_of(database_url))) as file:
        file.executescript(edit)
    db = Database(database_url)

    with pytest.raises(Unusable) as refused:
        await db.migrate()
    await db.close()

    assert told in str(refused.value)
    assert str(refused.value).startswith("DATABASE_URL: the database says that it is at version")


async def test_a_correct_database_has_no_differences(db):
    assert await db.read(differences) == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("table", "key", "told"),
    [
        (
            "competition_teams",
            r",\s*CONSTRAINT \w+ UNIQUE \([^)]*\)",
            "competition_teams allows the same competition_id, key twice",
        ),
        ("plans", r",\s*CONSTRAINT \w+ PRIMARY KEY \([^)]*\)", "plans has a different primary key"),
        (
            "league_places",
            r",\s*CONSTRAINT \w+ FOREIGN KEY\s*\(guild_id\) REFERENCES leagues \([^)]*\) ON DELETE CASCADE",
            "league_places has no such reference from guild_id to leagues",
        ),
        (
            "league_places",
            r"(?<=REFERENCES leagues \(guild_id\)) ON DELETE CASCADE",
            "league_places has no such reference from guild_id to leagues",
        ),
    ],
)
async def test_a_table_without_a_key_that_writes_rely_on_is_refused(database_url, table, key, told):
    with closing(sqlite3.connect(path_of(database_url))) as file:
        made = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC"
        texts = [text for (text,) in file.execute(made, [table])]
        file.execute(f"DROP TABLE {table}")
        for text in texts:
            file.execute(re.sub(key, "", text))
        file.commit()
    db = Database(database_url)

    with pytest.raises(Unusable, match=told):
        await db.migrate()
    await db.close()


@pytest.mark.sqlite
@pytest.mark.parametrize("edit", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
async def test_tables_without_a_version_are_refused_with_the_reason(database_url, edit):
    with closing(sqlite3.connect(path_of(database_url))) as file:
        file.execute(edit)
        file.commit()
    db = Database(database_url)

    try:
        with pytest.raises(Unusable, match="does not say which version it is"):
            await db.migrate()
    finally:
        await db.close()
