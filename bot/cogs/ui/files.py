"""Files that fit a message: as they are, else as a zip archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import discord

from bot.study.errors import Refusal, Refused

MARGIN = 64 * 1024
"""Bytes reserved for the rest of a request: the message itself, and the boundaries between its parts."""


def zipped(name: str, data: bytes) -> bytes:
    """Return an archive with one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def fitted(files: Sequence[discord.File], limit: int) -> list[discord.File]:
    """Return the files if they fit a message of `limit` bytes, else each as a zip archive. Raises EXPORT_TOO_LARGE."""
    room = limit - MARGIN
    if sum(map(_size, files)) <= room:
        return list(files)
    fitting = [_as_zip(file) for file in files]
    if sum(map(_size, fitting)) > room:
        raise Refused(Refusal.EXPORT_TOO_LARGE)
    return fitting


def _size(file: discord.File) -> int:
    file.reset()
    size = file.fp.seek(0, io.SEEK_END)
    file.reset()
    return size


def _as_zip(file: discord.File) -> discord.File:
    data = zipped(file.filename, file.fp.read())
    return discord.File(io.BytesIO(data), f"{file.filename}.zip", description=file.description)
