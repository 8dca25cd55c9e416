"""Nobody wins without points, so no board gives a medal to a member without points."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cogs.competitions.tables import member_lines, team_lines
from bot.cogs.leagues import messages as leagues
from bot.cogs.live import posts as live
from bot.cogs.standings.messages import line
from bot.services.leagues import LeagueEnd, LeagueLine
from bot.services.live_parts import LiveLine
from bot.storage.competition_places import MemberPlace, TeamPlace
from bot.storage.leagues import LeaguePlace
from bot.storage.standings import BoardPlace
from bot.study.leagues import Band, LeagueMark, LeagueScore, Seat
from bot.study.live import LiveScore
from bot.study.standings import By, Tally
from tests.cogs import test_contest_messages as contests
from tests.cogs.test_league_messages import a_division
from tests.conftest import MONDAY


def on_a_board(pack, points, by=By.POINTS):
    return line(BoardPlace(1, 1, "ana", Tally(points, points // 5, 20, MONDAY)), by, mine=None)


def by_accuracy(pack, points):
    return on_a_board(pack, points, By.ACCURACY)


def in_a_competition(pack, points):
    return member_lines([MemberPlace(1, 1, "ana", None, None, points, points // 5, 10)])


def as_a_team(pack, points):
    table = contests.a_table(pack, contests.a_contest(), members=1)
    return team_lines(replace(table, teams=(TeamPlace(1, 1, "Owls", points, 5),)))


def in_a_live_round(pack, points):
    return live.line(LiveLine(1, 1, "ana", LiveScore(points, points // 100, timedelta()), 0), gained=False)


def in_the_league(pack, points):
    return leagues.standings(
        a_division(lines=(LeagueLine("Owls", 1, LeagueScore(5, points), LeagueMark.STAYS, False),), past=())
    ).card.text


@pytest.mark.parametrize(
    "shown",
    [on_a_board, by_accuracy, in_a_competition, as_a_team, in_a_live_round, in_the_league],
    ids=lambda it: it.__name__,
)
def test_a_first_place_has_a_medal_only_with_points(pack, shown):
    assert "🥇 **1.**" in shown(pack, 100)
    assert "🥇" not in shown(pack, 0)
    assert "**1.**" in shown(pack, 0)


def test_a_month_of_the_league_without_a_point_has_no_winner():
    seat = Seat(Band.SMALL, 1)
    place = LeaguePlace(1, "2026-11", Band.SMALL, 1, 1, 3, 3, LeagueScore(5, 0), seat)

    told = leagues.post(LeagueEnd(place)).card

    assert "no winner" in told.title
    assert "nobody wins this month" in told.text
