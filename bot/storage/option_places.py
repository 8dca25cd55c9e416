"""The places of each question's options and prompts when they were first loaded, by pack."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from bot.storage.sql import Many
from bot.storage.tables import option_places
from bot.study.option_places import Places

_KEEP = Many(
    lambda insert: (statement := insert(option_places)).on_conflict_do_update(
        index_elements=[option_places.c.pack, option_places.c.question_id],
        set_={name: statement.excluded[name] for name in ("options", "prompts", "changed_at")},
    ),
    "pack",
    "question_id",
    "options",
    "prompts",
    "changed_at",
)


def of_pack(tx: Connection, pack: str) -> dict[str, Places]:
    """Return the places of a pack, by question."""
    rows = tx.execute(select(option_places).where(option_places.c.pack == pack))
    return {
        row.question_id: Places(tuple(row.options.split()), tuple(row.prompts.split()), row.changed_at) for row in rows
    }


def keep(tx: Connection, pack: str, places: Iterable[tuple[str, Places]]) -> None:
    _KEEP.write(tx, [(pack, id, " ".join(each.options), " ".join(each.prompts), each.since) for id, each in places])
