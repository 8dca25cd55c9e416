"""What a person may do about what is kept of them, and what happens to a server that leaves."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import BigInteger, select

from bot.storage import guilds, privacy
from bot.storage.tables import metadata


async def standing_names(world, asker) -> str:
    board = await asker.slash(world.channel, "leaderboard")
    return board.response.embeds[0].description


async def answered(world):
    """A daily that ana and ben have answered."""
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

    assert "went" in reply.response.embeds[0].description
    assert await rows_of(world, world.ana.id) == {}
    board = await standing_names(world, world.ben)
    assert "ana" not in board
    assert "**1.** ben" in board


async def test_a_member_of_whom_nothing_is_kept_is_told_so(world):
    reply = await world.ana.slash(world.channel, "privacy export")

    assert reply.response.content == "I keep nothing of you. Your first answer will be the first thing."


async def test_who_hides_plays_on_and_appears_on_no_board_until_they_come_back(world):
    await answered(world)

    await world.ana.slash(world.channel, "privacy hide")
    quiz = await world.ana.slash(world.channel, "quiz", questions=1)
    assert quiz.response.embeds
    hidden = await standing_names(world, world.ben)
    await world.ana.slash(world.channel, "privacy hide", hidden=False)
    back = await standing_names(world, world.ben)

    assert "ana" not in hidden
    assert "**1.** ana" in back


async def test_hiding_is_told_to_need_a_server_in_a_direct_message(world):
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


async def test_a_server_that_comes_back_in_time_keeps_everything_and_its_daily_goes_on(world):
    await answered(world)
    await world.bot.services.guilds.left(world.guild.id, at=world.now)
    before = world.channel.last_message
    await world.pass_time(days=2)
    assert world.channel.last_message.id == before.id, "a server that left gets no posts"

    await world.bot.services.guilds.joined(world.guild.id, at=world.now)
    await world.pass_time(days=1)

    assert world.channel.last_message.id != before.id
    assert "ana" in await standing_names(world, world.ben) or await rows_of(world, world.ana.id)


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
async def test_what_changes_while_nothing_can_be_noted_is_noted_later(world, caplog, event):
    """Discord tells each of it once."""
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
    assert "noted later: DATABASE_URL" in caplog.text


OF_NO_PERSON = {
    "award_id",
    "channel_id",
    "competition_id",
    "daily_guild_id",
    "exam_id",
    "daily_id",
    "duel_id",
    "guild_id",
    "id",
    "live_id",
    "message_id",
    "questions_version",
    "quiz_id",
    "role_id",
    "seed",
    "team_id",
}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_that_could_name_a_person_is_exported_or_wiped(table):
    """A new column with an id in it has to be put in its place here: a person's, or nobody's."""
    traces = {column.name for column in privacy.TRACES if column.table is table}

    unplaced = {
        column.name
        for column in table.c
        if isinstance(column.type, BigInteger) and column.name not in OF_NO_PERSON | {"user_id"} | traces
    }

    assert unplaced == set()
