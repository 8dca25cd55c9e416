"""Signed links to private pages: what a link opens, and for how long.

A link contains everything that is needed to open it: nothing is stored, and nobody logs in. It is signed with
HMAC-SHA256 over its text, so that the member, server, page and time cannot be changed.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LIFETIME = timedelta(minutes=15)
KEY_BYTES = 32

_PURPOSE = b"cohort link 1\n"
"""A prefix that is signed with the text, so that the same key could sign other kinds of text one day."""
_SIGNATURE = 43
_TOKEN = re.compile(rf"([A-Za-z0-9_-]{{8,160}})\.([A-Za-z0-9_-]{{{_SIGNATURE}}})", re.ASCII)
_CARRIED = re.compile(r"([a-z-]{1,16})\.(\d{1,20})\.(\d{1,20})\.(\d{1,19})\.(\d{1,11})", re.ASCII)


class Page(StrEnum):
    """What a link opens."""

    PROGRESS = "progress"
    EXAM = "exam"
    HEAT_MAP = "heat-map"


class Invalid(StrEnum):
    """Why a link cannot be opened. GONE: its member, server or exam no longer exists. NOT_READY: its exam is kept, but
    has no result to show now."""

    FORGED = "forged"
    EXPIRED = "expired"
    GONE = "gone"
    NOT_READY = "not-ready"


class LinkRefused(Exception):
    """The link cannot be opened."""

    def __init__(self, why: Invalid) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Link:
    """A page for one member, with the server where they asked for it. `exam_id`: the mock exam that it shows, or 0."""

    page: Page
    guild_id: int
    user_id: int
    expires_at: datetime
    exam_id: int = 0


def sign(link: Link, key: bytes) -> str:
    """Return the token of a link: letters, digits, `-`, `_` and one dot."""
    seconds = int(link.expires_at.timestamp())
    text = f"{link.page}.{link.guild_id}.{link.user_id}.{link.exam_id}.{seconds}"
    carried = urlsafe_b64encode(text.encode()).rstrip(b"=")
    return f"{carried.decode()}.{_signature(carried, key)}"


def read(token: str, key: bytes | None, at: datetime) -> Link:
    """Read a token. Raises LinkRefused: FORGED if we did not sign it, EXPIRED if its time is up.

    `key`: None if no link was ever signed.
    """
    match = _TOKEN.fullmatch(token)
    if match is None or key is None:
        raise LinkRefused(Invalid.FORGED)
    carried, signature = match[1].encode(), match[2]
    if not hmac.compare_digest(signature, _signature(carried, key)):
        raise LinkRefused(Invalid.FORGED)
    text = _CARRIED.fullmatch(urlsafe_b64decode(carried + b"=" * (-len(carried) % 4)).decode())
    assert text is not None, "we wrote what we signed"
    page, guild_id, user_id, exam_id, seconds = text.groups()
    link = Link(Page(page), int(guild_id), int(user_id), datetime.fromtimestamp(int(seconds), UTC), int(exam_id))
    if at >= link.expires_at:
        raise LinkRefused(Invalid.EXPIRED)
    return link


def _signature(carried: bytes, key: bytes) -> str:
    return urlsafe_b64encode(hmac.digest(key, _PURPOSE + carried, "sha256")).rstrip(b"=").decode()
