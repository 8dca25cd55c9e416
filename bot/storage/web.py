"""The key that signs the links to private pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from bot.storage.sql import insert
from bot.storage.tables import web_keys

_ID = 1


def key(tx: Connection) -> bytes | None:
    """Return the key; None until the first link is made."""
    kept = tx.execute(select(web_keys.c.key).where(web_keys.c.id == _ID)).scalar()
    return bytes.fromhex(kept) if kept is not None else None


def keep_key(tx: Connection, made: bytes, at: datetime) -> None:
    """Store a key, unless another process already has."""
    tx.execute(insert(tx, web_keys).values(id=_ID, key=made.hex(), made_at=at).on_conflict_do_nothing())
