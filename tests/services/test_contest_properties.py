"""No order of answering, leaving, returning or switching modes scores a question twice in one competition; and the
tables that the database computes follow the rules."""

from __future__ import annotations

from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage.competition_places import everyone
from bot.study.competitions import MIN_TEAM, CompetitionScore, Teams, order, ranks, team_score
from bot.study.scoring import Mode, points
from tests.examples import examples
from tests.services.contests import GUILD, RED, Arena, member

QUESTIONS = range(4)
USERS = count(1000)
ANSWERS = st.tuples(st.sampled_from(QUESTIONS), st.booleans(), st.sampled_from(Mode))
DEEDS = st.lists(st.one_of(st.sampled_from(["join", "leave"]), ANSWERS), max_size=14)
REUSED = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def arena(services):
    return Arena(services)


@REUSED
@given(deeds=DEEDS, by_role=st.booleans())
async def test_a_question_scores_once_whatever_a_member_does(arena, deeds, by_role):
    who = member(next(USERS), RED)
    name = f"competition of {who.user_id}"
    await (arena.by_role(name=name) if by_role else arena.announce(name))
    inside = entered = False
    met: set[int] = set()
    expected = 0
    for deed in deeds:
        if deed == "join":
            await arena.join(who, name)
            inside = entered = True
        elif deed == "leave" and inside:
            await arena.leave(who, name)
            inside = False
        elif deed != "leave":
            number, right, mode = deed
            await arena.answer(who, number, right=right, mode=mode)
            if by_role and not entered:
                inside = entered = True
            if entered and number not in met:
                met.add(number)
                worth = points(mode, arena.questions[number].difficulty, correct=right).total
                expected += worth if inside else 0
    if entered and not inside:
        await arena.join(who, name)
    table = await arena.table(name)
    await arena.services.competitions.cancel(GUILD, table.competition.id, at=arena.at)

    assert {place.user_id: place.points for place in table.places} == ({who.user_id: expected} if entered else {})
    assert all(place.answered <= len(met) for place in table.places)


@pytest.mark.parametrize("seed", range(3))
async def test_the_tables_that_the_database_computes_follow_the_rules(arena, seed):
    """Many members, few questions and equal times produce many ties."""
    rng = Random(seed)
    await arena.announce(teams=Teams.OPEN)
    scores: dict[int, CompetitionScore] = {}
    teams: dict[int, str] = {}
    for user_id in range(1, 25):
        who, start = member(user_id), arena.at
        teams[user_id] = rng.choice(["Red", "Blue", "Green", "Grey"])
        await arena.join(who, team=teams[user_id])
        scores[user_id] = CompetitionScore(0, 0, arena.at)
        for number in rng.sample(QUESTIONS, rng.randint(0, 3)):
            right = rng.random() < 0.6
            await arena.answer(who, number, right=right)
            worth = points(Mode.QUIZ, arena.questions[number].difficulty, correct=right).total
            before = scores[user_id]
            scores[user_id] = CompetitionScore(
                before.points + worth, before.answered + 1, arena.at if worth else before.reached_at
            )
        arena.at = start

    table = await arena.table()
    places = await arena.services.db.read(lambda tx: everyone(tx, table.competition))

    ordered = sorted(scores, key=lambda user_id: order(scores[user_id]))
    rank_of = dict(zip(ordered, ranks([order(scores[user_id]) for user_id in ordered]), strict=True))
    assert {place.user_id: place.rank for place in places} == rank_of
    sums = {
        team: team_score([scores[id] for id in scores if teams[id] == team], MIN_TEAM, table.competition.ends_at)
        for team in set(teams.values())
    }
    by_rule = sorted(sums, key=lambda team: order(sums[team]))
    assert {team.name: team.points for team in table.teams} == {team: score.points for team, score in sums.items()}
    assert {team.name: team.rank for team in table.teams} == dict(
        zip(by_rule, ranks([order(sums[team]) for team in by_rule]), strict=True)
    )
