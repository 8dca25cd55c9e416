"""The pack that a server studies: merged once, and never stale, whichever process changed it."""

from __future__ import annotations

import asyncio

import pytest

from bot.services import Services
from bot.storage import guilds, questions
from bot.storage.questions import Typed
from bot.study.errors import TooManyQuestions
from tests.builders import a_question
from tests.conftest import MONDAY

HERE, ELSEWHERE = 10, 20
MANAGER = 99
TYPED = Typed("1.1", 1, stem="Which figure is robust?", options="* The median\nThe mean")


async def add(services, guild_id=HERE, **changes):
    typed = Typed(**{**{name: getattr(TYPED, name) for name in Typed.__slots__}, **changes})
    drafted = await services.questions.draft(guild_id, typed, by=MANAGER, at=MONDAY)
    saved = await services.questions.save(guild_id, drafted.draft.id, by=MANAGER, at=MONDAY)
    return saved.question.id


def questions_to(tx, work):
    """Return how many queries a piece of work sends to the database."""
    sent = []
    raw = tx.connection.dbapi_connection
    raw.set_trace_callback(sent.append)
    work(tx)
    raw.set_trace_callback(None)
    return sum(statement.startswith("SELECT") for statement in sent)


@pytest.mark.sqlite
async def test_a_server_without_changes_needs_no_statement_except_for_its_row(services):
    assert await services.db.read(lambda tx: questions_to(tx, lambda tx: services.content.pack(tx, HERE))) == 1


@pytest.mark.sqlite
async def test_a_server_with_its_own_questions_needs_no_further_statement_once_they_are_merged(services):
    await add(services)
    first = await services.pack_for(HERE)

    count = await services.db.read(lambda tx: questions_to(tx, lambda tx: services.content.pack(tx, HERE)))

    assert count == 1
    assert await services.pack_for(HERE) is first


async def test_a_server_without_changes_shares_the_pack_of_the_files(services, pack):
    await add(services, ELSEWHERE)

    assert await services.pack_for(HERE) is pack


async def test_another_process_sees_a_change_at_once(services, db, packs):
    other = Services.over(db, packs, "aws-mla-c01")
    await add(services)
    await other.pack_for(HERE)

    second = await add(services, stem="Which figure is not?")
    seen = await other.pack_for(HERE)
    await other.questions.retire(HERE, second, by=MANAGER, at=MONDAY)

    assert second in seen.questions
    assert (await services.pack_for(HERE)).questions[second].retired


async def test_a_pack_that_was_merged_in_a_failed_write_is_never_used(services):
    class Failed(Exception):
        pass

    def work(tx):
        guilds.ensure(tx, HERE, MONDAY)
        questions.add(tx, HERE, [a_question("own-lost", correct=(0,))], [], by=MANAGER, at=MONDAY)
        guilds.set_questions_version(tx, HERE, 5)
        assert "own-lost" in services.content.pack(tx, HERE).questions
        raise Failed

    with pytest.raises(Failed):
        await services.db.write(work)
    kept = await add(services)

    found = (await services.pack_for(HERE)).questions
    assert kept in found
    assert "own-lost" not in found


async def test_many_at_once_read_one_pack(services):
    await add(services)

    packs = await asyncio.gather(*(services.pack_for(HERE) for _ in range(50)))

    assert len({len(pack.questions) for pack in packs}) == 1


async def test_a_draft_saved_twice_at_once_is_one_question(services):
    drafted = await services.questions.draft(HERE, TYPED, by=MANAGER, at=MONDAY)

    outcomes = await asyncio.gather(
        *(services.questions.save(HERE, drafted.draft.id, by=MANAGER, at=MONDAY) for _ in range(3)),
        return_exceptions=True,
    )

    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert await services.db.read(lambda tx: questions.count(tx, HERE)) == 1


async def test_a_server_keeps_a_bounded_number_of_questions(services, monkeypatch):
    monkeypatch.setattr("bot.services.questions.OWN_QUESTIONS_MAX", 1)
    await add(services)

    with pytest.raises(TooManyQuestions):
        await add(services, stem="Another?")

    assert await services.db.read(lambda tx: questions.count(tx, HERE)) == 1


async def test_a_question_comes_back_from_the_database_as_it_went_in(services, pack):
    whole = [question for question in pack.questions.values() if not question.retired]

    def work(tx):
        guilds.ensure(tx, HERE, MONDAY)
        questions.add(tx, HERE, whole, pack.cases.values(), by=MANAGER, at=MONDAY)
        return questions.additions(tx, HERE)

    found = await services.db.write(work)

    assert list(found.questions.values()) == whole
    assert dict(found.cases) == dict(sorted(pack.cases.items()))
