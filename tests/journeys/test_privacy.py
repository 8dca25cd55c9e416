"""What people can do about their stored data, and what happens to the data of a server that removes the bot."""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from datetime import time
from hashlib import sha256

import pytest
from sqlalchemy import BigInteger, Boolean, Date, Float, Integer, String, Time, insert, select

from bot.cogs.privacy.files import MARGIN, export_files
from bot.cogs.ui.refusals import SENTENCES
from bot.services.privacy import Export
from bot.storage import awards, guilds, privacy
from bot.storage.tables import Instant, MemberId, award_holders, competition_teams, metadata, review_log
from bot.storage.tables.base import EnumText, IndexList, Numbers, WordList
from bot.storage.tables.guilds import GoalText
from bot.study.errors import Refusal
from bot.study.goals import Goal, GoalKind
from tests.conftest import MONDAY, ROOT
from tests.reading import card_of


async def standing_names(world, asker) -> str:
    board = await asker.slash(world.channel, "leaderboard")
    return card_of(board.response).text


async def answered(world):
    """Post a daily that ana and ben have answered."""
    message = await world.post_daily()
    question = world.question_of(message)
    from bot.study.grading import as_written, describe

    letters = describe(question, question.correct, as_written(question))
    for actor in (world.ana, world.ben):
        await actor.slash(world.channel, "answer", choice=letters)
    return message


async def rows_of(world, user_id):
    return await world.db.read(lambda tx: privacy.export(tx, user_id))


async def test_a_member_gets_everything_in_a_private_file(world):
    await answered(world)

    reply = await world.ana.slash(world.channel, "privacy export")

    assert reply.ephemeral
    [file] = reply.response.attachments
    document = json.loads(await file.read())
    assert document["user_id"] == str(world.ana.id)
    assert {"attempts", "members", "standings", "season_answers"} <= document["tables"].keys()
    assert all(row["user_id"] == str(world.ana.id) for row in document["tables"]["attempts"])


async def test_a_member_is_erased_after_one_question_and_the_boards_are_right_at_once(world):
    await answered(world)

    asked = await world.ana.slash(world.channel, "privacy delete")
    assert await rows_of(world, world.ana.id), "asking erases nothing"
    reply = await world.ana.click(asked.response, label="Erase everything")

    assert "erased" in card_of(reply.response).text
    assert await rows_of(world, world.ana.id) == {}
    board = await standing_names(world, world.ben)
    assert "ana" not in board
    assert "**1.** ben" in board


async def test_a_member_without_stored_data_is_told_so(world):
    reply = await world.ana.slash(world.channel, "privacy export")

    assert reply.response.content == SENTENCES[Refusal.NOTHING_KEPT]


async def test_a_hidden_member_plays_on_and_appears_on_no_board_until_they_come_back(world):
    await answered(world)

    await world.ana.slash(world.channel, "privacy hide")
    quiz = await world.ana.slash(world.channel, "quiz", questions=1)
    assert quiz.response.components
    hidden = await standing_names(world, world.ben)
    await world.ana.slash(world.channel, "privacy hide", hidden=False)
    back = await standing_names(world, world.ben)

    assert "ana" not in hidden
    assert "**1.** ana" in back


async def test_a_person_without_data_is_told_that_a_quiz_is_kept_even_before_its_first_answer(world):
    before = await world.ben.slash(world.channel, "privacy export")
    await world.ben.slash(world.channel, "quiz")
    after = await world.ben.slash(world.channel, "privacy export")

    assert "I keep none until you answer, sign up, or use a command that has to remember something" in world.read(
        before
    )
    assert after.response.attachments


async def test_in_a_direct_message_hiding_is_refused_because_it_needs_a_server(world):
    reply = await world.env.create_user("dora").slash("privacy hide")

    assert "server" in reply.response.content


async def test_a_server_is_kept_for_thirty_days_after_it_removed_the_bot_and_then_erased(world):
    await answered(world)
    guild_id = world.guild.id

    await world.bot.services.guilds.left(guild_id, at=world.now)
    world.env.backend.advance_clock(29 * 86400)
    assert await world.bot.services.guilds.erase_left(world.now) == 0
    world.env.backend.advance_clock(2 * 86400)
    assert await world.bot.services.guilds.erase_left(world.now) == 1

    def left(tx):
        return {
            table.name: len(tx.execute(select(table).where(table.c.guild_id == guild_id)).all())
            for table in metadata.sorted_tables
            if "guild_id" in table.c
        }

    assert set((await world.db.read(left)).values()) == {0}


async def test_a_server_that_comes_back_in_time_keeps_everything_and_its_daily_continues(world):
    await answered(world)
    await world.bot.services.guilds.left(world.guild.id, at=world.now)
    before = world.channel.last_message
    await world.pass_time(days=2)
    assert world.channel.last_message.id == before.id, "a server that left gets no posts"

    await world.bot.services.guilds.joined(world.guild.id, at=world.now)
    await world.pass_time(days=1)

    assert world.channel.last_message.id != before.id
    assert "ana" in await standing_names(world, world.ben) or await rows_of(world, world.ana.id)


async def test_a_server_that_comes_back_after_ten_days_has_no_open_question_or_competition_of_then(world):
    daily = await world.post_daily()
    await world.mia.slash(world.channel, "competition create", name="Sprint", start="now", end="in 8 hours")
    await world.tick()
    await world.bot.services.guilds.left(world.guild.id, at=world.now)

    for _ in range(20):
        await world.pass_time(hours=12)
    await world.bot.services.guilds.joined(world.guild.id, at=world.now)
    await world.pass_time(minutes=10)

    shown = {message.id: message for message in world.channel.history()}
    assert "closed" in world.read(shown[daily.id])
    assert not [message for message in shown.values() if "Join" in world.labels(message)]


async def test_a_daily_shows_its_answer_at_the_close_after_the_bot_was_removed_and_invited_again(world):
    await world.answer(world.ana, await world.post_daily())
    await world.bot.services.guilds.left(world.guild.id, at=world.now)
    await world.pass_time(hours=1)
    before = world.read(world.posts()[0])

    await world.bot.services.guilds.joined(world.guild.id, at=world.now)
    await world.pass_time(minutes=20)
    counted = world.read(world.posts()[0])
    await world.pass_time(days=1)

    assert "Be the first to answer" in before
    assert "1 member has answered" in counted
    assert "closed" in world.read(world.posts()[0])


async def test_servers_that_came_and_went_while_the_bot_was_down_are_found_at_the_start(world):
    await answered(world)

    await world.bot.services.guilds.reconcile([], lambda guild_id: True, at=world.now)
    gone = await world.db.read(guilds.left)
    await world.bot.services.guilds.reconcile([world.guild.id], lambda guild_id: True, at=world.now)
    back = await world.db.read(guilds.left)

    assert gone == {world.guild.id}
    assert back == set()


@pytest.mark.sqlite
@pytest.mark.parametrize("event", ["on_guild_remove", "on_ready"])
async def test_a_change_that_cannot_be_recorded_is_recorded_later(world, caplog, event):
    """Discord reports each change only once."""
    await answered(world)
    await world.bot.services.guilds.left(world.guild.id, at=world.now)
    [writer] = world.db._writer._idle
    told = () if event == "on_ready" else (world.guild,)

    await writer.raw.execute("PRAGMA query_only = ON")
    await getattr(world.bot, event)(*told)
    await writer.raw.execute("PRAGMA query_only = OFF")
    before = await world.db.read(guilds.left)
    await world.bot.note_servers(world.now)

    assert before == {world.guild.id}
    assert await world.db.read(guilds.left) == set()
    assert "updated later: DATABASE_URL" in caplog.text


async def test_a_manager_who_only_set_a_schedule_gets_its_row_in_the_export_and_is_erased_from_it(world):
    await world.schedule_daily()
    given = await world.mia.slash(world.channel, "privacy export")
    document = json.loads(await given.response.attachments[0].read())

    asked = await world.mia.slash(world.channel, "privacy delete")
    reply = await world.mia.click(asked.response, label="Erase everything")
    again = await world.mia.slash(world.channel, "privacy export")

    assert document["tables"]["schedules"][0]["set_by"] == str(world.mia.id)
    assert "1 from schedules" in world.read(reply)
    assert SENTENCES[Refusal.NOTHING_KEPT] in world.read(again)


async def test_a_competitions_table_loses_an_erased_name_without_anybody_answering(world):
    await world.mia.slash(world.channel, "competition create", name="Sprint", start="now", end="2 days")
    await world.tick()
    await world.ana.slash(world.channel, "competition join")
    await world.pass_time(minutes=2)
    (table,) = [m for m in world.channel.history() if "🏁 Sprint" in card_of(m).title]
    before = world.read(table)

    asked = await world.ana.slash(world.channel, "privacy delete")
    await world.ana.click(asked.response, label="Erase everything")
    await world.pass_time(minutes=2)
    (after,) = [m for m in world.channel.history() if m.id == table.id]

    assert "ana" in before
    assert "ana" not in world.read(after)


@pytest.mark.parametrize("how", ["delete", "hide"])
async def test_a_lobby_loses_the_name_of_a_member_who_hides_or_is_erased(world, how):
    await world.mia.slash(world.channel, "live start", questions=2)
    await world.tick()
    (lobby,) = [m for m in world.channel.history() if "Live round" in card_of(m).above]
    await world.ana.click(lobby, label="Join")
    await world.pass_time(seconds=5)
    (joined,) = [m for m in world.channel.history() if m.id == lobby.id]
    before = world.read(joined)

    reply = await world.ana.slash(world.channel, f"privacy {how}")
    if how == "delete":
        await world.ana.click(reply.response, label="Erase everything")
    await world.pass_time(seconds=5)
    (after,) = [m for m in world.channel.history() if m.id == lobby.id]

    assert "ana" in before
    assert "ana" not in world.read(after)


async def test_a_team_is_erased_with_its_only_member_and_its_name_is_in_the_export(world):
    await world.mia.slash(world.channel, "competition create", name="Sprint", start="now", end="2 days", teams="open")
    await world.tick()
    await world.ana.slash(world.channel, "competition join", team="Ana's own")
    given = await world.ana.slash(world.channel, "privacy export")
    document = json.loads(await given.response.attachments[0].read())

    asked = await world.ana.slash(world.channel, "privacy delete")
    await world.ana.click(asked.response, label="Erase everything")

    assert document["tables"]["competition_teams"][0]["name"] == "Ana's own"
    assert await world.db.read(lambda tx: tx.execute(select(competition_teams)).all()) == []


async def test_a_member_of_many_years_gets_a_file_that_discord_accepts(world):
    await answered(world)
    day = world.now.date()
    log = [
        {"user_id": world.ana.id, "pack": "aws-mla-c01", "question_id": f"{n % 500}-of-the-bank", "rating": 3, "day": day,
         "reviewed_at": world.now}
        for n in range(120_000)
    ]  # fmt: skip
    await world.db.write(lambda tx: tx.execute(insert(review_log), log) and None)

    reply = await world.ana.slash(world.channel, "privacy export")

    (file,) = reply.response.attachments
    data = await file.read()
    assert file.filename == "cohort-my-data.zip"
    assert len(data) < 10 * 1024 * 1024
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document = json.loads(archive.read("cohort-my-data.json"))
    assert len(document["tables"]["review_log"]) > len(log)


def test_an_export_that_fits_no_archive_comes_in_parts_that_lose_nothing():
    rows = [{"id": n, "words": sha256(str(n).encode()).hexdigest() * 4} for n in range(3000)]
    export = Export(7, MONDAY, {"flags": rows, "plans": [{"id": 1}]})

    files = export_files(export, MARGIN + 60_000)
    tables = defaultdict(list)
    for name, data in files:
        assert len(data) <= 60_000
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (inside,) = archive.namelist()
            for table, kept in json.loads(archive.read(inside))["tables"].items():
                tables[table] += kept
        assert name.endswith(f"-of-{len(files)}.zip")

    assert len(files) > 1
    assert tables == export.tables


# -- every column that names a person

PERSON, OTHER = 7_000_000_000_000_000_007, 7_000_000_000_000_000_009
COLUMNS = [column for table in metadata.sorted_tables for column in table.c if isinstance(column.type, MemberId)]


def fill(tx, named):
    """Insert a row into every table; `named` is the only column with the person's id."""
    values = {
        IndexList: (0,),
        WordList: ("x",),
        Numbers: (1.0,),
        GoalText: Goal(GoalKind.ANSWERS, 1),
        String: "x",
        Boolean: True,
        Float: 1.0,
        Date: MONDAY.date(),
        Time: time(9),
        Instant: MONDAY,
        Integer: 1,
    }
    for table in metadata.sorted_tables:
        row = {}
        for column in table.c:
            if isinstance(column.type, MemberId):
                row[column.name] = PERSON if column is named else OTHER
            elif isinstance(column.type, EnumText):
                row[column.name] = next(iter(column.type.kind))
            else:
                row[column.name] = next(value for kind, value in values.items() if isinstance(column.type, kind))
        tx.execute(insert(table).values(row))


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table.name}.{column.name}")
async def test_every_column_that_names_a_person_is_exported_and_erased(db, column):
    await db.migrate()
    await db.write(lambda tx: fill(tx, column))

    kept = await db.read(lambda tx: privacy.export(tx, PERSON))
    rows, unnamed = await db.write(
        lambda tx: (awards.take_back(tx, PERSON, MONDAY) and None) or privacy.erase(tx, PERSON)
    )

    def still_named(tx):
        return [one.table.name for one in COLUMNS if tx.execute(select(one).where(one == PERSON)).first()]

    assert str(PERSON) in [row[column.name] for row in kept[column.table.name]]
    assert str(OTHER) not in str(kept) or column.name == privacy.OWNER
    if column is award_holders.c.user_id:  # this row is deleted only once the role has been taken away
        assert await db.read(still_named) == ["award_holders"]
    else:
        assert column.table.name in rows | unnamed
        assert await db.read(still_named) == []


def test_the_privacy_page_names_every_column_that_names_a_person():
    page = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")

    named = {
        column.table.name if column.name == privacy.OWNER else f"{column.table.name}.{column.name}"
        for column in COLUMNS
    }

    assert {name for name in named if f"`{name}`" not in page} == set()


OF_NO_PERSON = {
    "channel_id",
    "daily_guild_id",
    "forum_id",
    "guild_id",
    "id",
    "message_id",
    "questions_version",
    "place_id",
    "role_id",
    "seed",
    "subject",
    "thread_id",
}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_that_could_contain_the_id_of_a_person_says_whether_it_does(table):
    """A new column with a Discord id is a MemberId or is listed above."""
    unplaced = {
        column.name
        for column in table.c
        if type(column.type) is BigInteger and not column.foreign_keys and column.name not in OF_NO_PERSON
    }

    assert unplaced == set()


@pytest.mark.parametrize("feedback", ["at-once", "at-close"])
async def test_the_open_post_does_not_count_members_whose_data_is_erased(world, feedback):
    await world.mia.slash(world.channel, "settings", feedback=feedback)
    post = await world.post_daily()
    for actor in (world.ana, world.ben):
        await world.answer(actor, post)
    await world.pass_time(minutes=1)
    before = world.read(world.channel.last_message)

    asked = await world.ana.slash(world.channel, "privacy delete")
    await world.ana.click(asked.response, label=world.labels(asked.response)[0])
    await world.pass_time(minutes=1)
    await world.pass_time(minutes=1)

    assert "2 members have answered" in before
    assert "1 member has answered" in world.read(world.channel.last_message)


async def test_a_member_who_erased_their_data_can_answer_the_open_question_again_and_is_told_so_first(world):
    post = await world.post_daily()
    await world.answer(world.ana, post)

    asked = await world.ana.slash(world.channel, "privacy delete")
    warned = world.read(asked)
    await world.ana.click(asked.response, label=world.labels(asked.response)[0])
    forgotten = await rows_of(world, world.ana.id)
    again = await world.answer(world.ana, post)

    assert "you can answer it again, and it counts" in warned
    assert not forgotten, "no digest of who has answered outlives an erasure"
    assert "Right!" in world.read(again)
    assert len((await rows_of(world, world.ana.id))["attempts"]) == 1
