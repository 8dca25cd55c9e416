"""The bot uses the machine's time zone data or that of the locked package, whichever is newer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zoneinfo
from pathlib import Path

import pytest
import tzdata

from bot import zones

NEWS = ("America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Havana", "Africa/Casablanca")
"""Zones whose rules changed between 2025b and 2026f; with the old rules, a daily in November 2026 would be an hour
off."""

DUE = """
import json, sys
from datetime import date, time
from bot import zones
from bot.study.schedules import Schedule, due_on
due = {zone: due_on(Schedule(time(9), zone), date(2026, 11, 30)).isoformat() for zone in sys.argv[1:]}
print(json.dumps({"used": str(zones.in_use()), "due": due}))
"""


def machine_with(folder: Path, version: str, **files: str) -> Path:
    """Create a machine's zone database with this `version`, in which some names have the rules of other zones."""
    (folder / "tzdata.zi").write_text(f"# version {version}\n# This zic input file is in the public domain.\n")
    for name, rules in files.items():
        target = folder / name.replace("__", "/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(zones.PACKAGE / rules, target)
    return folder


def asked(machine: Path, *names: str) -> dict:
    """Return what a new process reports on a machine with that database."""
    done = subprocess.run(
        [sys.executable, "-c", DUE, *names],
        env={**os.environ, "PYTHONTZPATH": str(machine)},
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return json.loads(done.stdout)


@pytest.fixture
def restored():
    before = zoneinfo.TZPATH
    yield
    zoneinfo.reset_tzpath(before)
    zones.use_newest()


def test_a_machine_whose_database_is_older_does_not_move_the_hour_of_a_daily(tmp_path):
    old = machine_with(tmp_path, "2025b", America__Vancouver="America/Los_Angeles", Old__Name="Europe/Berlin")

    said = asked(old, "America/Vancouver", "Old/Name")

    assert said["used"] == f"{tzdata.IANA_VERSION}, the tzdata package"
    assert said["due"]["America/Vancouver"] == "2026-11-30T16:00:00+00:00"
    assert said["due"]["Old/Name"] == "2026-11-30T08:00:00+00:00", "a zone that only the machine has is still found"


def test_a_newer_database_of_the_machine_is_used(tmp_path):
    new = machine_with(tmp_path, "2999a", America__Vancouver="Asia/Tokyo")

    said = asked(new, "America/Vancouver", "Europe/Berlin")

    assert said["used"] == f"2999a, {new}"
    assert said["due"]["America/Vancouver"] == "2026-11-30T00:00:00+00:00"
    assert said["due"]["Europe/Berlin"] == "2026-11-30T08:00:00+00:00", "a zone that the machine lacks is the package's"


def test_a_database_without_a_version_is_not_used(tmp_path, restored):
    (tmp_path / "Europe").mkdir()
    zoneinfo.reset_tzpath([tmp_path])

    zones.use_newest()

    assert zones.in_use().packaged
    assert [data.version for data in zones.found()] == [tzdata.IANA_VERSION, ""]


def test_of_several_databases_the_newest_is_used_and_za_comes_after_z(tmp_path, restored):
    folders = []
    for version in ("2997z", "2998b", "2997za", "2997c-dirty"):
        (tmp_path / version).mkdir()
        folders.append(machine_with(tmp_path / version, version))
    zoneinfo.reset_tzpath(folders)

    zones.use_newest()

    assert [data.version for data in zones.found()] == ["2998b", "2997za", "2997z", "2997c", tzdata.IANA_VERSION]


def test_a_machine_without_a_database_uses_that_of_the_package(restored):
    zoneinfo.reset_tzpath([])

    zones.use_newest()

    assert zones.in_use().packaged
    assert all(zoneinfo.ZoneInfo(name) for name in NEWS)
