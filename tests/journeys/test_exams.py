"""Taking a mock exam on Discord, from the briefing to the review: every kind of question, flags, restarts, and the end
of the time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cogs.ui.text import plain
from bot.study.questions import Kind
from tests.builders import a_pack, questions_of
from tests.journeys.sittings import QUESTIONS, Sitting, components, fields, labels, menus, number, title
from tests.reading import card_of

SMALL = replace(a_pack(questions_of({"7.1": 24})), name="small", title="Small")
JUST_ENOUGH = replace(a_pack(questions_of({"7.1": 20})), name="enough", title="Enough")
TINY = replace(a_pack(questions_of({"7.1": 3})), name="tiny", title="Tiny")


@pytest.fixture
def packs(packs):
    return {**packs, **{pack.name: pack for pack in (SMALL, JUST_ENOUGH, TINY)}}


@pytest.fixture
async def sitting(world):
    return await Sitting(world, world.ana).begin()


async def test_from_the_briefing_to_a_perfect_score_and_back_in_history(world):
    briefing = await world.ana.slash(world.channel, "exam start", length="short", version="c01")
    sitting = await Sitting(world, world.ana).begin()

    await sitting.answer_all()
    await sitting.submit()

    assert briefing.ephemeral
    assert "MLA-C02 replaced it in English on 29 September 2026" in world.read(briefing)
    assert title(sitting.message) == "Mock exam: 1,000, above the passing score of 720"
    assert "You got **15 of the 15** scored questions right" in world.read(sitting.message)
    assert "an estimate" in world.read(sitting.message)
    result = title(sitting.message)
    await sitting.press("In words")
    assert "D1 Data Preparation for Machine Learning: **4 of 4**" in fields(sitting.message)["By domain"]
    assert "which I scale to **1,000**" in world.read(sitting.message)
    await sitting.press("Back to the result")
    assert title(sitting.message) == result
    history = await world.ana.slash(world.channel, "exam history")
    assert history.ephemeral
    assert "· MLA-C01 · short · **1,000**, above the passing score · 15 of 15 right" in world.read(history)
    board = await world.ana.slash(world.channel, "leaderboard")
    assert f"{QUESTIONS} of {QUESTIONS} right" in world.read(board)

    assert "🏅 A mock exam without a mistake" in world.read(await world.ana.slash(world.channel, "progress"))


async def test_the_result_has_a_picture_with_its_words(sitting):
    await sitting.submit()

    (picture,) = sitting.message.attachments
    assert picture.filename == "mock-exam.png"
    assert "The score is 100, below the passing score" in picture.description
    assert card_of(sitting.message).picture
    assert await picture.read() == (await picture.read())
    assert (await picture.read()).startswith(b"\x89PNG")


async def test_the_picture_goes_with_the_result(sitting):
    await sitting.submit()

    await sitting.press("Review all")

    assert sitting.message.attachments == []


async def test_a_full_exam_has_the_form_of_the_real_one(world):
    sitting = await Sitting(world, world.ana).begin("full")

    assert title(sitting.message) == "Question 1 of 65"
    ends = int(world.now.timestamp()) + 130 * 60
    assert f"<t:{ends}:R>" in fields(sitting.message)["Time"]
    await sitting.overview()
    assert [len(menu["options"]) for menu in menus(sitting.message)] == [25, 25, 15]
    assert card_of(sitting.message).text.count("-----") == 13


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_kind_is_answered_shown_and_changed_in_place(world, sitting, kind):
    await sitting.go_to(kind)
    question = world.question_of(sitting.message)
    open_answer = fields(sitting.message)["Your answer"]

    await sitting.answer(right=False)
    first = fields(sitting.message)["Your answer"]
    if kind is Kind.CHOICE:
        await sitting.answer()
    else:
        form = await sitting.press("Change answer")
        chosen = [
            [option["value"] for option in part["component"]["options"] if option.get("default")]
            for part in form.modal["components"]
            if "component" in part
        ]
        sitting._replaced(await world.fill(world.ana, form, world.letters(sitting.message)))

    changed = fields(sitting.message)["Your answer"]
    assert open_answer.startswith("None yet.")
    assert first != changed
    for index in question.correct:
        assert plain(question.options[index].text) in changed
    if kind is not Kind.CHOICE:
        assert all(chosen)


async def test_a_chosen_letter_is_marked_in_words_too(world, sitting):
    await sitting.go_to(Kind.CHOICE)
    (letter,) = world.letters(sitting.message)

    await sitting.answer()

    assert f"✓ {letter}" in labels(sitting.message)
    assert fields(sitting.message)["Your answer"].startswith(f"**{letter}** · ")


async def test_flags_and_the_overview_show_what_is_left(world, sitting):
    await sitting.answer()
    await sitting.press("Flag for review")
    await sitting.press("Next")
    await sitting.press("Next")
    await sitting.press("Flag for review")
    assert title(sitting.message) == "Question 3 of 20 · flagged for review"

    await sitting.overview()

    assert title(sitting.message) == "Mock exam: 1 answered, 2 flagged, 19 open"
    assert " 1-10  !-?-- -----" in card_of(sitting.message).text
    assert fields(sitting.message)["Open (19)"] == "2-20"
    assert fields(sitting.message)["Flagged (2)"] == "1, 3"
    (menu,) = menus(sitting.message)
    assert [option["label"] for option in menu["options"]][:3] == [
        "Question 1: answered, flagged", "Question 2: open", "Question 3: open, flagged",
    ]  # fmt: skip
    await sitting.press("Next flagged")
    assert number(sitting.message) == 1
    await sitting.press("Remove flag")
    assert "flagged" not in title(sitting.message)


async def test_every_way_to_move_through_the_questions(sitting):
    assert next(c for c in components(sitting.message) if c.get("label") == "Previous")["disabled"]
    await sitting.press("Next")
    assert number(sitting.message) == 2
    await sitting.press("Previous")
    assert number(sitting.message) == 1
    await sitting.overview()
    await sitting.pick(menus(sitting.message)[0], 11)
    assert number(sitting.message) == 12
    await sitting.overview()
    await sitting.press("Back to question 12")
    assert number(sitting.message) == 12
    await sitting.overview()
    await sitting.press("Next open")
    assert number(sitting.message) == 13
    await sitting.overview()
    await sitting.pick(menus(sitting.message)[0], 19)
    assert number(sitting.message) == 20
    await sitting.press("Finish")
    assert "open" in title(sitting.message)


async def test_submitting_asks_once_and_says_how_many_are_open(world, sitting):
    await sitting.answer()
    await sitting.overview()

    await sitting.press("Submit…")

    assert title(sitting.message) == "Submit with 19 questions open?"
    assert "count as wrong" in world.read(sitting.message)
    await sitting.press("Go back")
    assert "1 answered" in title(sitting.message)
    await sitting.press("Submit…")
    await sitting.press("Submit now")
    assert "19 questions open" in world.read(sitting.message)


async def test_the_scenario_of_a_case_stays_in_view(world, sitting):
    pack = world.packs["aws-mla-c01"]
    seen = []
    for _ in range(QUESTIONS - 1):
        question = world.question_of(sitting.message)
        if question.case:
            seen.append(number(sitting.message))
            assert plain(pack.cases[question.case].scenario) in card_of(sitting.message).text
        await sitting.press("Next")

    assert len(seen) >= 2 or number(sitting.message) in (seen[0] + 1,)
    assert seen == list(range(seen[0], seen[0] + len(seen)))


async def test_missed_questions_are_retried_from_the_result_in_a_separate_quiz(world, sitting):
    await sitting.answer()
    await sitting.submit()
    assert labels(sitting.message)[0] == "Retry what I missed"

    await world.restart()
    again = await world.ana.click(sitting.message, label="Retry what I missed")

    assert card_of(again.response).above == "Quiz · question 1 of 19"


async def test_the_review_goes_through_all_questions_or_only_the_missed_ones(world, sitting):
    await sitting.answer()
    await sitting.press("Next")
    await sitting.answer(right=False)
    question = world.question_of(sitting.message)
    await sitting.submit()

    await sitting.press("Review all")
    assert title(sitting.message) == "✅ Right"
    await sitting.press("Next")
    told = world.read(sitting.message)
    assert title(sitting.message) == "❌ Not right"
    assert "the right answer is **" in told
    for option in question.options:
        assert plain(option.rationale) in told
    await sitting.press("Only the 19 missed")
    assert "question 2 of 20" in world.read(sitting.message)
    await sitting.press("Next")
    assert "question 3 of 20" in world.read(sitting.message)
    assert title(sitting.message) == "❌ Left open"
    await sitting.press("Review all")
    await sitting.press("Result")
    await sitting.pick(menus(sitting.message)[0], 0)
    assert "question 1 of 20" in world.read(sitting.message)


async def test_an_exam_that_needs_an_open_question_says_so_before_and_after_its_rules(world):
    confirm = await world.mia.slash(world.channel, "settings", pack=JUST_ENOUGH.name)
    await world.mia.click(confirm.response, label="Study this pack")
    rules = await world.ana.slash(world.channel, "exam start", length="short")
    await world.post_daily()

    late = await world.ana.click(rules.response, label="Begin")
    again = await world.ana.slash(world.channel, "exam start", length="short")

    for told in (late, again):
        assert world.read(told).startswith("This exam needs questions that are open as a question of the day")


@pytest.mark.parametrize(
    ("pack", "refusal", "offer"),
    [
        (SMALL, "section 7.1 needs 26 more. A short one fits: choose `length: short`.", "`/exam start length: short`"),
        (TINY, "section 7.1 needs 47 more. `/quiz` works", "too few questions for a mock exam. `/quiz` works"),
    ],
    ids=["small", "tiny"],
)
async def test_an_exam_that_the_pack_can_never_fill_is_refused_before_its_rules(world, pack, refusal, offer):
    confirm = await world.mia.slash(world.channel, "settings", pack=pack.name)
    await world.mia.click(confirm.response, label="Study this pack")

    refused = await world.ana.slash(world.channel, "exam start")
    short = await world.ana.slash(world.channel, "exam start", length="short")
    history = await world.ana.slash(world.channel, "exam history")

    assert refusal in world.read(refused)
    assert ("Begin" in labels(short.response)) is (pack is SMALL)
    assert offer in world.read(history)
