"""The league's rules: who is ranked, who moves up or down, and when a month is over for all servers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.errors import BadName, Refusal, Refused
from bot.study.leagues import (
    FULL,
    LEAST,
    MAX_NAME,
    MIN_ACTIVE,
    MOST,
    RESTS_AFTER,
    Band,
    Contender,
    LeagueMark,
    LeagueScore,
    LeagueTable,
    Seat,
    band_after,
    band_of,
    bounds,
    clean,
    closes_at,
    closes_by,
    current,
    exchanged,
    marks,
    month_of,
    next_seats,
    seat_for_newcomer,
    sizes,
    table,
)
from bot.study.periods import Period, ends_at, first_day
from bot.study.typed import all_zones
from tests.examples import examples
from tests.refusals import refuses

AT = datetime(2026, 11, 23, tzinfo=UTC)


def a_server(id: int, points: int = 100, active: int = 10, *, unranked: int = 0, days: int = 0) -> Contender:
    return Contender(id, AT + timedelta(days=days), LeagueScore(active, points), unranked)


def a_division(first: int, servers: int = FULL) -> LeagueTable:
    """Return a table of servers numbered from `first`, best first."""
    return table([a_server(first + place, 1000 - place) for place in range(servers)])


def ids(seats: dict[int, Seat], division: int, band: Band = Band.SMALL) -> set[int]:
    return {id for id, seat in seats.items() if seat == Seat(band, division)}


def order_of(table: LeagueTable) -> list[int]:
    return [one.guild_id for one in table.ranked]


# -- a table


def test_the_higher_average_is_in_front_whatever_the_sum():
    crowd, few = a_server(1, points=900, active=30), a_server(2, points=200, active=5)

    assert order_of(table([crowd, few])) == [2, 1]


def test_of_tied_servers_the_one_with_more_active_members_is_in_front_and_then_the_older_one():
    servers = [a_server(1, 50, 5, days=2), a_server(2, 50, 5, days=1), a_server(3, 100, 10, days=3)]

    assert order_of(table(servers)) == [3, 2, 1]


def test_a_server_with_fewer_than_five_active_members_is_not_ranked():
    found = table([a_server(1, 999, MIN_ACTIVE - 1), a_server(2, 1, MIN_ACTIVE)])

    assert order_of(found) == [2]
    assert [one.guild_id for one in found.unranked] == [1]


def test_the_top_servers_go_up_and_the_bottom_ones_go_down_between_full_divisions():
    found = marks(a_division(0), above=FULL, below=FULL)

    assert [mark.value for mark in found] == ["up"] * 2 + ["stays"] * 8 + ["down"] * 2


def test_in_a_single_division_nobody_moves():
    assert set(marks(a_division(0), above=0, below=0)) == {LeagueMark.STAYS}


def test_nobody_goes_up_without_a_point():
    found = marks(table([a_server(id, points=0) for id in range(4)]), above=FULL, below=0)

    assert LeagueMark.UP not in found


def test_servers_without_a_rank_are_the_first_to_make_room():
    servers = [a_server(id, 100 - id) for id in range(7)] + [a_server(7, active=0, points=0)]

    assert LeagueMark.DOWN not in marks(table(servers), above=0, below=4)


# -- sizes


@given(st.integers(0, 2000))
def test_every_size_has_one_band(active):
    (band,) = [band for band in Band if bounds(band)[0] <= active <= (bounds(band)[1] or active)]

    assert band_of(active) is band


@given(st.sampled_from(Band), st.integers(0, 2000))
def test_a_server_leaves_its_band_only_for_one_that_fits_and_does_not_come_back_at_once(band, active):
    after = band_after(band, active)

    assert after in (band, band_of(active))
    assert band_after(after, active) is after
    least, most = bounds(after)
    assert active * 5 >= least * 4
    assert most is None or active * 5 <= most * 6


@given(st.integers(0, 400))
def test_divisions_are_full_from_the_top_and_never_nearly_empty(servers):
    found = sizes(servers)

    assert sum(found) == servers
    assert all(size == FULL for size in found[:-1])
    assert all(size <= MOST for size in found)
    assert len(found) < 2 or found[-1] >= LEAST


def test_newcomers_fill_the_lowest_division_and_then_open_another():
    lowest, servers = 0, 0
    divisions = []
    for _ in range(2 * MOST + 1):
        division = seat_for_newcomer(lowest, servers)
        servers = servers + 1 if division == lowest else 1
        lowest = division
        divisions.append(division)

    assert divisions == [1] * MOST + [2] * MOST + [3]


# -- the end of a month


def test_between_full_divisions_two_servers_change_places_and_the_others_stay():
    seats = next_seats({Band.SMALL: [a_division(100), a_division(200), a_division(300)]})

    up_200, down_200 = {200, 201}, {210, 211}
    assert ids(seats, 1) == {*range(100, 110), *up_200}
    assert ids(seats, 2) == {110, 111, *range(202, 210), 300, 301}
    assert ids(seats, 3) == {*down_200, *range(302, 312)}


def test_a_free_place_goes_to_the_next_best_of_the_division_below():
    seats = next_seats({Band.SMALL: [a_division(100, FULL - 1), a_division(200)]})

    assert ids(seats, 1) == {*range(100, 109), 200, 201, 202}


def test_a_server_without_a_rank_begins_again_in_the_lowest_division():
    upper = table([a_server(id, 100 - id) for id in range(11)] + [a_server(99, 0, 0)])

    seats = next_seats({Band.SMALL: [upper, a_division(200)]})

    assert seats[99] == Seat(Band.SMALL, 2)
    assert seats[200] == seats[201] == Seat(Band.SMALL, 1)
    assert seats[10] == Seat(Band.SMALL, 2), "the other of the two places was the last ranked one's"
    assert seats[9] == Seat(Band.SMALL, 1)


def test_the_third_month_without_a_rank_in_a_row_is_the_last_before_a_rest():
    servers = [a_server(1, 0, 0, unranked=RESTS_AFTER - 1), a_server(2, 0, 0, unranked=RESTS_AFTER - 2)]

    seats = next_seats({Band.SMALL: [table(servers)]})

    assert seats == {1: Seat(Band.SMALL, None), 2: Seat(Band.SMALL, 1)}


def test_a_server_that_outgrew_its_size_begins_in_the_lowest_division_of_the_other():
    small = table([a_server(1, 900, 40), a_server(2, 100, 6)])
    medium = [
        table([a_server(100 + id, 2000 - id, 20) for id in range(FULL)]),
        table([a_server(200 + id, 2000 - id, 20) for id in range(6)]),
    ]

    seats = next_seats({Band.SMALL: [small], Band.MEDIUM: medium})

    assert seats[1] == Seat(Band.MEDIUM, 2)
    assert seats[2] == Seat(Band.SMALL, 1)


def test_servers_that_joined_after_the_month_are_behind_those_that_played_it():
    seats = next_seats({Band.SMALL: [a_division(100), a_division(200, LEAST)]}, {Band.SMALL: [900]})

    assert seats[900] == Seat(Band.SMALL, 2)


@st.composite
def ladders(draw):
    """Generate ladders: with servers that left, without ranks, or of other sizes, in divisions as the rules fill
    them."""
    numbers = count(1)
    found = {}
    for band in Band:
        tables = [
            table(
                [
                    a_server(next(numbers), draw(st.integers(0, 50)), draw(st.sampled_from([0, 4, 5, 14, 16, 70, 300])))
                    for _ in range(draw(st.integers(0, FULL)))
                ]
            )
            for _ in range(draw(st.integers(0, 4)))
        ]
        found[band] = tables
    return found


@given(ladders())
@settings(max_examples=examples(60), deadline=None)
def test_every_server_has_one_place_and_no_division_is_too_large(tables):
    seats = next_seats(tables)

    everyone = [one for ladder in tables.values() for table in ladder for one in (*table.ranked, *table.unranked)]
    assert seats.keys() == {one.guild_id for one in everyone}
    for band in Band:
        counts = [len(ids(seats, division, band)) for division in range(1, 30)]
        assert max(counts) <= MOST
        assert sum(counts) == sum(seat.band is band and seat.division is not None for seat in seats.values())
        assert not any(after for before, after in pairwise(counts) if not before), "no division is left out"


@given(ladders())
@settings(max_examples=examples(60), deadline=None)
def test_a_promoted_server_goes_up_whatever_else_happens(tables):
    """The server moves up at least one division, unless it moves to another band."""
    seats = next_seats(tables)

    for band, ladder in tables.items():
        full = [0, *(table.size for table in ladder), 0]
        for place, division in enumerate(ladder):
            for one, mark in zip(division.ranked, marks(division, full[place], full[place + 2]), strict=True):
                seat = seats[one.guild_id]
                if seat.band is band and mark is LeagueMark.UP:
                    assert seat.division <= place


@given(st.lists(st.just(FULL), min_size=1, max_size=5), st.integers(LEAST, MOST))
@settings(max_examples=examples(25))
def test_if_nobody_left_all_servers_move_as_marked_and_by_at_most_one_division(full, last):
    tables = [a_division(100 * number, size) for number, size in enumerate([*full, last], start=1)]

    seats = next_seats({Band.SMALL: tables})

    counts = [0, *(table.size for table in tables), 0]
    moves = {LeagueMark.UP: -1, LeagueMark.STAYS: 0, LeagueMark.DOWN: 1}
    for place, division in enumerate(tables):
        for one, mark in zip(division.ranked, marks(division, counts[place], counts[place + 2]), strict=True):
            assert seats[one.guild_id].division == place + 1 + moves[mark]


@given(ladders(), st.data())
@settings(max_examples=examples(40), deadline=None)
def test_a_better_score_never_ends_lower(tables, data):
    """A server that earns a few more points with the same members does not end in a lower division."""
    ranked = [
        (band, place, one)
        for band, ladder in tables.items()
        for place, division in enumerate(ladder)
        for one in division.ranked
    ]
    if not ranked:
        return
    band, place, one = data.draw(st.sampled_from(ranked))
    more = Contender(one.guild_id, one.joined_at, LeagueScore(one.score.active, one.score.points + 25))
    others = [other for other in (*tables[band][place].ranked, *tables[band][place].unranked) if other != one]
    better = [*tables[band]]
    better[place] = table([*others, more])

    before, after = (next_seats({**tables, band: ladder})[one.guild_id] for ladder in (tables[band], better))

    assert before.band is after.band
    assert after.division <= before.division


def test_empty_divisions_exchange_no_servers():
    assert exchanged(0, 12) == exchanged(12, 0) == 0
    assert exchanged(12, 7) == 1
    assert exchanged(8, 12) == 2


# -- the month


@pytest.mark.parametrize("season", ["2026-11", "2026-12", "2027-02"])
def test_a_month_closes_after_it_has_ended_in_every_zone(season):
    ends = [ends_at(Period.SEASON, first_day(season), zone) for zone in all_zones()]

    assert max(ends) < closes_at(season) < closes_by(season)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_the_current_month_has_not_ended_in_every_zone(at):
    at = at.replace(tzinfo=UTC)

    months = {f"{at.astimezone(ZoneInfo(zone)):%Y-%m}" for zone in ("Etc/GMT+12", "UTC", "Pacific/Kiritimati")}

    assert month_of(at) == min(months)


def test_months_follow_each_other_and_an_empty_league_starts_over():
    assert current(None, None, AT) == "2026-11"
    assert current(None, "2026-10", AT) == "2026-10"
    assert current("2026-10", "2026-05", AT) == "2026-11"
    assert current("2026-05", "2026-11", AT) == "2026-11"


# -- names


@pytest.mark.parametrize("text", ["https://evil.example", "join discord.gg/abc", "www.shop", "a.example/x", "X.GG"])
def test_a_name_is_not_a_link(text):
    with refuses(Refusal.NAME_WITH_ADDRESS):
        clean(text)


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MAX_NAME + 1)])
def test_a_name_is_neither_empty_nor_too_long(text):
    with pytest.raises(BadName):
        clean(text)


@pytest.mark.parametrize("text", ["Night school", "St. John's ML / AI", "C++ & Co.", "学习小组"])
def test_an_ordinary_name_stays_unchanged(text):
    assert clean(f" {text} ") == text


@pytest.mark.parametrize(
    "name",
    [
        "discord.gg/abc",
        "discord\N{FULLWIDTH FULL STOP}gg/abc",
        "https\N{FULLWIDTH COLON}//example.org",
        "\N{MATHEMATICAL BOLD SMALL W}ww.example.org",
    ],
)
def test_an_address_in_any_width_or_style_is_not_a_name(name):
    with pytest.raises(Refused):
        clean(name)
