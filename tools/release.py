"""Release the unreleased changes as a version: update the changelog and the version number, then commit and tag. `make
release VERSION=0.2.0` runs the checks first.

python tools/release.py --check 0.2.0    check whether it could be released
python tools/release.py 0.2.0            on a clean main; `git push --follow-tags` afterwards publishes
python tools/release.py --notes 0.2.0    print the changelog of a version
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHANGELOG = Path("CHANGELOG.md")
VERSION_FILE = Path("bot/__init__.py")

KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""The sections of Keep a Changelog, in its order."""
UNRELEASED = "Unreleased"
BREAKING = "- **Breaking**"
"""The beginning of an entry that requires action when upgrading; see CONTRIBUTING.md."""

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_HEADING = re.compile(r"^## (\S+)(?: - (\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)
_ASSIGNED = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)


class NotReady(Exception):
    """The release was refused and nothing was changed. The text says what to do first."""


def notes(changelog: str, version: str) -> str:
    """Return a version's section of the changelog, without its heading. Raises NotReady."""
    for heading in _HEADING.finditer(changelog):
        if heading[1] == version:
            after = _HEADING.search(changelog, heading.end())
            return changelog[heading.end() : after.start() if after else None].strip()
    raise NotReady(f"{CHANGELOG} has no section for {version}.")


def faults(changelog: str) -> list[str]:
    """Return what is wrong with the format of a changelog."""
    found = []
    versions = [heading[1] for heading in _HEADING.finditer(changelog)]
    if versions[:1] != [UNRELEASED]:
        found.append(f"The first section must be `## {UNRELEASED}`.")
    found += [f"The heading `{line}` does not look like `## 1.2.3 - 2026-11-30`." for line in _odd_headings(changelog)]
    for version in versions:
        kinds = re.findall(r"^### (.+)$", notes(changelog, version), re.MULTILINE)
        found += [f"{version}: `### {kind}` is not one of {', '.join(KINDS)}." for kind in kinds if kind not in KINDS]
        if len(kinds) != len(set(kinds)):
            found.append(f"{version}: a section appears twice.")
    numbers = [_numbers(version) for version in versions if version != UNRELEASED]
    if numbers != sorted(numbers, reverse=True):
        found.append("The newest version must come first.")
    return found


def _odd_headings(changelog: str) -> list[str]:
    lines = re.findall(r"^## .*$", changelog, re.MULTILINE)
    return [
        line
        for line in lines
        if line != f"## {UNRELEASED}"
        and not ((found := _HEADING.fullmatch(line)) and found[2] and _VERSION.fullmatch(found[1]))
    ]


def _numbers(version: str) -> tuple[int, ...]:
    found = _VERSION.fullmatch(version)
    if found is None:
        raise NotReady(f"{version} is not a version such as 1.2.3.")
    return tuple(map(int, found.groups()))


def check_step(current: str, wanted: str, entries: str) -> None:
    """Raise NotReady unless semantic versioning allows the step to `wanted` for these entries."""
    (major, minor, patch), new = _numbers(current), _numbers(wanted)
    steps = {"patch": (major, minor, patch + 1), "minor": (major, minor + 1, 0), "major": (major + 1, 0, 0)}
    if new not in steps.values():
        raise NotReady(f"After {current} comes {', '.join('.'.join(map(str, step)) for step in steps.values())}.")
    breaking = BREAKING in entries or "### Removed" in entries
    least = ("minor" if major == 0 else "major") if breaking else "minor" if "### Added" in entries else "patch"
    if new < steps[least]:
        reason = "removes or breaks something" if breaking else "adds something"
        raise NotReady(f"It {reason}, so it must be at least {'.'.join(map(str, steps[least]))}.")


def released(changelog: str, version: str, day: date) -> str:
    """Return the changelog with the unreleased entries moved to a version. Raises NotReady."""
    if found := faults(changelog):
        raise NotReady(f"{CHANGELOG}: {' '.join(found)}")
    if not notes(changelog, UNRELEASED):
        raise NotReady(f"{CHANGELOG} lists no change since the last version.")
    return changelog.replace(f"## {UNRELEASED}\n", f"## {UNRELEASED}\n\n## {version} - {day}\n", 1)


def prepare(root: Path, version: str, day: date) -> dict[Path, str]:
    """Return the new contents of the files that a release changes, by path. Raises NotReady."""
    if _git(root, "status", "--porcelain"):
        raise NotReady("There are uncommitted changes. Commit or stash them.")
    if (branch := _git(root, "rev-parse", "--abbrev-ref", "HEAD")) != "main":
        raise NotReady(f"This is the branch {branch}; versions are released from main.")
    if _git(root, "tag", "--list", f"v{version}"):
        raise NotReady(f"There is already a tag v{version}.")
    changelog, code = ((root / file).read_text(encoding="utf-8") for file in (CHANGELOG, VERSION_FILE))
    current = _ASSIGNED.search(code)
    assert current is not None, f"{VERSION_FILE} says the version"
    new = released(changelog, version, day)
    check_step(current[1], version, notes(changelog, UNRELEASED))
    return {CHANGELOG: new, VERSION_FILE: _ASSIGNED.sub(f'__version__ = "{version}"', code)}


def release(root: Path, version: str, day: date) -> None:
    """Write, commit and tag a version. If it raises NotReady, nothing was changed."""
    files = prepare(root, version, day)
    for file, text in files.items():
        (root / file).write_text(text, encoding="utf-8")
    _git(root, "add", *map(str, files))
    _git(root, "commit", "--quiet", "--message", f"Release {version}")
    message = f"Cohort {version}\n\n{notes(files[CHANGELOG], version)}\n"
    # Verbatim, because git would treat lines that begin with # as comments.
    _git(root, "tag", "--annotate", "--cleanup=verbatim", "--message", message, f"v{version}")


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, text=True, capture_output=True, check=False)
    if done.returncode:
        raise NotReady(f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def main(arguments: list[str]) -> int:
    today = datetime.now(UTC).date()
    try:
        match arguments:
            case ["--check", version]:
                prepare(ROOT, version, today)
            case ["--notes", version]:
                print(notes((ROOT / CHANGELOG).read_text(encoding="utf-8"), version))
            case [version]:
                release(ROOT, version, today)
                print(f"Tagged v{version}. `git push --follow-tags` publishes it.")
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
