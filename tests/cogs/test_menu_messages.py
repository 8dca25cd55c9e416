"""The menus and first messages fit, however many packs, boards and seasons there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.cogs.dailies import messages as dailies
from bot.cogs.dailies.views import schedule_form
from bot.cogs.settings import messages as settings
from bot.cogs.standings import messages as standings
from bot.cogs.ui.access import Access
from bot.cogs.welcome import messages as welcome
from bot.services.schedules import Status
from bot.services.seasons import SeasonPlan
from bot.services.standings import Board
from bot.storage.guilds import Guild
from bot.storage.schedules import GuildSchedule
from bot.storage.seasons import Season
from bot.study.periods import Period
from bot.study.schedules import Schedule
from bot.study.standings import By
from tests.cogs.test_limits import BIG, CONTENT, check, check_form

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
SCHEDULE = GuildSchedule(
    guild_id=BIG, channel_id=BIG, role_id=BIG, rule=Schedule(time(9), "America/Argentina/ComodRivadavia", frozenset(range(7))),
    sections=(), seed=1, set_by=BIG, next_day=MONDAY, next_post_at=AT,
)  # fmt: skip


def test_a_board_with_more_sections_than_a_menu_holds_keeps_the_chosen_one(pack):
    boards = {f"{number}.1": f"Section {number} " + "x" * 150 for number in range(40)}

    class Wide:
        def __init__(self):
            self.boards = tuple(boards)

        def title_of(self, board):
            return boards[board]

    seasons = [Season(BIG, f"{year}-12", 9, AT) for year in range(2000, 2021)]
    board = Board(Wide(), "39.1", Period.SEASON, By.POINTS, MONDAY, AT, 5, 10, 99, (), None)

    message = standings.board(board, seasons)

    check(message)
    assert [line.label for line in message.menus[0].lines if line.chosen] == [boards["39.1"]]


@pytest.mark.parametrize("url", [None, f"https://study.example.org/boards/{BIG}"])
@pytest.mark.parametrize("count", [1, 2, 40])
def test_the_settings_fit_with_a_menu_for_each_choice(pack, count, url):
    packs = {f"pack-{number}": replace(pack, name=f"pack-{number}") for number in range(count)}
    status = Status(SCHEDULE, Guild(BIG, public_boards=True), pack, None, 0, 0)

    message = settings.settings(status, SeasonPlan(BIG, True, AT), changed=True, packs=packs, boards_url=url)

    check(message)
    assert len(message.menus) == (8 if count > 1 else 7) + (url is not None)


@pytest.mark.parametrize("paused", [None, AT])
def test_the_status_and_its_form_fit(pack, paused):
    schedule = replace(SCHEDULE, paused_at=paused, next_day=None if paused else MONDAY)
    status = Status(schedule, Guild(BIG), pack, None, 9, 9, skipped=MONDAY)

    message = dailies.status(status, schedule, Access(BIG))

    check(message)
    assert message.menus, "another channel ends no pause"
    check_form(schedule_form(schedule))
    check_form(schedule_form(None, BIG))


def test_the_welcome_fits_and_so_does_what_the_owner_hears(pack):
    check(welcome.welcome(pack))
    assert len(welcome.no_channel("*" * 100)) <= CONTENT
