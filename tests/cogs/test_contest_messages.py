"""Messages about seasons, competitions and roles are complete, safe for spreadsheets, and within Discord's limits for
any names."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.app import RENDERERS
from bot.cogs.awards import messages as awards
from bot.cogs.competitions import messages as contests
from bot.cogs.competitions import posts
from bot.cogs.competitions.custom_ids import CompetitionTeamId
from bot.cogs.competitions.files import cell, table_file
from bot.cogs.competitions.tables import podium_places, winner
from bot.cogs.competitions.views import team_form
from bot.cogs.competitions.wording import subject
from bot.cogs.seasons import messages as seasons
from bot.cogs.settings import messages as settings_messages
from bot.cogs.ui.access import NEEDED, Access
from bot.services.awards import AwardList, Bound
from bot.services.competition_entries import CompetitionJoined, Left, TeamChoice
from bot.services.competition_steps import ContestNews
from bot.services.competition_tables import CompetitionResult, CompetitionTable
from bot.services.competitions import Created, Listing
from bot.services.posts import Unsent
from bot.services.schedules import Status
from bot.services.seasons import SeasonEnd, SeasonPlan
from bot.storage.awards import Award, RoleChange
from bot.storage.competition_entries import Team
from bot.storage.competition_places import MemberPlace, TeamPlace
from bot.storage.competitions import Competition
from bot.storage.guilds import Guild
from bot.storage.leases import Lease
from bot.storage.posts import Post, PostKind
from bot.storage.seasons import Season
from bot.storage.standings import BoardPlace
from bot.study.awards import MAX_AWARDS, AwardTrouble, Prize
from bot.study.competitions import MAX_NAME, MAX_OPEN, MAX_TEAMS, CompetitionState, EntryRule, Teams
from bot.study.schedules import Trouble
from bot.study.standings import Tally
from tests.cogs.test_limits import check

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
BIG = 10**18 - 1
WORST = "*" * 64
"""A name in which every character must be escaped."""


def a_contest(**options: object) -> Competition:
    return Competition(
        **{
            "id": BIG,
            "guild_id": BIG,
            "name": "*" * MAX_NAME,
            "sections": (),
            "teams": Teams.NONE,
            "entry": EntryRule.THROUGHOUT,
            "state": CompetitionState.RUNNING,
            "starts_at": AT,
            "ends_at": AT + timedelta(days=366),
            "channel_id": BIG,
            "created_by": BIG,
            "created_at": AT,
            "improved_by": 1,
            "improvement": 1.0,
            "streak_by": 2,
            "streak_days": 366,
            **options,
        }
    )


def a_table(
    pack, competition: Competition, *, members: int = 10, points: int = 99_999, **options: object
) -> CompetitionTable:
    teams = MAX_TEAMS if competition.teams is not Teams.NONE else 0
    place = MemberPlace(99_999, BIG, WORST, 1, WORST if teams else None, points, 99_999, 99_999)
    places = tuple(replace(place, rank=number + 1, user_id=number) for number in range(members))
    return CompetitionTable(
        **{
            "competition": competition,
            "pack": pack,
            "size": members * 1000,
            "teams": tuple(TeamPlace(number + 1, number, "*" * 100, points, 99_999) for number in range(teams)),
            "places": places,
            "page": 2,
            "pages": 1000 if members else 1,
            "mine": replace(place, user_id=BIG) if members else None,
            "roles": tuple(BIG + number for number in range(5)),
            "improved": WORST,
            "streak": WORST,
            **options,
        }
    )


@pytest.mark.parametrize("teams", Teams)
@pytest.mark.parametrize("state", CompetitionState)
@pytest.mark.parametrize("members", [0, 1, 10])
def test_everything_about_a_competition_fits_whatever_the_names(pack, teams, state, members):
    competition = a_contest(teams=teams, state=state, sections=pack.boards[1:])
    table = a_table(pack, competition, members=members)

    for kind in (PostKind.STANDINGS, PostKind.HALF_TIME, PostKind.LAST_HOUR, PostKind.RESULT):
        if members or kind in (PostKind.STANDINGS, PostKind.RESULT):
            check(posts.post(ContestNews(kind, table)))
    check(contests.standings(table, manager=True))


def test_messages_to_members_and_managers_fit(pack):
    competition = a_contest(teams=Teams.BY_ROLE, sections=pack.boards[1:])
    teams = tuple(Team(number, "*" * 100, BIG) for number in range(MAX_TEAMS))
    check(contests.created(Created(competition, pack, teams)))
    check(contests.left(Left(competition, 99_999, begun=True)))
    for options in ({}, {"again": True}, {"moved": True}, {"back": True}):
        check(contests.joined(CompetitionJoined(competition, "*" * 100, 99_999, **options)))
    open_ones = tuple(replace(competition, id=number) for number in range(MAX_OPEN))
    listing = Listing(pack, open_ones, open_ones[:5], dict.fromkeys(range(MAX_OPEN), 99_999), frozenset({1}))
    check(contests.listing(listing))
    check(contests.listing(Listing(pack, (), (), {}, frozenset())))


def test_the_team_form_fits(pack):
    for count in (0, MAX_TEAMS):
        choice = TeamChoice(a_contest(), tuple(Team(number, "*" * 100, None) for number in range(count)))

        form = team_form(CompetitionTeamId(BIG), choice)

        assert len(form.to_dict()["components"]) == (2 if count else 1)


@pytest.mark.parametrize("roles", [0, 25])
def test_the_end_of_a_season_fits_and_so_do_the_settings(pack, roles):
    place = BoardPlace(1, BIG, WORST, Tally(999_999, 99_999, 99_999, AT))
    end = SeasonEnd(
        season=Season(BIG, "2026-11", 99_999, AT),
        pack=pack,
        places=(place,) * 8,
        firsts=tuple((section, place) for section in pack.leaves),
        roles=tuple(range(BIG, BIG + roles)),
        next_season="2026-12",
        next_ends_at=AT,
    )

    told = check(seasons.post(end))

    assert "First in each section" in [block.name for block in told.blocks]
    assert seasons.podium_of(end)[2]
    status = Status(None, Guild(BIG), pack, None, 0, 0)
    for plan in (SeasonPlan(None, True, AT), SeasonPlan(BIG, True, AT), SeasonPlan(BIG, False, AT)):
        check(settings_messages.settings(status, plan, changed=True))


def test_a_season_without_a_point_names_no_winner(pack):
    place = BoardPlace(1, 1, "ana", Tally(0, 0, 1, AT))
    end = SeasonEnd(Season(1, "2026-11", 1, AT), pack, (place,), (), (), "2026-12", AT)

    assert "Nobody on the leaderboard earned a point" in check(seasons.post(end)).text
    assert seasons.podium_of(end)[2] == []


@pytest.mark.parametrize("trouble", [None, *AwardTrouble])
def test_the_list_of_roles_fits(pack, trouble):
    bound = [
        Bound(Award(number, BIG, BIG, prize, "all", 1, 999, BIG, trouble), 99_999, "*" * MAX_NAME)
        for number, prize in zip(range(MAX_AWARDS), list(Prize) * MAX_AWARDS, strict=False)
    ]

    troubles = {BIG: awards.trouble(trouble, None)} if trouble is not None else {}
    check(awards.listing(AwardList(pack, tuple(bound)), troubles))
    check(awards.listing(AwardList(pack, ()), {}))
    for one in bound[:3]:
        check(awards.bound(AwardList(pack, (one,))))
        if trouble is not None:
            change = RoleChange(one.award, BIG, give=True, lease=Lease((1, BIG), AT, 1, AT))
            assert len(awards.unchanged(change, WORST, awards.trouble(trouble, None))) <= 2000


HAVE_WORDS_OF_THEIR_OWN = {
    PostKind.LIVE,
    PostKind.LIVE_PLAN,
    PostKind.DAILY,
    PostKind.EVENING,
    PostKind.EVENING_THREAD,
    PostKind.EVENING_ITEM,
    PostKind.EVENT,
}


@pytest.mark.parametrize(
    "kind",
    [kind for kind, renderer in RENDERERS.items() if renderer.unsent and kind not in HAVE_WORDS_OF_THEIR_OWN],
)
@pytest.mark.parametrize("trouble", [Trouble.CHANNEL_GONE, Trouble.NO_PERMISSION, Trouble.REFUSED])
@pytest.mark.parametrize("moved_to", [None, 7])
def test_a_manager_is_told_what_to_do_about_a_failed_post(kind, trouble, moved_to):
    post = Post(1, kind, "1", BIG, BIG, None, 1, 0, AT, AT, 1, AT, AT)

    worst = Access(BIG, tuple(NEEDED.values()), tuple(NEEDED.values()), AT)
    told = RENDERERS[kind].unsent(Unsent(post, trouble, moved_to, None), WORST, worst)

    assert len(told) <= 2000
    assert "Nothing is lost" in told


# -- who has won


def test_the_winner_is_named_in_one_sentence(pack):
    table = a_table(pack, a_contest(), members=3)
    tie = tuple(
        replace(place, rank=1, name=name) for place, name in zip(table.places, ("ana", "ben", "chi"), strict=True)
    )

    assert winner(replace(table, places=(replace(tie[0], points=1),))) == "**ana** wins with 1 point."
    assert winner(replace(table, places=tie)).startswith("**ana**, **ben** and **chi** tie for first place")
    assert winner(a_table(pack, a_contest(), members=3, points=0)).startswith("Nobody earned a point")
    assert winner(a_table(pack, a_contest(), members=0)).startswith("Nobody joined")


def test_a_podium_shows_those_who_earned_a_point(pack):
    assert podium_places(a_table(pack, a_contest(), points=0)) == []
    assert len(podium_places(a_table(pack, a_contest(teams=Teams.OPEN)))) == MAX_TEAMS


# -- the file


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", "\t=1", "\u200b=1", " =1"])
def test_no_cell_begins_a_formula(name):
    assert cell(name).startswith("'")


@example("x;=1+1;y", 'a"b; @c|-d')
@example("x", ';"=')
@given(st.text(alphabet="x;,|\t =+-@'\"", max_size=12), st.text(alphabet="x;,|\t =+-@'\"", max_size=12))
def test_no_name_becomes_a_formula_whatever_the_list_separator_of_the_reader(name, team):
    text = table_file(CompetitionResult(a_contest(), (MemberPlace(1, BIG, name, 1, team, 10, 1, 1),))).decode(
        "utf-8-sig"
    )

    for separator in ",;|\t":
        cells = [cell.strip() for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_member_who_hides_is_neither_named_nor_mentioned_in_the_file():
    text = table_file(CompetitionResult(a_contest(), (MemberPlace(1, BIG, "", None, None, 10, 1, 1),))).decode(
        "utf-8-sig"
    )

    assert str(BIG) not in text
    assert "1,,,,10,1,1" in text


@given(st.text(max_size=64), st.text(max_size=32))
def test_whatever_the_names_the_file_has_a_line_for_each_place(name, team):
    places = (MemberPlace(1, BIG, name, 1, team, 10, 1, 1), MemberPlace(2, BIG + 1, "ben", None, None, 5, 1, 2))

    text = table_file(CompetitionResult(a_contest(), places)).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows] == ["place", "1", "2"]
    assert all(not value.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for value in row)
    assert rows[1][2] == (f"<@{BIG}>" if name else "")


def test_a_section_that_the_pack_no_longer_has_is_named_as_such(pack):
    told = subject(replace(a_contest(), sections=("9.9", "1.1")), pack)

    assert told.startswith("9.9 (not in your pack) and 1.1")
