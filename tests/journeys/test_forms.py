"""Every kind of question can be answered everywhere, and what a form puts together is seen before it is sent."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from bot.bank.loader import load_library
from bot.cogs.quizzes import messages as quizzes
from bot.services.quizzes import Progress, Turn
from bot.study.grading import as_written, letters_of, shuffled
from bot.study.questions import Kind
from tests.conftest import ROOT
from tests.journeys.student import a_mistake, answer_all, embed, fill_in, labels, parts, turn_of, words

FORMS = [Kind.RESPONSE, Kind.ORDERING, Kind.MATCHING]


@pytest.fixture(scope="session")
def whole():
    return load_library(ROOT / "content")["aws-mla-c01"]


@pytest.fixture(params=FORMS)
def kind(request):
    return request.param


@pytest.fixture
def packs(whole, kind):
    """The real pack, as if it had questions of one kind only, whichever exam asks it."""
    return {whole.name: replace(whole, exams={}, questions={q.id: q for q in whole.active if q.kind is kind})}


def form_values(form):
    """What is chosen in a form as it opens, in the order of its parts."""
    selects = [part["component"] for part in form.modal["components"] if "component" in part]
    return ["".join(o["value"] for o in select["options"] if o.get("default")) for select in selects]


async def test_a_daily_is_answered_by_a_form_and_seen_before_it_is_sent(world, kind):
    post = await world.post_daily()
    question = world.question_of(post)
    right, wrong = (letters_of(question, a, as_written(question)) for a in (question.correct, a_mistake(question)))

    draft = await fill_in(world.ana, post, question, wrong)
    assert draft.ephemeral
    assert "Your answer as it stands" in words(draft)
    assert "Nothing is sent yet" in words(draft)
    form = await world.ana.click(draft.response, label="Change it")
    assert "".join(form_values(form)) == wrong
    changed = await world.ana.submit_modal(form, parts(question, right))
    await world.restart()
    sent = await world.ana.click(changed.response, label="Send this answer")

    assert "Right" in embed(sent).title
    again = await world.ana.click(post, label="Answer")
    assert "You answered this already: right" in embed(again).title


async def test_a_daily_of_every_kind_takes_what_is_typed(world, kind):
    question = world.question_of(await world.post_daily())
    letters = letters_of(question, question.correct, as_written(question))

    strange = await world.ana.slash(world.channel, "answer", choice="?")
    reply = await world.ana.slash(world.channel, "answer", choice=" ".join(letters))

    assert "This question takes" in strange.response.content
    assert "Right" in embed(reply).title


async def test_at_the_close_the_form_opens_with_the_answer_so_far(world, kind):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    post = await world.post_daily()
    question = world.question_of(post)
    letters = letters_of(question, question.correct, as_written(question))
    draft = await fill_in(world.ana, post, question, letters)
    await world.ana.click(draft.response, label="Send this answer")

    form = await world.ana.click(post, label="Answer")

    assert "".join(form_values(form)) == letters


async def test_a_quiz_and_a_review_of_every_kind_run_to_their_end(world, kind):
    quiz = await answer_all(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=2))
    await world.pass_time(days=2)
    review = await answer_all(world, world.ana, await world.ana.slash(world.channel, "review"), right=False)

    assert embed(quiz).title == "Quiz finished: 2 of 2 right"
    assert embed(review).title == "Review finished: 0 of 2 right"


async def test_a_change_of_mind_in_a_quiz_keeps_what_was_chosen(world, kind):
    asked = await world.ana.slash(world.channel, "quiz", questions=1)
    turn = await turn_of(world, world.ana, asked)
    wrong = letters_of(turn.question, a_mistake(turn.question), turn.shown)
    draft = await fill_in(world.ana, asked, turn.question, wrong)

    await world.restart()
    form = await world.ana.click(draft.response, label="Change it")

    assert "".join(form_values(form)) == wrong
    assert turn.question.stem in words(draft).replace("\\", "")


@pytest.mark.parametrize("kind", [Kind.ORDERING], indirect=True)
async def test_an_ordering_with_a_step_twice_cannot_be_sent_and_can_be_mended(world):
    asked = await world.ana.slash(world.channel, "quiz", questions=1)
    turn = await turn_of(world, world.ana, asked)
    twice = "A" * len(turn.question.options)

    draft = await fill_in(world.ana, asked, turn.question, twice)

    assert labels(draft) == ["Change it"]
    assert "a step stands at two places" in words(draft)
    right = letters_of(turn.question, turn.question.correct, turn.shown)
    mended = await fill_in(world.ana, draft, turn.question, right, label="Change it")
    assert "Right" in embed(await world.ana.click(mended.response, label="Send this answer")).title


@pytest.mark.parametrize("kind", [Kind.RESPONSE], indirect=True)
async def test_two_who_send_one_answer_twice_have_one(world):
    post = await world.post_daily()
    question = world.question_of(post)
    letters = letters_of(question, question.correct, as_written(question))
    first = await fill_in(world.ana, post, question, letters)
    second = await fill_in(world.ana, post, question, letters_of(question, a_mistake(question), as_written(question)))

    await world.ana.click(first.response, label="Send this answer")
    late = await world.ana.click(second.response, label="Send this answer")

    assert "You answered this already: right" in embed(late).title


# -- over the whole bank


def a_turn(pack, question, rng):
    return Turn(1, 0, pack, question, shuffled(question, rng), Progress(20, 0, 0, 0))


def test_the_scenario_stays_in_view_over_the_questions_of_a_case(whole):
    of_cases = [question for question in whole.active if question.case]

    assert len({question.case for question in of_cases}) >= 10
    for question in of_cases:
        turn = a_turn(whole, question, Random(1))
        scenario = whole.cases[question.case].scenario
        letters = letters_of(question, question.correct, turn.shown)
        for message in (quizzes.turn(turn), quizzes.draft(turn, letters)):
            assert scenario in message.embed.description.replace("\\", ""), question.id
