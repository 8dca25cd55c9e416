"""Every earlier version, with a row in every table that it had, comes to the newest one whole."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from bot.storage import migrate, versions

pytestmark = pytest.mark.sqlite

SAMPLES = {
    sa.Boolean: False,
    sa.Integer: 1,
    sa.Float: 0.5,
    sa.Date: dt.date(2026, 11, 23),
    sa.DateTime: dt.datetime(2026, 11, 23, 8, 0),  # noqa: DTZ001  SQLite keeps UTC without saying so
    sa.Time: dt.time(9, 0),
    sa.LargeBinary: b"1",
    sa.JSON: {},
    sa.String: "1",
}


def fill(connection: sa.Connection) -> dict[str, int]:
    """One row in each table that has none; how many each has then."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    counts = {}
    for table in metadata.sorted_tables:
        if table.name == "alembic_version":
            continue
        if not connection.execute(sa.select(sa.func.count()).select_from(table)).scalar():
            row = {
                column.name: next(value for kind, value in SAMPLES.items() if isinstance(column.type, kind))
                for column in table.c
            }
            connection.execute(table.insert().values(row))
        counts[table.name] = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    connection.commit()
    return counts


@pytest.fixture
def connection(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.connect() as open_one:
        open_one.exec_driver_sql("PRAGMA foreign_keys = ON")
        open_one.commit()
        yield open_one
    engine.dispose()


@pytest.mark.parametrize("version", sorted(versions.known()))
def test_the_rows_of_a_version_survive_the_way_to_the_newest(connection, version):
    migrate.upgrade(connection, version)
    before = fill(connection)

    migrate.upgrade(connection)

    metadata = sa.MetaData()
    metadata.reflect(connection)
    after = {
        name: connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar_one()
        for name in before
        if name in metadata.tables
    }
    assert versions.current(connection) == versions.newest()
    assert after == {name: count for name, count in before.items() if name in after}
    assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
