"""`/streak`: what keeps a streak while a member is away."""

from __future__ import annotations

from tests.journeys.student import card, labels


async def pause(world, actor, **options):
    return await actor.slash(world.channel, "streak pause", **options)


async def test_a_holiday_is_planned_before_it_begins_and_the_streak_continues_after_it(world):
    await world.answer(world.ana, await world.post_daily())

    planned = await pause(world, world.ana, **{"from": "tomorrow", "until": "Thursday"})
    assert planned.ephemeral
    assert card(planned).title == "Paused from Tuesday, November 24 to Thursday, November 26"
    assert labels(planned) == ["Cancel the pause from November 24"]
    await world.restart()
    for _ in range(4):
        await world.pass_time(days=1)
    feedback = await world.answer(world.ana, world.posts()[-1])

    assert "2-day streak" in world.read(feedback)
    assert "None. `/streak pause" in world.read(await pause(world, world.ana))


async def test_a_pause_is_shown_while_it_runs_and_ends_by_a_press_after_a_restart(world):
    await world.answer(world.ana, await world.post_daily())
    await pause(world, world.ana, **{"from": "tomorrow", "until": "in 6 days"})
    await world.pass_time(days=1)

    shown = await pause(world, world.ana)
    assert "Your streak of 1 day is paused until Sunday, November 29." in world.read(shown)
    await world.restart()
    ended = await world.ana.click(shown.response, label="End the pause after today")

    assert "on Tuesday, November 24: 1 day" in world.read(ended)
    assert "November 2026: 13 of 14" in world.read(ended)


async def test_a_pause_that_is_not_possible_is_refused_in_a_sentence(world):
    async def told(**options):
        return world.read(await pause(world, world.ana, **options))

    assert "The earliest first day is Tuesday, November 24." in await told(**{"from": "today"})
    assert "I cannot read" in await told(**{"from": "**soon** @everyone"})
    assert "before it begins" in await told(**{"from": "Friday", "until": "2026-11-25"})
    assert "You can pause at most 14 days in a month, and you have 14 days left in December 2026." in await told(
        **{"from": "1 Dec", "until": "20 Dec"}
    )
    assert "Also give the first day of the pause in `from`" in await told(until="Friday")
    assert "The latest first day of a pause is" in await told(**{"from": "2028-01-01"})


async def test_a_forged_press_ends_nothing(world):
    for day in ("0", "999999999", "739000"):
        assert "That pause is over" in world.read(await world.press(world.ana, f"v1:pause-end:{day}"))


async def test_each_of_many_pauses_is_listed_and_can_be_cancelled(world):
    for day in range(1, 14, 2):
        planned = await pause(world, world.ana, **{"from": f"{day} Dec"})

    assert labels(planned) == [f"Cancel the pause from December {day}" for day in range(1, 14, 2)]
    assert "on Sunday, December 13: 1 day" in world.read(planned)


async def test_a_pause_of_another_year_says_so_and_one_of_a_single_day_is_on_that_day(world):
    planned = await pause(world, world.ana, **{"from": "3 Jan 2027"})

    assert card(planned).title == "Paused on Sunday, January 3, 2027"
    assert labels(planned) == ["Cancel the pause from January 3, 2027"]
    again = await pause(world, world.ana, **{"from": "2 Jan 2027", "until": "4 Jan 2027"})
    assert "You have already planned a pause on Sunday, January 3. Choose other days" in world.read(again)


async def test_on_its_last_day_a_pause_has_no_button_that_would_end_nothing(world):
    await world.answer(world.ana, await world.post_daily())
    await pause(world, world.ana, **{"from": "tomorrow"})
    await world.pass_time(days=1)

    assert labels(await pause(world, world.ana)) == []


async def test_a_reminder_on_a_paused_day_does_not_say_that_the_streak_depends_on_it(world):
    await world.answer(world.ana, await world.post_daily())
    await world.ana.slash(world.channel, "reminders on", time="08:30", timezone="UTC")
    await pause(world, world.ana, **{"from": "tomorrow", "until": "Thursday"})

    await world.pass_time(days=1)
    await world.pass_time(hours=23, minutes=31)

    [reminder] = world.inbox(world.ana)[-1:]
    assert "is waiting for you" in reminder
    assert "keep your streak" not in reminder
