"""Study plans: one for each member and pack."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from bot.storage.rows import columns_of, from_row
from bot.storage.sql import insert
from bot.storage.tables import plans
from bot.study.plans import Plan


def get(tx: Connection, user_id: int, pack: str) -> Plan | None:
    row = tx.execute(select(plans).where(plans.c.user_id == user_id, plans.c.pack == pack)).one_or_none()
    return from_row(Plan, row)


def save(tx: Connection, user_id: int, pack: str, plan: Plan) -> None:
    values = columns_of(plan, plans)
    tx.execute(
        insert(tx, plans)
        .values(user_id=user_id, pack=pack, **values)
        .on_conflict_do_update(index_elements=[plans.c.user_id, plans.c.pack], set_=values)
    )


def drop(tx: Connection, user_id: int, pack: str) -> bool:
    """Delete a plan; False if there was none."""
    return tx.execute(delete(plans).where(plans.c.user_id == user_id, plans.c.pack == pack)).rowcount > 0
