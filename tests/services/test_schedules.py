"""What managers can do with the daily: schedule, view, post now, skip, pause, resume."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.services import Services
from bot.services.dailies import DailyPost
from bot.services.posts import PostShown
from bot.storage import dailies, guilds
from bot.study.dailies import DailyState, Feedback
from bot.study.errors import AlreadyPosted, DaySkipped, NoQuestions, Refusal, UnknownSection
from bot.study.schedules import Trouble
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import CHANNEL, MIA, NINE, School

DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
TUESDAY = date(2026, 11, 24)


async def test_a_schedule_says_when_the_next_daily_comes(school):
    schedule = await school.schedule(zone="America/New_York", time=time(9))

    assert schedule.next_day == MONDAY.date()
    assert schedule.next_post_at == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert schedule.set_by == MIA
    assert (await school.db.read(lambda tx: guilds.get(tx, school.id))).zone == "America/New_York"


async def test_a_time_that_has_passed_today_comes_tomorrow(school):
    assert (await school.schedule(time=time(7))).next_day == TUESDAY
    assert (await school.schedule(time=time(8))).next_day == TUESDAY


async def test_only_chosen_days_come(school):
    assert (await school.schedule(days=frozenset({4}))).next_day == date(2026, 11, 27)


async def test_an_unknown_section_is_refused_and_nothing_is_scheduled(school):
    with pytest.raises(UnknownSection) as refused:
        await school.schedule(sections=("1.1", "9.9"))

    assert refused.value.section == "9.9"
    assert (await school.services.schedules.status(school.id)).schedule is None


async def test_the_sections_that_were_chosen_are_those_that_come(school):
    await school.schedule(sections=("1.2", "2"))

    sections = {(await school.post(NINE + n * DAY)).question.section for n in range(6)}

    assert sections == {"1.2", "2.1"}


async def test_all_among_the_sections_means_all(school):
    assert (await school.schedule(sections=("all", "1.2"))).sections == ()
    assert (await school.services.schedules.status(school.id)).questions == 12


async def test_a_new_time_keeps_the_order_of_the_rotation(school):
    before = await school.schedule()
    expected = (await school.services.schedules.preview(school.id)).question

    after = await school.schedule(time=time(10))

    assert after.seed == before.seed
    assert (await school.services.schedules.preview(school.id)).question == expected


@pytest.mark.parametrize(
    "change",
    [
        {"time": time(10)},
        {"zone": "Pacific/Kiritimati", "time": time(0, 30)},
        {"zone": "Pacific/Pago_Pago", "time": time(23)},
        {"zone": "America/New_York", "time": time(12)},
    ],
)
async def test_a_date_that_had_its_daily_gets_no_second_whatever_is_changed(school, change):
    await school.schedule()
    await school.post(NINE)

    changed = await school.schedule(at=NINE + MINUTE, **change)

    assert changed.next_day > MONDAY.date()
    assert changed.next_post_at > NINE + MINUTE


async def test_a_schedule_can_be_changed_before_it_was_due(school):
    await school.schedule()
    await school.schedule(time=time(20), channel=51)

    assert await school.claim(NINE) == []
    post = await school.post(MONDAY + timedelta(hours=12))
    assert post.daily.channel_id == 51


# -- post now


async def test_post_now_uses_up_today(school):
    await school.schedule()

    post = await school.services.schedules.post_now(school.id, at=MONDAY)

    assert (post.daily.day, post.daily.closes_at) == (MONDAY.date(), NINE + DAY)
    assert await school.claim(NINE) == []
    status = await school.services.schedules.status(school.id)
    assert status.schedule.next_day == TUESDAY


async def test_a_date_is_posted_once_by_whichever_comes_first(school):
    await school.schedule()
    post = await school.post(NINE)
    message = (await school.daily(post)).message_id

    with pytest.raises(AlreadyPosted) as refused:
        await school.services.schedules.post_now(school.id, at=NINE + MINUTE)

    assert (refused.value.day, refused.value.post) == (MONDAY.date(), (school.id, CHANNEL, message))


async def test_post_now_on_a_day_that_was_not_chosen_does_not_affect_the_next_one(school):
    await school.schedule(days=frozenset({2}))

    await school.services.schedules.post_now(school.id, at=MONDAY)

    assert (await school.services.schedules.status(school.id)).schedule.next_day == date(2026, 11, 25)


async def test_post_now_works_while_paused(school):
    await school.schedule()
    await school.services.schedules.pause(school.id, at=MONDAY)

    post = await school.services.schedules.post_now(school.id, at=MONDAY)

    assert isinstance(post, DailyPost)
    assert (await school.services.schedules.status(school.id)).schedule.next_post_at is None


async def test_post_now_takes_up_what_could_not_be_sent_in_the_channel_now_chosen(school):
    await school.schedule()
    [post] = await school.claim(NINE)
    await school.refused(Trouble.CHANNEL_GONE, NINE)
    await school.schedule(at=NINE + MINUTE, channel=51)

    again = await school.services.schedules.post_now(school.id, at=NINE + 2 * MINUTE)

    assert (again.daily.id, again.daily.channel_id, again.question) == (post.daily.id, 51, post.question)


async def test_without_a_schedule_everything_says_so(school):
    managers = school.services.schedules

    for action in (
        managers.preview(school.id),
        managers.post_now(school.id, at=MONDAY),
        managers.skip(school.id, at=MONDAY),
        managers.pause(school.id, at=MONDAY),
        managers.resume(school.id, at=MONDAY),
    ):
        with refuses(Refusal.NOT_SCHEDULED):
            await action


async def test_a_pack_without_questions_cannot_be_scheduled(school, small_pack):
    empty = School(Services.over(school.db, {"a-pack": replace(small_pack, questions={})}, "a-pack"))

    with pytest.raises(NoQuestions):
        await empty.schedule()


# -- skip, pause, resume


async def test_skip_leaves_out_only_the_next_daily(school):
    await school.schedule()

    day, schedule = await school.services.schedules.skip(school.id, at=MONDAY)

    assert (day, schedule.next_day) == (MONDAY.date(), TUESDAY)
    assert await school.claim(NINE) == []
    assert (await school.post(NINE + DAY)).daily.day == TUESDAY


async def test_skip_twice_leaves_out_two(school):
    await school.schedule()
    await school.services.schedules.skip(school.id, at=MONDAY)

    day, schedule = await school.services.schedules.skip(school.id, at=MONDAY)

    assert (day, schedule.next_day) == (TUESDAY, date(2026, 11, 25))


async def test_a_skipped_date_cannot_be_posted_any_more_and_breaks_no_streak(school):
    await school.schedule()
    await school.verdict(await school.post(NINE), at=NINE)
    await school.services.schedules.skip(school.id, at=NINE + MINUTE)

    with pytest.raises(DaySkipped):
        await school.services.schedules.post_now(school.id, at=NINE + DAY)
    wednesday = await school.post(NINE + 2 * DAY)
    assert (await school.verdict(wednesday, at=NINE + 2 * DAY)).streak.days == 2


async def test_a_pause_stops_everything_and_streaks_wait(school):
    await school.schedule()
    await school.verdict(await school.post(NINE), at=NINE)
    await school.services.schedules.pause(school.id, at=NINE + MINUTE)

    assert await school.claim(NINE + 5 * DAY) == []
    resumed, _ = await school.services.schedules.resume(school.id, at=NINE + 5 * DAY)

    assert resumed.next_post_at == NINE + 6 * DAY
    later = await school.post(NINE + 6 * DAY)
    assert (await school.verdict(later, at=NINE + 6 * DAY)).streak.days == 2


async def test_a_paused_daily_cannot_be_skipped(school):
    await school.schedule()
    await school.services.schedules.pause(school.id, at=MONDAY)

    with refuses(Refusal.DAILY_PAUSED):
        await school.services.schedules.skip(school.id, at=MONDAY)


async def test_a_pause_that_begins_twice_began_the_first_time(school):
    await school.schedule()
    first, _ = await school.services.schedules.pause(school.id, at=MONDAY)

    again, _ = await school.services.schedules.pause(school.id, at=MONDAY + DAY)

    assert again.paused_at == first.paused_at == MONDAY


async def test_resume_gives_no_second_daily_to_a_date_that_had_one(school):
    await school.schedule(time=time(20))
    await school.services.schedules.post_now(school.id, at=NINE)
    await school.services.schedules.pause(school.id, at=NINE)

    resumed, _ = await school.services.schedules.resume(school.id, at=NINE + MINUTE)

    assert resumed.next_day == TUESDAY


async def test_resume_of_what_runs_changes_nothing(school):
    schedule = await school.schedule()

    assert await school.services.schedules.resume(school.id, at=MONDAY) == (schedule, None)


async def refused(school):
    """Claim Monday's daily, and let Discord reject it."""
    await school.schedule()
    [post] = await school.claim(NINE)
    await school.refused(Trouble.NO_PERMISSION, NINE)
    return post.daily


async def scene(school, at):
    """Return the daily that a sender would send now, and what it would show."""
    [leased] = await school.sending(at)
    return leased, await school.services.posts.scene(leased, at=at)


async def test_a_daily_that_could_not_be_sent_is_not_sent_in_a_pause_and_waits_until_its_end(school):
    daily = await refused(school)
    _, unsent = await school.services.schedules.pause(school.id, at=NINE + MINUTE)

    leased, in_pause = await scene(school, NINE + 10 * MINUTE)
    await school.services.posts.wait(leased, at=NINE + 10 * MINUTE)
    _, waiting = await school.services.schedules.resume(school.id, at=NINE + 12 * MINUTE)
    leased, after = await scene(school, NINE + 12 * MINUTE)

    assert unsent.id == waiting.id == daily.id
    assert (isinstance(in_pause, DailyPost), isinstance(after, DailyPost)) == (False, True)
    await school.services.posts.acknowledge(leased, PostShown(1, NINE, after), at=NINE + 12 * MINUTE)
    assert len(await school.claim(NINE + DAY)) == 1, "it stands in the way of nothing"


async def test_a_daily_that_waits_in_a_pause_is_given_up_when_its_date_ends(school):
    daily = await refused(school)
    await school.services.schedules.pause(school.id, at=NINE + MINUTE)

    await school.give_up(NINE + DAY)
    _, waiting = await school.services.schedules.resume(school.id, at=NINE + DAY)

    assert waiting is None
    assert (await school.db.read(lambda tx: dailies.get(tx, daily.id))).state is DailyState.SKIPPED


async def test_a_manager_may_post_in_a_pause_what_could_not_be_sent_before(school):
    await refused(school)
    await school.services.schedules.pause(school.id, at=NINE + MINUTE)

    await school.services.schedules.post_now(school.id, at=NINE + 2 * MINUTE)

    assert isinstance((await scene(school, NINE + 2 * MINUTE))[1], DailyPost)


async def test_a_schedule_set_in_a_pause_sends_what_waited_to_the_channel_that_it_names(school):
    await refused(school)
    await school.services.schedules.pause(school.id, at=NINE + MINUTE)

    await school.schedule(at=NINE + 2 * MINUTE, channel=77)

    leased, shown = await scene(school, NINE + 2 * MINUTE)
    assert (leased.channel_id, shown.daily.channel_id) == (77, 77)


async def test_a_daily_that_may_have_been_posted_stays_in_its_channel_when_another_is_chosen(school):
    """Discord's response was lost. A search in another channel would not find the post, and there would be two
    posts."""
    await school.schedule()
    await school.claim(NINE)
    [lost] = await school.sending(NINE)
    await school.services.posts.fail(lost, at=NINE)
    await school.schedule(at=NINE + SECOND, channel=77)

    await school.services.schedules.post_now(school.id, at=NINE + SECOND)

    assert (await scene(school, NINE + SECOND))[0].channel_id == CHANNEL


async def test_scheduling_again_ends_a_pause(school):
    await school.schedule()
    await school.services.schedules.pause(school.id, at=MONDAY)

    schedule = await school.schedule(at=MONDAY)

    assert schedule.paused_at is None
    assert (await school.post(NINE)).daily.day == MONDAY.date()


async def test_a_skipped_date_that_lies_ahead_leaves_the_dates_before_it_free(school):
    await school.schedule(days=frozenset({0}))  # Mondays
    await school.post(NINE)
    ahead, _ = await school.services.schedules.skip(school.id, at=NINE + HOUR)

    schedule = await school.schedule(at=NINE + HOUR)
    posted = [(await school.post(NINE + number * DAY)).daily.day for number in range(1, 7)]
    on_the_skipped = await school.claim(NINE + 7 * DAY)
    following = await school.post(NINE + 8 * DAY)

    assert ahead == MONDAY.date() + 7 * DAY
    assert schedule.next_day == TUESDAY
    assert posted == [MONDAY.date() + number * DAY for number in range(1, 7)]
    assert on_the_skipped == []
    assert following.daily.day == MONDAY.date() + 8 * DAY


async def test_a_skipped_date_ahead_stays_skipped_whatever_else_is_skipped_paused_or_posted(school):
    await school.schedule(days=frozenset({2}))  # Wednesdays
    await school.services.schedules.skip(school.id, at=MONDAY)
    await school.schedule(at=MONDAY)
    await school.services.schedules.skip(school.id, at=MONDAY)
    await school.services.schedules.pause(school.id, at=MONDAY)
    resumed, _ = await school.services.schedules.resume(school.id, at=MONDAY)

    await school.services.schedules.post_now(school.id, at=NINE + DAY - HOUR)
    schedule = (await school.services.schedules.status(school.id)).schedule

    assert resumed.next_day == TUESDAY
    assert schedule.next_day == TUESDAY + 2 * DAY


# -- viewing


async def test_the_status_says_how_many_questions_are_left_in_the_round(school):
    await school.schedule()
    for day in range(3):
        await school.post(NINE + day * DAY)

    status = await school.services.schedules.status(school.id)

    assert (status.questions, status.waiting) == (12, 9)
    assert status.latest.day == date(2026, 11, 25)
    assert status.latest.state is DailyState.POSTED


async def test_the_status_of_a_new_server_is_that_of_the_defaults(school):
    status = await school.services.schedules.status(school.id)

    assert (status.schedule, status.latest, status.waiting) == (None, None, 12)
    assert (status.guild.zone, status.guild.feedback) == ("UTC", Feedback.AT_ONCE)


async def test_a_preview_shows_the_question_and_when_it_comes(school):
    await school.schedule()

    preview = await school.services.schedules.preview(school.id)

    assert preview.due == NINE
    assert (await school.services.schedules.preview(school.id)) == preview


async def test_feedback_is_kept_for_the_dailies_to_come(school):
    guild = await school.services.schedules.set_feedback(school.id, Feedback.AT_CLOSE, at=MONDAY)

    assert guild.feedback is Feedback.AT_CLOSE
    await school.schedule()
    assert (await school.post(NINE)).daily.feedback is Feedback.AT_CLOSE


# -- a clock that was wrong


async def test_a_clock_that_was_forty_days_ahead_for_a_tick_loses_no_day(school):
    await school.schedule()
    await school.services.dailies.claim_due(NINE + 40 * DAY)
    now = NINE + 2 * MINUTE

    await school.services.schedules.bring_back(now)
    schedule = (await school.services.schedules.status(school.id)).schedule

    assert (schedule.next_day, schedule.next_post_at) == (TUESDAY, NINE + DAY)


async def test_a_schedule_that_follows_the_rules_is_left_unchanged(school, caplog):
    await school.schedule(days=frozenset({1}))  # Tuesdays
    skipped = [(await school.services.schedules.skip(school.id, at=NINE))[0] for _ in range(3)]

    await school.services.schedules.bring_back(NINE)
    schedule = (await school.services.schedules.status(school.id)).schedule

    assert schedule.next_day == skipped[-1] + 7 * DAY
    assert not caplog.records
