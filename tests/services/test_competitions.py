"""The rules of competitions, as `study.competitions` states them."""

from __future__ import annotations

import pytest

from bot.cogs.ui.errors import sentence
from bot.study.competitions import MAX_TEAMS, EntryRule, Teams
from bot.study.errors import (
    ChooseTeam,
    NoTeamRole,
    Refusal,
)
from bot.study.scoring import Mode
from tests.refusals import refuses
from tests.services.contests import BLUE, DAY, HOUR, MINUTE, RED, Arena, member

ANA, BEN, CHI = member(1), member(2), member(3)


@pytest.fixture
def arena(services):
    return Arena(services)


# -- what counts


async def test_answers_count_between_start_and_end_and_in_the_chosen_sections(arena):
    await arena.announce(starts=HOUR, sections=("1.1",))
    await arena.join(ANA)

    await arena.answer(ANA, arena.question("1.1", 0))
    await arena.pass_time(HOUR)
    await arena.answer(ANA, arena.question("1.1", 1))
    await arena.answer(ANA, arena.question("2.1", 0))
    inside = await arena.points()
    arena.at += 2 * DAY
    await arena.answer(ANA, arena.question("1.1", 2))

    assert inside == await arena.points()
    assert inside[1] > 0
    assert (await arena.table()).places[0].answered == 1


async def test_only_the_first_answer_to_a_question_counts_whatever_the_mode(arena):
    await arena.announce()
    await arena.join(ANA)

    await arena.answer(ANA, 0, right=False)
    await arena.answer(ANA, 0, mode=Mode.REVIEW)
    await arena.answer(ANA, 0, mode=Mode.EXAM)

    (place,) = (await arena.table()).places
    assert (place.points, place.correct, place.answered) == (0, 0, 1)


async def test_a_question_that_has_scored_this_season_earns_its_points_again_in_a_competition(arena):
    await arena.answer(ANA, 0)
    await arena.announce()
    await arena.join(ANA)

    await arena.answer(ANA, 0)

    assert (await arena.points())[1] > 0


async def test_members_who_have_not_joined_are_not_in_the_table(arena):
    await arena.announce()

    await arena.answer(ANA, 0)

    assert (await arena.table()).size == 0


# -- late joiners, leavers


async def test_members_who_join_late_begin_without_points(arena):
    await arena.announce()
    await arena.answer(ANA, 0)

    await arena.join(ANA)
    before = await arena.points()
    await arena.answer(ANA, 1)

    assert before == {1: 0}
    assert (await arena.points())[1] > 0


async def test_a_team_whose_role_the_member_lacks_is_refused_with_the_roles_that_they_have(arena):
    await arena.by_role()

    with pytest.raises(ChooseTeam) as refused:
        await arena.join(member(1, BLUE), team="Red")

    assert refused.value.names == ("Blue",)
    assert "For another team, ask a manager for its role" in sentence(refused.value)


@pytest.mark.parametrize("teams", [Teams.NONE, Teams.OPEN])
async def test_a_competition_that_nobody_could_join_in_time_is_refused(arena, teams):
    with refuses(Refusal.NO_TIME_TO_JOIN):
        await arena.announce(entry=EntryRule.UNTIL_START, teams=teams)
    with refuses(Refusal.NO_TIME_TO_JOIN):
        await arena.by_role(starts=-MINUTE, entry=EntryRule.UNTIL_START)


async def test_if_entry_ends_at_the_start_nobody_can_join_later(arena):
    await arena.announce(starts=HOUR, entry=EntryRule.UNTIL_START)
    await arena.join(ANA)

    await arena.pass_time(HOUR)

    with refuses(Refusal.ENTRY_CLOSED):
        await arena.join(BEN)
    assert (await arena.join(ANA)).again


async def test_a_member_who_joined_before_the_start_can_leave_and_come_back_after_entry_has_closed(arena):
    await arena.announce(starts=HOUR, entry=EntryRule.UNTIL_START)
    await arena.join(ANA)
    await arena.join(BEN)
    early = await arena.leave(BEN)
    await arena.pass_time(HOUR)
    await arena.answer(ANA, 0)

    late = await arena.leave(ANA)
    back = await arena.join(ANA)

    assert (early.begun, late.begun) == (False, True)
    assert back.points == late.points > 0
    with refuses(Refusal.ENTRY_CLOSED):
        await arena.join(BEN)


async def test_all_together_with_other_sections_means_all(arena):
    assert (await arena.announce(sections=("all", "1.1"))).sections == ()


async def test_a_member_who_leaves_is_off_the_table_and_has_their_points_when_they_come_back(arena):
    await arena.announce()
    await arena.join(ANA)
    await arena.answer(ANA, 0)
    points = (await arena.points())[1]

    left = await arena.leave(ANA)
    away = await arena.points()
    back = await arena.join(ANA)

    assert left.points == points
    assert away == {}
    assert (back.back, back.points) == (True, points)
    assert await arena.points() == {1: points}


async def test_questions_answered_while_away_do_not_count_later(arena):
    await arena.announce()
    await arena.join(ANA)
    await arena.leave(ANA)
    await arena.answer(ANA, 0, right=False)

    await arena.join(ANA)
    await arena.answer(ANA, 0)

    assert await arena.points() == {1: 0}


async def test_nobody_can_join_or_leave_a_competition_that_is_over(arena):
    await arena.announce()
    await arena.join(ANA)
    arena.at += 2 * DAY

    with refuses(Refusal.COMPETITION_OVER):
        await arena.join(BEN)
    with refuses(Refusal.COMPETITION_OVER):
        await arena.leave(ANA)


async def test_members_cannot_leave_a_competition_that_they_have_not_joined(arena):
    await arena.announce()

    with refuses(Refusal.NOT_IN_COMPETITION):
        await arena.leave(ANA, "Sprint")
    with refuses(Refusal.IN_NO_COMPETITION):
        await arena.leave(ANA)


# -- teams


async def test_members_name_their_teams_and_change_them_until_the_start(arena):
    await arena.announce(starts=HOUR, teams=Teams.OPEN)
    await arena.join(ANA, team="Owls")

    joined = await arena.join(BEN, team="owls ")
    moved = await arena.join(BEN, team="Larks")
    await arena.pass_time(HOUR)
    stays = await arena.join(BEN, team="Owls")

    assert joined.team == "Owls"
    assert (moved.team, moved.moved) == ("Larks", True)
    assert (stays.team, stays.again) == ("Larks", True)


async def test_a_team_that_everyone_left_before_the_start_is_gone(arena):
    await arena.announce(starts=HOUR, teams=Teams.OPEN)
    await arena.join(ANA, team="Owls")

    await arena.join(ANA, team="Larks")
    await arena.leave(ANA)

    assert (await arena.table()).teams == ()


async def test_a_member_who_comes_back_after_the_start_plays_for_the_same_team(arena):
    await arena.announce(teams=Teams.OPEN)
    await arena.join(ANA, team="Owls")
    await arena.leave(ANA)

    back = await arena.join(ANA, team="Larks")

    assert back.team == "Owls"


async def test_a_member_who_names_no_team_is_asked_for_one(arena):
    await arena.announce(teams=Teams.OPEN)
    await arena.join(ANA, team="Owls")

    with pytest.raises(ChooseTeam) as asked:
        await arena.join(BEN)

    assert asked.value.names == ("Owls",)


async def test_the_number_of_teams_is_limited(arena):
    await arena.announce(teams=Teams.OPEN)
    for number in range(MAX_TEAMS):
        await arena.join(member(10 + number), team=f"team {number}")

    with refuses(Refusal.TOO_MANY_TEAMS):
        await arena.join(ANA, team="one more")
    assert (await arena.join(ANA, team="team 3")).team == "team 3"


async def test_n_is_fixed_at_the_start_from_the_smallest_team(arena):
    await arena.announce(starts=HOUR, teams=Teams.OPEN)
    for number in range(5):
        await arena.join(member(10 + number), team="big")
    for number in range(4):
        await arena.join(member(20 + number), team="small")

    before = (await arena.table()).competition.best_of
    await arena.pass_time(HOUR)
    await arena.join(ANA, team="tiny")

    assert before is None
    assert (await arena.table()).competition.best_of == 4


async def test_a_larger_team_has_no_advantage(arena):
    await arena.announce(teams=Teams.OPEN)
    for number in range(6):
        await arena.join(member(10 + number), team="many")
        await arena.answer(member(10 + number), 0)
    for number in range(3):
        await arena.join(member(20 + number), team="few")
        await arena.answer(member(20 + number), 0)
        await arena.answer(member(20 + number), 1)

    few, many = (await arena.table()).teams

    assert few.name == "few"
    assert few.points > many.points


# -- by role


async def test_with_teams_by_role_an_answer_is_enough_to_join(arena):
    await arena.by_role()

    await arena.answer(member(1, RED), 0)

    (place,) = (await arena.table()).places
    assert place.team == "Red"
    assert place.points > 0


async def test_only_members_who_joined_are_pinged_and_not_those_who_belong_by_role(arena):
    await arena.by_role()
    await arena.answer(member(1, RED), 0)
    await arena.answer(member(2, BLUE), 0)
    joined = await arena.join(member(2, BLUE))
    await arena.kinds_sent()

    await arena.pass_time(DAY)
    (put,) = await arena.sent()

    assert not joined.again
    assert put.scene.pings == (2,)


async def test_the_last_role_before_the_start_decides_and_later_changes_have_no_effect(arena):
    await arena.by_role(starts=HOUR)
    await arena.answer(member(1, RED), 0)
    await arena.answer(member(1, BLUE), 1)
    await arena.pass_time(HOUR)

    await arena.answer(member(1, RED), 2)
    await arena.answer(member(1), 3)

    (place,) = (await arena.table()).places
    assert (place.team, place.answered) == ("Blue", 2)


async def test_the_first_of_several_team_roles_counts_unless_the_member_chooses(arena):
    await arena.by_role(starts=HOUR)
    await arena.answer(member(1, BLUE, RED), 0)
    (seen,) = (await arena.table()).places

    joined = await arena.join(member(1, BLUE, RED), team="Blue")
    await arena.answer(member(1, BLUE, RED), 1)

    assert seen.team == "Red"
    assert joined.team == "Blue"
    assert (await arena.table()).places[0].team == "Blue"


async def test_without_one_of_the_roles_nobody_joins(arena):
    await arena.by_role()

    with pytest.raises(NoTeamRole) as refused:
        await arena.join(ANA)

    assert refused.value.role_ids == (RED, BLUE)


async def test_if_entry_ends_at_the_start_a_role_seen_later_is_too_late(arena):
    await arena.by_role(starts=HOUR, entry=EntryRule.UNTIL_START)
    await arena.answer(member(1, RED), 0)
    await arena.pass_time(HOUR)

    await arena.answer(member(1, RED), 1)
    await arena.answer(member(2, BLUE), 1)

    assert set(await arena.points()) == {1}


async def test_a_member_who_left_is_not_brought_back_by_a_role(arena):
    await arena.by_role()
    await arena.answer(member(1, RED), 0)

    await arena.leave(member(1, RED))
    await arena.answer(member(1, RED), 1)

    assert (await arena.table()).size == 0


async def test_a_team_whose_role_is_deleted_keeps_its_members(arena):
    """After its role is deleted, the team gains no members and loses none."""
    await arena.by_role()
    await arena.answer(member(1, RED), 0)

    await arena.answer(member(1), 1)
    await arena.answer(member(2, BLUE), 0)

    red, blue = (await arena.table()).teams
    assert (red.name, red.members) == ("Red", 1)
    assert red.points > blue.points > 0
