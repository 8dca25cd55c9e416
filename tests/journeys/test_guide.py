"""`/guide`: what a section is about, how much of it the member has mastered, and a quiz on it."""

from __future__ import annotations

import re

import pytest

from bot.cogs.guide import messages
from bot.cogs.ui.text import MESSAGE
from bot.services.guide import BoardMastery, GuidePage
from tests.conftest import as_shown
from tests.journeys.own_questions import a_row, uploaded
from tests.journeys.test_menus import chosen, menu, pick
from tests.reading import card_of


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
    assert "The quiz begins with questions that you have not seen." in text


async def test_a_menu_leads_from_all_sections_to_one_and_on_to_another(world):
    reply = await guide(world)
    first, second = (world.pack.title_of(section) for section in world.pack.leaves[:2])

    one = await pick(world.ana, reply, "guide-pick", first)
    text, marked = world.read(one), chosen(menu(one, "guide-pick"))
    other = await pick(world.ana, one, "guide-pick", second)

    assert "What to know" in text
    assert marked == [first]
    assert card_of(other.response).title == second
    assert other.response.id == reply.response.id


async def test_topics_that_the_exam_asks_beyond_the_guide_are_shown_and_marked(world):
    today = world.read(await guide(world, section="4.1"))
    await world.ana.slash(world.channel, "exam version", version="c01")
    before = world.read(await guide(world, section="4.1"))

    assert "Added by MLA-C02, not in the guide" in today
    assert "4.3.9 Safeguard applications" in today
    assert "Clarify for bias + explainability" in today
    assert "Added by" not in before


async def test_right_answers_are_mastered_and_wrong_ones_are_not(world):
    await answer_all(world, right=False)
    after_wrong = share(world, await guide(world, section="1.2"))

    await answer_all(world, right=True, questions=5)
    reply = await guide(world, section="1.2")

    assert after_wrong == 0
    assert share(world, reply) > 5
    assert "You answered 5 right the last time;" in world.read(reply)


async def test_mastery_fades_without_repetition(world):
    await answer_all(world, right=True, questions=10)
    fresh = share(world, await guide(world, section="1.2"))

    await world.pass_time(days=60)

    assert share(world, await guide(world, section="1.2")) < fresh


async def test_mastery_is_for_one_member_and_one_section(world):
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
        assert section == "all" or card_of(quiz.response).title.startswith(section)


async def test_the_guide_works_in_direct_messages_and_shows_mastery_from_all_servers(world):
    await answer_all(world, right=True)

    alone = await world.ana.user.slash("guide", section="1.2")

    assert share(world, alone) > 0


async def test_own_questions_count_in_their_section(world):
    before = re.search(r"of (\d+) questions", world.read(await guide(world, section="1.2")))[1]
    await uploaded(world, [a_row(n, section="1.2") for n in range(3)])

    after = re.search(r"of (\d+) questions", world.read(await guide(world, section="1.2")))[1]

    assert int(after) == int(before) + 3


def pages(pack, section):
    """Return every page that can be reached by pressing Next."""
    number, found = 1, []
    while True:
        mastery = BoardMastery(9_999, 9_999, 0.5)
        message = messages.page(GuidePage(pack, section, {section: mastery}), number)
        found.append(message)
        following = [press for press in message.buttons if press.label == "Next ▶" and not press.disabled]
        if not following:
            return found
        number = following[0].id.page


def told(message):
    return as_shown(message.card.text or "")


def test_every_point_fact_and_exam_tip_of_every_section_can_be_reached(packs):
    for pack in packs.values():
        for section in pack.leaves:
            shown = pages(pack, section)

            text = "\n".join(map(told, shown))
            facts = [fact for fact in pack.facts.values() if fact.section == section]
            for words in (
                *pack.sections[section].points,
                *pack.sections[section].tips,
                *(fact.learn for fact in facts),
            ):
                assert words in text, f"{section}: {words}"
            assert all(len(message.card) <= MESSAGE for message in shown)


def test_a_heading_is_never_the_last_line_of_a_page(packs):
    pack = packs["aws-mla-c01"]
    for section in pack.leaves:
        assert not [
            page
            for page in pages(pack, section)
            if told(page).splitlines()[-1] in {"**What to know**", "**Exam tips**"}
        ]


async def test_a_long_section_is_turned_over_in_place_and_after_a_restart(world):
    first = await guide(world, section="1.1")
    before = card_of(first.response).text

    await world.restart()
    second = await world.ana.click(first.response, label="Next ▶")
    after, labels = world.read(second), world.labels(second.response)
    back = await world.ana.click(second.response, label="◀ Previous")

    assert second.response.id == first.response.id
    assert after.endswith("Page 2 of 2")
    assert labels == ["Quiz me on this", "◀ Previous", "Next ▶"]
    assert card_of(back.response).text == before


@pytest.mark.parametrize("page", [0, 999])
async def test_a_page_that_is_not_there_any_more_is_the_nearest_one(world, page):
    reply = await world.press(world.ana, f"v1:guide-page:1.1:{page}")

    assert f"Page {2 if page else 1} of 2" in world.read(reply)


async def test_a_section_that_is_gone_is_reported_as_gone(world):
    assert "Section 9.9 no longer exists" in world.read(await world.press(world.ana, "v1:guide:9.9"))
