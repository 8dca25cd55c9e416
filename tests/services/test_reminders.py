"""Reminders: at most once per local date, at the member's own time, and only when there is something to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.leases import LEASE, is_fresh
from bot.storage import privacy, reminders
from bot.study.dailies import Feedback
from bot.study.grading import as_written, letters_of
from bot.study.members import Member
from tests.conftest import MONDAY
from tests.services.students import ANA, BEN, GUILD, a_daily, cards, study

TEN = time(10)
ALONE = Member(0, ANA.user_id, "ana")


async def remind(services, member=ANA, *, at=MONDAY, when=TEN, zone="UTC"):
    return await services.reminders.switch_on(member, when, zone, at=at)


async def run(services, start, end, *, every=timedelta(minutes=30)):
    """Run the ticks of a period; return each reminder with its time."""
    found, at = [], start
    while at < end:
        for nudge in await services.reminders.claim_due(at):
            await services.reminders.note_sent(nudge)
            found.append((at, nudge))
        at += every
    return found


async def something_due(services, member=ANA, *, at=MONDAY):
    await study(services, member, at=at - timedelta(days=3), right=False)


async def test_without_anything_to_do_no_reminder_is_sent(services):
    await remind(services)

    assert await run(services, MONDAY, MONDAY + timedelta(days=3)) == []


async def test_a_reminder_of_due_questions_is_sent_once_a_day_at_the_member_s_time(services):
    await something_due(services)
    await remind(services, zone="Asia/Tokyo", when=time(19, 30))

    sent = await run(services, MONDAY, MONDAY + timedelta(days=3))

    assert [at for at, _ in sent] == [MONDAY + timedelta(days=day, hours=2, minutes=30) for day in range(3)]
    assert [nudge.day for _, nudge in sent] == [date(2026, 11, day) for day in (23, 24, 25)]
    assert {nudge.due for _, nudge in sent} == {1}
    assert len({nudge.nonce for _, nudge in sent}) == 3


async def test_a_local_date_is_claimed_before_it_is_sent_and_never_twice(services):
    await something_due(services)
    reminder = await remind(services)
    at = MONDAY + timedelta(hours=2)

    first = await services.db.write(lambda tx: services.reminders._claim(tx, reminder, at))
    other_process = await services.db.write(lambda tx: services.reminders._claim(tx, reminder, at))

    assert first is not None
    assert other_process is None
    assert await services.reminders.claim_due(at) == []


async def test_an_unrecorded_reminder_is_leased_again_by_one_process_within_the_hour(services):
    await something_due(services)
    await remind(services)
    at = MONDAY + timedelta(hours=2)
    [first] = await services.reminders.claim_due(at)

    too_soon = await services.reminders.claim_due(at + LEASE / 2)
    [soon] = await services.reminders.claim_due(at + LEASE)
    held = [await services.reminders.leasing.hold(nudge.lease, at=at + LEASE) is not None for nudge in (first, soon)]
    [later] = await services.reminders.claim_due(at + 3 * LEASE)
    after_the_hour = await services.reminders.claim_due(at + timedelta(hours=1))

    assert too_soon == after_the_hour == []
    assert (first.nonce, first.day) == (soon.nonce, soon.day) == (later.nonce, later.day)
    tried = {0: first, 1: soon, 3: later}
    assert [is_fresh(nudge.lease, at + leases * LEASE) for leases, nudge in tried.items()] == [True, True, False]
    assert held == [False, True]


async def test_after_an_outage_a_reminder_is_sent_on_the_same_day_or_not_at_all(services):
    await something_due(services)
    await remind(services)

    late = await services.reminders.claim_due(MONDAY + timedelta(hours=12))
    before_the_hour = await services.reminders.claim_due(MONDAY + timedelta(days=3))
    at_the_hour = await services.reminders.claim_due(MONDAY + timedelta(days=3, hours=2))
    after_the_hour = await services.reminders.claim_due(MONDAY + timedelta(days=6, hours=7))

    assert [nudge.day for nudge in late] == [date(2026, 11, 23)]
    assert before_the_hour == []
    assert [nudge.day for nudge in at_the_hour] == [date(2026, 11, 26)]
    assert [nudge.day for nudge in after_the_hour] == [date(2026, 11, 29)]


@pytest.mark.parametrize("night", [date(2027, 3, 28), date(2026, 10, 25)])
@pytest.mark.parametrize("when", [time(2, 30), time(9)])
async def test_each_local_date_has_one_reminder_even_when_clocks_change(services, night, when):
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime.combine(night - timedelta(days=1), time(), berlin).astimezone(UTC)
    await something_due(services, at=start)
    await remind(services, at=start, when=when, zone="Europe/Berlin")

    sent = await run(services, start, start + timedelta(days=3))

    assert [nudge.day for _, nudge in sent] == [night + timedelta(days=days) for days in (-1, 0, 1)]
    assert all(at.astimezone(berlin).date() == nudge.day for at, nudge in sent)


async def test_a_new_time_set_after_today_s_reminder_applies_from_tomorrow(services):
    await something_due(services)
    await remind(services)
    await services.reminders.claim_due(MONDAY + timedelta(hours=2))

    moved = await remind(services, at=MONDAY + timedelta(hours=3), when=time(20))

    assert moved.next_at == datetime(2026, 11, 24, 20, tzinfo=UTC)


async def test_in_a_new_zone_where_it_is_still_yesterday_the_next_reminder_is_tomorrow(services):
    await something_due(services)
    await remind(services, zone="Pacific/Auckland", when=time(22))
    [nudge] = await services.reminders.claim_due(MONDAY + timedelta(hours=1))

    moved = await remind(services, at=MONDAY + timedelta(hours=1), zone="America/Los_Angeles", when=time(20))

    assert nudge.day == date(2026, 11, 23)
    assert moved.next_at == datetime(2026, 11, 25, 4, tzinfo=UTC)


async def test_reminders_that_are_switched_off_are_not_sent_and_keep_the_zone(services):
    await something_due(services)
    await remind(services, zone="Asia/Tokyo")

    reminder = await services.reminders.switch_off(ANA)

    assert (reminder.next_at, reminder.zone) == (None, "Asia/Tokyo")
    assert await run(services, MONDAY, MONDAY + timedelta(days=2)) == []
    assert await services.reminders.switch_off(BEN) is None


# -- the daily


async def test_a_reminder_names_an_unanswered_daily_that_closes_before_the_next_reminder(services):
    await a_daily(services, GUILD, at=MONDAY)
    await remind(services)
    await remind(services, BEN, when=time(8, 30))

    sent = {nudge.user_id: nudge for _, nudge in await run(services, MONDAY, MONDAY + timedelta(hours=3))}

    assert sent[ANA.user_id].daily.daily.closes_at == MONDAY + timedelta(days=1)
    assert sent[BEN.user_id].daily is not None


async def test_a_daily_that_is_still_open_at_the_next_time_waits_for_it(services):
    """The day on which clocks go forward has 23 hours."""
    saturday = datetime(2027, 3, 27, 7, 30, tzinfo=UTC)
    await a_daily(services, GUILD, at=saturday)
    await remind(services, at=saturday, when=time(9), zone="Europe/Berlin")

    sent = await run(services, saturday, saturday + timedelta(days=1))

    assert [at for at, _ in sent] == [datetime(2027, 3, 28, 7, tzinfo=UTC)]
    assert sent[0][1].daily is not None


@pytest.mark.parametrize("feedback", list(Feedback))
async def test_members_who_have_answered_are_not_reminded(services, feedback):
    post = await a_daily(services, GUILD, at=MONDAY, feedback=feedback)
    await services.answers.submit(
        post.daily.id, ANA, letters_of(post.question, post.question.correct, as_written(post.question)), at=MONDAY
    )
    await remind(services)

    assert await services.reminders.claim_due(MONDAY + timedelta(hours=2)) == []


async def test_in_direct_messages_the_daily_is_that_of_the_server_last_studied_in(services):
    nowhere = await remind(services, ALONE)
    post = await a_daily(services, GUILD, at=MONDAY)
    await services.answers.submit(
        post.daily.id, ANA, letters_of(post.question, post.question.correct, as_written(post.question)), at=MONDAY
    )

    somewhere = await remind(services, ALONE)

    assert (nowhere.daily_guild_id, somewhere.daily_guild_id) == (0, GUILD)


async def test_erasing_a_server_does_not_end_a_member_s_reminders(services):
    await something_due(services)
    await remind(services)

    await services.db.write(lambda tx: privacy.erase_guild(tx, GUILD))

    [nudge] = await services.reminders.claim_due(MONDAY + timedelta(hours=2))
    assert (nudge.due, nudge.daily) == (1, None)


# -- closed direct messages


async def test_closed_direct_messages_switch_reminders_off_and_are_reported_once(services):
    await something_due(services)
    await remind(services)
    await services.reminders.note_refused(ANA.user_id, at=MONDAY)

    told = [await services.reminders.take_refusal(ANA.user_id) for _ in range(2)]

    assert told == [True, False]
    assert (await services.reminders.status(ANA)).next_at is None
    assert not await services.reminders.take_refusal(BEN.user_id)


async def test_switching_reminders_on_again_clears_the_refusal(services):
    await remind(services)
    await services.reminders.note_refused(ANA.user_id, at=MONDAY)
    await remind(services)

    assert not await services.reminders.take_refusal(ANA.user_id)


async def test_the_study_day_of_a_member_begins_in_their_own_zone(services):
    await remind(services, zone="Asia/Tokyo")
    [asked] = await study(services, ANA, at=datetime(2026, 11, 23, 16, tzinfo=UTC))

    zone = await services.db.read(lambda tx: reminders.zone_of(tx, ANA.user_id))

    assert zone == "Asia/Tokyo"
    assert (await cards(services, ANA))[asked].reviewed_on == date(2026, 11, 24)


async def test_after_a_move_to_the_west_what_is_due_is_counted_on_the_day_that_the_member_is_shown(services):
    """A mistake made on the 23rd in Kiritimati is due on the 24th. That date has begun for the member, even if it is
    the 23rd in Pago Pago."""
    await remind(services, zone="Pacific/Kiritimati", at=MONDAY - timedelta(days=1))
    await study(services, ANA, at=MONDAY - timedelta(hours=18), right=False)
    await study(services, ANA, at=MONDAY + timedelta(hours=6), section="4.1", seed=1)
    moved = await remind(services, zone="Pacific/Pago_Pago", at=MONDAY + timedelta(hours=7))
    report = await services.progress.own(ANA, at=moved.next_at)

    [nudge] = await services.reminders.claim_due(moved.next_at)

    assert (report.today, nudge.day) == (date(2026, 11, 24), date(2026, 11, 23))
    assert nudge.due == 1


async def test_a_daily_of_a_server_that_the_bot_has_left_is_not_named(services):
    await a_daily(services, GUILD, at=MONDAY)
    await something_due(services)
    await remind(services)
    await services.guilds.left(GUILD, at=MONDAY + timedelta(hours=1))

    (nudge,) = [nudge for _, nudge in await run(services, MONDAY, MONDAY + timedelta(hours=3))]

    assert nudge.daily is None
    assert nudge.due
