"""One command releases a version from the changelog, completely or not at all."""

from __future__ import annotations

import subprocess
from datetime import date

import pytest

from tests.conftest import ROOT
from tools.release import NotReady, check_step, faults, notes, release, released

DAY = date(2026, 12, 1)
CHANGELOG = """# Changelog

## Unreleased

### Added
- A thing. # and a number sign

### Fixed
- Another.

## 0.1.0 - 2026-11-01

### Added
- The first.
"""


@pytest.fixture
def repository(tmp_path):
    """Create a repository of version 0.1.0 with unreleased changes."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text('"""The bot."""\n\n__version__ = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "config", "user.name", "Mia")
    git(tmp_path, "config", "user.email", "mia@example.org")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def git(folder, *arguments):
    return subprocess.run(["git", *arguments], cwd=folder, text=True, capture_output=True, check=True).stdout.strip()


def test_a_version_is_written_committed_and_tagged_with_its_notes(repository):
    release(repository, "0.2.0", DAY)

    changelog = (repository / "CHANGELOG.md").read_text()
    assert "## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n### Added\n- A thing." in changelog
    assert faults(changelog) == []
    assert '__version__ = "0.2.0"' in (repository / "bot" / "__init__.py").read_text()
    assert git(repository, "log", "-1", "--format=%s") == "Release 0.2.0"
    assert git(repository, "tag", "--points-at", "HEAD") == "v0.2.0"
    assert notes(changelog, "0.2.0") in git(repository, "tag", "--list", "--format=%(contents)", "v0.2.0")
    assert git(repository, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "left.txt").write_text("x"), "uncommitted changes"),
        (lambda folder: git(folder, "checkout", "--quiet", "-b", "feature"), "the branch feature"),
        (lambda folder: git(folder, "tag", "v0.2.0"), "already a tag v0.2.0"),
    ],
)
def test_a_version_is_released_once_from_a_clean_main(repository, spoil, said):
    spoil(repository)
    before = git(repository, "rev-parse", "HEAD")

    with pytest.raises(NotReady, match=said):
        release(repository, "0.2.0", DAY)

    assert git(repository, "rev-parse", "HEAD") == before
    assert (repository / "CHANGELOG.md").read_text() == CHANGELOG


@pytest.mark.parametrize(
    ("current", "wanted", "entries"),
    [
        ("0.1.0", "0.1.1", "### Fixed\n- A."),
        ("0.1.0", "0.2.0", "### Removed\n- A."),
        ("1.2.3", "1.3.0", "### Added\n- A."),
        ("1.2.3", "2.0.0", "### Changed\n- **Breaking** A."),
    ],
)
def test_a_version_step_can_be_as_small_as_the_changes(current, wanted, entries):
    check_step(current, wanted, entries)


@pytest.mark.parametrize(
    ("current", "wanted", "entries"),
    [
        ("0.1.0", "0.1.1", "### Added\n- A."),
        ("0.1.0", "0.1.1", "### Removed\n- A."),
        ("1.2.3", "1.3.0", "### Changed\n- **Breaking** A."),
        ("1.2.3", "1.2.3", "### Fixed\n- A."),
        ("1.2.3", "1.2.5", "### Fixed\n- A."),
        ("1.2.3", "1.2", "### Fixed\n- A."),
        ("1.2.3", "1.02.4", "### Fixed\n- A."),
    ],
)
def test_a_version_step_that_does_not_match_the_changes_is_refused(current, wanted, entries):
    with pytest.raises(NotReady):
        check_step(current, wanted, entries)


def test_without_changes_there_is_no_version():
    with pytest.raises(NotReady, match="no change"):
        released("# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-11-01\n\n### Added\n- A.\n", "0.1.1", DAY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("### Fixed", "### Mended"),
        ("### Fixed", "### Added"),
        ("## 0.1.0 - 2026-11-01", "## 0.1.0"),
        ("## Unreleased\n", "## 0.0.9 - 2026-12-01\n"),
    ],
)
def test_a_malformed_changelog_is_reported(before, after):
    assert faults(CHANGELOG) == []
    assert faults(CHANGELOG.replace(before, after))


def test_our_changelog_is_well_formed():
    assert faults((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")) == []
