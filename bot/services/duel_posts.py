"""The automatic end of a duel when its time runs out, and what its posts show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services import duel_scenes
from bot.services.content import Content
from bot.services.duel_scenes import POST_WITHIN, DuelScene
from bot.services.each import write_each
from bot.services.posts import ANY_REFUSAL, Policy, PostEnding, PostShown
from bot.storage import duels, posts
from bot.storage.engine import Connection, Database
from bot.storage.posts import Post, PostKind
from bot.study.duels import DuelState

BATCH = 200


@dataclass(frozen=True, slots=True)
class DuelNews:
    """What a post about a duel shows. `pings`: the challenged member."""

    kind: PostKind
    scene: DuelScene
    pings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DuelPosts:
    db: Database
    content: Content

    async def close_due(self, at: datetime) -> None:
        """End the duels whose time is up. A duel that fails is logged and does not affect the others."""
        due = await self.db.read(lambda tx: duels.due(tx, at, BATCH, self.db.shards))
        await write_each(self.db, due, lambda tx, duel_id: duel_scenes.expire(tx, self.content, duel_id, at))

    async def reopen(self, at: datetime) -> None:
        """Open challenges again that lapsed too early, because the clock was ahead."""
        early = await self.db.read(lambda tx: duels.lapsed_early(tx, at, self.db.shards))
        await write_each(self.db, early, lambda tx, duel_id: duel_scenes.reopen(tx, duel_id, at))

    def policies(self) -> dict[str, Policy]:
        """Return the policies of duel posts. A duel concerns two members, so its posts never change channel and only
        these two are notified."""
        return {
            PostKind.CHALLENGE: Policy(
                self.scene,
                ends_on=ANY_REFUSAL,
                edit_within=POST_WITHIN,
                shown=_note_message,
                ended=self._challenge_ended,
            ),
            PostKind.DUEL: Policy(self.scene, ends_on=ANY_REFUSAL, ended=_result_ended),
        }

    def scene(self, tx: Connection, post: Post) -> DuelNews | None:
        """Return what a post about a duel shows now; None if it has nothing left to show."""
        duel = duels.get(tx, int(post.subject))
        if duel is None:
            return None
        if post.message_id is None and (len(duel.players) < 2 or duel.state not in _POSTED_IN[PostKind(post.kind)]):
            return None
        asked = duel.state is DuelState.ASKED
        pings = tuple(player.user_id for player in duel.players if asked and not player.challenger)
        return DuelNews(PostKind(post.kind), duel_scenes.scene_of(tx, self.content, duel), pings)

    def _challenge_ended(self, tx: Connection, post: Post, ending: PostEnding, at: datetime) -> None:
        """Withdraw a challenge that nobody can see. Post a result whose message was deleted, or notify both players
        privately if its channel is gone."""
        duel = duels.get(tx, int(post.subject), hold=True)
        if duel is None:
            return
        if post.message_id is None and duel.state is DuelState.ASKED:
            duel_scenes.end(tx, self.content, duel, DuelState.WITHDRAWN, at)
            duels.set_unreported(tx, duel.id, [player.user_id for player in duel.players if player.challenger])
        elif duel.state is DuelState.OVER and not posts.exists(tx, PostKind.DUEL, duel.id):
            if ending is PostEnding.DELETED:
                duel_scenes.post_result(tx, duel, at, seen=False)
            elif len(duel.players) == 2:
                duel_scenes.note_unposted(tx, duel)


_POSTED_IN = {PostKind.CHALLENGE: (DuelState.ASKED, DuelState.RUNNING), PostKind.DUEL: (DuelState.OVER,)}
"""The states in which each kind of post is sent. A post that is already up is updated in any state."""


def _note_message(tx: Connection, post: Post, shown: PostShown, _at: datetime) -> None:
    duels.note_message(tx, int(post.subject), shown.message_id)


def _result_ended(tx: Connection, post: Post, _ending: PostEnding, at: datetime) -> None:
    """Notify both players privately of a result that was not posted; the challenge's message shows it, too."""
    duel = duels.get(tx, int(post.subject), hold=True)
    if duel is not None and post.message_id is None and len(duel.players) == 2:
        duel_scenes.note_unposted(tx, duel)
        posts.touch(tx, PostKind.CHALLENGE, duel.id, at)
