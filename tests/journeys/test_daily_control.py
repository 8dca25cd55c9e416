"""`/daily post`, `skip`, `pause` and `resume`, and the buttons of a status."""

from __future__ import annotations

from datetime import date

from bot.cogs.ui.errors import sentence
from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import NotInTurn, Refusal
from bot.study.questions import LETTERS


async def manage(world, command, **options):
    return await world.mia.slash(world.channel, f"daily {command}", **options)


# -- post, skip, pause, resume


async def test_posting_now_uses_up_today(world):
    await world.schedule_daily()

    reply = await manage(world, "post")
    await world.pass_time(hours=1)

    (message,) = world.posts()
    assert reply.ephemeral
    assert world.read(reply) == f"Posted: {message.jump_url}"
    again = world.read(await manage(world, "post"))
    assert (
        again
        == f"The daily for Monday, November 23 has already been posted: {message.jump_url} The next one will be posted automatically; `/daily status` says when."
    )
    await world.pass_time(days=1)
    assert len(world.posts()) == 2


async def test_posting_now_closes_what_was_open(world):
    first = await world.post_daily()
    await world.pass_time(hours=22)

    await manage(world, "post")
    await world.tick()

    assert world.labels(first) == ["Explain"]
    assert len(world.posts()) == 2


async def test_posting_without_permission_says_where_to_look_and_is_retried(world):
    await world.schedule_daily()
    world.forbid(send_messages=False)

    reply = await manage(world, "post")

    assert "It has not been posted yet." in world.read(reply)
    status = world.read(await manage(world, "status"))
    assert f"I am not allowed to post in <#{world.channel.id}>. Give me Send Messages there. I will try again" in status
    world.permit()
    await world.pass_time(minutes=11)
    assert len(world.posts()) == 1


async def test_skipping_leaves_out_the_next_date_and_no_streak_breaks_over_it(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)

    reply = await manage(world, "skip")
    await world.pass_time(days=1)
    skipped = len(world.posts())
    await world.pass_time(days=1)

    assert (
        "There will be no question on Tuesday, November 24. The next one will be posted <t:1795597200:f>"
        in world.read(reply)
    )
    assert skipped == 1
    assert "2-day streak" in world.read(await world.answer(world.ana, world.channel.last_message))


async def test_a_skip_is_taken_back_until_its_hour(world):
    await world.schedule_daily()
    await manage(world, "skip")

    back = await manage(world, "skip", undo=True)
    none_left = await manage(world, "skip", undo=True)
    await world.pass_time(hours=1)

    assert "is back" in world.read(back)
    assert "There is no skip" in world.read(none_left)
    assert len(world.posts()) == 1


async def test_a_skip_whose_hour_has_passed_stays(world):
    await world.schedule_daily()
    await manage(world, "skip")
    await world.pass_time(hours=2)

    late = await manage(world, "skip", undo=True)
    await world.tick()

    assert "There is no skip" in world.read(late)
    assert world.posts() == []


async def test_posting_on_a_date_that_was_skipped_says_that_it_was(world):
    await world.schedule_daily()
    await manage(world, "skip")

    reply = await manage(world, "post")

    assert "The daily for Monday, November 23 was skipped" in world.read(reply)
    assert world.posts() == []


async def test_a_daily_that_could_not_be_posted_waits_in_a_pause_and_comes_when_it_ends(world):
    await world.schedule_daily()
    world.forbid(send_messages=False)
    await world.pass_time(hours=1)
    paused = world.read(await manage(world, "pause"))
    world.permit()

    await world.pass_time(minutes=11)
    during = len(world.posts())
    status = world.read(await manage(world, "status"))
    resumed = world.read(await manage(world, "resume"))
    await world.tick()

    assert "The question for Monday, November 23 has not been posted yet" in paused
    assert during == 0
    assert "not posted yet, waiting for the end of the pause" in status
    assert "The question for Monday, November 23 was waiting and is being posted now." in resumed
    assert len(world.posts()) == 1


async def test_skipping_twice_leaves_out_two(world):
    await world.schedule_daily()

    await manage(world, "skip")
    reply = await manage(world, "skip")
    for _ in range(2):
        await world.pass_time(days=1)

    assert "no question on Tuesday, November 24" in world.read(reply)
    assert world.posts() == []


async def test_a_pause_posts_nothing_and_streaks_wait(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)

    paused = await manage(world, "pause")
    for _ in range(3):
        await world.pass_time(days=1)
    during = len(world.posts())
    resumed = await manage(world, "resume")
    await world.pass_time(days=1)

    assert (
        world.read(paused)
        == "The daily is paused. No questions are posted, and nobody's streak breaks. To continue, use `/daily resume`."
    )
    assert during == 1
    assert world.read(resumed).startswith("The daily is running again. The next question will be posted <t:")
    assert len(world.posts()) == 2
    assert "2-day streak" in world.read(await world.answer(world.ana, world.channel.last_message))


async def test_an_open_daily_stays_open_and_closes_during_a_pause(world):
    message = await world.post_daily()

    await manage(world, "pause")
    answered = await world.answer(world.ana, message)
    await world.pass_time(days=1)

    assert "Right" in world.read(answered)
    assert world.labels(message) == ["Explain"]


async def test_the_status_of_a_pause_says_how_to_resume(world):
    await world.schedule_daily()
    await manage(world, "pause")

    told = world.read(await manage(world, "status"))

    assert "The daily is paused" in told
    assert "None while paused. Use `/daily resume` to continue." in told


async def test_a_skip_can_be_taken_back_after_the_pause(world):
    await world.schedule_daily()
    await world.mia.slash(world.channel, "daily skip")
    await world.mia.slash(world.channel, "daily pause")

    waits = await world.mia.slash(world.channel, "daily skip", undo=True)
    await world.mia.slash(world.channel, "daily resume")
    await world.mia.slash(world.channel, "daily skip", undo=True)
    await world.pass_time(hours=2)

    assert "then you can undo a skip" in world.read(waits)
    assert len(world.posts()) == 1


async def test_a_paused_daily_has_nothing_to_skip(world):
    await world.schedule_daily()
    await manage(world, "pause")

    reply = await manage(world, "skip")

    assert world.read(reply) == "The daily is paused, so there is nothing to skip. `/daily resume` starts it again."


async def test_scheduling_again_ends_a_pause(world):
    await world.schedule_daily()
    await manage(world, "pause")

    await world.post_daily()

    assert len(world.posts()) == 1


async def test_two_servers_have_their_own_hours_zones_and_questions(world):
    channel, noa, _ = world.open_server()
    await world.env.settle()
    await world.schedule_daily()
    await noa.slash(channel, "daily schedule", channel=channel, time="17:30", timezone="Asia/Tokyo", sections="4.2")

    await world.pass_time(minutes=30)
    tokyo = len(world.posts(channel)), len(world.posts())
    await world.pass_time(minutes=30)

    assert tokyo == (1, 0), "half past five in Tokyo is half past eight in UTC"
    assert len(world.posts()) == 1
    assert world.question_of(world.posts(channel)[0]).section == "4.2"


async def test_the_buttons_have_the_letters_of_the_post_and_do_not_reveal_the_key(world):
    message = await world.post_daily()
    for _ in range(5):
        question, told = world.question_of(message), world.read(message).replace("\\", "")

        assert all(f"**{LETTERS[place]}** · {option.text}" in told for place, option in enumerate(question.options))
        assert question.explanation not in told
        assert not any(option.rationale in told for option in question.options if option.rationale)
        await world.pass_time(days=1)
        message = world.channel.last_message


# -- buttons of an outdated status


async def pressed(world, status, label):
    return world.read(await world.mia.click(status.response, label=label))


async def test_an_old_button_that_skips_a_later_day_says_which_day_comes_first(world):
    await world.schedule_daily()
    before = await manage(world, "status")
    await world.mia.click(before.response, label="Skip Monday, November 23")
    old = await manage(world, "status")
    await manage(world, "skip", undo=True)

    told = await pressed(world, old, "Skip Tuesday, November 24")

    assert told == sentence(NotInTurn(date(2026, 11, 24), date(2026, 11, 23)))
    assert (await world.bot.services.schedules.status(world.guild.id)).skipped is None


async def test_an_old_button_takes_back_the_skip_that_it_names_and_no_other(world):
    await world.schedule_daily()
    await manage(world, "skip")
    old, older = [await manage(world, "status") for _ in range(2)]
    await manage(world, "skip")

    await pressed(world, old, "Undo skipping Monday, November 23")
    status = await world.bot.services.schedules.status(world.guild.id)
    gone = await pressed(world, older, "Undo skipping Monday, November 23")
    undone = world.read(await manage(world, "skip", undo=True))

    assert (status.schedule.next_day, status.skipped.day) == (date(2026, 11, 23), date(2026, 11, 24))
    assert gone == SENTENCES[Refusal.SKIP_GONE]
    assert "The question for Tuesday, November 24 is back." in undone


async def test_a_skip_that_can_no_longer_be_undone_has_no_button(world):
    await world.schedule_daily()
    await manage(world, "skip")
    before = world.labels((await manage(world, "status")).response)

    await manage(world, "schedule", channel=world.channel, time="09:00", timezone="UTC", days="tue")
    not_chosen = world.labels((await manage(world, "status")).response)
    await manage(world, "schedule", channel=world.channel, time="09:00", timezone="UTC")
    await world.pass_time(hours=2)
    due = world.labels((await manage(world, "status")).response)

    assert "Undo skipping Monday, November 23" in before
    assert not [label for label in (*not_chosen, *due) if label.startswith("Undo")]


async def test_undoing_a_skip_ahead_names_the_skipped_date_and_not_the_next(world):
    await world.schedule_daily(days="fri")
    await manage(world, "skip")
    await manage(world, "schedule", channel=world.channel, time="09:00", timezone="UTC")

    undone = world.read(await manage(world, "skip", undo=True))

    assert "The question for Friday, November 27 is back." in undone
    assert (await world.bot.services.schedules.status(world.guild.id)).schedule.next_day == date(2026, 11, 23)


async def test_an_old_button_that_skips_a_day_twice_skips_it_once(world):
    await world.schedule_daily()
    old = await manage(world, "status")
    await manage(world, "skip")

    await world.mia.click(old.response, label="Skip Monday, November 23")

    status = await world.bot.services.schedules.status(world.guild.id)
    assert (status.skipped.day, status.schedule.next_day) == (date(2026, 11, 23), date(2026, 11, 24))
