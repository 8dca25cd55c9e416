"""`/guide`: what a section is about, how much of it the member has mastered, and a quiz on it."""

from __future__ import annotations

import re

from tests.journeys.test_own_questions import a_row, uploaded


async def answer_all(world, *, right, section="1.2", questions=3):
    shown = await world.ana.slash(world.channel, "quiz", section=section, questions=questions)
    for _ in range(questions):
        await world.answer(world.ana, shown.response, right=right)
        go_on = next(label for label in ("Next question", "See how it went") if label in str(shown.response.components))
        await world.ana.click(shown.response, label=go_on)


async def guide(world, actor=None, **options):
    return await (actor or world.ana).slash(world.channel, "guide", **options)


def share(world, reply):
    return int(re.search(r"\*\*(\d+)%\*\*", world.read(reply))[1])


async def test_a_section_shows_its_points_and_that_nothing_is_mastered_yet(world):
    reply = await guide(world, section="1.2")

    text = world.read(reply)
    assert reply.ephemeral
    assert "What to know" in text
    assert "**0%** of" in text
    assert "The quiz begins with what you have not met." in text


async def test_right_answers_are_mastered_and_wrong_ones_are_not(world):
    await answer_all(world, right=False)
    after_wrong = share(world, await guide(world, section="1.2"))

    await answer_all(world, right=True, questions=5)
    reply = await guide(world, section="1.2")

    assert after_wrong == 0
    assert share(world, reply) > 5
    assert "Your last answer was right to 5;" in world.read(reply)


async def test_what_is_not_repeated_fades(world):
    await answer_all(world, right=True, questions=10)
    fresh = share(world, await guide(world, section="1.2"))

    await world.pass_time(days=60)

    assert share(world, await guide(world, section="1.2")) < fresh


async def test_mastery_is_of_oneself_and_of_one_section(world):
    await answer_all(world, right=True)

    assert share(world, await guide(world, world.ben, section="1.2")) == 0
    assert share(world, await guide(world, section="1.1")) == 0
    assert re.search(r"1\.2 .* [1-9]\d*% mastered", world.read(await guide(world)))


async def test_the_button_quizzes_on_the_section_on_a_part_and_on_all(world):
    for section, label in (("1.2", "Quiz me on this"), ("1", "Quiz me on this"), ("all", "Quiz me on all of it")):
        reply = await guide(world, section=section)

        quiz = await world.ana.click(reply.response, label=label)

        assert quiz.ephemeral
        assert "question 1 of 5" in world.read(quiz)
        assert section == "all" or quiz.response.embeds[0].title.startswith(section)


async def test_the_guide_is_there_in_direct_messages_with_what_was_mastered_anywhere(world):
    await answer_all(world, right=True)

    alone = await world.ana.user.slash("guide", section="1.2")

    assert share(world, alone) > 0


async def test_own_questions_count_in_their_section(world):
    before = re.search(r"of (\d+) questions", world.read(await guide(world, section="1.2")))[1]
    await uploaded(world, [a_row(n, section="1.2") for n in range(3)])

    after = re.search(r"of (\d+) questions", world.read(await guide(world, section="1.2")))[1]

    assert int(after) == int(before) + 3
