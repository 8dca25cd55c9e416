"""The bank changes while a daily with held answers is open, and the bot restarts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cogs.ui.refusals import SENTENCES
from bot.services.option_places import in_kept_places
from bot.study.errors import Refusal
from bot.study.questions import Kind
from tests.journeys.student import fill_in
from tests.journeys.test_forms import form_values
from tests.reading import buttons


def ordering(question):
    return replace(question, kind=Kind.ORDERING, correct=tuple(range(len(question.options)))[::-1])


def response(question):
    return replace(question, kind=Kind.RESPONSE, correct=(0, 1))


@pytest.mark.parametrize("change", [ordering, response, None])
async def test_the_daily_closes_and_the_next_is_posted_and_the_manager_is_notified_once(world, change):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    message = await world.daily_of(Kind.CHOICE)
    question = world.question_of(message)
    for member in (world.ana, world.ben):
        await world.answer(member, message)
    posts = len(world.posts())

    pack = world.packs["aws-mla-c01"]
    questions = {**pack.questions}
    if change is None:
        del questions[question.id]
    else:
        questions[question.id] = change(question)
    world.packs = {**world.packs, pack.name: replace(pack, questions=questions)}
    await world.restart()
    pressed = await world.ana.click(message, label="A")
    typed = await world.ana.slash(world.channel, "answer", choice="zz")
    await world.pass_time(days=1)
    await world.pass_time(days=1)

    assert "Something went wrong" not in world.read(pressed) + world.read(typed)
    assert len(world.posts()) == posts + 2
    told = [text for text in world.inbox(world.mia) if question.id in text]
    assert len(told) == 1
    assert ("gone from the question bank" if change is None else "2 answers no longer matched it") in told[0]
    look = await world.ana.click(message, label="Explain") if change is not None else None
    assert look is None or "Your answer was not right" in world.read(look)


async def with_options_turned(world, question):
    """Restart the bot with a bank that lists this question's options in reverse order."""
    last = len(question.options) - 1
    turned = replace(
        question, options=question.options[::-1], correct=tuple(sorted(last - index for index in question.correct))
    )
    pack = world.packs["aws-mla-c01"]
    release = {**world.packs, pack.name: replace(pack, questions={**pack.questions, question.id: turned})}
    world.packs = await in_kept_places(world.db, release, at=world.now)
    await world.restart()


@pytest.mark.parametrize("feedback", ["at-once", "at-close"])
async def test_an_answer_is_graded_by_the_option_that_was_pressed_even_if_a_release_sorts_options_differently(
    world, feedback
):
    await in_kept_places(world.db, world.packs, at=world.now)
    await world.mia.slash(world.channel, "settings", feedback=feedback)
    message = await world.daily_of(Kind.CHOICE)
    question, right = world.question_of(message), world.letters(message)[0]
    await world.ana.click(message, label=right)

    await with_options_turned(world, question)
    await world.ben.click(message, label=right)
    await world.pass_time(days=1)
    await world.pass_time(days=1)
    told = [await actor.click(message, label="Explain") for actor in (world.ana, world.ben)]

    assert all(world.read(each).startswith("✅ Right!") for each in told)


async def test_an_open_quiz_continues_with_the_options_that_it_shows(world):
    await in_kept_places(world.db, world.packs, at=world.now)
    await world.study_for("c02")
    asked = await world.ana.slash(world.channel, "quiz", questions=1, section="1.3")
    question = world.question_of(asked.response)

    await with_options_turned(world, question)
    told = await world.answer(world.ana, asked.response)

    assert world.read(told).split("\n")[1].startswith("✅ Right!")


async def with_other_options(world, question):
    """Restart the bot with a bank that has other options under this question's id."""
    options = tuple(replace(option, text=f"Another {number}") for number, option in enumerate(question.options))
    pack = world.packs["aws-mla-c01"]
    changed = {**pack.questions, question.id: replace(question, options=options)}
    world.packs = await in_kept_places(
        world.db, {**world.packs, pack.name: replace(pack, questions=changed)}, at=world.now
    )
    await world.restart()


@pytest.mark.parametrize("feedback", ["at-once", "at-close"])
async def test_a_press_on_a_post_that_shows_other_options_records_nothing(world, feedback):
    await in_kept_places(world.db, world.packs, at=world.now)
    await world.mia.slash(world.channel, "settings", feedback=feedback)
    message = await world.daily_of(Kind.CHOICE)
    question = world.question_of(message)
    world.env.backend.advance_clock(60)
    shown = buttons(world.env.backend.get_message(message.channel.id, message.id))[0]["custom_id"]

    await with_other_options(world, question)
    pressed = await world.press(world.ana, shown)
    await world.tick()

    assert SENTENCES[Refusal.OPTIONS_CHANGED] in world.read(pressed)
    assert "Another 0" in world.read(world.posts()[-1])


async def test_a_form_that_was_opened_with_other_options_records_nothing(world):
    await in_kept_places(world.db, world.packs, at=world.now)
    message = await world.daily_of(Kind.RESPONSE)
    question = world.question_of(message)
    form, letters = await world.ana.click(message, label="Answer"), world.letters(message)
    world.env.backend.advance_clock(60)

    await with_other_options(world, question)
    await world.tick()
    sent = await world.fill(world.ana, form, letters)

    assert SENTENCES[Refusal.OPTIONS_CHANGED] in world.read(sent)


@pytest.mark.parametrize("changed", [False, True])
async def test_a_typed_answer_is_kept_only_for_the_options_that_it_was_typed_for(world, changed):
    await in_kept_places(world.db, world.packs, at=world.now)
    message = await world.daily_of(Kind.ORDERING)
    question = world.question_of(message)
    twice = "A" * len(question.options)
    refused = await fill_in(world.ana, message, question, twice)
    world.env.backend.advance_clock(60)
    if changed:
        await with_other_options(world, question)

    form = await world.ana.click(refused.response, label="Change it")

    assert "".join(form_values(form)) == ("" if changed else twice)


async def without(world, question):
    pack = world.packs["aws-mla-c01"]
    questions = {id: kept for id, kept in pack.questions.items() if id != question.id}
    world.packs = {**world.packs, pack.name: replace(pack, questions=questions)}
    await world.restart()


@pytest.mark.parametrize("kind", [Kind.RESPONSE, Kind.ORDERING, Kind.MATCHING])
@pytest.mark.parametrize("opened", [False, True], ids=["its button", "its form, opened before"])
async def test_a_quiz_continues_when_the_question_of_a_form_is_gone(world, kind, opened):
    pack = world.packs["aws-mla-c01"]
    alike = {id: question for id, question in pack.questions.items() if question.kind is kind}
    world.packs = {**world.packs, pack.name: replace(pack, questions=alike)}
    await world.restart()
    await world.study_for("c01")
    asked = await world.ana.slash(world.channel, "quiz", questions=2)
    form = await world.ana.click(asked.response, label="Answer") if opened else None
    letters = world.letters(asked.response)

    await without(world, world.question_of(asked.response))
    if form is None:
        told = await world.ana.click(asked.response, label="Answer")
    else:
        told = await world.fill(world.ana, form, letters)

    assert "The previous question was left out" in world.read(told)


async def test_an_exam_without_any_question_left_has_no_score_and_is_not_a_past_exam(world):
    briefing = (await world.ana.slash(world.channel, "exam start", length="short", version="c01")).response
    await world.ana.click(briefing, label="Begin")
    other = {f"new-{id}": replace(question, id=f"new-{id}") for id, question in world.pack.questions.items()}
    world.packs = {world.pack.name: replace(world.pack, questions=other)}
    await world.restart()

    resumed = await world.ana.slash(world.channel, "exam resume")
    history = await world.ana.slash(world.channel, "exam history")

    assert "Mock exam: no score" in world.read(resumed)
    assert "0 of 0" not in world.read(resumed)
    assert "None yet" in world.read(history)


async def test_an_exam_says_that_a_question_is_left_out_and_how_to_continue(world):
    briefing = (await world.ana.slash(world.channel, "exam start", length="short", version="c01")).response
    begun = (await world.ana.click(briefing, label="Begin")).response
    await without(world, world.question_of(begun))

    told = await world.ana.click(begun, label="Flag for review")
    on = await world.ana.slash(world.channel, "exam resume")

    assert "it does not count" in world.read(told)
    assert "Question 1 of" in world.read(on)
