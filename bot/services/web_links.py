"""Links to private web pages, made when a member presses a button, and valid for fifteen minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.storage import members, web
from bot.storage.engine import Connection, Database
from bot.study.links import KEY_BYTES, LIFETIME, Link, Page, sign
from bot.study.members import Member

PRIVATE = "/private/"
"""The path prefix of a private page; the token follows."""


@dataclass(frozen=True, slots=True)
class Address:
    """The URL of a private page, and when it expires."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WebLinks:
    """Creates links. `url`: the public address of the web pages; None if there are none."""

    db: Database
    url: str | None = None

    @property
    def on(self) -> bool:
        return self.url is not None

    def public_boards(self, guild_id: int) -> str | None:
        """Return the URL of a server's leaderboards, if its managers make them public."""
        return f"{self.url}/boards/{guild_id}" if self.on else None

    async def make(self, member: Member, page: Page, *, exam_id: int = 0, at: datetime) -> Address | None:
        """Create a link that is valid for LIFETIME; None if there are no web pages."""
        if self.url is None:
            return None
        expires_at = at.replace(microsecond=0) + LIFETIME

        def work(tx: Connection) -> bytes:
            # Make sure that the member has a row: without one, a member counts as erased, and their link is rejected.
            members.see(tx, member.guild_id, member.user_id, member.name)
            if (key := web.key(tx)) is None:
                web.keep_key(tx, secrets.token_bytes(KEY_BYTES), at)
                key = web.key(tx)
            assert key is not None, "we or another process have just made one"
            return key

        key = await self.db.write(work)
        link = Link(page, member.guild_id, member.user_id, expires_at, exam_id)
        return Address(f"{self.url}{PRIVATE}{sign(link, key)}", expires_at)
