"""Study plans: one for each member and pack."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from bot.storage.sql import insert
from bot.storage.tables import plans
from bot.study.plans import Plan


def get(tx: Connection, user_id: int, pack: str) -> Plan | None:
    row = tx.execute(select(plans).where(plans.c.user_id == user_id, plans.c.pack == pack)).one_or_none()
    return Plan(row.exam_on, row.made_on, row.unmastered, row.version) if row is not None else None


def save(tx: Connection, user_id: int, pack: str, plan: Plan) -> None:
    values = {"exam_on": plan.exam_on, "made_on": plan.made_on, "unmastered": plan.unmastered, "version": plan.version}
    tx.execute(
        insert(tx, plans)
        .values(user_id=user_id, pack=pack, **values)
        .on_conflict_do_update(index_elements=[plans.c.user_id, plans.c.pack], set_=values)
    )


def drop(tx: Connection, user_id: int, pack: str) -> bool:
    """False if there was none."""
    return tx.execute(delete(plans).where(plans.c.user_id == user_id, plans.c.pack == pack)).rowcount > 0
