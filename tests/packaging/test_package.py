"""The package as a new user gets it: built from this folder, installed into an empty environment, started in an empty
folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import __version__
from bot.config import SETTINGS, env_name
from bot.places import DISTRIBUTION
from bot.storage.versions import known
from tests.packaging.programs import MISSING, UV

ROOT = Path(__file__).resolve().parents[2]
START = 120
"""Seconds within which the playground must be running, on a machine that has to download everything."""

pytestmark = pytest.mark.package

Cohort = Callable[..., subprocess.CompletedProcess[str]]


def uv(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    assert UV is not None, MISSING
    return subprocess.run([UV, *map(str, arguments)], cwd=ROOT, text=True, capture_output=True, check=False, **options)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist and, from it, the wheel; return their folder."""
    folder = tmp_path_factory.mktemp("dist")
    done = uv("build", "--out-dir", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    [path] = built.glob("*.whl")
    return path


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder, with a new home folder and an environment without our settings."""
    for name in (*map(env_name, SETTINGS), "VIRTUAL_ENV", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "LOCALAPPDATA", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("BROWSER", "true")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return tmp_path


@pytest.fixture(scope="module", autouse=True)
def cache() -> Iterator[None]:
    """Keep the package cache of the user who runs the tests, even if a test changes the home folder."""
    with pytest.MonkeyPatch.context() as patch:
        if UV is not None:
            patch.setenv("UV_CACHE_DIR", uv("cache", "dir").stdout.strip())
        yield


@pytest.fixture
def cohort(wheel: Path, stranger: Path) -> Cohort:
    """Return a function that runs a command of the installed package."""

    def run(*arguments: str, extra: str = "") -> subprocess.CompletedProcess[str]:
        package = f"{wheel}[{extra}]" if extra else str(wheel)
        command = [UV, "tool", "run", "--quiet", "--python", sys.executable, "--from", package, "cohort", *arguments]
        return subprocess.run(command, text=True, capture_output=True, check=False, timeout=300)

    return run


def test_the_wheel_holds_the_bot_its_packs_and_migrations_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    roots = {name.partition("/")[0] for name in names}
    packs = {path.relative_to(ROOT).as_posix() for path in (ROOT / "content").rglob("*.*")}
    migrations = {name for name in names if re.fullmatch(r"bot/shipped/migrations/versions/\d{4}_\w+\.py", name)}

    assert roots == {"bot", f"{DISTRIBUTION.replace('-', '_')}-{__version__}.dist-info"}
    assert {name.removeprefix("bot/shipped/") for name in names if name.startswith("bot/shipped/content/")} == packs
    assert len(migrations) == len(known())
    assert not [name for name in names if "__pycache__" in name or name.endswith(".env")]


def test_the_sdist_holds_what_the_wheel_is_built_of_and_no_data(built):
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2].partition("/")[0] for name in archive.getnames()}

    assert names >= {"bot", "content", "migrations", "LICENSE", "README.md", "pyproject.toml"}
    assert not names & {"data", ".env", ".venv", "tests", ".git"}


@pytest.mark.parametrize(("extra", "most"), [("", 95), ("[playground]", 130)])
def test_an_installation_takes_up_no_more_space_than_promised(wheel, tmp_path, extra, most):
    """A new dependency shows its size here; `du -sk` in `site-packages` shows which package it is."""
    room = tmp_path / "room"
    uv("venv", "--quiet", "--python", sys.executable, room)
    done = uv("pip", "install", "--quiet", "--python", room, f"{wheel}{extra}")
    assert done.returncode == 0, done.stderr

    mebibytes = sum(path.stat().st_size for path in room.rglob("*") if path.is_file() and not path.is_symlink()) / 2**20

    assert mebibytes <= most


def test_the_command_says_its_version(cohort):
    assert cohort("--version").stdout.strip() == f"cohort {__version__}"


def test_the_command_checks_the_packs_that_come_with_it(cohort):
    done = cohort("check")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors" in done.stdout


def test_the_bot_keeps_its_data_in_the_folder_of_the_user(cohort, stranger):
    [said] = re.findall(r"^# DATABASE_URL=sqlite\+aiosqlite:///(.+)$", cohort("settings").stdout, re.MULTILINE)

    done = cohort("migrate")

    assert done.returncode == 0, done.stderr
    assert Path(said).is_absolute()
    assert Path(said).is_file()
    assert not list((stranger / "here").iterdir())


def test_an_invalid_setting_is_reported_with_the_installed_command(cohort, monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "loud")

    done = cohort("migrate")

    assert done.returncode == 2
    assert done.stderr.strip().endswith("`cohort settings` says what it accepts.")


def test_without_a_command_the_playground_opens_in_an_empty_folder(wheel, stranger):
    command = [UV, "tool", "run", "--quiet", "--python", sys.executable, "--from", f"{wheel}[playground]", "cohort"]
    process = subprocess.Popen(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "PLAYGROUND_PORT": "0"}
    )
    said: list[str] = []
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said.append(line)
            if re.search(r"http://127\.0\.0\.1:\d+/#\S+", line):
                break
        else:
            pytest.fail(f"the playground ended before it was up, saying:\n{''.join(said)}")
    finally:
        process.terminate()
        process.communicate(timeout=START)
    assert not list((stranger / "here").iterdir())


@pytest.mark.parametrize(
    ("command", "settings", "extra"),
    [
        ("playground", {}, "playground"),
        ("migrate", {"DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/none"}, "postgresql"),
    ],
)
def test_a_missing_extra_is_named_with_how_to_install_it(cohort, monkeypatch, command, settings, extra):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    done = cohort(command)

    assert done.returncode == 2
    assert f"pip install '{DISTRIBUTION}[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_image_installs_the_lock_of_the_project(tmp_path):
    assert uv("lock", "--check").returncode == 0, "uv.lock is behind pyproject.toml: `make lock`"
    for file, part in (
        ("requirements.lock", "--no-dev --extra postgresql"),
        ("requirements-uv.lock", "--only-group uv"),
    ):
        done = uv("export", "--quiet", "--frozen", "--no-header", "--no-emit-project", *part.split())
        assert done.stdout == (ROOT / file).read_text(encoding="utf-8"), f"{file} is behind uv.lock: `make lock`"
