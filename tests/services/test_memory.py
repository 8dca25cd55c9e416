"""Members' own parameters: fitted outside the event loop, kept if they help, and used by every review."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta

from bot.cogs.progress import messages
from bot.services.memory import LINES, Memory
from bot.services.reviews import rebuild
from bot.storage import learners, reviews
from bot.study.memory import FROM
from bot.study.reviews import CardKey, replay
from tests.services.conftest import NINE
from tests.services.students import PACK
from tests.study.test_memory import histories

ANA, BEN = 7, 8


async def remember(school, made, user_id=ANA):
    """Store the review log and the cards of a member who gave these answers."""

    def work(tx):
        lines = [
            (CardKey(user_id, PACK, f"9.9-{number}"), line.rating, line.day)
            for number, history in enumerate(made)
            for line in history
        ]
        lines.sort(key=lambda line: line[2])
        reviews.log_all(tx, [(*line, datetime.combine(line[2], time(9), UTC)) for line in lines])
        reviews.save_all(
            tx, {CardKey(user_id, PACK, f"9.9-{number}"): replay(history) for number, history in enumerate(made)}
        )

    await school.db.write(work)


async def parameters(school, user_id=ANA):
    return (await school.db.read(lambda tx: learners.get(tx, user_id))).own_parameters


async def told(school, user_id=ANA):
    report = await school.services.progress.own(school.member(user_id), at=NINE)
    return messages.memory(report.memory)


async def test_a_member_with_400_answers_gets_their_own_parameters_and_every_card_follows(school):
    await remember(school, histories(60, 8, recalled=0.6))
    before = await school.db.read(lambda tx: reviews.all_cards(tx, ANA))
    assert "still working that out" in await told(school)

    assert await school.services.memory.fit_due(NINE) == 1

    assert await parameters(school) is not None
    assert await school.db.read(lambda tx: reviews.all_cards(tx, ANA)) != before
    assert await rebuild(school.db) == []
    said = await told(school)
    assert "Your review dates follow your own memory, learned from 480 answers." in said
    assert "a log loss of 0." in said
    assert await school.services.memory.fit_due(NINE + timedelta(days=1)) == 0


async def test_a_new_answer_follows_the_member_s_own_parameters(school):
    await remember(school, histories(60, 8, recalled=0.6))
    await school.services.memory.fit_due(NINE)
    await school.schedule()
    post = await school.post(NINE)

    for user_id in (ANA, BEN):
        await school.answer(post, user_id, at=NINE)

    key = CardKey(ANA, post.pack.name, post.question.id), CardKey(BEN, post.pack.name, post.question.id)
    found = await school.db.read(lambda tx: reviews.get_all(tx, key))
    assert found[key[0]].stability != found[key[1]].stability
    assert await rebuild(school.db) == []


async def test_399_answers_are_too_few(school):
    await remember(school, [*histories(49, 8), histories(1, 7)[0]])

    assert await school.services.memory.fit_due(NINE) == 0
    assert (
        f"After {FROM} answers, your review dates can follow your own memory. You have given 399 so far."
        in await told(school)
    )


async def test_a_common_memory_keeps_the_general_parameters_unless_its_own_forecast_better(school):
    await remember(school, histories(60, 8))

    fit = await school.services.memory.fit(ANA, at=NINE)

    assert (fit.parameters is not None) == (fit.own_loss < fit.general_loss)
    assert await parameters(school) == fit.parameters
    assert ("follow the general forecast" in await told(school)) == (fit.parameters is None)


async def test_members_who_answer_later_are_found_by_their_new_answers(school):
    await remember(school, histories(1, 1), BEN)
    memory = school.services.memory
    assert await memory.fit_due(NINE) == 0
    await remember(school, histories(60, 8, recalled=0.6))

    assert await memory.fit_due(NINE) == 1


async def test_without_the_extra_everything_goes_by_the_general_parameters_and_a_manager_reads_so(school):
    await remember(school, histories(60, 8, recalled=0.6))
    memory = Memory(school.db, offered=False)

    assert await memory.fit_due(NINE) == 0
    assert messages.memory(await school.db.read(lambda tx: memory.of(tx, ANA))) == ""


async def test_a_process_that_cannot_start_leaves_the_parameters_and_says_so(school, monkeypatch, caplog):
    await remember(school, histories(60, 8, recalled=0.6))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert await school.services.memory.fit(ANA, at=NINE) is None

    assert await parameters(school) is None
    assert "own parameters were not fitted" in caplog.text


async def test_a_process_that_fails_says_why(school, monkeypatch, caplog):
    await remember(school, histories(60, 8, recalled=0.6))
    monkeypatch.setattr("bot.services.memory.CHILD", "raise SystemExit('no room')")

    assert await school.services.memory.fit(ANA, at=NINE) is None

    assert "no room" in caplog.text


async def test_an_erased_member_is_not_fitted_and_their_parameters_go_with_them(school):
    await remember(school, histories(60, 8, recalled=0.6))
    await school.services.memory.fit_due(NINE)

    export = await school.services.privacy.export(ANA, at=NINE)
    await school.services.privacy.erase(ANA, at=NINE)

    assert export.tables["learners"][0]["own_parameters"].count(",") == 20
    assert await school.services.memory.fit(ANA, at=NINE) is None
    assert await parameters(school) is None


async def test_a_long_log_is_searched_in_parts(school):
    await remember(school, [[line] for line in [histories(1, 1)[0][0]] * 10])
    first, users = await school.db.read(lambda tx: learners.active_since(tx, 0, 4))
    second, _ = await school.db.read(lambda tx: learners.active_since(tx, first, LINES))

    assert users == {ANA}
    assert first < second == await school.db.read(learners.last_review)
    assert await school.db.read(lambda tx: learners.active_since(tx, second, LINES)) == (second, set())
