"""No order of answering, leaving, returning or switching modes scores a question twice, in a live round or through
one."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage import attempts
from bot.study.live import RIGHT, SPEED, LiveState
from bot.study.scoring import Mode
from tests.examples import examples
from tests.services.contests import Arena
from tests.services.rounds import GUILD, Stage, player

USERS, CHANNELS = count(5000, 10), count(1)
ROUND = st.sampled_from(["join", "leave", "right", "wrong", "wait", "restart"])
ELSEWHERE = st.tuples(st.sampled_from([mode for mode in Mode if mode is not Mode.LIVE]), st.booleans())
DEEDS = st.lists(st.one_of(ROUND, ROUND, ELSEWHERE), min_size=4, max_size=16)


@pytest.fixture
def stage(services):
    return Stage(services)


@pytest.mark.sqlite
@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
async def test_a_question_scores_once_whatever_a_member_does(stage, deeds):
    who, other = next(USERS), 1
    arena = Arena(stage.services, at=stage.at)
    contest = f"competition of {who}"
    await arena.announce(contest)
    await arena.join(player(who), contest)
    await stage.begin(who, other, questions=3, section="1.1", channel_id=next(CHANNELS))
    pack = await stage.services.pack_for(GUILD)
    for deed in deeds:
        found = await stage.round()
        open_ = found.state is LiveState.ASKING
        match deed:
            case "join" if not found.over:
                await stage.join(who)
            case "leave" if not found.over and any(line.user_id == who for line in await stage.table()):
                await stage.leave(who)
            case "right" | "wrong" if open_:
                await stage.answer(who, right=deed == "right")
            case "wait":
                await stage.close()
            case "restart":
                await stage.services.live_steps.resume(stage.at)
                await stage.tick()
            case (mode, right):
                # Answer the question that the round is asking, in another mode.
                arena.at = stage.at
                question = pack.questions[(await stage.asked())[-1]]
                await arena.answer(player(who), question, right=right, mode=mode)
                stage.at = arena.at
    if not (await stage.round()).over:
        await stage.join(who)
        await stage.stop(other)
    arena.at = stage.at
    kept = [a for a in await stage.services.db.read(lambda tx: list(attempts.in_order(tx, GUILD))) if a.user_id == who]
    table = await arena.table(contest)
    [in_contest] = [place for place in table.places if place.user_id == who]
    score = next((line.score for line in await stage.table() if line.user_id == who), None)
    await arena.services.competitions.cancel(GUILD, table.competition.id, at=arena.at)

    lived = [attempt.question_id for attempt in kept if attempt.mode is Mode.LIVE]
    scored = [attempt.question_id for attempt in kept if attempt.points]
    asked = await stage.asked()
    assert len(set(lived)) == len(lived)
    assert len(set(scored)) == len(scored), "a season scores each question once"
    assert in_contest.answered == len({attempt.question_id for attempt in kept})
    assert in_contest.correct <= len(asked)
    if score is not None:
        assert score.right <= len(lived) <= len(asked)
        assert RIGHT * score.right <= score.points <= (RIGHT + SPEED) * score.right
    assert await stage.services.standings.rebuild() == []
