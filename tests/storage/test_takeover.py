"""A new version takes over a database from the previous version in the middle of its work: nothing that was about to be
shown is missing or shown twice.

The rows are those of a killed bot with schema version 0014: waiting, sent but not recorded, and shown.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.services import Services
from bot.services.leases import is_fresh
from bot.shards import EVERYTHING
from bot.storage import dailies as storage_dailies
from bot.storage import migrate, posts
from bot.storage.engine import Database
from tests.conftest import MONDAY
from tests.services.channel import show_all

GUILD, CHANNEL, ELSEWHERE = 7 << 22, 71, 72
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
KILLED = MONDAY
"""The time at which the old bot was killed."""


def fill(connection: sa.Connection) -> None:
    """Fill the database with competitions 1 to 5, duels 1 to 3, live rounds 1 to 7 and dailies 1 to 8, each with its
    post in a different state."""
    old = sa.MetaData()
    old.reflect(connection)
    sqlite = connection.dialect.name == "sqlite"

    def put(table: str, **values: Any) -> None:
        stored = {
            name: value.replace(tzinfo=None) if sqlite and hasattr(value, "tzinfo") else value
            for name, value in values.items()
        }
        connection.execute(old.tables[table].insert().values(stored))

    def announcement(kind: str, subject: object, state: str, **values: Any) -> None:
        put(
            "announcements",
            **{
                "guild_id": GUILD,
                "channel_id": CHANNEL,
                "kind": kind,
                "subject": str(subject),
                "state": state,
                "created_at": KILLED - MINUTE,
                "expires_at": KILLED + DAY,
                "lease_until": KILLED - MINUTE,
                "tries": 0,
                **values,
            },
        )

    leased = {"tries": 1, "first_tried_at": KILLED, "lease_until": KILLED + MINUTE}
    sent = {"tries": 1, "first_tried_at": KILLED - MINUTE}
    put("guilds", guild_id=GUILD, created_at=KILLED - DAY)
    messages = {1: None, 2: None, 3: 503, 4: 504, 5: None}
    for id, message_id in messages.items():
        put(
            "competitions",
            id=id,
            guild_id=GUILD,
            name=f"Competition {id}",
            teams="none",
            entry="throughout",
            state="running",
            starts_at=KILLED - DAY,
            ends_at=KILLED + DAY,
            done="start",
            due_at=KILLED + DAY,
            created_by=1,
            created_at=KILLED - DAY,
            channel_id=ELSEWHERE if id == 4 else CHANNEL,
            message_id=message_id,
            changed=id in (4, 5),
            shown_at=KILLED - DAY if message_id else None,
        )
    announcement("standings", 1, "waiting", message_id=501)  # somebody deleted it, and it is being posted again
    announcement("standings", 2, "waiting", **leased)
    announcement("standings", 3, "sent", message_id=503, **sent)
    announcement("standings", 4, "sent", message_id=504, **sent)
    announcement("standings", 5, "sent", message_id=505, **sent)  # somebody deleted its message
    announcement("half-time", 3, "dropped")
    for id, message_id, show_at in ((1, None, None), (2, 602, KILLED), (3, 603, None)):
        put(
            "duels",
            id=id,
            guild_id=GUILD,
            section="all",
            state="asked",
            created_at=KILLED - MINUTE,
            expires_at=KILLED + DAY,
            channel_id=CHANNEL,
            message_id=message_id,
            show_at=show_at,
        )
        for user_id, opponent_id in ((10 * id, 10 * id + 1), (10 * id + 1, 10 * id)):
            put(
                "duel_players",
                duel_id=id,
                guild_id=GUILD,
                user_id=user_id,
                opponent_id=opponent_id,
                challenger=user_id < opponent_id,
            )
    announcement("challenge", 1, "waiting", **leased)
    announcement("challenge", 2, "sent", message_id=602, **sent)
    announcement("challenge", 3, "sent", message_id=603, **sent)
    rounds: dict[int, dict[str, Any]] = {
        1: {},
        2: {"tried_at": KILLED, "lease_until": KILLED + MINUTE},
        3: {"state": "asking", "asked": 1, "step": 2, "shown_step": 2, "message_id": 703},
        4: {"state": "telling", "asked": 1, "step": 3, "shown_step": 2, "message_id": 704},
        5: {"state": "asking", "asked": 1, "step": 2, "shown_step": 2, "message_id": 705, "changed": True},
        6: {"state": "over", "ending": "played", "step": 4, "shown_step": 4, "message_id": 706, "due_at": None},
        7: {"state": "over", "ending": "stopped", "step": 4, "shown_step": 3, "message_id": 707},
    }
    for id, values in rounds.items():
        put(
            "live_rounds",
            **{
                "id": id,
                "guild_id": GUILD,
                "channel_id": CHANNEL + 10 + id,
                "started_by": 1,
                "section": "all",
                "questions": 2,
                "seconds": 30,
                "seed": 1,
                "state": "lobby",
                "due_at": KILLED + MINUTE,
                "lease_until": KILLED,
                "created_at": KILLED - MINUTE,
                **values,
            },
        )
    put(
        "schedules",
        guild_id=GUILD,
        channel_id=CHANNEL,
        at=KILLED.time(),
        days="0123456",
        seed=1,
        set_by=1,
        next_day=(KILLED + DAY).date(),
        next_post_at=KILLED + DAY,
    )
    days: dict[int, dict[str, Any]] = {
        1: {"state": "posted", "message_id": 801},
        2: {"state": "settled", "message_id": 802, "closed_at": KILLED - MINUTE, "lease_until": KILLED + 9 * MINUTE},
        3: {"state": "closed", "message_id": 803, "closed_at": KILLED - MINUTE},
        4: {"state": "settled", "closed_at": KILLED - MINUTE},  # somebody deleted its post
        5: {"state": "claimed", "day": KILLED.date(), "claimed_at": KILLED, "lease_until": KILLED + MINUTE},
        6: {
            "state": "posted",
            "claimed_at": KILLED,
            "lease_until": KILLED + MINUTE,
            "tries": 2,
        },  # it is being posted again
        7: {"state": "posted"},  # somebody deleted its post
        8: {"state": "claimed", "lease_until": KILLED - 8 * DAY + MINUTE},  # its date has ended
    }
    for id, values in days.items():
        put(
            "dailies",
            **{
                "id": id,
                "guild_id": GUILD,
                "day": (KILLED - id * DAY).date(),
                "question_id": "1.1-001",
                "section": "1.1",
                "feedback": "at-once",
                "channel_id": CHANNEL,
                "claimed_at": KILLED - id * DAY,
                "closes_at": KILLED + DAY,
                "tries": 1,
                **values,
            },
        )
    tried = {"lease_until": KILLED + MINUTE, "first_tried_at": KILLED - 2 * MINUTE}
    for user_id, send_until in ((41, KILLED + 30 * MINUTE), (42, None)):
        put(
            "reminders",
            user_id=user_id,
            zone="UTC",
            at=KILLED.time(),
            daily_guild_id=GUILD,
            next_at=KILLED + 2 * DAY,
            sent_on=KILLED.date(),
            send_until=send_until,
            **tried,
        )
    put(
        "awards",
        id=1,
        guild_id=GUILD,
        role_id=900,
        kind="mastery",
        section="all",
        questions=1,
        created_by=1,
        created_at=KILLED - DAY,
    )
    for user_id, state in ((41, "give"), (42, "given"), (43, "take")):
        put("award_holders", award_id=1, user_id=user_id, state=state, lease_until=KILLED + MINUTE)
    connection.commit()


@pytest.fixture
async def taken_over(database_url: str, tmp_path: Path, packs: Any) -> AsyncIterator[Services]:
    url = database_url if "postgresql" in database_url else f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        if url == database_url:
            await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            await connection.exec_driver_sql("CREATE SCHEMA public")
            await connection.commit()
        await connection.run_sync(migrate.upgrade, "0014")
        await connection.run_sync(fill)
        await connection.run_sync(migrate.upgrade)
    await engine.dispose()
    db = Database(url)
    yield Services.over(db, packs, "aws-mla-c01")
    await db.close()


async def test_everything_that_the_old_bot_was_about_to_show_is_shown_and_nothing_else(taken_over):
    await taken_over.posts.release_all(KILLED)

    puts = await show_all(taken_over, KILLED + 2 * MINUTE)
    again = await show_all(taken_over, KILLED + 5 * MINUTE)

    shown = {(put.post.kind, put.post.subject): put.post.message_id for put in puts}
    assert shown == {
        ("standings", "1"): None,
        ("standings", "2"): None,
        ("standings", "4"): 504,
        ("challenge", "1"): None,
        ("challenge", "2"): 602,
        ("live", "1"): None,
        ("live", "2"): None,
        ("live", "4"): 704,
        ("live", "5"): 705,
        ("live", "7"): 707,
        ("daily", "2"): 802,
        ("daily", "5"): None,
        ("daily", "6"): None,
    }
    assert {put.post.subject: put.post.channel_id for put in puts if put.post.kind == "standings"}["4"] == ELSEWHERE
    assert [put for put in again if put.sent] == []
    assert await taken_over.dailies.close_due(KILLED) == []
    found = await taken_over.db.read(lambda tx: storage_dailies.get_all(tx, range(9)))
    assert {id: (daily.state.value, daily.being_posted, daily.deleted) for id, daily in found.items()} == {
        1: ("posted", False, False),
        2: ("closed", False, False),
        3: ("closed", False, False),
        4: ("closed", False, True),
        5: ("posted", False, False),
        6: ("posted", False, False),
        7: ("posted", False, True),
        8: ("skipped", False, False),
    }


async def test_a_message_that_the_old_bot_may_have_sent_is_searched_for_first(taken_over):
    """The old bot used another nonce, so Discord would accept a second message."""
    await taken_over.posts.release_all(KILLED)

    taken = await taken_over.posts.acquire(KILLED + 2 * MINUTE, limit=99)

    unsure = [(post.kind, post.subject) for post in taken if post.message_id is None and not is_fresh(post, KILLED)]
    dailies = [("daily", "5"), ("daily", "6"), ("daily", "8")]
    assert sorted(unsure) == [("challenge", "1"), *dailies, ("live", "2"), ("standings", "2")]


async def test_a_reminder_that_the_old_bot_may_have_sent_is_searched_for_first_and_not_sent_again(taken_over):
    await taken_over.reminders.leasing.release_all(KILLED)

    [nudge] = await taken_over.reminders.claim_due(KILLED + MINUTE)

    assert nudge.user_id == 41
    assert not is_fresh(nudge.lease, KILLED + MINUTE)


async def test_roles_that_the_old_bot_had_leased_are_given_and_taken_once(taken_over):
    changes = await taken_over.awards.take_due(KILLED + MINUTE)
    for change in changes:
        await taken_over.awards.note_changed(change, at=KILLED + MINUTE)

    assert [(change.user_id, change.give) for change in changes] == [(41, True), (43, False)]
    assert await taken_over.awards.take_due(KILLED + DAY) == []


async def test_posts_are_updated_afterwards_and_a_deleted_message_is_not_posted_again(taken_over):
    for minutes in (2, 3):  # a message that may be outdated is edited again
        await show_all(taken_over, KILLED + minutes * MINUTE)

    for contest in (3, 5):
        await taken_over.db.write(lambda tx, contest=contest: posts.touch(tx, "standings", contest, KILLED))

    [put] = await show_all(taken_over, KILLED + 5 * MINUTE)
    assert (put.post.subject, put.post.message_id) == ("3", 503)


async def test_new_posts_have_ids_of_their_own(taken_over):
    def another(tx: sa.Connection) -> None:
        posts.want(tx, "result", 1, GUILD, CHANNEL, at=KILLED, expires_at=KILLED + DAY)

    await taken_over.db.write(another)

    assert await taken_over.db.read(lambda tx: len(posts.ready(tx, KILLED + DAY, 99, EVERYTHING))) == 15
