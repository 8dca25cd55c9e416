"""Live rounds that are planned for later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select, update

from bot.shards import Shards
from bot.storage.guilds import is_away
from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert, own
from bot.storage.tables import PLANNED, live_plans
from bot.study.live import LivePlanState

_plan = live_plans.c


@dataclass(frozen=True, slots=True)
class LivePlan:
    id: int
    guild_id: int
    channel_id: int
    planned_by: int
    section: str
    questions: int
    seconds: int
    starts_at: datetime
    created_at: datetime
    state: LivePlanState = LivePlanState.PLANNED


def add(tx: Connection, plan: LivePlan) -> LivePlan:
    """Insert a plan; its id is ignored."""
    row = tx.execute(insert(tx, live_plans).values(columns_of(plan, live_plans, "id")).returning(*_plan)).one()
    return from_row(LivePlan, row)


def get(tx: Connection, plan_id: int) -> LivePlan | None:
    return from_row(LivePlan, tx.execute(select(live_plans).where(_plan.id == plan_id)).one_or_none())


def count(tx: Connection, guild_id: int) -> int:
    """Return how many rounds a server has planned."""
    query = select(func.count()).select_from(live_plans).where(PLANNED, _plan.guild_id == guild_id)
    return tx.execute(query).scalar_one()


def planned(tx: Connection, guild_id: int) -> list[LivePlan]:
    """Return the rounds that a server has planned, earliest first."""
    query = select(live_plans).where(PLANNED, _plan.guild_id == guild_id).order_by(_plan.starts_at, _plan.id)
    return [from_row(LivePlan, row) for row in tx.execute(query)]


def next_in(tx: Connection, channel_id: int) -> LivePlan | None:
    """Return the next planned round in a channel."""
    query = select(live_plans).where(PLANNED, _plan.channel_id == channel_id)
    return from_row(LivePlan, tx.execute(query.order_by(_plan.starts_at, _plan.id).limit(1)).one_or_none())


def due_query(at: datetime, shards: Shards) -> Select[int]:
    # In a server that has removed the bot, the plan waits, because the server may add the bot again in time.
    due = select(_plan.id).where(PLANNED, _plan.starts_at <= at, own(shards, _plan.guild_id), ~is_away(_plan.guild_id))
    return due.order_by(_plan.starts_at, _plan.id)


def due(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return plans of our servers whose time has come."""
    return list(tx.execute(due_query(at, shards)).scalars())


def missed_early(tx: Connection, at: datetime, shards: Shards) -> list[int]:
    """Return plans of our servers that were missed before their time, because the clock was ahead."""
    early = _plan.state == LivePlanState.MISSED, _plan.starts_at > at
    return list(tx.execute(select(_plan.id).where(*early, own(shards, _plan.guild_id))).scalars())


def reopen(tx: Connection, plan_id: int) -> LivePlan | None:
    """Plan a missed round again; None if it was not missed."""
    missed = _plan.id == plan_id, _plan.state == LivePlanState.MISSED
    again = update(live_plans).where(*missed).values(state=LivePlanState.PLANNED).returning(*_plan)
    return from_row(LivePlan, tx.execute(again).one_or_none())


def close(tx: Connection, plan_id: int, state: LivePlanState) -> bool:
    """Close a plan with its outcome; False if it was already closed."""
    closed = tx.execute(update(live_plans).where(PLANNED, _plan.id == plan_id).values(state=state))
    return closed.rowcount == 1
