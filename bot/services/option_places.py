"""Put every option of a pack in the place where it was first loaded, because answers are stored by place."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.storage import dailies, option_places, posts
from bot.storage.engine import Connection, Database
from bot.storage.posts import PostKind
from bot.study.option_places import Places, keep_places, places_of
from bot.study.questions import Pack, Question

log = logging.getLogger(__name__)


async def in_kept_places(db: Database, packs: Mapping[str, Pack], *, at: datetime) -> Mapping[str, Pack]:
    """Put the options of all packs in their first places, once, before a process starts serving. A question whose
    options have changed gets the time of the change, and its open posts are updated.

    Database errors are passed on as they are.
    """

    def work(tx: Connection) -> Mapping[str, Pack]:
        return {name: _settle(tx, pack, at) for name, pack in packs.items()}

    return await db.write(work)


def _settle(tx: Connection, pack: Pack, at: datetime) -> Pack:
    kept = option_places.of_pack(tx, pack.name)
    questions: dict[str, Question] = {}
    changed: dict[str, Places] = {}
    for id, question in pack.questions.items():
        before = kept.get(id)
        settled = keep_places(question, before) if before is not None else question
        places = places_of(settled)
        if before is None:
            changed[id] = places
        elif places != before:
            changed[id] = replace(places, since=at)
        since = changed[id].since if id in changed else before.since if before is not None else None
        questions[id] = replace(settled, since=since) if since is not None else settled
    option_places.keep(tx, pack.name, changed.items())
    posts.touch_all(tx, PostKind.DAILY, dailies.open_with(tx, [id for id in changed if id in kept]), at)
    moved = [id for id, question in questions.items() if question is not pack.questions[id]]
    if moved:
        log.info(
            "options kept in the places by which answers are stored", extra={"pack": pack.name, "questions": len(moved)}
        )
        return replace(pack, questions=questions)
    return pack
