"""A study plan for the exam: made, worked through, moved and dropped."""

from __future__ import annotations

from tests.journeys.student import answer_all, card, labels

DAYS = 100


def portion_of(world):
    """Return how many questions a day a new plan over 100 days requires."""
    return -(-len(world.pack.active) // DAYS)


async def test_a_plan_names_todays_portion_and_serves_it(world):
    count = portion_of(world)
    plan = await world.ana.slash(world.channel, "plan", **{"exam-date": "in 100 days"})
    assert plan.ephemeral
    assert "Exam in 3 months" in world.read(plan)
    assert f"{count} questions** to master" in world.read(plan)
    assert labels(plan) == [f"Study {count} now", "Change the date"]

    turn = await world.ana.click(plan.response, label=f"Study {count} now")
    await world.restart()
    done = await answer_all(world, world.ana, turn)
    after = await world.ana.slash(world.channel, "plan")

    assert card(done).title == f"Quiz finished: {count} of {count} right"
    assert f"Done: {count} questions mastered today, of {count} planned" in world.read(after)
    assert labels(after) == ["Take an extra quiz", "Change the date"]
    late = await world.ana.click(plan.response, label=f"Study {count} now")
    assert f"Done: {count} questions" in world.read(late)


async def test_missed_days_are_spread_over_the_rest_and_reported(world):
    await world.ana.user.slash("plan", **{"exam-date": "in 30 days"})

    await world.pass_time(days=10)
    plan = await world.ana.user.slash("plan")

    assert "behind your plan" in world.read(plan)


async def test_the_day_of_the_exam_and_the_day_after(world):
    await world.ana.user.slash("plan", **{"exam-date": "2026-11-25"})

    await world.pass_time(days=2)
    today = await world.ana.user.slash("plan")
    await world.pass_time(days=1)
    after = await world.ana.user.slash("plan")

    assert "The day of your exam" in world.read(today)
    assert "To plan for another one, set its date" in world.read(after)
    assert labels(after) == ["Set the exam date"]


async def test_a_plan_can_be_dropped(world):
    await world.ana.slash(world.channel, "plan", **{"exam-date": "January 20"})

    dropped = await world.ana.slash(world.channel, "plan", **{"exam-date": "none"})
    none = await world.ana.slash(world.channel, "plan")

    assert "Your plan is deleted" in world.read(dropped)
    assert "You have no study plan" in world.read(none)


async def test_a_plan_is_made_and_moved_by_buttons_without_a_typed_command(world):
    none = await world.ana.slash(world.channel, "plan")
    asked = await world.ana.click(none.response, label="Set the exam date")
    made = await world.ana.submit_modal(asked, {"date": "in 100 days"})
    again = await world.ana.click(made.response, label="Change the date")
    moved = await world.ana.submit_modal(again, {"date": "Jan 20"})

    assert none.ephemeral
    assert made.ephemeral
    assert "Exam in 3 months" in world.read(made)
    assert again.modal["components"][0]["component"]["value"] == "2027-03-03"
    assert "on Wednesday, January 20, 2027" in world.read(moved)


async def test_the_form_refuses_what_is_no_date_and_says_how_to_write_one(world):
    none = await world.ana.slash(world.channel, "plan")
    asked = await world.ana.click(none.response, label="Set the exam date")
    told = await world.ana.submit_modal(asked, {"date": "when I am ready"})

    assert "I cannot read `when I am ready` as a date" in world.read(told)
    assert "You have no study plan" in world.read(await world.ana.slash(world.channel, "plan"))
    again = await world.ana.click(told.response, label="Try again")
    made = await world.ana.submit_modal(again, {"date": "in 100 days"})
    assert "Exam in 3 months" in world.read(made)


async def test_dates_complete_with_examples_and_with_what_was_typed(world):
    examples = await world.ana.autocomplete(world.channel, "plan", "exam-date", "")
    typed = await world.ana.autocomplete(world.channel, "plan", "exam-date", "jan 20")

    assert examples[0] == {"name": "in 2 weeks: Monday, December 7", "value": "2026-12-07"}
    assert examples[-1]["value"] == "none"
    assert typed == [{"name": "Wednesday, January 20, 2027", "value": "2027-01-20"}]


async def test_the_reminder_offers_the_portion(world):
    await world.ana.slash(world.channel, "plan", **{"exam-date": "in 100 days"})
    await world.ana.slash(world.channel, "reminders on", time="09:00", timezone="UTC")

    await world.pass_time(hours=2)

    [told] = world.inbox(world.ana)
    assert f"On track: {portion_of(world)} left today, about" in told
    message = world.ana.user.dm_channel.history()[-1]
    turn = await world.ana.user.click(message, label="Study today's plan")
    assert f"question 1 of {portion_of(world)}" in card(turn).above


async def test_an_exam_today_needs_no_plan_and_the_reply_says_so(world):
    told = world.read(await world.ana.slash(world.channel, "plan", **{"exam-date": "today"}))

    assert "an exam today needs none" in told
    assert "in the past" not in told
