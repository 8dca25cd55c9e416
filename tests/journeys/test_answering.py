"""Answering the daily: by button, by form and by command; once, too late, elsewhere, and with forged ids."""

from __future__ import annotations

import re

import pytest

from bot.cogs.ui.questions import WHY
from bot.cogs.ui.text import plain
from bot.study.questions import LETTERS, Kind
from tests.reading import card_of

# -- the feedback


async def test_feedback_on_a_right_answer_has_reasons_and_points_and_streak_and_rank(world):
    message = await world.daily_of(Kind.CHOICE)
    question, right = world.question_of(message), world.letters(message)[0]

    reply = await world.ana.click(message, label=right)

    told = world.read(reply).replace("\\", "")
    base = {1: 10, 2: 15, 3: 20}[question.difficulty]
    assert reply.ephemeral
    assert card_of(reply.response).title == f"✅ Right! +{base + 1} · 1-day streak · 1st this season"
    assert card_of(reply.response).text.startswith(plain(question.explanation))
    assert not any(option.rationale in told for option in question.options)
    assert "Read more: [docs.aws.amazon.com" in told
    assert f"{base + 1} points: {base} for the question (" in told
    assert "and 1 for your streak." in told
    assert f"You are **1st** in {question.section} " in told


async def test_one_press_explains_why_the_others_are_wrong_even_after_a_restart(world):
    message = await world.daily_of(Kind.CHOICE)
    question = world.question_of(message)
    reply = await world.answer(world.ana, message)

    await world.restart()
    whole = await world.ana.click(reply.response, label=WHY)

    told = world.read(whole).replace("\\", "")
    assert all(option.rationale in told for option in question.options)
    assert WHY not in world.labels(whole.response)
    assert card_of(whole.response).title.startswith("✅ Right!")


async def test_the_place_names_the_next_member_ahead(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)

    behind = await world.answer(world.ben, message, right=False)

    lead = {1: 10, 2: 15, 3: 20}[world.question_of(message).difficulty] + 1
    assert f"2nd this season, {lead} points behind ana" in card_of(behind.response).title


async def test_feedback_on_a_wrong_answer_is_friendly_and_the_streak_continues(world):
    message = await world.daily_of(Kind.CHOICE)
    right, wrong = world.letters(message)[0], world.letters(message, right=False)[0]

    reply = await world.ana.click(message, label=wrong)

    told = world.read(reply)
    assert card_of(reply.response).title.startswith("❌ Not this time")
    assert f"You answered **{wrong}**; the right answer is **{right}**." in told
    assert "No points this time. This question will come back in your quizzes." in told
    assert "1-day streak" in card_of(reply.response).title
    options = world.question_of(message).options
    assert all(option.rationale in told.replace("\\", "") for option in options)


@pytest.mark.parametrize("kind", [Kind.RESPONSE, Kind.ORDERING, Kind.MATCHING])
async def test_a_question_of_several_parts_is_answered_in_a_form_and_shows_which_parts_were_right(world, kind):
    message = await world.daily_of(kind)

    right = await world.answer(world.ana, message)
    wrong = await world.answer(world.ben, message, right=False)

    assert world.labels(message) == ["Answer"]
    assert card_of(right.response).title.startswith("✅ Right!")
    assert card_of(wrong.response).title.startswith("❌ Not this time")
    marks = {Kind.RESPONSE: "❌ wrong **", Kind.ORDERING: "❌ you chose ", Kind.MATCHING: "❌ you chose "}
    assert marks[kind] in world.read(wrong)


async def test_a_form_names_its_parts_and_shows_the_options_in_full(world):
    message = await world.daily_of(Kind.MATCHING)
    question = world.question_of(message)

    shown = await world.ana.click(message, label="Answer")

    parts = [part for part in shown.modal["components"] if "component" in part]
    assert shown.modal["title"] == "Your answer"
    assert [part["label"] for part in parts] == [f"For prompt {n}" for n in range(1, len(question.prompts) + 1)]
    assert [part["description"] for part in parts] == list(question.prompts)
    for part in parts:
        labels = [option["label"] for option in part["component"]["options"]]
        assert labels == [f"{LETTERS[n]} · {option.text}" for n, option in enumerate(question.options)]


async def test_a_form_that_was_open_during_a_restart_is_still_accepted(world):
    message = await world.daily_of(Kind.RESPONSE)
    shown = await world.ana.click(message, label="Answer")

    await world.restart()
    reply = await world.fill(world.ana, shown, world.letters(message))

    assert "Right" in world.read(reply)


async def test_a_streak_grows_by_the_day_and_its_bonus_with_it(world):
    message = await world.post_daily()
    told = [world.read(await world.answer(world.ana, message))]
    for _ in range(7):
        await world.pass_time(days=1)
        told.append(world.read(await world.answer(world.ana, world.channel.last_message)))

    bonuses = [int(re.search(r"and (\d+) for your streak", text)[1]) for text in told]
    assert bonuses == [1, 2, 3, 4, 5, 5, 5, 5]
    assert "7-day streak" in told[6]
    assert "**7 days in a row!**\nYou earned a freeze" in told[6]
    assert "8-day streak" in told[7]


async def test_after_a_missed_day_the_streak_starts_over(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)

    await world.pass_time(days=1)
    await world.pass_time(days=1)

    told = world.read(await world.answer(world.ana, world.channel.last_message))
    assert "1-day streak" in told


# -- /answer


async def test_the_command_completes_with_letter_and_text(world):
    message = await world.daily_of(Kind.CHOICE)
    question = world.question_of(message)

    offered = await world.ana.autocomplete(world.channel, "answer", "choice", "")

    assert [choice["value"] for choice in offered] == list("ABCD")
    assert [choice["name"] for choice in offered] == [
        f"{LETTERS[n]} · {option.text}" for n, option in enumerate(question.options)
    ]


async def test_the_command_completes_by_letter_and_by_words(world):
    message = await world.daily_of(Kind.CHOICE)
    question = world.question_of(message)

    by_letter = await world.ana.autocomplete(world.channel, "answer", "choice", "b")
    by_words = await world.ana.autocomplete(world.channel, "answer", "choice", question.options[2].text.upper())

    assert [choice["value"] for choice in by_letter] == ["B"]
    assert "C" in [choice["value"] for choice in by_words]


@pytest.mark.parametrize("form", ["{}", "{} · and some words", " {} ", "lower"])
async def test_the_command_accepts_a_picked_or_typed_answer(world, form):
    message = await world.daily_of(Kind.CHOICE)
    right = world.letters(message)[0]

    reply = await world.ana.slash(
        world.channel, "answer", choice=right.lower() if form == "lower" else form.format(right)
    )

    assert reply.ephemeral
    assert card_of(reply.response).title.startswith("✅ Right!")


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        (Kind.RESPONSE, r"Type [23] different letters from A to [EF], such as A, B"),
        (Kind.ORDERING, r"Type all [345] letters in the right order, such as [EDC]"),
        (Kind.MATCHING, r"Type [345] letters, one for each prompt in turn, such as A B C"),
    ],
)
async def test_for_other_types_the_command_says_which_form_of_answer_it_expects_and_accepts_it(world, kind, hint):
    message = await world.daily_of(kind)
    letters = world.letters(message)

    (offered,) = await world.ana.autocomplete(world.channel, "answer", "choice", "")
    picked = await world.ana.slash(world.channel, "answer", choice=offered["value"])
    typed = await world.ana.slash(world.channel, "answer", choice=" ".join(letters))

    assert re.match(hint, offered["name"])
    assert "Nothing was recorded" in world.read(picked)
    assert card_of(typed.response).title.startswith("✅ Right!")


async def test_typed_text_completes_unchanged(world):
    await world.daily_of(Kind.RESPONSE)

    offered = await world.ana.autocomplete(world.channel, "answer", "choice", "A, C")

    assert offered == [{"name": "A, C", "value": "A, C"}]


@pytest.mark.parametrize("choice", ["Z", "?", "AB", "the first one", "11", "0", "🎉"])
async def test_an_unknown_option_is_explained(world, choice):
    await world.daily_of(Kind.CHOICE)

    reply = await world.ana.slash(world.channel, "answer", choice=choice)

    assert world.read(reply) == (
        "This question takes one letter from A to D, such as `B`. Nothing was recorded; please answer again."
    )


async def test_without_a_daily_the_command_offers_a_quiz(world):
    reply = await world.ana.slash(world.channel, "answer", choice="A")

    assert world.read(reply) == "No question of the day is open here right now. For a question right away, use `/quiz`."
    assert await world.ana.autocomplete(world.channel, "answer", "choice", "") == []


async def test_before_the_first_daily_the_command_says_when_it_comes(world):
    await world.schedule_daily()

    told = world.read(await world.ana.slash(world.channel, "answer", choice="A"))

    assert (
        "The next one will be posted <t:1795424400:f> (<t:1795424400:R>). For a question right away, use `/quiz`."
        in told
    )
