"""Who suggested a server's own questions."""

from __future__ import annotations

from collections.abc import Iterable

from bot.storage import suggestions
from bot.storage.engine import Connection
from bot.storage.suggestions import QuestionKey
from bot.study.packs import OWN


def credits_of(tx: Connection, asked: Iterable[QuestionKey]) -> dict[QuestionKey, str]:
    """Return the author's name for each suggested question; hidden and erased authors are left out.

    Only a server's own questions can have an author, so others cost no query.
    """
    return suggestions.authors(tx, {key for key in asked if key[1].startswith(OWN)})


def credit_of(tx: Connection, guild_id: int, question_id: str) -> str | None:
    return credits_of(tx, [(guild_id, question_id)]).get((guild_id, question_id))
