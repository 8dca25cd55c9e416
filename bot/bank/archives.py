"""Read untrusted zip archives in memory: nothing is unpacked to disk, and no member is read beyond its declared
size."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

from bot.bank.limits import ARCHIVE_MEMBERS_MAX, UNPACKED_BYTES_MAX

SIGNATURE: Final = b"PK\x03\x04"
_ENTRY: Final = b"PK\x01\x02"
_GLANCE: Final = 80
_DAMAGES: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, OSError),
    *(IndexError, struct.error),
)
"""Exceptions that zipfile raises for truncated or malicious archives."""
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class FileRefused(Exception):
    """A file cannot be read, or only in part. `problem` says what is wrong, `remedy` what to do."""

    def __init__(self, problem: str, remedy: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.line = problem, remedy, line


class Archive:
    """The members of a zip by name. Raises FileRefused for an archive that is broken, encrypted, too large or
    malicious.

    Members that are not `wanted`, such as pictures, can have any size, because they are not read.
    """

    def __init__(
        self, data: bytes, most: int = UNPACKED_BYTES_MAX, wanted: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._zip = _opened(data)
        self.members: Mapping[str, zipfile.ZipInfo] = _members(self._zip, most, wanted)

    @property
    def names(self) -> list[str]:
        return list(self.members)

    def read(self, name: str) -> bytes:
        """Read a member. zipfile never returns more than the declared size. Raises FileRefused, KeyError."""
        try:
            return self._zip.read(self.members[name])
        except _DAMAGES:
            raise FileRefused(f"is damaged in {name[:60]}", "Export it again") from None


def glance(data: bytes, name: str) -> tuple[frozenset[str], bytes]:
    """Return the member names and the first bytes of member `name`, to recognize the type of archive.

    Raises FileRefused if the archive is broken.
    """
    with _opened(data) as opened:
        names = frozenset(info.filename for info in opened.infolist())
        try:
            with opened.open(name) as member:
                return names, member.read(_GLANCE)
        except (*_DAMAGES, KeyError):
            return names, b""


def _opened(data: bytes) -> zipfile.ZipFile:
    if data.count(_ENTRY) > ARCHIVE_MEMBERS_MAX:  # checked before zipfile builds an object for each member
        raise FileRefused(
            f"is an archive of more than {ARCHIVE_MEMBERS_MAX:,} files", "Remove the files that are not needed"
        )
    try:
        return zipfile.ZipFile(BytesIO(data))
    except _DAMAGES:
        raise FileRefused("is a damaged archive", "Export it again") from None


def _members(opened: zipfile.ZipFile, most: int, wanted: Callable[[str], bool]) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for info in opened.infolist():
        name = info.filename
        if not name:
            raise FileRefused("is a damaged archive", "Export it again")
        if name.endswith("/"):  # a folder
            continue
        if name.startswith("/") or name[1:2] == ":" or ".." in name.replace("\\", "/").split("/"):
            raise FileRefused(f'contains a file with an unsafe path ("{name[:60]}")', "Zip the folder again")
        if not wanted(name):
            continue
        if name in found:
            raise FileRefused(f'contains two files named "{name[:60]}"', "Zip the folder again")
        if info.flag_bits & 1:
            raise FileRefused("is locked with a password", "Save it without one")
        if info.compress_type not in _METHODS:
            raise FileRefused(
                f"uses a compression method that is not supported ({name[:60]})", "Zip the folder again as usual"
            )
        total += info.file_size
        if total > most:
            raise FileRefused(f"unpacks to more than {most:,} bytes", "Leave out pictures and sounds, or split it")
        found[name] = info
    return found
