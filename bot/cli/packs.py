"""The packs that the settings name, or one sentence on why they cannot be used."""

from __future__ import annotations

from collections.abc import Mapping

from bot.bank.faults import BankFaults
from bot.bank.loader import load_library
from bot.config import Settings, Unusable
from bot.study.questions import Pack


def load_packs(settings: Settings) -> Mapping[str, Pack]:
    """Raises Unusable."""
    try:
        packs = load_library(settings.content_dir)
    except BankFaults as error:
        count = len(error.faults)
        raise Unusable(
            f"CONTENT_DIR: the packs in {settings.content_dir} have {count} {'fault' if count == 1 else 'faults'}; the first: "
            f"{error.faults[0]} `python -m bot check` lists them all, each with its remedy."
        ) from error
    if settings.pack not in packs:
        known = ", ".join(packs) or "none"
        raise Unusable(f"CONTENT_PACK: there is no pack {settings.pack} in {settings.content_dir}; there is {known}.")
    return packs
