"""A quiz from start to summary: private, kept through a restart, and separate for each member."""

from __future__ import annotations

import re

import pytest

from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from bot.study.questions import Kind
from tests.journeys.student import buttons
from tests.reading import card_of


async def answer(world, actor, shown, *, right=True):
    """Answer the question that a quiz shows, with a letter or in the form."""
    return await world.answer(actor, shown.response, right=right)


async def forward(actor, answered):
    """Press the button under the feedback: the next question or the summary."""
    label = buttons(answered)[0]["label"]
    return await actor.click(answered.response, label=label)


async def play(world, actor, shown, answers):
    """Answer one question after another, right or wrong as given; return the summary."""
    for right in answers:
        shown = await forward(actor, await answer(world, actor, shown, right=right))
    return shown


def told_question(world, shown):
    return world.question_of(shown.response)


async def test_a_quiz_goes_from_its_first_question_to_its_summary(world):
    shown = await world.ana.slash(world.channel, "quiz", section="1.1", questions=3)

    assert shown.ephemeral
    assert card_of(shown.response).above == "Quiz · question 1 of 3"
    assert "0 of 3, 0 right" in world.read(shown)
    answered = await answer(world, world.ana, shown)
    assert card_of(answered.response).title.startswith("✅ Right!")
    assert card_of(answered.response).above == "Quiz · 1 of 3, 1 right"
    assert "1 of 3, 1 right" in world.read(answered)
    second = await forward(world.ana, answered)
    assert card_of(second.response).above == "Quiz · question 2 of 3"
    wrong = await answer(world, world.ana, second, right=False)
    assert card_of(wrong.response).title.startswith("❌ Not this time")
    third = await answer(world, world.ana, await forward(world.ana, wrong))
    assert buttons(third)[0]["label"] == "See how it went"
    summary = await forward(world.ana, third)
    told = world.read(summary)
    assert card_of(summary.response).title == "Quiz finished: 2 of 3 right"
    assert "From 1.1 Collect, Ingest, and Store Data." in told
    assert "You earned **" in told
    assert "**1.1 Collect, Ingest, and Store Data**: " in told


async def test_each_press_replaces_the_one_private_message(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=2)

    answered = await answer(world, world.ana, shown)
    following = await forward(world.ana, answered)

    assert shown.response.id == answered.response.id == following.response.id
    assert world.channel.history() == []


async def test_the_feedback_keeps_the_question_in_view_and_explains_it(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=1)
    question = told_question(world, shown)

    told = world.read(await answer(world, world.ana, shown, right=False)).replace("\\", "")

    assert f"**{question.stem}**" in told
    assert question.explanation in told
    assert all(option.rationale in told for option in question.options)


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_kind_of_question_is_answered_in_a_quiz(world, kind):
    await world.study_for("c01")  # this version has questions of every kind
    shown = await world.ana.slash(world.channel, "quiz", questions=20)
    while told_question(world, shown).kind is not kind:
        shown = await forward(world.ana, await answer(world, world.ana, shown))
        if card_of(shown.response).title.startswith("Quiz finished"):
            shown = await world.ana.slash(world.channel, "quiz", questions=20)

    answered = await answer(world, world.ana, shown)

    assert card_of(answered.response).title.startswith("✅ Right!")


async def test_a_quiz_continues_after_a_restart_in_the_middle(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=3)
    first = await answer(world, world.ana, shown)

    await world.restart()
    second = await forward(world.ana, first)
    await world.restart()
    answered = await answer(world, world.ana, second)
    await world.restart()
    summary = await play(world, world.ana, await forward(world.ana, answered), [True])

    assert card_of(summary.response).title == "Quiz finished: 3 of 3 right"
    assert "Nothing: all your answers were right." in world.read(summary)


async def test_nobody_can_answer_the_quiz_of_another_member(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=1)
    ids = [button["custom_id"] for button in buttons(shown)]
    quiz = ids[0].split(":")[2]

    for forged in (ids[0], f"v1:quiz:{quiz}:0:0", f"v1:quiz-form:{quiz}:0", f"v1:quiz-next:{quiz}"):
        reply = await world.press(world.ben, forged)

        assert reply.ephemeral
        assert world.read(reply) == SENTENCES[Refusal.NOT_YOUR_QUIZ]
    assert "0 of 1" in world.read(shown)


@pytest.mark.parametrize(
    "forged", ["v1:quiz:99:0:0", "v1:quiz-form:99:0", "v1:quiz-next:99", "v1:quiz:1:7:0", "v1:quiz-form:1:7"]
)
async def test_an_unknown_quiz_or_question_is_refused(world, forged):
    await world.ana.slash(world.channel, "quiz", questions=1)

    reply = await world.press(world.ana, forged)

    assert world.read(reply) == SENTENCES[Refusal.UNKNOWN_QUIZ]


async def test_an_unknown_letter_is_explained(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=20)
    while told_question(world, shown).kind is not Kind.CHOICE:
        shown = await forward(world.ana, await answer(world, world.ana, shown))
    id = buttons(shown)[0]["custom_id"]

    reply = await world.press(world.ana, id.rpartition(":")[0] + ":8")

    assert "This question takes one letter from A to D" in world.read(reply)


async def test_answering_a_question_of_a_quiz_twice_changes_nothing(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=20)
    while told_question(world, shown).kind is not Kind.CHOICE:
        shown = await forward(world.ana, await answer(world, world.ana, shown))
    right, wrong = (world.letters(shown.response, right=r)[0] for r in (True, False))
    id = {b["label"]: b["custom_id"] for b in buttons(shown)}
    await world.ana.click(shown.response, label=wrong)

    again = await world.press(world.ana, id[right])

    assert "You already answered this: not right" in world.read(again)


async def test_a_quiz_question_earns_half_the_points_and_only_once_a_season(world):
    shown = await world.ana.slash(world.channel, "quiz", section="3.3", questions=20, difficulty=1)
    answered = await answer(world, world.ana, shown)
    first = world.read(answered)
    while buttons(answered)[0]["label"] == "Next question":
        answered = await answer(world, world.ana, await forward(world.ana, answered))

    again = await world.ana.slash(world.channel, "quiz", section="3.3", questions=1, difficulty=1)
    second = world.read(await answer(world, world.ana, again))

    assert "5 points: half of what this question (easy) earns as a daily." in first
    assert "No points: this question has already scored for you this season." in second


async def test_missed_and_new_questions_come_before_known_ones(world):
    count = len([q for q in world.packs["aws-mla-c01"].within("3.3") if q.difficulty == 1])
    assert 2 <= count <= 20, "the section has a handful of this level"
    known = set()
    shown = await world.ana.slash(world.channel, "quiz", section="3.3", questions=count, difficulty=1)
    for place in range(count):
        if place == 0:
            missed = told_question(world, shown)
        else:
            known.add(told_question(world, shown).id)
        shown = await forward(world.ana, await answer(world, world.ana, shown, right=place > 0))

    for _ in range(3):
        again = await world.ana.slash(world.channel, "quiz", section="3.3", questions=count, difficulty=1)

        assert told_question(world, again) == missed


async def test_the_summary_offers_another_quiz_on_what_went_wrong(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=2)
    section = told_question(world, shown).section
    summary = await play(world, world.ana, shown, [False, True])

    again = await world.ana.click(summary.response, label=f"Quiz me on {section}")

    assert again.ephemeral
    assert again.response.id != summary.response.id
    assert card_of(again.response).title.startswith(section)
    assert card_of(again.response).above == "Quiz · question 1 of 2"


async def test_the_summary_opens_the_guide_where_something_went_wrong(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=4)
    missed = []
    for _ in range(4):
        missed.append(told_question(world, shown).section)
        shown = await forward(world.ana, await answer(world, world.ana, shown, right=False))

    assert {label for label in world.labels(shown.response) if "Read" in label} == {f"Read {one}" for one in missed}
    page = await world.ana.click(shown.response, label=f"Read {missed[0]}")
    assert page.ephemeral
    assert page.response.id != shown.response.id
    assert card_of(page.response).title.startswith(missed[0])


async def test_a_quiz_that_went_well_is_offered_again_on_the_same_section(world):
    shown = await world.ana.slash(world.channel, "quiz", section="1.2", questions=1)

    summary = await play(world, world.ana, shown, [True])

    assert world.labels(summary.response) == ["Quiz me on 1.2"]


async def test_the_last_button_shows_the_summary_again(world):
    shown = await world.ana.slash(world.channel, "quiz", questions=1)
    answered = await answer(world, world.ana, shown)
    id = buttons(answered)[0]["custom_id"]
    await forward(world.ana, answered)

    again = await world.press(world.ana, id)

    assert "Quiz finished: 1 of 1 right" in world.read(again)


async def test_options_are_shuffled_for_each_member_and_keep_their_order(world):
    orders = set()
    for _ in range(8):
        shown = await world.ana.slash(world.channel, "quiz", section="4.1", questions=1)
        orders.add(tuple(re.findall(r"^\*\*([A-J])\*\* · (.+)$", world.read(shown), re.MULTILINE)))
        question = told_question(world, shown)
        right = world.letters(shown.response)
        assert [dict(orders_of(world, shown))[letter] for letter in right] == [
            question.options[index].text for index in question.correct
        ]

    assert len(orders) > 1


def orders_of(world, shown):
    return re.findall(r"^\*\*([A-J])\*\* · (.+)$", world.read(shown).replace("\\", ""), re.MULTILINE)


async def test_the_open_daily_is_not_asked_in_a_quiz(world):
    message = await world.post_daily(sections="3.3")
    daily = world.question_of(message)
    difficulty = daily.difficulty
    count = len([q for q in world.packs["aws-mla-c01"].within("3.3") if q.difficulty == difficulty])

    shown = await world.ana.slash(world.channel, "quiz", section="3.3", questions=20, difficulty=difficulty)
    total = int(re.search(r"0 of (\d+)", world.read(shown))[1])

    assert total == min(20, count - 1)


async def test_an_unknown_section_and_an_empty_choice_are_explained(world):
    unknown = await world.ana.slash(world.channel, "quiz", section="7.7")

    assert unknown.ephemeral
    assert "There is no section 7.7. Pick one from the list" in world.read(unknown)


async def test_sections_complete_by_number_and_by_name(world):
    by_number = await world.ana.autocomplete(world.channel, "quiz", "section", "3.")
    by_name = await world.ana.autocomplete(world.channel, "quiz", "section", "deploy mod")

    assert [choice["value"] for choice in by_number] == ["3.1", "3.2", "3.3"]
    assert by_name == [{"name": "3.1 Deploy Models", "value": "3.1"}]


# -- in direct messages


async def test_a_quiz_in_direct_messages_counts_only_for_the_member(world):
    ana = world.ana.user
    shown = await ana.slash("quiz", questions=2)

    first = await answer(world, ana, shown)
    told = world.read(first)
    summary = await play(world, ana, await forward(ana, first), [False])

    assert "Points and leaderboards are for servers that have Cohort" in told
    assert "This season" not in told
    assert card_of(summary.response).title == "Quiz finished: 1 of 2 right"
    assert "You earned" not in world.read(summary)
    assert "/leaderboard" not in world.read(summary)
    board = await world.ana.slash(world.channel, "leaderboard", period="all-time")
    assert "Nobody is on this leaderboard yet" in world.read(board)


async def test_a_quiz_in_direct_messages_survives_a_restart(world):
    ana = world.ana.user
    answered = await answer(world, ana, await ana.slash("quiz", questions=1))

    await world.restart()
    summary = await forward(ana, answered)

    assert card_of(summary.response).title == "Quiz finished: 1 of 1 right"
