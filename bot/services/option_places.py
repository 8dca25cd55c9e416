"""The packs as answers know them: with every option at the place that it had when it was first loaded."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.storage import option_places
from bot.storage.engine import Connection, Database
from bot.study.option_places import keep_places, places_of
from bot.study.questions import Pack

log = logging.getLogger(__name__)


async def in_kept_places(db: Database, packs: Mapping[str, Pack]) -> Mapping[str, Pack]:
    """Called once, before a process serves. Raises what the database raises."""

    def work(tx: Connection) -> Mapping[str, Pack]:
        return {name: _settle(tx, pack) for name, pack in packs.items()}

    return await db.write(work)


def _settle(tx: Connection, pack: Pack) -> Pack:
    kept = option_places.of_pack(tx, pack.name)
    questions = {
        id: keep_places(question, kept[id]) if id in kept else question for id, question in pack.questions.items()
    }
    places = {id: places_of(question) for id, question in questions.items()}
    changed = {id: each for id, each in places.items() if kept.get(id) != each}
    option_places.keep(tx, pack.name, changed.items())
    moved = [id for id, question in questions.items() if question is not pack.questions[id]]
    if moved:
        log.info("options stay where answers know them", extra={"pack": pack.name, "questions": len(moved)})
        return replace(pack, questions=questions)
    return pack
