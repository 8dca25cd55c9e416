"""Load the packs that the settings name, or say in one sentence why they cannot be used."""

from __future__ import annotations

from collections.abc import Mapping

from bot.bank import kept
from bot.bank.faults import BankFaults
from bot.config import Settings, Unusable
from bot.places import PROGRAM
from bot.storage.engine import sqlite_path
from bot.study.questions import Pack

KEPT = "packs.json"
"""A file next to the database that caches the parsed packs, for a faster start. It may be deleted at any time."""


def load_packs(settings: Settings, *, keep: bool = False) -> Mapping[str, Pack]:
    """Load the packs. `keep`: use the cache of an earlier start, if nothing has changed. Raises Unusable."""
    database = sqlite_path(settings.database_url)
    try:
        packs = kept.load(settings.content_dir, database.with_name(KEPT) if keep and database is not None else None)
    except BankFaults as error:
        count = len(error.faults)
        raise Unusable(
            f"CONTENT_DIR: the packs in {settings.content_dir} have {count} {'fault' if count == 1 else 'faults'}; the first: "
            f"{error.faults[0]} `{PROGRAM} check` lists all of them, with remedies."
        ) from error
    if settings.pack not in packs:
        known = ", ".join(packs) or "none"
        raise Unusable(
            f"CONTENT_PACK: there is no pack {settings.pack} in {settings.content_dir}. The packs there are: {known}."
        )
    return packs
