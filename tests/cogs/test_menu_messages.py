"""The menus and first messages fit, however many packs, boards and seasons there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import discord
import pytest

from bot.cogs.dailies import schedules as dailies
from bot.cogs.dailies.custom_ids import DailyChannelId, ScheduleId
from bot.cogs.dailies.views import schedule_form
from bot.cogs.settings import messages as settings
from bot.cogs.settings.custom_ids import ServerSetting, SettingId
from bot.cogs.standings import messages as standings
from bot.cogs.ui import gone
from bot.cogs.ui.access import Access
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.layout import layout
from bot.cogs.ui.menus import ChannelMenu
from bot.cogs.welcome import messages as welcome
from bot.services.schedules import Removed, Status
from bot.services.seasons import SeasonPlan
from bot.services.standings import Board
from bot.storage.dailies import Daily
from bot.storage.guilds import Guild
from bot.storage.schedules import GuildSchedule
from bot.storage.seasons import Season
from bot.study.dailies import DailyState, Feedback
from bot.study.periods import Period
from bot.study.schedules import Schedule, Slot
from bot.study.standings import By
from tests.cogs.test_limits import BIG, CONTENT, check, check_form, check_layout

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
SKIPPED = Slot(MONDAY, AT + timedelta(hours=1))
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
    left_out = {*([ServerSetting.PACK] if count == 1 else []), *([ServerSetting.PUBLIC_BOARDS] if url is None else [])}
    assert {menu.id.setting for menu in message.menus if isinstance(menu.id, SettingId)} == set(
        ServerSetting
    ) - left_out


def test_a_menu_of_channels_stands_under_a_line_that_says_what_the_channel_is_for(pack):
    status = Status(SCHEDULE, Guild(BIG), pack, None, 9, 9)

    assert titles(dailies.status(status, SCHEDULE, Access(BIG), at=AT)) == ["-# Where the daily is posted"]
    assert titles(settings.settings(status, SeasonPlan(BIG, True, AT), changed=False)) == [
        "-# Where the end of a season is posted"
    ]


def titles(message):
    """Return the text directly above each menu of channels."""
    parts = layout(message).to_components()
    channel_menu = discord.ComponentType.channel_select.value
    return [
        above.get("content")
        for above, row in pairwise(parts)
        if row.get("components", [{}])[0].get("type") == channel_menu
    ]


def test_a_card_as_long_as_a_message_leaves_room_for_the_titles_of_menus():
    menu = ChannelMenu(DailyChannelId(1), "Where the daily is posted", BIG)

    check_layout(Message(Card(title="Long", text="x" * 5000), menus=[menu]))


@pytest.mark.parametrize("paused", [None, AT])
def test_the_status_and_its_form_fit(pack, paused):
    schedule = replace(SCHEDULE, paused_at=paused, next_day=None if paused else MONDAY)
    status = Status(schedule, Guild(BIG), pack, None, 9, 9, skipped=SKIPPED)

    message = dailies.status(status, schedule, Access(BIG), at=AT)

    check(message)
    assert message.menus, "another channel ends no pause"
    check_form(schedule_form(ScheduleId(), schedule))
    check_form(schedule_form(ScheduleId(5), None, BIG))


def test_the_status_of_five_dailies_fits_and_so_does_that_of_each(pack):
    names = ["*" * 32, "_" * 32, "Deep dive", "", "~" * 32]
    found = [
        replace(
            SCHEDULE, number=number, name=name, sections=pack.leaves, difficulty=3, pack="p" * 64, exam_version="c01"
        )
        for number, name in enumerate(names, start=1)
    ]
    daily = Daily(
        BIG, BIG, MONDAY, "1" * 48, "1.1", DailyState.POSTED, Feedback.AT_ONCE, BIG, None, BIG, AT, AT, None, 99_999,
        deleted_at=AT,
    )  # fmt: skip
    all_ = [Status(one, Guild(BIG), pack, daily, 9, 9, skipped=SKIPPED, all=found, named=pack) for one in found]
    lost = gone.of_sections(SCHEDULE, pack) + [gone.DAILY_CHANNEL, gone.PING_ROLE, gone.NO_PACK] * 5

    check(dailies.overview(all_, {BIG: Access(BIG)}, lost))
    for status in all_:
        message = dailies.status(status, status.schedule, Access(BIG), lost[:3], at=AT)
        check(message)
        assert message.menus[1].lines[0].label == "All dailies"
    check(dailies.scheduled(found[0], all_[0], silent_role=True))
    assert len(dailies.removed(Removed(found[0], daily, found[1]))) <= CONTENT


def test_the_welcome_and_the_message_to_the_owner_fit(pack):
    check(welcome.welcome(pack))
    assert len(welcome.no_channel("*" * 100)) <= CONTENT
