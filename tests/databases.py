"""Fixtures for a migrated database for each test, and for the packs. Slow setup is done once, by the first worker that
needs it, and shared."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.bank import kept
from bot.storage.engine import Database
from bot.study.questions import Pack
from tests.postgres import EMPTY, MISSING, TEMPLATE, Cluster, programs

TESTS = Path(__file__).resolve().parent

ON_BOTH = (
    "storage/",
    "services/test_answers.py",
    "services/test_dailies.py",
    "services/test_daily_closes.py",
    "journeys/test_first_day.py",
)
"""Tests that `make test-all` runs on both SQLite and PostgreSQL: the storage modules, the two most important actions,
and one story. With `--postgresql`, which CI uses afterwards, all other tests run on PostgreSQL."""

ON_POSTGRESQL = ("processes/",)
"""Tests that run only on PostgreSQL. `--postgresql` runs all tests that use a database, except these and ON_BOTH."""

CHANGES_TABLES = "storage/"
"""Tests that may change the schema get a new PostgreSQL database each. The others empty the worker's database and use
it again, unless an earlier test has changed its tables."""

SHAPE = "SELECT md5(string_agg(table_name || '.' || column_name, ',' ORDER BY table_name, column_name)) FROM information_schema.columns WHERE table_schema = 'public'"

_numbers = count(1)
_running: list[Cluster] = []
"""References to the running clusters, which keep them alive. A cluster outlives the worker that started it, and the
main process stops it."""

SHARED = pytest.StashKey[Path]()

RAM = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Required free space in bytes. A whole run needs less than half of it."""


def pytest_configure(config: pytest.Config) -> None:
    """Create, in the main process, the folder that all workers share."""
    if not hasattr(config, "workerinput") and "TMPDIR" not in os.environ and roomy(RAM):
        # Use memory, because every commit would wait for the disk, and a run creates and deletes thousands of
        # databases.
        os.environ["TMPDIR"] = tempfile.tempdir = str(RAM)
    given = getattr(config, "workerinput", {}).get("shared")
    config.stash[SHARED] = Path(given or tempfile.mkdtemp(prefix="cohort-tests-"))


def roomy(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["shared"] = str(node.config.stash[SHARED])


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = config.stash[SHARED]
    if (started := folder / "postgres").exists():
        Cluster(folder=Path(started.read_text())).remove()
    shutil.rmtree(folder)


@contextmanager
def turn(config: pytest.Config, name: str) -> Iterator[Path]:
    """Lock a shared file and yield its path; the caller creates the file if it does not exist yet."""
    folder = config.stash[SHARED]
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / name


@pytest.fixture(scope="session")
def library(pytestconfig: pytest.Config) -> Mapping[str, Pack]:
    """Return the real packs. One worker reads and checks the files; the others read the copy that it stores."""
    with turn(pytestconfig, "packs.json") as path:
        return kept.load(TESTS.parent / "content", path)


@pytest.fixture(scope="session")
def migrated_file(pytestconfig: pytest.Config) -> Path:
    """Return an empty SQLite database at the newest version. Tests copy it, so that one migration is enough."""
    with turn(pytestconfig, "template.db") as path:
        if not path.exists():
            partial = path.with_suffix(".part")
            asyncio.run(migrate(f"sqlite+aiosqlite:///{partial}"))
            partial.rename(path)
    return path


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Cluster:
    """Return a PostgreSQL server with an empty, migrated template database."""
    if programs() is None:
        pytest.skip(MISSING)
    with turn(pytestconfig, "postgres") as started:
        if started.exists():
            return Cluster(folder=Path(started.read_text()))
        server = Cluster()
        try:
            server.start()
            server.sql(f"CREATE DATABASE {TEMPLATE}")
            asyncio.run(migrate(server.url(TEMPLATE)))
        except BaseException:
            server.remove()
            raise
        started.write_text(str(server.folder))
        _running.append(server)
        return server


@pytest.fixture(scope="session")
def worker_database(cluster: Cluster) -> tuple[str, str]:
    """Return this worker's own database, and a digest of its tables. A test that uses the database empties it first."""
    name = f"worker_{os.getpid()}"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return name, cluster.sql(SHAPE, name)


async def migrate(url: str) -> None:
    db = Database(url)
    await db.migrate()
    await db.close()


def within(path: Path, parts: str | tuple[str, ...]) -> bool:
    return path.relative_to(TESTS).as_posix().startswith(parts)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql", action="store_true", help="run what `make test-all` runs on SQLite alone, on PostgreSQL instead"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" not in metafunc.fixturenames or metafunc.definition.get_closest_marker("sqlite"):
        return
    on_postgres = pytest.param("postgresql", marks=pytest.mark.postgres)
    if metafunc.definition.get_closest_marker("postgres"):
        metafunc.parametrize("database_url", ["postgresql"], indirect=True)
    elif within(metafunc.definition.path, ON_BOTH):
        metafunc.parametrize("database_url", ["sqlite", on_postgres], indirect=True)
    elif metafunc.config.getoption("postgresql"):
        metafunc.parametrize("database_url", [on_postgres], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("postgresql"):
        return
    others, moved = [], []
    for item in items:
        on_postgres = item.get_closest_marker("postgres") and not within(item.path, (*ON_BOTH, *ON_POSTGRESQL))
        (moved if on_postgres else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = moved


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of an empty database for this test."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path / "cohort.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    if not within(request.path, CHANGES_TABLES):
        name, shape = request.getfixturevalue("worker_database")
        if server.sql(SHAPE, name) == shape:
            server.sql(EMPTY, name)
        else:
            server.sql(f"DROP DATABASE {name} WITH (FORCE)")
            server.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield server.url(name)
        return
    name = f"test_{os.getpid()}_{next(_numbers)}"
    server.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield server.url(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")
