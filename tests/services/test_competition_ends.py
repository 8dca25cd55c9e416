"""How competitions end: ties, winners, what is announced, and how they are found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.services.competition_lookup import handle
from bot.storage.tables import competition_entries, competitions
from bot.study.competitions import MAX_OPEN, CompetitionState, Teams
from bot.study.errors import (
    NoCompetition,
    Refusal,
    UnknownCompetition,
    UnknownSection,
    WhichCompetition,
)
from tests.refusals import refuses
from tests.services.contests import BLUE, DAY, GUILD, HOUR, MANAGER, RED, Arena, member

ANA, BEN, CHI = member(1), member(2), member(3)


@pytest.fixture
def arena(services):
    return Arena(services)


# -- overlaps, ties, no participants


async def test_an_answer_counts_in_every_competition_that_the_member_has_joined(arena):
    for name, sections in (("One", ()), ("Two", ("1.1",)), ("Three", ("2.1",)), ("Four", ())):
        await arena.announce(name, sections=sections)
    for name in ("One", "Two", "Three"):
        await arena.join(ANA, name)

    await arena.answer(ANA, arena.question("1.1"))

    one, two, three, four = [await arena.points(name) for name in ("One", "Two", "Three", "Four")]
    assert one == two != three == {1: 0}
    assert four == {}


async def test_members_with_equal_points_and_answers_are_ranked_by_time(arena):
    await arena.announce()
    for who in (BEN, ANA):
        await arena.join(who)
        await arena.answer(who, 0)

    assert [(place.rank, place.user_id) for place in (await arena.table()).places] == [(1, 2), (2, 1)]


async def test_members_who_are_equal_in_everything_share_the_place_and_the_victory(arena):
    await arena.announce()
    for who in (ANA, BEN, CHI):
        await arena.join(who)
    for who in (ANA, BEN):
        before = arena.at
        await arena.answer(who, 0)
        arena.at = before
    await arena.answer(CHI, 1, right=False)

    await arena.pass_time(2 * DAY)

    places = (await arena.table()).places
    assert [place.rank for place in places] == [1, 1, 3]


async def test_a_competition_that_nobody_joined_ends_without_a_winner_and_without_reminders(arena):
    await arena.announce()
    await arena.kinds_sent()

    await arena.pass_time(DAY)
    await arena.pass_time(DAY)

    assert await arena.kinds_sent() == ["result"]
    assert (await arena.table()).places == ()


# -- the end


async def test_a_result_does_not_change_afterwards(arena):
    competition = await arena.announce()
    for who in (ANA, BEN):
        await arena.join(who)
    await arena.answer(ANA, 0)
    await arena.pass_time(2 * DAY)
    before = await arena.table()

    await arena.answer(BEN, 1)
    overtake = update(competition_entries).where(competition_entries.c.user_id == 2).values(points=999)
    await arena.services.db.write(lambda tx: tx.execute(overtake))
    await arena.tick()

    assert before.competition.state is CompetitionState.ENDED
    assert [place.user_id for place in before.places] == [1, 2]
    result = await arena.services.competition_tables.result(GUILD, competition.id)
    assert [(place.rank, place.user_id) for place in result.places] == [(1, 1), (2, 2)]


async def test_most_improved_and_longest_streak_are_named(arena):
    await arena.announce(lasts=10 * DAY)
    for who in (ANA, BEN):
        await arena.join(who)
    for day in range(5):
        for number in range(2):
            await arena.answer(ANA, 2 * day + number, right=day >= 3)
            await arena.answer(BEN, 2 * day + number)
        arena.at += DAY if day != 2 else 2 * DAY
    await arena.answer(BEN, 20)

    await arena.pass_time(10 * DAY)

    table = await arena.table()
    assert table.improved == "member 1"
    assert table.competition.improvement == pytest.approx(0.8)
    assert (table.streak, table.competition.streak_days) == ("member 2", 3)


async def test_steps_missed_during_downtime_are_taken_once_without_late_reminders(arena):
    await arena.announce()
    await arena.join(ANA)
    await arena.kinds_sent()

    await arena.pass_time(5 * DAY)
    await arena.tick()

    assert await arena.kinds_sent() == ["result"]
    assert (await arena.table()).competition.state is CompetitionState.ENDED


async def test_a_reminder_that_is_a_little_late_still_goes_out(arena):
    await arena.announce()
    await arena.join(ANA)
    await arena.kinds_sent()

    await arena.pass_time(DAY + timedelta(minutes=20))

    assert await arena.kinds_sent() == ["half-time"]


async def test_a_step_that_another_process_has_taken_is_not_taken_again(arena):
    competition = await arena.announce()
    steps = arena.services.competition_steps
    await arena.kinds_sent()
    arena.at += 2 * DAY

    def twice(tx):
        steps._advance(tx, competition.id, arena.at)
        tx.execute(update(competitions).values(due_at=arena.at))
        steps._advance(tx, competition.id, arena.at)

    await arena.services.db.write(twice)

    assert await arena.kinds_sent() == ["result"]


async def test_a_cancelled_competition_has_no_winner_and_posts_nothing_more(arena):
    await arena.announce()
    await arena.join(ANA)

    await arena.services.competitions.cancel(GUILD, 1, at=arena.at)
    await arena.pass_time(2 * DAY)

    assert await arena.kinds_sent() == []
    with refuses(Refusal.COMPETITION_OVER):
        await arena.services.competitions.cancel(GUILD, 1, at=arena.at)
    with refuses(Refusal.COMPETITION_RUNNING):
        await arena.services.competition_tables.result(GUILD, 1)


# -- announcing and finding


async def test_two_open_competitions_cannot_have_the_same_name(arena):
    await arena.announce("Sprint")

    with refuses(Refusal.NAME_TAKEN):
        await arena.announce("SPRINT ")


async def test_the_number_of_open_competitions_in_a_server_is_limited(arena):
    for number in range(MAX_OPEN):
        await arena.announce(f"competition {number}")

    with refuses(Refusal.TOO_MANY_COMPETITIONS):
        await arena.announce("one more")


async def test_teams_by_role_need_two_roles_and_others_take_none(arena):
    with refuses(Refusal.BAD_TEAM_ROLES):
        await arena.announce(teams=Teams.BY_ROLE, roles=((RED, "Red"),))
    with refuses(Refusal.BAD_TEAM_ROLES):
        await arena.announce(teams=Teams.OPEN, roles=((RED, "Red"), (BLUE, "Blue")))


async def test_an_unknown_section_is_refused(arena):
    with pytest.raises(UnknownSection):
        await arena.announce(sections=("9.9",))


async def test_a_competition_of_another_server_is_treated_as_unknown(arena):
    competition = await arena.announce()
    stranger = type(ANA)(GUILD + 1, 1, "ana")

    for text in (f"#{competition.id}", "Sprint"):
        with pytest.raises(UnknownCompetition):
            await arena.join(stranger, text)
    with pytest.raises(UnknownCompetition):
        await arena.services.competition_tables.result(GUILD + 1, competition.id)


async def test_a_name_that_looks_like_a_number_is_never_taken_for_another_competition(arena):
    autumn = await arena.announce("Autumn")
    numbered = await arena.announce(f"#{autumn.id}")
    entries, tables = arena.services.competition_entries, arena.services.competition_tables

    for which, meant in [
        (autumn.id, autumn),
        (handle(autumn), autumn),
        ("autumn", autumn),
        (numbered.id, numbered),
        (handle(numbered), numbered),
        (f"#{autumn.id}", numbered),
        (f"#{numbered.id}", numbered),
    ]:
        assert (await arena.join(ANA, which)).competition.id == meant.id
        assert (await tables.standings(ANA, which)).competition.id == meant.id
        assert (await entries.leave(ANA, which, at=arena.at)).competition.id == meant.id


async def test_an_exact_name_has_priority_over_an_id_and_an_id_over_the_beginning_of_a_name(arena):
    autumn = await arena.announce("Autumn")
    winter = await arena.announce("Winter cup")
    named = await arena.announce(f"#{autumn.id} Autumn")
    tables = arena.services.competition_tables

    for which, meant in [
        (handle(autumn), autumn),
        (handle(named), named),
        (f"#{autumn.id} Autumn", named),
        (f"#{autumn.id}", autumn),
        (f"#{winter.id} win", winter),
        ("aut", autumn),
        (" winter  c", winter),
    ]:
        assert (await tables.standings(ANA, which)).competition.id == meant.id, which
    with pytest.raises(WhichCompetition) as both:
        await tables.standings(ANA, f"#{autumn.id} Aut")
    with pytest.raises(UnknownCompetition):
        await tables.standings(ANA, f"#{autumn.id} Win")

    assert set(both.value.names) == {autumn.name, named.name}


async def test_if_two_names_begin_alike_the_member_must_choose_unless_one_is_over(arena):
    await arena.announce("Autumn one", lasts=HOUR)
    two = await arena.announce("Autumn two", lasts=DAY)

    with pytest.raises(WhichCompetition):
        await arena.join(ANA, "autumn")
    await arena.pass_time(2 * HOUR)

    assert (await arena.join(ANA, "autumn")).competition.id == two.id


async def test_if_two_roles_have_the_same_name_the_team_is_the_one_that_the_member_has(arena):
    await arena.announce(teams=Teams.BY_ROLE, roles=((RED, "Red"), (BLUE, "Red")), starts=HOUR)

    assert (await arena.join(member(1, RED), team="Red")).team == "Red"
    assert (await arena.join(member(2, BLUE), team="Red")).team == "Red"
    assert [team.members for team in (await arena.table()).teams] == [1, 1]


async def test_with_several_competitions_the_member_must_choose(arena):
    await arena.announce("One")
    await arena.announce("Two")

    with pytest.raises(WhichCompetition) as asked:
        await arena.join(ANA)

    assert set(asked.value.names) == {"One", "Two"}


async def test_without_a_competition_none_has_to_be_chosen(arena, services):
    with pytest.raises(NoCompetition):
        await arena.join(ANA)
    with pytest.raises(NoCompetition):
        await services.competition_tables.standings(ANA, None)
    with refuses(Refusal.IN_NO_COMPETITION):
        await arena.leave(ANA)
    assert await services.competition_entries.team_names(ANA, "") == []


async def test_contests_are_for_servers(arena):
    with refuses(Refusal.NEEDS_SERVER):
        await arena.join(type(ANA)(0, 1, "ana"))


async def test_hidden_members_are_in_no_competition(arena):
    await arena.by_role()
    await arena.answer(member(1, RED), 0)

    await arena.services.privacy.hide(member(1), hidden=True, at=arena.at)
    await arena.answer(member(1, RED), 1)

    assert (await arena.table()).size == 0
    with refuses(Refusal.HIDING):
        await arena.join(member(1, RED))


async def test_an_erased_member_leaves_no_gap_in_a_result(arena):
    await arena.announce()
    for number, who in enumerate((ANA, BEN, CHI)):
        await arena.join(who)
        for question in range(3 - number):
            await arena.answer(who, question)
    await arena.pass_time(2 * DAY)

    await arena.services.privacy.erase(2, at=arena.at)

    assert [(place.rank, place.user_id) for place in (await arena.table()).places] == [(1, 1), (2, 3)]


async def test_the_list_shows_running_and_past_competitions_and_the_member_s_own(arena):
    await arena.announce("Old", lasts=HOUR)
    await arena.pass_time(HOUR)
    await arena.announce("New")
    await arena.join(ANA, "New")

    listing = await arena.services.competitions.listing(ANA)

    assert [competition.name for competition in listing.ongoing] == ["New"]
    assert [competition.name for competition in listing.past] == ["Old"]
    assert {competition.id for competition in listing.ongoing} == listing.mine
    assert listing.ongoing[0].created_by == MANAGER
