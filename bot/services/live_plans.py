"""Live rounds that are planned for later: announced by a post and an event, and opened by a tick."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from bot.services.content import Content
from bot.services.each import write_each
from bot.services.events import EventAbout, event_of, renew_event, touch_event, want_event
from bot.services.live import Live
from bot.services.posts import ANY_REFUSAL, Policy, PostEnding
from bot.storage import guilds, live_plans, members, posts
from bot.storage.engine import Connection, Database
from bot.storage.live_plans import LivePlan
from bot.storage.posts import Post, PostKind
from bot.study.errors import LiveGoingOn, Refusal, Refused, StudyError
from bot.study.evenings import check_start
from bot.study.live import LATE, MAX_OPEN, LivePlanState, askable
from bot.study.members import Member
from bot.study.packs import read_section
from bot.study.questions import Pack

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LivePlanScene:
    plan: LivePlan
    pack: Pack
    event_id: int | None = None
    event: bool = False
    """Whether a Discord event will be created."""


@dataclass(frozen=True, slots=True)
class LivePlans:
    db: Database
    content: Content
    live: Live

    async def plan(self, host: Member, wanted: LivePlan, *, may_create_events: bool, at: datetime) -> LivePlanScene:
        """Plan a round; a tick announces and opens it.

        Raises NEEDS_SERVER, START_TOO_SOON, START_TOO_FAR, UnknownSection, NO_LIVE_QUESTIONS, TOO_MANY_LIVE.
        """
        if host.alone:
            raise Refused(Refusal.NEEDS_SERVER)
        check_start(wanted.starts_at, at)

        def work(tx: Connection) -> LivePlanScene:
            pack = self.content.pack(tx, wanted.guild_id)
            section = read_section(pack, wanted.section)
            if not (size := len(askable(pack, section))):
                raise Refused(Refusal.NO_LIVE_QUESTIONS)
            if live_plans.count(tx, wanted.guild_id) >= MAX_OPEN:
                raise Refused(Refusal.TOO_MANY_LIVE)
            guilds.ensure(tx, wanted.guild_id, at)
            members.see(tx, host.guild_id, host.user_id, host.name)
            plan = live_plans.add(tx, replace(wanted, section=section, questions=min(wanted.questions, size)))
            about = PostKind.LIVE_PLAN, plan.id, plan.guild_id, plan.channel_id
            posts.want(tx, *about, at=at, expires_at=plan.starts_at)
            event = may_create_events and guilds.get(tx, plan.guild_id).events
            if event:
                want_event(tx, EventAbout.LIVE, plan.id, plan.guild_id, plan.channel_id, plan.starts_at, at)
            return LivePlanScene(plan, pack, event=event)

        return await self.db.write(work)

    async def next_in(self, member: Member, channel_id: int) -> LivePlan | None:
        """Return the next planned round in a channel of the member's server."""
        plan = await self.db.read(lambda tx: live_plans.next_in(tx, channel_id))
        return plan if plan is not None and plan.guild_id == member.guild_id else None

    async def stranded(self, guild_id: int) -> list[LivePlan]:
        """Return the planned rounds of a server for which its pack has no questions."""

        def work(tx: Connection) -> list[LivePlan]:
            pack = self.content.pack(tx, guild_id)
            return [plan for plan in live_plans.planned(tx, guild_id) if not askable(pack, plan.section)]

        return await self.db.read(work)

    async def cancel(self, plan_id: int, member: Member, *, manager: bool, at: datetime) -> LivePlan:
        """Call a planned round off. Raises UNKNOWN_LIVE, NOT_YOUR_LIVE, LIVE_OVER."""

        def work(tx: Connection) -> LivePlan:
            plan = live_plans.get(tx, plan_id)
            if plan is None or plan.guild_id != member.guild_id:
                raise Refused(Refusal.UNKNOWN_LIVE)
            if not manager and plan.planned_by != member.user_id:
                raise Refused(Refusal.NOT_YOUR_LIVE)
            if not _close(tx, plan, LivePlanState.CANCELLED, at):
                raise Refused(Refusal.LIVE_OVER)
            return plan

        return await self.db.write(work)

    async def open_due(self, at: datetime) -> None:
        """Open the lobbies whose time has come. A plan that fails is logged and does not affect the others."""
        due = await self.db.read(lambda tx: live_plans.due(tx, at, self.db.shards))
        await write_each(self.db, due, lambda tx, plan_id: self._open(tx, plan_id, at))

    def _open(self, tx: Connection, plan_id: int, at: datetime) -> None:
        plan = live_plans.get(tx, plan_id)
        if plan is None or plan.state is not LivePlanState.PLANNED:
            return  # another process was faster
        if at - plan.starts_at > LATE:
            _give_up(tx, plan, LivePlanState.MISSED, at)
            return
        try:
            self.live.open_planned(tx, plan, seed=Random(f"{plan.id}").getrandbits(62), at=at)
        except StudyError as error:
            # Retry at the next tick if another round is running here, or if this server has too many.
            in_the_way = isinstance(error, Refused) and error.reason is Refusal.TOO_MANY_LIVE
            if not in_the_way and not isinstance(error, LiveGoingOn):
                _give_up(tx, plan, LivePlanState.GONE, at)
            return
        _close(tx, plan, LivePlanState.STARTED, at)

    async def reopen(self, at: datetime) -> None:
        """Plan rounds again that were missed before their time, because the clock was ahead."""
        early = await self.db.read(lambda tx: live_plans.missed_early(tx, at, self.db.shards))
        await write_each(self.db, early, lambda tx, plan_id: _reopen(tx, plan_id, at))

    def policies(self) -> dict[str, Policy]:
        return {PostKind.LIVE_PLAN: Policy(self.scene, ends_on=ANY_REFUSAL, manager=_planner, ended=_post_ended)}

    def scene(self, tx: Connection, post: Post) -> LivePlanScene | None:
        """Return what the announcement of a planned round shows now."""
        plan = live_plans.get(tx, int(post.subject))
        if plan is None or (post.message_id is None and plan.state is not LivePlanState.PLANNED):
            return None
        return LivePlanScene(plan, self.content.pack(tx, plan.guild_id), event_of(tx, EventAbout.LIVE, plan.id))


def _reopen(tx: Connection, plan_id: int, at: datetime) -> None:
    plan = live_plans.reopen(tx, plan_id)
    if plan is None:
        return
    posts.touch(tx, PostKind.LIVE_PLAN, plan.id, at)
    renew_event(tx, EventAbout.LIVE, plan.id, plan.guild_id, plan.channel_id, plan.starts_at, at)
    log.warning(
        "a planned live round was missed early, because the clock was ahead; it was reopened",
        extra={"guild": plan.guild_id, "plan": plan.id},
    )


def _give_up(tx: Connection, plan: LivePlan, state: LivePlanState, at: datetime) -> None:
    _close(tx, plan, state, at)
    log.warning("planned live round not opened: %s", state.value, extra={"guild": plan.guild_id, "plan": plan.id})


def _close(tx: Connection, plan: LivePlan, state: LivePlanState, at: datetime) -> bool:
    if not live_plans.close(tx, plan.id, state):
        return False
    posts.touch(tx, PostKind.LIVE_PLAN, plan.id, at)
    touch_event(tx, EventAbout.LIVE, plan.id, at)
    return True


def _planner(tx: Connection, post: Post) -> int | None:
    """Return who planned a round that its announcement could call off; None if it had started or was missed before."""
    plan = live_plans.get(tx, int(post.subject))
    off = plan is not None and plan.state in (LivePlanState.PLANNED, LivePlanState.CANCELLED)
    return plan.planned_by if plan is not None and off else None


def _post_ended(tx: Connection, post: Post, ending: PostEnding, at: datetime) -> LivePlan | None:
    """Call off a round whose announcement is gone: somebody deleted it or its channel, or the channel rejects it. Return
    it if only the announcement is gone, so that the member who planned it is notified."""
    plan = live_plans.get(tx, int(post.subject))
    if plan is None or plan.state is not LivePlanState.PLANNED:
        return None
    _close(tx, plan, LivePlanState.CANCELLED, at)
    return plan if ending is PostEnding.DELETED else None
