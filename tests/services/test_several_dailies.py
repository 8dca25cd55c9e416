"""Several dailies of one server: each with its own channel, hour, zone and questions, and one streak for all of
them."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise
from random import Random

import pytest

from bot.services.dailies import DailyPost, Missed, Problem
from bot.services.recording import streak_now
from bot.storage import dailies, members, quizzes
from bot.study.dailies import Feedback
from bot.study.daily_names import number_of
from bot.study.errors import (
    AlreadyPosted,
    DaySkipped,
    NoDailyQuestions,
    NoOpenDaily,
    Refusal,
    UnknownExamVersion,
    UnknownPack,
    WhichDaily,
)
from bot.study.schedules import Schedule, Trouble
from tests.conftest import MONDAY
from tests.refusals import refuses
from tests.services.conftest import CHANNEL, MIA, NINE, RIGHT, WRONG, School

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENING = MONDAY.replace(hour=20)
OTHER = 51


@pytest.fixture
async def busy(school: School) -> School:
    """Schedule a daily at 09:00 and another at 20:00, each in its own channel."""
    await school.schedule()
    await school.schedule(which="Evening", time=time(20), channel=OTHER)
    return school


async def streak(school: School, user_id: int = 7) -> int:
    return (await school.db.read(lambda tx: members.streak(tx, school.id, user_id))).days


async def open_of(school: School, at):
    return await school.db.read(lambda tx: dailies.open_in(tx, school.id, at))


async def test_each_daily_is_posted_in_its_channel_at_its_hour_on_the_same_date(busy):
    first = await busy.post(NINE)
    second = await busy.post(EVENING)

    assert [(post.daily.channel_id, post.daily.number, post.name) for post in (first, second)] == [
        (CHANNEL, 1, "Daily 1"),
        (OTHER, 2, "Evening"),
    ]
    assert first.daily.day == second.daily.day
    assert await busy.claim(EVENING + MINUTE) == []


async def test_a_daily_of_today_does_not_close_another_one_of_today_or_yesterday(busy):
    await busy.post(NINE)
    evening = await busy.post(EVENING)
    morning = await busy.post(NINE + DAY)

    assert [daily.id for daily in await open_of(busy, NINE + DAY)] == [evening.daily.id, morning.daily.id]


async def test_no_two_open_dailies_have_the_same_question_and_none_repeats_before_all_have_been_asked(busy):
    asked = []
    for day in range(6):
        asked += [(await busy.post(NINE + day * DAY)).question.id, (await busy.post(EVENING + day * DAY)).question.id]

    assert len(set(asked)) == 12


async def test_a_second_daily_with_few_questions_does_not_make_the_first_repeat_questions(school):
    await school.schedule()
    await school.schedule(which="Deep dive", time=time(20), sections=("1.1",))
    first, second = [], []
    for day in range(10):
        first.append((await school.post(NINE + day * DAY)).question.id)
        second.append((await school.post(EVENING + day * DAY)).question)

    assert {question.section for question in second} == {"1.1"}
    # Eight questions are not in section 1.1; the dailies share the others.
    assert len(set(first[:8])) == 8
    assert all(one != after for one, after in pairwise(first))


async def test_one_answered_daily_keeps_the_streak_of_the_day_and_a_second_adds_nothing(busy):
    for day in range(3):
        morning, evening = await busy.post(NINE + day * DAY), await busy.post(EVENING + day * DAY)
        answered = (morning, evening) if day == 1 else (morning,) if day == 0 else (evening,)
        for post in answered:
            await busy.verdict(post, at=EVENING + day * DAY + MINUTE)

    assert await streak(busy) == 3


async def test_each_question_scores_as_usual(busy):
    morning, evening = await busy.post(NINE), await busy.post(EVENING)

    first, second = [await busy.verdict(post, at=EVENING + MINUTE) for post in (morning, evening)]

    assert first.attempt.points > 0 < second.attempt.points
    assert await busy.points() == first.attempt.points + second.attempt.points


async def test_a_day_on_which_none_of_several_dailies_was_answered_breaks_the_streak(busy):
    for day in range(4):
        posts = await busy.post(NINE + day * DAY), await busy.post(EVENING + day * DAY)
        if day != 2:
            await busy.verdict(posts[0], at=EVENING + day * DAY + MINUTE)

    assert await streak(busy) == 1


async def test_an_open_daily_of_yesterday_still_counts_after_today_s_was_answered(busy):
    for day in range(2):
        await busy.verdict(await busy.post(NINE + day * DAY), at=NINE + day * DAY + MINUTE)
        await busy.post(EVENING + day * DAY)
    await busy.post(NINE + 2 * DAY)
    evening = await busy.post(EVENING + 2 * DAY)
    today = await busy.post(NINE + 3 * DAY)

    await busy.verdict(today, at=NINE + 3 * DAY + MINUTE)
    assert await streak(busy) == 1
    late = await busy.verdict(evening, at=NINE + 3 * DAY + 2 * MINUTE)

    assert await streak(busy) == 4
    assert late.streak.days == 4


async def test_an_answer_that_is_not_graded_yet_breaks_no_streak(school):
    await school.schedule()
    await school.schedule(which="Early", time=time(8), channel=OTHER)
    for day in range(2):
        if day:
            await school.post(NINE - HOUR + DAY)
            await school.services.schedules.set_feedback(school.id, Feedback.AT_CLOSE, at=NINE)
        post = await school.post(NINE + day * DAY)
        await school.answer(post, at=NINE + day * DAY + MINUTE)
    await school.services.schedules.set_feedback(school.id, Feedback.AT_ONCE, at=NINE + DAY + HOUR)

    early = await school.verdict(await school.post(NINE + 2 * DAY - HOUR), at=NINE + 2 * DAY - HOUR + MINUTE)
    await school.close(NINE + 2 * DAY)

    assert early.streak.days == 2
    assert early.streak.broken_on is None
    assert await streak(school) == 3


async def test_an_open_daily_of_yesterday_has_broken_no_streak_yet(busy):
    await busy.verdict(await busy.post(NINE), at=NINE + MINUTE)
    await busy.post(EVENING)
    await busy.post(NINE + DAY)
    await busy.post(EVENING + DAY)
    await busy.post(NINE + 2 * DAY)

    now = await busy.db.read(lambda tx: streak_now(tx, busy.id, 7, NINE + 2 * DAY + MINUTE))

    assert now.days == 1


async def test_skipping_pausing_posting_and_previewing_affect_only_the_named_daily(busy):
    services = busy.services.schedules
    with pytest.raises(WhichDaily) as which:
        await services.skip(busy.id, at=MONDAY)
    assert which.value.names == ("Daily 1", "Evening")

    day, skipped = await services.skip(busy.id, which="evening", at=MONDAY)
    assert (day, skipped.number) == (MONDAY.date(), 2)
    assert (await services.status(busy.id)).schedule.next_post_at == NINE
    assert (await services.undo_skip(busy.id, which="2", at=MONDAY)).due == EVENING

    await services.pause(busy.id, which=1, at=MONDAY)
    assert await busy.claim(NINE) == []
    preview = await services.preview(busy.id, which="Evening")
    post = await services.post_now(busy.id, which="Evening", at=NINE)
    assert (post.question, post.daily.channel_id) == (preview.question, OTHER)
    await busy.note(post, NINE)
    with pytest.raises(AlreadyPosted):
        await services.post_now(busy.id, which="Evening", at=NINE)
    resumed, _ = await services.resume(busy.id, which="1", at=EVENING)
    assert resumed.next_post_at == NINE + DAY


async def test_a_removed_daily_is_no_longer_posted_and_its_open_question_closes_as_planned(busy):
    post = await busy.post(NINE)

    removed = await busy.services.schedules.remove(busy.id, which=1, at=NINE)

    assert (removed.schedule.number, removed.open.id) == (1, post.daily.id)
    assert [schedule.name for schedule in await busy.services.schedules.all(busy.id)] == ["Evening"]
    await busy.verdict(post, at=NINE + HOUR)
    [evening] = await busy.claim(NINE + DAY)
    assert evening.name == "Evening"
    assert post.daily.id in await busy.close(NINE + DAY)
    # Only one daily is left, so it needs no name.
    assert (await busy.services.schedules.pause(busy.id, at=NINE + DAY))[0].name == "Evening"


async def test_a_claim_that_may_have_been_posted_ends_with_its_schedule(busy):
    [post] = await busy.claim(NINE)
    [leased] = await busy.sending(NINE)

    await busy.services.schedules.remove(busy.id, which=1, at=NINE)

    assert await busy.services.posts.scene(leased, at=NINE + MINUTE) is None
    assert await busy.give_up(NINE + HOUR) is None
    assert post.daily.id not in {daily.id for daily in await open_of(busy, NINE + HOUR)}


@pytest.mark.parametrize("rejected", [True, False])
async def test_a_claim_that_was_not_posted_is_deleted_with_its_schedule_and_another_can_use_its_date(school, rejected):
    await school.schedule(role=77)
    [given_up] = await school.claim(NINE)
    if rejected:
        await school.refused(Trouble.NO_PERMISSION, NINE)

    await school.services.schedules.remove(school.id, at=NINE + MINUTE)
    again = await school.schedule(NINE + HOUR, time=time(20), sections=("2.1",), channel=OTHER)

    assert (again.number, again.next_day) == (1, MONDAY.date())
    assert await school.sending(NINE + 2 * HOUR) == []
    assert await open_of(school, NINE + 2 * HOUR) == []
    post = await school.post(EVENING)
    assert (post.question.section, post.daily.channel_id, post.daily.role_id) == ("2.1", OTHER, None)
    assert given_up.daily.id != post.daily.id


async def test_a_number_that_was_free_is_used_again_and_a_used_date_gets_no_second_daily(busy):
    await busy.post(NINE)
    await busy.services.schedules.remove(busy.id, which=1, at=NINE)

    again = await busy.schedule(EVENING, which="1", time=time(22))

    assert (again.number, again.next_day) == (1, MONDAY.date() + DAY)


async def test_a_new_daily_does_not_take_over_the_open_question_of_a_removed_one(busy):
    await busy.post(NINE)
    evening = await busy.post(EVENING)
    await busy.services.schedules.remove(busy.id, which="Evening", at=EVENING)

    new = await busy.schedule(EVENING, which="Night chat", time=time(22))

    assert (new.number, new.next_day) == (3, MONDAY.date())
    assert (await busy.services.schedules.status(busy.id, which="Night chat")).latest is None
    await busy.verdict(evening, at=EVENING + MINUTE)
    await busy.services.dailies.refresh_counts(EVENING + MINUTE)
    shown = await busy.shown(EVENING + HOUR)
    names = await busy.services.answers.open_names(busy.member(), at=EVENING + HOUR)
    assert shown[evening.daily.id].name == names[2] == "Daily 2", "as `/answer` calls it"


async def test_the_server_takes_the_zone_of_the_daily_that_is_now_the_first(school):
    await school.schedule(zone="Asia/Tokyo")
    await school.schedule(which="LA", zone="America/Los_Angeles")

    removed = await school.services.schedules.remove(school.id, which="1", at=MONDAY)
    new = await school.schedule(which="Night", zone="Europe/Berlin")

    assert removed.first is not None
    assert removed.first.name == "LA"
    assert new.number == 3, "a new daily does not become the first"
    assert (await school.services.guild(school.id)).zone == "America/Los_Angeles"


async def test_a_server_has_at_most_five_dailies(school):
    for name in ("A", "B", "C", "D", "E"):
        await school.schedule(which=name)

    with refuses(Refusal.TOO_MANY_DAILIES):
        await school.schedule(which="F")
    with refuses(Refusal.TOO_MANY_DAILIES):
        await school.schedule(which="6")
    assert len(await school.services.schedules.all(school.id)) == 5


async def test_a_daily_is_found_by_number_or_name_and_can_be_renamed(busy):
    renamed = await busy.schedule(which="2", name="Night owls", time=time(23))
    assert (renamed.number, renamed.name) == (2, "Night owls")
    assert (await busy.schedule(which="NIGHT-OWLS", time=time(22))).name == "Night owls"
    with refuses(Refusal.DAILY_NAME_TAKEN):
        await busy.schedule(which="1", name="night owls")
    with refuses(Refusal.BAD_DAILY_NAME):
        await busy.schedule(which="1", name="42")
    with pytest.raises(WhichDaily):
        await busy.schedule(time=time(8))
    assert number_of({1: "Daily 1", 2: "Night owls"}, "daily 1") == 1


async def test_each_daily_has_a_zone_and_the_server_has_that_of_the_first(school):
    await school.schedule(zone="Europe/Berlin")
    tokyo = await school.schedule(which="Tokyo", zone="Asia/Tokyo", time=time(9))

    assert (await school.services.guild(school.id)).zone == "Europe/Berlin"
    assert tokyo.next_post_at == (MONDAY + DAY).replace(hour=0)
    await school.schedule(which="1", zone="America/New_York")
    assert (await school.services.guild(school.id)).zone == "America/New_York"
    assert (await school.services.schedules.status(school.id, which="Tokyo")).schedule.rule.zone == "Asia/Tokyo"


async def test_each_daily_follows_the_clock_changes_of_its_own_zone(school):
    """On 29 March 2026, clocks in Berlin go from 02:00 to 03:00, and clocks in Tokyo do not change."""
    night = MONDAY.replace(year=2026, month=3, day=28, hour=12)
    await school.schedule(night, rule=Schedule(time(2, 30), "Europe/Berlin"))
    await school.schedule(night, which="Tokyo", rule=Schedule(time(2, 30), "Asia/Tokyo"), channel=OTHER)

    found = await school.services.schedules.all(school.id)

    assert [f"{schedule.next_post_at:%d %H:%M}" for schedule in found] == ["29 01:30", "28 17:30"]


async def test_each_daily_asks_only_from_its_own_sections(school):
    await school.schedule()
    hard = await school.schedule(which="Hard", difficulty=3, sections=("1",))
    assert (hard.difficulty, hard.sections) == (3, ("1",))

    [_, post] = await school.claim(NINE)

    assert post.question.difficulty == 3
    assert post.question.section.startswith("1.")
    with pytest.raises(NoDailyQuestions):
        await school.schedule(which="1", difficulty=9)


async def test_an_unknown_pack_or_exam_version_is_refused(school):
    await school.schedule()
    with pytest.raises(UnknownPack):
        await school.schedule(which="Other", pack="nothing")
    with pytest.raises(UnknownExamVersion):
        await school.schedule(which="Other", exam_version="c99")
    assert len(await school.services.schedules.all(school.id)) == 1


async def test_a_problem_of_one_daily_does_not_affect_another(busy):
    await busy.claim(NINE)
    await busy.refused(Trouble.NO_PERMISSION, NINE)

    troubles = [schedule.trouble for schedule in await busy.services.schedules.all(busy.id)]

    assert troubles == [Trouble.NO_PERMISSION, None]
    await busy.post(EVENING)
    assert [schedule.trouble for schedule in await busy.services.schedules.all(busy.id)] == troubles


async def test_missed_dailies_are_reported_by_name(busy):
    found = await busy.claim(EVENING + 2 * DAY + MINUTE)

    missed = [outcome for outcome in found if isinstance(outcome, Missed)]
    assert {(outcome.name, outcome.days) for outcome in missed} == {
        (name, (MONDAY.date(), MONDAY.date() + DAY)) for name in ("Daily 1", "Evening")
    }
    assert sum(isinstance(outcome, DailyPost) for outcome in found) == 2


async def test_a_daily_without_questions_does_not_affect_the_other(busy, school):
    await busy.schedule(which="Evening", time=time(9), sections=("1.1",))
    for question in [q for q in (await busy.services.pack_for(busy.id)).active if q.section == "1.1"]:
        await busy.services.questions.retire(busy.id, question.id, by=MIA, at=MONDAY)

    found = await busy.claim(NINE)

    assert {type(outcome) for outcome in found} == {DailyPost, Problem}, "in any order: both are due at once"
    assert [outcome.number for outcome in found if isinstance(outcome, Problem)] == [2]


async def test_a_clock_that_was_ahead_loses_no_daily_of_either_schedule(busy):
    await busy.claim(EVENING + 10 * DAY)

    await busy.services.schedules.bring_back(MONDAY)

    assert [schedule.next_post_at for schedule in await busy.services.schedules.all(busy.id)] == [NINE, EVENING]
    assert [post.daily.number for post in [*await busy.claim(NINE), *await busy.claim(EVENING)]] == [1, 2]


async def test_a_server_that_comes_back_continues_all_dailies_that_are_not_paused(busy):
    await busy.services.schedules.pause(busy.id, which="Evening", at=MONDAY)
    await busy.services.guilds.left(busy.id, at=MONDAY)
    assert await busy.claim(EVENING) == []

    await busy.services.guilds.joined(busy.id, welcome_in=None, at=EVENING)

    assert [bool(schedule.next_post_at) for schedule in await busy.services.schedules.all(busy.id)] == [True, False]


# -- members


async def answer(school: School, text: str = RIGHT, *, at, **where):
    return await school.services.answers.submit_open(school.member(), text, at=at, **where)


async def test_the_answer_command_takes_the_only_open_daily_in_any_channel(busy):
    post = await busy.post(NINE)

    assert (await answer(busy, at=NINE + MINUTE, here=999)).attempt.daily_id == post.daily.id


async def test_of_several_dailies_the_answer_command_takes_the_named_one_or_that_of_the_channel_or_the_unanswered_one(
    busy,
):
    morning, evening = await busy.post(NINE), await busy.post(EVENING)
    at = EVENING + MINUTE
    with pytest.raises(WhichDaily):
        await answer(busy, at=at, here=999)
    assert await busy.services.answers.open_question(busy.member(), here=999, at=at) is None

    assert (await answer(busy, at=at, here=OTHER)).attempt.daily_id == evening.daily.id
    # Only one daily is left, so no other can be meant.
    assert (await answer(busy, WRONG, at=at, here=999)).attempt.daily_id == morning.daily.id
    assert (await answer(busy, at=at, which="evening", here=CHANNEL)).attempt.daily_id == evening.daily.id
    assert await busy.services.answers.open_names(busy.member(), at=at) == {1: "Daily 1", 2: "Evening"}
    with pytest.raises(WhichDaily):
        await answer(busy, at=at, which="Noon")


async def test_an_open_question_can_be_named_even_if_every_daily_was_removed(busy):
    await busy.post(NINE)
    evening = await busy.post(EVENING)
    for number in (1, 2):
        await busy.services.schedules.remove(busy.id, which=number, at=EVENING)

    assert (await answer(busy, at=EVENING + MINUTE, which="2")).attempt.daily_id == evening.daily.id


async def test_without_an_open_daily_the_reply_says_when_the_next_of_all_comes(busy):
    with pytest.raises(NoOpenDaily) as none_open:
        await answer(busy, at=MONDAY)

    assert none_open.value.next_post_at == NINE


async def test_study_asks_open_dailies_in_the_order_of_their_close(busy):
    morning, evening = await busy.post(NINE), await busy.post(EVENING)
    at, found = EVENING + MINUTE, []
    for _ in range(2):
        waiting = await busy.db.read(lambda tx: busy.services.answers.waiting(tx, busy.member(), at))
        found.append(waiting.daily.id)
        await busy.services.answers.submit(waiting.daily.id, busy.member(), RIGHT, at=at)

    assert found == [morning.daily.id, evening.daily.id]
    assert await busy.db.read(lambda tx: busy.services.answers.waiting(tx, busy.member(), at)) is None


async def test_a_daily_with_a_held_answer_is_not_offered_again(busy):
    await busy.hold_back()
    post = await busy.post(NINE)
    await busy.answer(post, at=NINE + MINUTE)

    assert await busy.db.read(lambda tx: busy.services.answers.waiting(tx, busy.member(), NINE + HOUR)) is None


async def test_a_quiz_asks_no_open_daily(busy):
    open_ = {(await busy.post(NINE)).question.id, (await busy.post(EVENING)).question.id}

    turn = await busy.services.quizzes.start(
        busy.member(), section="all", count=10, difficulty=None, rng=Random(1), at=EVENING + MINUTE
    )
    items = (await busy.db.read(lambda tx: quizzes.get(tx, turn.quiz_id))).items

    assert not open_ & {item.question_id for item in items}


async def test_a_reminder_names_the_daily_that_closes_first_and_how_many_others_are_open(busy):
    morning = await busy.post(NINE)
    await busy.verdict(morning, at=NINE + MINUTE)
    await busy.post(EVENING)
    await busy.post(NINE + DAY)
    await busy.services.reminders.switch_on(busy.member(), time(7), "UTC", at=NINE + DAY)
    await busy.post(EVENING + DAY)
    await busy.services.reminders.switch_on(busy.member(), time(21), "UTC", at=EVENING + DAY)

    [nudge] = await busy.services.reminders.claim_due(EVENING + DAY + HOUR)

    assert (nudge.daily.daily.number, nudge.daily.more) == (1, 1)
    assert nudge.daily.streak.days == 1


async def test_a_reminder_does_not_warn_about_a_streak_that_another_daily_has_kept(busy):
    await busy.verdict(await busy.post(NINE), at=NINE + MINUTE)
    evening = await busy.post(EVENING)
    await busy.services.reminders.switch_on(busy.member(), time(21), "UTC", at=EVENING)

    [nudge] = await busy.services.reminders.claim_due(EVENING + HOUR)

    assert (nudge.daily.daily.id, nudge.daily.streak.days) == (evening.daily.id, 0)


async def test_a_date_skipped_by_one_daily_can_still_be_posted_by_the_other(busy):
    await busy.services.schedules.skip(busy.id, which=1, at=MONDAY)

    with pytest.raises(DaySkipped) as skipped:
        await busy.services.schedules.post_now(busy.id, which=1, at=NINE)
    assert skipped.value.day == date(2026, 11, 23)
    assert (await busy.post(EVENING)).daily.number == 2
