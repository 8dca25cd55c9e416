"""Messages about the league are within Discord's limits for any names, and name only servers that agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cogs.leagues import messages
from bot.cogs.leagues.views import join_form
from bot.services.leagues import Division, LeagueEnd, LeagueJoined, LeagueLine, LeagueOffer
from bot.storage.leagues import LeagueEntry, LeaguePlace
from bot.study.leagues import MAX_NAME, MOST, Band, LeagueMark, LeagueScore, Seat
from tests.cogs.test_limits import check

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORST = "*" * MAX_NAME
BIG = LeagueScore(99_999, 99_999_999)
PLACE = LeaguePlace(1, "2026-09", Band.MEDIUM, 88, 12, 12, 15, BIG, Seat(Band.MEDIUM, 89), WORST)


def a_division(**changes):
    lines = tuple(LeagueLine(WORST, rank, BIG, LeagueMark.DOWN, rank == 3) for rank in range(1, MOST + 1))
    division = Division("2026-09", Band.MEDIUM, 88, lines, (PLACE,) * 6, rising=2, falling=2)
    return replace(division, **changes)


@pytest.mark.parametrize("closed_at", [None, AT])
@pytest.mark.parametrize("changes", [{}, {"lines": (), "division": None}, {"gone": 14, "rising": 0, "falling": 0}])
def test_every_table_fits(closed_at, changes):
    card = check(messages.standings(a_division(closed_at=closed_at, **changes)))

    assert "**" + "\\*" * MAX_NAME + "**" in card.text or not changes.get("lines", True)


def test_places_that_move_are_marked_in_words_before_and_after():
    lines = [
        LeagueLine("Owls", 1, LeagueScore(5, 100), LeagueMark.UP, True),
        LeagueLine("Larks", 2, LeagueScore(5, 90), LeagueMark.DOWN, False),
    ]
    lines.append(LeagueLine("Crows", None, LeagueScore(4, 90), LeagueMark.STAYS, False))

    running = messages.standings(a_division(lines=tuple(lines), past=())).card.text.splitlines()
    final = messages.standings(a_division(lines=tuple(lines), past=(), closed_at=AT)).card.text.splitlines()

    assert running == [
        "🥇 **1.** **Owls** · 20.0 points per member, 5 active members · goes up ← this server",
        "🥈 **2.** **Larks** · 18.0 points per member, 5 active members · goes down",
        "**Crows** · not ranked yet: 4 of the 5 active members that it needs",
    ]
    assert final[0].endswith("· went up ← this server")
    assert final[1].endswith("· went down")
    assert final[2] == "**Crows** · not ranked"


def test_a_server_that_changes_size_is_not_said_to_go_up_or_down():
    line = LeagueLine("Owls", 1, LeagueScore(40, 800), LeagueMark.LEAVES, False)
    table = a_division(lines=(line,), past=(replace(PLACE, following=Seat(Band.LARGE, 4)),))

    running = messages.standings(table).card
    final = messages.standings(replace(table, closed_at=AT)).card

    assert running.text.splitlines()[0].endswith("40 active members · changes size")
    assert "its place goes to the next best" in str(running)
    assert ", changed size" in str(running)
    assert final.text.splitlines()[0].endswith("40 active members · changed size")


def test_a_single_server_reads_how_others_join():
    (line,) = a_division().lines[:1]

    told = messages.standings(a_division(lines=(line,))).card.text

    assert "it fills as servers of your size opt in" in told


@pytest.mark.parametrize("rank", [None, 1, 12])
@pytest.mark.parametrize(
    ("following", "words"),
    [
        (Seat(Band.MEDIUM, 87), "87"),
        (Seat(Band.MEDIUM, 88), "88"),
        (Seat(Band.MEDIUM, 89), "89"),
        (Seat(Band.LARGE, 4), "with 50 to 199 active members, in division 4"),
        (Seat(Band.MEDIUM, None), "it rests"),
    ],
)
def test_every_post_fits_and_says_what_follows(rank, following, words):
    score = BIG if rank else LeagueScore(2, 9)
    card = check(messages.post(LeagueEnd(replace(PLACE, rank=rank, score=score, following=following))))

    assert words in card.text
    assert ("not ranked" in card.title) == (rank is None)


@pytest.mark.parametrize("name", [WORST, "", "Server " * 20])
def test_the_form_says_what_will_be_shown_and_what_never(name):
    form = join_form(LeagueOffer(Band.HUGE, BIG, None), name)

    text, part = form.children
    assert "will see exactly this" in text.content
    assert "**Never:** a member's name" in text.content
    assert "a server with 200 or more active members" in text.content
    assert len(part.component.default or "") <= MAX_NAME
    check_form_of_text(form)


def check_form_of_text(form):
    assert len(form.title) <= 45
    assert len(form.children[0].content) <= 4000
    assert all(len(part.text) <= 45 and len(part.description or "") <= 100 for part in form.children[1:])


def test_messages_to_managers_fit():
    check(messages.left())
    for again in (False, True):
        check(messages.joined(LeagueJoined(LeagueEntry(1, WORST, Band.SMALL, 1, "2026-09", 0, AT), BIG, again)))
