"""Every question type can be answered everywhere: submitting a form answers, and an invalid answer is shown and
kept."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import discord
import pytest

from bot.cogs.quizzes import messages as quizzes
from bot.cogs.ui.text import CHOICE, clip
from bot.services.quiz_outcomes import QuizProgress, QuizTurn
from bot.study.grading import as_written, letters_of, shuffled
from bot.study.members import Member
from bot.study.questions import LETTERS, Kind
from tests.journeys.student import a_mistake, answer_all, card, fill_in, labels, parts, turn_of, words

FORMS = [Kind.RESPONSE, Kind.ORDERING, Kind.MATCHING]


@pytest.fixture(scope="session")
def whole(library):
    return library["aws-mla-c01"]


@pytest.fixture(params=FORMS)
def kind(request):
    return request.param


@pytest.fixture
def packs(whole, kind):
    """Return the real packs with questions of only one kind, for every exam version."""
    return {whole.name: replace(whole, exams={}, questions={q.id: q for q in whole.active if q.kind is kind})}


def form_values(form):
    """Return what is selected in a form when it opens, in the order of its parts."""
    fields = [part["component"] for part in form.modal["components"] if "component" in part]
    return ["".join(o["value"] for o in field["options"] if o.get("default")) for field in fields]


async def test_submitting_a_form_answers_a_daily(world, kind):
    post = await world.post_daily()
    question = world.question_of(post)

    sent = await fill_in(world.ana, post, question, letters_of(question, question.correct, as_written(question)))

    assert sent.ephemeral
    assert "Right" in card(sent).title
    again = await world.ana.click(post, label="Answer")
    assert "You already answered this: right" in card(again).title


@pytest.mark.parametrize("kind", [Kind.RESPONSE], indirect=True)
async def test_the_options_of_a_response_are_shown_in_full_as_checkboxes(world):
    post = await world.post_daily()
    question = world.question_of(post)

    form = await world.ana.click(post, label="Answer")

    (boxes,) = [part["component"] for part in form.modal["components"] if "component" in part]
    assert boxes["type"] == discord.ComponentType.checkbox_group.value
    assert (boxes["min_values"], boxes["max_values"]) == (len(question.correct), len(question.correct))
    assert [box["label"] for box in boxes["options"]] == [
        clip(f"{letter} · {option.text}", CHOICE) for letter, option in zip(LETTERS, question.options, strict=False)
    ]


async def test_a_daily_of_every_kind_accepts_a_typed_answer(world, kind):
    question = world.question_of(await world.post_daily())
    letters = letters_of(question, question.correct, as_written(question))

    strange = await world.ana.slash(world.channel, "answer", choice="?")
    reply = await world.ana.slash(world.channel, "answer", choice=" ".join(letters))

    assert "This question takes" in strange.response.content
    assert "Right" in card(reply).title


async def test_at_the_close_the_form_opens_with_the_answer_so_far(world, kind):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    post = await world.post_daily()
    question = world.question_of(post)
    letters = letters_of(question, question.correct, as_written(question))
    await fill_in(world.ana, post, question, letters)

    form = await world.ana.click(post, label="Answer")

    assert "".join(form_values(form)) == letters


async def test_a_quiz_and_a_review_of_every_kind_run_to_their_end(world, kind):
    quiz = await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=2))
    await world.pass_time(days=2)
    review = await answer_all(world, world.ana, await world.ana.slash(world.channel, "review"), right=False)

    assert card(quiz).title == "Quiz finished: 2 of 2 right"
    assert card(review).title == "Review finished: 0 of 2 right"


async def ask(world, mode):
    """Return a reply that shows an ordering, and the question."""
    if mode == "daily":
        post = await world.post_daily()
        return post, world.question_of(post), as_written(world.question_of(post))
    if mode == "quiz":
        asked = await world.ana.slash(world.channel, "quiz", questions=1)
        turn = await turn_of(world, world.ana, asked)
        return asked, turn.question, turn.shown
    briefing = await world.ana.slash(world.channel, "exam start", length="short")
    asked = await world.ana.click(briefing.response, label="Begin")
    exam = await world.bot.services.exams.resume(Member(world.guild.id, world.ana.id, "ana"), at=world.now)
    return asked, exam.entry.question, exam.entry.shown


@pytest.mark.parametrize("kind", [Kind.ORDERING], indirect=True)
@pytest.mark.parametrize("mode", ["daily", "quiz", "exam"])
async def test_an_ordering_with_a_step_twice_is_kept_and_can_be_changed_after_a_restart(world, mode):
    asked, question, shown = await ask(world, mode)
    twice = "A" * len(question.options)

    refused = await fill_in(world.ana, asked, question, twice)

    assert labels(refused)[0] == "Change it"
    assert "One step is in two places" in words(refused)
    assert question.stem in words(refused).replace("\\", "")
    await world.restart()
    form = await world.ana.click(refused.response, label="Change it")
    assert "".join(form_values(form)) == twice
    sent = await world.ana.submit_modal(form, parts(question, letters_of(question, question.correct, shown)))
    assert "Right" in card(sent).title or "Step 1: " in words(sent)


@pytest.mark.parametrize("kind", [Kind.RESPONSE], indirect=True)
async def test_too_few_boxes_are_asked_for_again_whatever_discord_lets_through(world, monkeypatch):
    asked, question, _ = await ask(world, "quiz")
    form = await world.ana.click(asked.response, label="Answer")
    monkeypatch.setattr("simcord._modal._modal_bounds", lambda *_, **__: (0, 10))

    refused = await world.ana.submit_modal(form, {"part-0": ["A"]})

    assert labels(refused) == ["Change it"]
    assert f"This question takes {len(question.correct)}" in words(refused)


@pytest.mark.parametrize("kind", [Kind.RESPONSE], indirect=True)
async def test_an_answer_that_is_sent_twice_counts_once(world):
    post = await world.post_daily()
    question = world.question_of(post)
    letters = letters_of(question, question.correct, as_written(question))
    first, second = [await world.ana.click(post, label="Answer") for _ in range(2)]
    wrong = letters_of(question, a_mistake(question), as_written(question))

    await world.ana.submit_modal(first, parts(question, letters))
    late = await world.ana.submit_modal(second, parts(question, wrong))

    assert "You already answered this: right" in card(late).title


# -- over the whole bank


def a_turn(pack, question, rng):
    return QuizTurn(1, 0, pack, question, shuffled(question, rng), QuizProgress(20, 0, 0, 0))


def test_the_scenario_stays_in_view_over_the_questions_of_a_case(whole):
    of_cases = [question for question in whole.active if question.case]

    assert len({question.case for question in of_cases}) >= 10
    for question in of_cases:
        turn = a_turn(whole, question, Random(1))
        scenario = whole.cases[question.case].scenario
        letters = letters_of(question, question.correct, turn.shown)
        for message in (quizzes.turn(turn), quizzes.not_sent(turn, letters, "Why.")):
            assert scenario in message.card.text.replace("\\", ""), question.id
