"""Roles that are won: who should have them, and what happens if a role cannot be given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.study.awards import MAX_AWARDS, AwardTrouble, Prize
from bot.study.competitions import Teams
from bot.study.errors import Refusal, UnknownCompetition, UnknownSection
from tests.refusals import refuses
from tests.services.contests import DAY, GUILD, HOUR, MANAGER, Arena, member

ANA, BEN, CHI = member(1), member(2), member(3)
ROLE = 900


@pytest.fixture
def arena(services):
    return Arena(services)


async def bind(arena, prize, role=ROLE, **options):
    return await arena.services.awards.bind(GUILD, role, prize, by=MANAGER, at=arena.at, **options)


async def hand_over(arena):
    """Apply the role changes that are due; return each member and whether the role was given."""
    changes = await arena.services.awards.take_due(arena.at)
    for change in changes:
        await arena.services.awards.note_changed(change, at=arena.at)
    return [(change.user_id, change.give) for change in changes]


async def win(arena, name, *winners):
    """Run a competition that these members win, tied in everything."""
    await arena.announce(name, lasts=HOUR)
    for who in winners:
        await arena.join(who, name)
    for who in winners:
        before = arena.at
        await arena.answer(who, 0)
        arena.at = before
    await arena.pass_time(HOUR)


async def test_the_role_of_a_season_goes_from_winner_to_winner(arena):
    await bind(arena, Prize.SEASON)
    await arena.answer(ANA, 0)
    arena.at = datetime(2026, 12, 1, tzinfo=UTC)
    await arena.tick()
    first = await hand_over(arena)

    await arena.answer(BEN, 0)
    arena.at = datetime(2027, 1, 1, tzinfo=UTC)
    await arena.tick()

    assert first == [(1, True)]
    assert sorted(await hand_over(arena)) == [(1, False), (2, True)]
    assert await hand_over(arena) == []


async def test_a_season_without_points_does_not_take_the_role_from_anybody(arena):
    await bind(arena, Prize.SEASON, section="2.1")
    await arena.answer(ANA, arena.question("2.1"))
    arena.at = datetime(2026, 12, 1, tzinfo=UTC)
    await arena.tick()
    first = await hand_over(arena)

    await arena.answer(BEN, arena.question("1.1"))
    arena.at = datetime(2027, 1, 1, tzinfo=UTC)
    await arena.tick()

    assert first == [(1, True)]
    assert await hand_over(arena) == []


async def test_the_role_of_every_competition_goes_to_all_winners_of_the_last_one(arena):
    await bind(arena, Prize.COMPETITION)
    await win(arena, "One", ANA)
    first = await hand_over(arena)

    await win(arena, "Two", ANA, BEN)
    second = await hand_over(arena)
    await win(arena, "Three")

    assert first == [(1, True)]
    assert second == [(1, True), (2, True)], "a member who wins again may have lost the role"
    assert await hand_over(arena) == []


async def test_the_role_of_one_competition_is_only_for_that_one(arena):
    await arena.announce("One", lasts=HOUR)
    await bind(arena, Prize.COMPETITION, contest="one")
    await win(arena, "Two", BEN)

    assert await hand_over(arena) == []
    with pytest.raises(UnknownCompetition):
        await bind(arena, Prize.COMPETITION, contest="Nine", role=901)


async def test_every_member_of_the_winning_team_who_earned_a_point_gets_the_role(arena):
    await bind(arena, Prize.COMPETITION)
    await arena.announce(teams=Teams.OPEN, lasts=HOUR)
    for who, team in ((ANA, "Owls"), (BEN, "Owls"), (CHI, "Larks")):
        await arena.join(who, team=team)
    await arena.answer(ANA, 0)
    await arena.answer(BEN, 0, right=False)

    await arena.pass_time(HOUR)

    assert await hand_over(arena) == [(1, True)]


async def test_mastery_is_a_number_of_different_questions_answered_right_and_is_kept(arena):
    await bind(arena, Prize.MASTERY, section="1", questions=2)
    one, two = arena.question("1.1"), arena.question("1.2")

    await arena.answer(ANA, one)
    await arena.answer(ANA, one)
    await arena.answer(ANA, two, right=False)
    await arena.answer(ANA, arena.question("2.1"))
    before = await hand_over(arena)
    await arena.answer(ANA, two)

    assert before == []
    assert await hand_over(arena) == [(1, True)]
    await arena.answer(ANA, arena.question("1.3"))
    assert await hand_over(arena) == []


async def test_members_who_have_already_mastered_the_section_get_the_role_at_once(arena):
    await arena.answer(ANA, 0)
    await arena.answer(BEN, 0, right=False)

    found = await bind(arena, Prize.MASTERY, section="all", questions=1)

    assert found.awards[0].holders == 1
    assert await hand_over(arena) == [(1, True)]


async def test_a_role_for_a_section_that_a_hidden_member_has_mastered_is_given_once_they_are_shown_again(arena):
    await arena.answer(ANA, 0)
    await arena.answer(BEN, 0)
    await arena.services.privacy.hide(ANA, hidden=True, at=arena.at)

    found = await bind(arena, Prize.MASTERY, section="all", questions=1)
    hidden = await hand_over(arena)
    await arena.services.privacy.hide(ANA, hidden=False, at=arena.at)

    assert found.awards[0].holders == 1
    assert hidden == [(2, True)]
    assert await hand_over(arena) == [(1, True)]


async def test_mastery_gained_while_hidden_is_rewarded_once_the_member_is_shown_again(arena):
    await bind(arena, Prize.MASTERY, questions=1)
    await bind(arena, Prize.SEASON, role=ROLE + 1)
    await arena.services.privacy.hide(ANA, hidden=True, at=arena.at)
    await arena.answer(ANA, 0)
    await arena.services.privacy.hide(BEN, hidden=True, at=arena.at)

    for who in (ANA, BEN):
        await arena.services.privacy.hide(who, hidden=False, at=arena.at)

    assert await hand_over(arena) == [(1, True)]


async def test_hidden_members_win_no_role(arena):
    await bind(arena, Prize.MASTERY, questions=1)
    await arena.services.privacy.hide(ANA, hidden=True, at=arena.at)

    await arena.answer(ANA, 0)

    assert await hand_over(arena) == []


async def test_a_role_can_be_bound_to_only_one_thing(arena):
    await bind(arena, Prize.SEASON)

    with refuses(Refusal.ROLE_BOUND):
        await bind(arena, Prize.MASTERY, questions=3)

    await arena.services.awards.unbind(GUILD, ROLE)
    assert await bind(arena, Prize.MASTERY, questions=3)


async def test_an_impossible_binding_is_refused(arena):
    with pytest.raises(UnknownSection):
        await bind(arena, Prize.SEASON, section="9")
    with refuses(Refusal.UNKNOWN_AWARD):
        await arena.services.awards.unbind(GUILD, ROLE)
    for number in range(MAX_AWARDS):
        await bind(arena, Prize.SEASON, role=1000 + number)
    with refuses(Refusal.TOO_MANY_AWARDS):
        await bind(arena, Prize.SEASON)


async def test_a_change_is_leased_to_one_process_until_its_lease_expires(arena):
    await bind(arena, Prize.COMPETITION)
    await win(arena, "One", ANA)

    first = await arena.services.awards.take_due(arena.at)
    meanwhile = await arena.services.awards.take_due(arena.at)
    arena.at += 2 * DAY
    again = await arena.services.awards.take_due(arena.at)

    assert [change.user_id for change in first] == [change.user_id for change in again] == [1]
    assert meanwhile == []


async def test_a_role_that_was_given_while_another_member_won_it_is_taken_back(arena):
    await bind(arena, Prize.COMPETITION)
    await win(arena, "One", ANA)
    (leased,) = await arena.services.awards.take_due(arena.at)
    await win(arena, "Two", BEN)

    await arena.services.awards.note_changed(leased, at=arena.at)

    assert sorted(await hand_over(arena)) == [(1, False), (2, True)]


async def test_a_problem_is_reported_once_and_ends_when_the_role_works_again(arena):
    await bind(arena, Prize.COMPETITION)
    await win(arena, "One", ANA)
    awards = arena.services.awards
    (change,) = await awards.take_due(arena.at)

    first = await awards.note_refused(change, AwardTrouble.NO_PERMISSION, at=arena.at)
    await awards.note_reported(change.award, AwardTrouble.NO_PERMISSION)
    second = await awards.note_refused(change, AwardTrouble.NO_PERMISSION, at=arena.at)
    shown = (await awards.listing(GUILD)).awards[0].award.trouble
    soon = await awards.take_due(arena.at + 2 * HOUR / 60)
    arena.at += HOUR
    later = await hand_over(arena)

    assert (first, second) == (True, False)
    assert shown is AwardTrouble.NO_PERMISSION
    assert soon == []
    assert later == [(1, True)]
    assert (await awards.listing(GUILD)).awards[0].award.trouble is None


async def test_members_who_have_left_the_server_are_forgotten(arena):
    await bind(arena, Prize.COMPETITION)
    await win(arena, "One", ANA)
    (change,) = await arena.services.awards.take_due(arena.at)

    await arena.services.awards.note_gone(change)

    assert (await arena.services.awards.listing(GUILD)).awards[0].holders == 0
