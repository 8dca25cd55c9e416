"""Links to private pages: what a link opens, for how long, and its signature.

The link carries everything its reader needs: nothing is stored, and nobody logs in. It is signed with HMAC-SHA256 over
its text, so that the member, server, page and time cannot be changed.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.records import dataclass

LIFETIME = timedelta(minutes=15)
KEY_BYTES = 32

_PURPOSE = b"cohort link 1\n"
"""Part of the signed text, so that the key can sign other things one day."""
_SIGNATURE = 43
_TOKEN = re.compile(rf"([A-Za-z0-9_-]{{8,160}})\.([A-Za-z0-9_-]{{{_SIGNATURE}}})", re.ASCII)
_CARRIED = re.compile(r"([a-z-]{1,16})\.(\d{1,20})\.(\d{1,20})\.(\d{1,19})\.(\d{1,11})", re.ASCII)


class Page(StrEnum):
    """What a link opens."""

    PROGRESS = "progress"
    EXAM = "exam"
    HEAT_MAP = "heat-map"


class Invalid(StrEnum):
    """Why a link opens nothing. GONE: its member, server or exam no longer exists."""

    FORGED = "forged"
    EXPIRED = "expired"
    GONE = "gone"


class LinkRefused(Exception):
    """The link opens nothing."""

    def __init__(self, why: Invalid) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Link:
    """One page of one member, with the server they asked in, and the mock exam it shows (0: none)."""

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
    """Read a token. Raises LinkRefused: FORGED unless we signed it, EXPIRED from its last second on.

    `key`: None if none was ever made.
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
