"""What an exam evening keeps secret: scores, keys and names, while it runs and afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.services.evenings import MOST_PINGS
from bot.storage import tables
from tests.builders import a_pack, questions_of
from tests.journeys.rounds import begin, live
from tests.journeys.sittings import QUESTIONS
from tests.journeys.test_duels import challenge
from tests.journeys.test_evenings import HOUR, end, more, pings, plan, post, press, review, sign_up, sit
from tests.journeys.test_packs import study

MINI = replace(a_pack(questions_of({"1.1": 12, "1.2": 12})), name="mini", title="Mini", exam="Mini exam")
"""A pack of 24 questions, of which a paper uses 20."""
TINY = replace(a_pack(questions_of({"1.1": 6})), name="tiny", title="Tiny", exam="Tiny exam")
"""A pack of 6 questions, of which a duel uses 5."""


@pytest.fixture
def packs(packs):
    return {**packs, MINI.name: MINI, TINY.name: TINY}


async def begin_evening(world, *actors):
    """Begin an evening on the pack that the server studies."""
    await world.mia.slash(world.channel, "exam group", at=HOUR, length="short")
    await world.tick()
    await sign_up(world, *actors)
    await world.pass_time(hours=1)


async def ids(world, column, *where):
    return await world.db.read(lambda tx: set(tx.execute(select(column).where(*where)).scalars()))


async def paper_of(world):
    paper = await ids(world, tables.evening_items.c.question_id)
    assert len(paper) == QUESTIONS
    return paper


async def erase(world, actor):
    asked = await actor.slash(world.channel, "privacy delete")
    await actor.click(asked.response, label="Erase everything")


async def test_a_submitted_paper_counts_nowhere_before_the_evening_is_over(world):
    await begin_evening(world, world.ana, world.ben)
    ben = await sit(world, world.ben)
    ana = await sit(world, world.ana)
    await ana.answer_all()
    await ana.submit()
    await world.pass_time(seconds=10)

    async def shown(actor, command):
        return world.read(await actor.slash(world.channel, command))

    assert "submitted: 1" in world.read(post(world))
    assert "ana" not in await shown(world.ben, "leaderboard")
    assert "You have not answered any" in await shown(world.ana, "progress")
    assert "1,000" not in await shown(world.ana, "exam history")
    assert await ids(world, tables.exams.c.score) == {None}
    assert await ids(world, tables.exam_items.c.correct) == {None}

    await ben.submit()
    await end(world)

    assert f"{QUESTIONS} of {QUESTIONS} right" in await shown(world.ben, "leaderboard")
    assert "1,000" in await shown(world.ana, "exam history")
    assert "1,000" in world.read(await press(world, world.ana, "My result"))


async def test_a_submitted_paper_counts_when_its_evening_is_called_off(world):
    await begin_evening(world, world.ana, world.ben)
    ana, ben = await sit(world, world.ana), await sit(world, world.ben)
    await ana.answer_all()
    await ana.submit()

    managed = await press(world, world.mia, "Manage")
    await world.mia.click(managed.response, label="Call it off")
    await world.pass_time(seconds=10)
    await ben.submit()

    assert None not in await ids(world, tables.exams.c.score)
    assert f"{QUESTIONS} of {QUESTIONS} right" in world.read(await world.mia.slash(world.channel, "leaderboard"))
    assert "Mock exam: 1,000" in world.read(await world.press(world.ana, "v1:exam-result:1"))


async def test_a_paper_whose_pack_is_missing_at_the_end_is_graded_once_the_pack_is_back(world):
    await study(world, "mini")
    await begin_evening(world, world.ana, world.ben)
    await sit(world, world.ben)
    ana = await sit(world, world.ana)
    await ana.submit()
    managed = await press(world, world.mia, "Manage")
    whole = world.packs
    world.packs = {name: pack for name, pack in whole.items() if name != MINI.name}
    await world.restart()
    await world.mia.click(managed.response, label="Call it off")
    await world.pass_time(seconds=10)
    assert await ids(world, tables.exams.c.score) == {None}

    world.packs = whole
    await world.restart()
    await world.pass_time(seconds=10)

    assert None not in await ids(world, tables.exams.c.score, tables.exams.c.user_id == world.ana.id)


async def test_questions_of_a_running_evening_are_not_asked_elsewhere_of_its_participants(world):
    await study(world, "mini")
    await begin_evening(world, world.ana, world.ben)
    paper = await paper_of(world)
    await sit(world, world.ben)
    await (await sit(world, world.ana)).submit()

    for actor in (world.ana, world.ben):
        await actor.slash(world.channel, "quiz", questions=10)
        await actor.slash(world.channel, "study")
    asked = await ids(world, tables.quiz_items.c.question_id)

    assert asked
    assert asked.isdisjoint(paper)


async def test_a_live_round_asks_nothing_of_a_running_paper_or_of_an_open_duel_of_others(world):
    await study(world, "tiny")
    guests = more(world, 2)
    _, message = await challenge(world, *guests)
    await guests[1].click(message, label="Accept")
    await world.tick()
    await begin(world, world.ana, questions=6, seconds=10)
    for _ in range(6):
        await world.pass_time(seconds=12)
    in_duels = await ids(world, tables.quiz_items.c.question_id)

    assert in_duels.isdisjoint(asked := await ids(world, tables.live_questions.c.question_id))
    assert len(asked) == 1
    assert "no question" in world.read(live(world)).casefold()

    await study(world, "mini")
    await begin_evening(world, world.ana)
    await begin(world, *guests, questions=10, seconds=10)
    for _ in range(10):
        await world.pass_time(seconds=12)
    assert (await ids(world, tables.live_questions.c.question_id)).isdisjoint(await paper_of(world))


async def test_the_review_holds_back_questions_that_two_other_members_still_duel_over(world):
    await study(world, "mini")
    guests = more(world, 2)
    _, message = await challenge(world, *guests)
    await guests[1].click(message, label="Accept")
    await begin_evening(world, world.ana)
    await (await sit(world, world.ana)).submit()
    await end(world)
    held = await ids(world, tables.quiz_items.c.question_id) & await paper_of(world)

    assert held
    assert len(review(world)) == QUESTIONS - len(held)
    await world.pass_time(days=2)  # the duel expires
    for _ in held:
        await world.pass_time(minutes=11)
    assert len(review(world)) == QUESTIONS


async def test_the_pings_lose_the_names_of_those_who_hide_or_erase_their_data(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben, world.mia)
    await world.pass_time(hours=1)
    assert {user.id for user in pings(world)[0].mentions} == {world.ana.id, world.ben.id, world.mia.id}

    await world.ana.slash(world.channel, "privacy hide")
    await erase(world, world.ben)
    await world.pass_time(minutes=2)

    stored = world.env.backend.get_message(world.channel.id, pings(world)[0].id)
    assert str(world.mia.id) in str(stored.components)
    assert str(world.ana.id) not in str(stored.components)
    assert str(world.ben.id) not in str(stored.components)


async def test_a_member_who_is_not_pinged_is_told_so(world):
    await plan(world)
    await world.ana.slash(world.channel, "privacy hide")
    hidden = await press(world, world.ana, "Sign up")
    seen = await press(world, world.ben, "Sign up")
    await sign_up(world, *more(world, MOST_PINGS - 1))
    late = await press(world, world.mia, "Sign up")

    assert "a ping would reveal you, so I will not ping you" in world.read(hidden)
    assert "I will ping you in the channel then" in world.read(seen)
    assert f"I can ping only the first {MOST_PINGS} who signed up, so you will not be pinged" in world.read(late)


async def test_an_evening_ends_at_once_when_the_last_who_still_sat_erases_their_data(world):
    await plan(world)
    await sign_up(world, world.ana, world.ben)
    await world.pass_time(hours=1)
    ana = await sit(world, world.ana)
    await sit(world, world.ben)
    await ana.submit()

    await erase(world, world.ben)
    await world.pass_time(seconds=10)

    assert "Here is how it went" in world.read(post(world))
