"""Sitting a mock exam on Discord, from the briefing to the review: every kind, flags, restarts, and the end of the time."""

from __future__ import annotations

import json
import re

import pytest
from simcord.builders import UserHandle
from sqlalchemy import update

from bot.cogs.ui.text import plain
from bot.storage.tables import dailies
from bot.study.questions import Kind
from tests.reading import card_of, parts

QUESTIONS = 20
"""Of a short exam."""


def components(message):
    return [part for part in parts(message) if "custom_id" in part]


def labels(message):
    return [component["label"] for component in components(message) if "label" in component]


def id_of(message, label):
    return next(component["custom_id"] for component in components(message) if component.get("label") == label)


def menus(message):
    return [component for component in components(message) if "options" in component]


def title(message):
    return card_of(message).title


def number(message):
    return int(re.match(r"Question (\d+) of", title(message))[1])


def fields(message):
    return card_of(message).blocks


class Sitting:
    """An exam in one private message, which every press replaces."""

    def __init__(self, world, actor):
        self.world, self.actor = world, actor
        self.message = None

    async def slash(self, name, **options):
        if isinstance(self.actor, UserHandle):
            return await self.actor.slash(name, **options)
        return await self.actor.slash(self.world.channel, name, **options)

    async def begin(self, length="short"):
        briefing = (await self.slash("exam start", length=length, version="c01")).response
        begun = await self.actor.click(briefing, label="Begin")
        assert begun.ephemeral or isinstance(self.actor, UserHandle)
        self.message = begun.response
        return self

    async def press(self, label):
        reply = await self.actor.click(self.message, custom_id=id_of(self.message, label))
        return self._replaced(reply)

    async def pick(self, menu, value):
        return self._replaced(await self.actor.select(self.message, [str(value)], custom_id=menu["custom_id"]))

    def _replaced(self, reply):
        if reply.modal is None:
            assert reply.response.id == self.message.id, self.world.read(reply)
            self.message = reply.response
        return reply

    async def answer(self, *, right=True):
        letters = self.world.letters(self.message, right=right)
        if self.world.question_of(self.message).kind is Kind.CHOICE:
            await self.press(letters[0])
        else:
            shown = await self.press("Answer")
            self._replaced(await self.world.fill(self.actor, shown, letters))

    async def answer_all(self, *, right=True):
        while True:
            await self.answer(right=right)
            if "Next" not in labels(self.message):
                return
            await self.press("Next")

    async def go_to(self, kind):
        """The first question of a kind."""
        while self.world.question_of(self.message).kind is not kind:
            await self.press("Next")

    async def overview(self):
        await self.press("Finish" if "Finish" in labels(self.message) else "All questions")

    async def submit(self):
        await self.overview()
        await self.press("Submit…")
        await self.press("Submit now")


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
    assert title(sitting.message) == "Mock exam: 1,000, above the pass mark of 720"
    assert "**15 of the 15** questions that count are right" in world.read(sitting.message)
    assert "An estimate" in world.read(sitting.message)
    result = title(sitting.message)
    await sitting.press("In words")
    assert "D1 Data Preparation for Machine Learning: **4 of 4**" in fields(sitting.message)["By domain"]
    assert "which we scale to **1,000**" in world.read(sitting.message)
    await sitting.press("Back to the result")
    assert title(sitting.message) == result
    history = await world.ana.slash(world.channel, "exam history")
    assert history.ephemeral
    assert "· MLA-C01 · short · **1,000**, above the pass mark · 15 of 15 right" in world.read(history)
    board = await world.ana.slash(world.channel, "leaderboard")
    assert f"{QUESTIONS} of {QUESTIONS} right" in world.read(board)

    assert "🏅 A mock exam without a mistake" in world.read(await world.ana.slash(world.channel, "progress"))


async def test_the_result_has_a_picture_with_its_words(sitting):
    await sitting.submit()

    (picture,) = sitting.message.attachments
    assert picture.filename == "mock-exam.png"
    assert "The score is 100, below the pass mark" in picture.description
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


async def test_every_way_through_the_questions(sitting):
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
    assert "19 questions stayed open" in world.read(sitting.message)


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


async def test_what_was_missed_is_retried_from_the_result_in_a_quiz_of_its_own(world, sitting):
    await sitting.answer()
    await sitting.submit()
    assert labels(sitting.message)[0] == "Retry what I missed"

    await world.restart()
    again = await world.ana.click(sitting.message, label="Retry what I missed")

    assert card_of(again.response).above == "Quiz · question 1 of 19"


async def test_the_review_goes_through_all_or_through_those_missed(world, sitting):
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
    await sitting.press("Walk through all")
    await sitting.press("Result")
    await sitting.pick(menus(sitting.message)[0], 0)
    assert "question 1 of 20" in world.read(sitting.message)


# -- restarts and the end of the time


async def test_an_exam_goes_on_after_a_restart(world, sitting):
    await sitting.answer()
    await sitting.press("Next")
    await sitting.press("Flag for review")

    await world.restart()
    await sitting.answer()
    await sitting.press("Next")

    assert number(sitting.message) == 3
    await sitting.overview()
    assert title(sitting.message) == "Mock exam: 2 answered, 1 flagged, 18 open"
    await sitting.pick(menus(sitting.message)[0], 4)
    assert number(sitting.message) == 5


async def test_a_message_that_is_gone_comes_back_by_resume(world, sitting):
    await sitting.answer()
    await world.pass_time(minutes=16)
    await world.restart()

    fresh = await world.ana.slash(world.channel, "exam resume")

    assert fresh.ephemeral
    assert fresh.response.id != sitting.message.id
    assert number(fresh.response) == 2
    assert "`/exam resume` brings it back" in world.read(fresh)


async def test_time_that_runs_out_while_the_bot_is_down_ends_the_exam(world, sitting):
    await sitting.answer()
    ends = int(world.now.timestamp()) + 40 * 60
    world.env.backend.advance_clock(3 * 3600)

    await world.restart()
    await world.tick()
    await sitting.press("Next")

    assert f"Time was up <t:{ends}:f>, so it was submitted automatically." in world.read(sitting.message)
    assert "19 questions stayed open" in world.read(sitting.message)
    resumed = await world.ana.slash(world.channel, "exam resume")
    assert "No mock exam is running" in world.read(resumed)
    assert f"<t:{ends}:f>" in world.read(resumed)


async def test_a_press_after_the_end_and_before_the_tick_is_the_end(world, sitting):
    await sitting.go_to(Kind.CHOICE)
    world.env.backend.advance_clock(40 * 60)

    await sitting.answer()

    assert "Time was up" in world.read(sitting.message)
    assert "20 questions stayed open" in world.read(sitting.message)


async def test_a_form_that_is_sent_after_the_end_is_not_counted(world, sitting):
    await sitting.go_to(Kind.ORDERING)
    letters = world.letters(sitting.message)
    form = await sitting.press("Answer")
    await world.pass_time(minutes=41)

    sitting._replaced(await world.fill(world.ana, form, letters))

    assert "20 questions stayed open" in world.read(sitting.message)


@pytest.mark.parametrize("step", ["Answer", "Submit…"])
async def test_what_would_open_something_shows_the_end_instead(world, sitting, step):
    await sitting.go_to(Kind.ORDERING)
    if step == "Submit…":
        await sitting.overview()
    await world.pass_time(minutes=41)

    await sitting.press(step)

    assert "Time was up" in world.read(sitting.message)


# -- whose it is


async def test_another_members_press_changes_nothing(world, sitting):
    for label in ("Next", "Flag for review", "All questions"):
        reply = await world.press(world.ben, id_of(sitting.message, label))
        assert reply.ephemeral
        assert "That mock exam is somebody else's" in world.read(reply)
    await sitting.overview()
    exam = re.match(r"v1:exam-submit:(\d+):", id_of(sitting.message, "Submit…"))[1]

    reply = await world.press(world.ben, f"v1:exam-submit-now:{exam}")

    assert "somebody else's" in world.read(reply)
    await sitting.press("Back to question 1")
    assert number(sitting.message) == 1


async def test_a_menu_with_a_forged_value_explains_itself(world, sitting):
    await sitting.overview()
    menu = menus(sitting.message)[0]
    stored = world.env.backend.get_message(world.channel.id, sitting.message.id)
    for part in parts(stored):
        if part.get("custom_id") == menu["custom_id"]:
            part["options"] += [{"label": "?", "value": "1; DROP"}, {"label": "?", "value": "999"}]

    garbled = await world.ana.select(sitting.message, ["1; DROP"], custom_id=menu["custom_id"])
    beyond = await world.ana.select(sitting.message, ["999"], custom_id=menu["custom_id"])

    assert "I do not know that button" in world.read(garbled)
    assert "no longer here" in world.read(beyond)


async def test_a_second_exam_waits_for_the_first(world, sitting):
    refused = await world.ana.slash(world.channel, "exam start")

    assert refused.ephemeral
    assert "Your mock exam is still running" in world.read(refused)
    assert "/exam resume" in world.read(refused)


async def test_the_whole_story_works_in_a_direct_message(world):
    sitting = await Sitting(world, world.ana.user).begin()

    await sitting.answer_all()
    await sitting.submit()

    assert "1,000, above the pass mark" in title(sitting.message)
    assert "point" not in card_of(sitting.message).text
    in_server = await world.ana.slash(world.channel, "exam history")
    assert "1,000" in world.read(in_server)


async def test_past_exams_open_again_and_show_their_trend(world):
    sitting = await Sitting(world, world.ana).begin()
    await sitting.submit()
    await sitting.press("Past exams")
    assert "Trend" not in fields(sitting.message)
    await Sitting(world, world.ana).begin()
    resumed = Sitting(world, world.ana)
    resumed.message = (await world.ana.slash(world.channel, "exam resume")).response
    await resumed.answer_all()
    await resumed.submit()

    history = await world.ana.slash(world.channel, "exam history")

    assert fields(history.response)["Trend"].startswith("Up by 900")
    (picture,) = history.response.attachments
    assert "oldest first: 100, 1000" in picture.description
    (menu,) = menus(history.response)
    oldest = menu["options"][-1]["value"]
    opened = await world.ana.select(history.response, [oldest], custom_id=menu["custom_id"])
    assert "Mock exam: 100, below the pass mark" in world.read(opened)


# -- the key


async def test_nothing_that_discord_sees_before_the_end_tells_the_key(world, sitting):
    questions = []
    for _ in range(QUESTIONS):
        questions.append(world.question_of(sitting.message))
        await sitting.answer()
        if "Next" in labels(sitting.message):
            await sitting.press("Next")
    await sitting.overview()
    await sitting.press("Submit…")

    sent = json.dumps([request.json for request in world.env.http_requests if request.json], default=str)

    words = re.sub(r"\W+", " ", sent)
    assert re.sub(r"\W+", " ", questions[0].stem).strip()[:60] in words
    for question in questions:
        for secret in (question.explanation, *(option.rationale for option in question.options)):
            assert re.sub(r"\W+", " ", secret).strip() not in words
    assert "unscored" not in sent
    assert "does not count" not in sent


async def test_the_open_daily_is_sealed_in_the_review(world):
    sitting = await Sitting(world, world.ana).begin()
    asked = world.question_of(sitting.message)
    await sitting.answer(right=False)
    await world.post_daily()
    await world.db.write(
        lambda tx: tx.execute(update(dailies).values(question_id=asked.id, section=asked.section)) and None
    )

    resumed = await world.ana.slash(world.channel, "exam history")
    sitting.message = resumed.response
    (menu,) = menus(sitting.message)
    await sitting.pick(menu, menu["options"][0]["value"])
    await sitting.press("Review all")

    told = world.read(sitting.message)
    assert title(sitting.message) == "Still open for you elsewhere"
    assert "You can still answer this question" in told
    assert plain(asked.explanation) not in told
    assert "Only the 19 missed" in labels(sitting.message)
    await world.pass_time(days=1)
    await sitting.press("Result")
    await sitting.press("Review all")
    assert title(sitting.message) == "❌ Not right"
