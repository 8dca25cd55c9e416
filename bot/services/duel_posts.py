"""What happens to a duel by itself: its time runs out, the message of its challenge follows, and what is to be posted about it
goes out with `services.announcements`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.services import duel_scenes
from bot.services.content import Content
from bot.services.dailies import LEASE
from bot.services.duel_scenes import POST_WITHIN, Scene
from bot.services.each import each
from bot.storage import duels
from bot.storage.announcements import Kind
from bot.storage.duels import Duel
from bot.storage.engine import Connection, Database
from bot.study.duels import State

BATCH = 200
SAID_OF = {Kind.CHALLENGE: State.ASKED, Kind.DUEL: State.OVER}


@dataclass(frozen=True, slots=True)
class DuelNews:
    """Something to post about a duel. `pings`: whoever is challenged."""

    kind: Kind
    scene: Scene
    pings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DuelPosts:
    db: Database
    content: Content

    async def close_due(self, at: datetime) -> None:
        """End the duels whose time is up. One's failure is logged and leaves the others alone."""
        due = await self.db.read(lambda tx: duels.due(tx, at, BATCH, self.db.shards))
        await each(due, lambda duel_id: self.db.write(lambda tx: duel_scenes.expire(tx, duel_id, at)))

    async def take_unshown(self, at: datetime, *, limit: int = BATCH, busy: Collection[int] = ()) -> list[Scene]:
        """Duels whose message is to be brought up to date now, in hand until a lease runs out."""

        def work(tx: Connection) -> list[Scene]:
            taken = duels.take_unshown(tx, at, at + LEASE, limit, self.db.shards, busy=busy)
            scenes = [duel_scenes.scene(tx, self.content, duel_id) for duel_id in taken]
            for scene in scenes:
                if _is_hopeless(scene.duel, at):
                    _give_up(tx, scene, at)
            return [scene for scene in scenes if not _is_hopeless(scene.duel, at)]

        return await self.db.write(work)

    async def note_shown(self, scene: Scene) -> None:
        await self.db.write(lambda tx: _note_done(tx, scene.duel))

    async def note_unshowable(self, scene: Scene, *, at: datetime) -> None:
        """The message is gone, or may not be edited: a result that stands nowhere else is told to the two."""
        await self.db.write(lambda tx: _give_up(tx, scene, at))

    def news(self, tx: Connection, kind: Kind, duel_id: int) -> DuelNews | None:
        """What is to be posted about a duel now; None if there is nothing to say any more."""
        duel = duels.get(tx, duel_id)
        if duel is None or len(duel.players) < 2 or duel.state is not SAID_OF[kind]:
            return None
        pings = tuple(player.user_id for player in duel.players if not player.challenger)
        return DuelNews(
            kind, Scene(duel, self.content.pack(tx, duel.guild_id)), pings if kind is Kind.CHALLENGE else ()
        )


def _note_done(tx: Connection, duel: Duel) -> None:
    assert duel.show_at is not None, "it was taken in hand"
    duels.note_shown(tx, duel.id, duel.show_at)


def _give_up(tx: Connection, scene: Scene, at: datetime) -> None:
    _note_done(tx, scene.duel)
    if scene.outcome is not None and not scene.reposted:
        duel_scenes.note_unsaid(tx, Kind.DUEL, scene.duel.id, at)


def _is_hopeless(duel: Duel, at: datetime) -> bool:
    """Whether there is no message to edit, or it has been tried for long enough."""
    return duel.message_id is None or (duel.ended_at is not None and at - duel.ended_at > POST_WITHIN)
