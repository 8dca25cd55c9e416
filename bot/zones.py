"""Choose the time zone data: this machine's or the tzdata package's, whichever is newer.

By default `zoneinfo` reads the machine's data, and uses the package only for zones that the machine lacks. So on an
outdated operating system, questions would be posted an hour off wherever the rules have changed since, although newer
rules are installed.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tzdata

PACKAGE = Path(tzdata.__file__).parent / "zoneinfo"
_VERSION = re.compile(r"\b(\d{4})([a-z]+)\b")
_NOTES = ("tzdata.zi", "+VERSION", "VERSION")
"""Files that state the version of a database near their beginning. Which of them exist depends on the system."""


@dataclass(frozen=True, slots=True)
class ZoneData:
    """One time zone database. `version` is like `2026f`, or empty if unknown."""

    folder: Path
    version: str

    @property
    def packaged(self) -> bool:
        return self.folder == PACKAGE

    def __str__(self) -> str:
        return f"{self.version or 'of unknown version'}, {'the tzdata package' if self.packaged else self.folder}"


def use_newest() -> None:
    """Make `zoneinfo` read the newest database first. Zones missing from it are still found in the others."""
    newest_first = sorted(found(), key=lambda data: _age(data.version), reverse=True)
    zoneinfo.reset_tzpath([str(data.folder) for data in newest_first])
    zoneinfo.ZoneInfo.clear_cache()
    in_use.cache_clear()


def found() -> Sequence[ZoneData]:
    """Return every database that `zoneinfo` reads, in its order of precedence, and the tzdata package's."""
    folders = [folder for folder in map(Path, zoneinfo.TZPATH) if folder.is_dir()]
    return [ZoneData(folder, _version_in(folder)) for folder in dict.fromkeys([*folders, PACKAGE])]


@cache
def in_use() -> ZoneData:
    return found()[0]


def _version_in(folder: Path) -> str:
    if folder == PACKAGE:
        return str(tzdata.IANA_VERSION)
    for name in _NOTES:
        try:
            with (folder / name).open(encoding="utf-8", errors="replace") as note:
                stated = _VERSION.search(note.read(100))
        except OSError:
            continue
        if stated:
            return stated[0]
    return ""


def _age(version: str) -> tuple[int, int, str]:
    """Return a sort key for versions: `2025b` before `2026a`, `2026z` before `2026za`, and unknown ones first."""
    stated = _VERSION.fullmatch(version)
    return (int(stated[1]), len(stated[2]), stated[2]) if stated else (0, 0, "")
