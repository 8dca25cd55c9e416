"""The work that the bot has yet to finish before the final checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, or_, select, update

from bot.app import RENDERERS
from bot.clock import now
from bot.services import Services
from bot.storage.posts import PostKind
from bot.storage.tables import (
    DIRTY,
    DUELING,
    competitions,
    dailies,
    duels,
    exam_evenings,
    live_answers,
    posts,
    schedules,
)
from tests.chaos.event_checks import post_of
from tests.chaos.events import ERRANDS

SOON = timedelta(minutes=5)
HALF_DONE = ("claimed", "settled")


def unsettled(tx: Connection, services: Services, *, numbers: bool) -> Iterator[tuple[str, str]]:
    """Yield a name for each piece of work that is unfinished or about to come due, with its state. `numbers`: include
    edits that may wait."""
    soon = now() + SOON
    for row in tx.execute(select(dailies).where(dailies.c.state.in_(HALF_DONE))):
        yield f"daily {row.id}", row.state
    for row in tx.execute(select(schedules).where(schedules.c.next_post_at <= soon)):
        yield f"schedule {row.number} of server {row.guild_id}", f"due at {row.next_post_at:%H:%M:%S}"
    for row in tx.execute(select(exam_evenings).where(exam_evenings.c.due_at <= soon)):
        yield f"evening {row.id}", f"{row.state}, due at {row.due_at:%H:%M:%S}"
    for row in tx.execute(select(competitions).where(competitions.c.due_at <= soon)):
        yield f"competition {row.id}", f"{row.state}, due at {row.due_at:%H:%M:%S}"
    for row in tx.execute(select(duels).where(DUELING, duels.c.expires_at <= soon)):
        yield f"duel {row.id}", f"{row.state}, due at {row.expires_at:%H:%M:%S}"
    for row in tx.execute(select(live_answers).where(~live_answers.c.recorded)):
        yield f"live round {row.live_id}, question {row.number}, member {row.user_id}", "not recorded"
    for table, pending in ERRANDS:
        begun = or_(table.c.attempts > 0, table.c.next_try_at <= soon)
        for row in tx.execute(select(table).where(pending, begun)):
            key = tuple(getattr(row, column.name) for column in table.primary_key)
            yield f"{table.name} {key}", f"{row.attempts} attempts"
    yield from _unshown(tx, services, numbers=numbers)


def _unshown(tx: Connection, services: Services, *, numbers: bool) -> Iterator[tuple[str, str]]:
    """Yield the posts that do not show what they should. Posts that must be held back, such as a question that somebody
    can still answer, are left out, however often the bot tries them."""
    for row in tx.execute(select(posts).where(DIRTY)):
        post = post_of(row)
        scene = services.posts.policies[row.kind].scene(tx, post)
        held_back = row.message_id is None and scene is not None and RENDERERS[row.kind].compose(post, scene) is None
        if not held_back and (numbers or row.due_at <= now()):
            why = f"{row.attempts} attempts, next at {row.next_try_at:%H:%M:%S}, {row.trouble or 'no trouble'}"
            yield f"post {row.kind} {row.subject}", why


def look_now(tx: Connection) -> None:
    """Have the bot check the questions of reviews that it held back. On its own it checks them every ten minutes, and
    the final checks must not wait that long."""
    held_back = posts.c.kind == PostKind.EVENING_ITEM, posts.c.message_id.is_(None), posts.c.attempts == 0
    tx.execute(update(posts).where(*held_back, posts.c.lease_until.is_(None)).values(next_try_at=now()))
