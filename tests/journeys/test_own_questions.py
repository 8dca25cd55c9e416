"""A server's own questions: written in a form, read from a file, asked in this server and nowhere else, exported,
retired."""

from __future__ import annotations

import re

from bot.cogs.ui.questions import WHY
from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from tests.journeys.own_questions import FORM, a_row, added, ids_of, left_alone, typed, uploaded

# -- the form


async def test_a_question_is_previewed_before_it_is_saved(world):
    preview = await typed(world, world.mia, world.channel)

    assert preview.ephemeral
    text = world.read(preview)
    assert "nothing is saved yet" in text
    assert FORM["stem"] in text
    assert "Answer: B" in text
    assert await ids_of(world) == []

    await world.mia.click(preview.response, label="Save")

    assert len(await ids_of(world)) == 1


async def test_a_question_added_by_form_comes_as_the_daily_and_is_answered_like_any_other(world):
    await left_alone(world, await added(world))

    message = await world.post_daily(sections="1.1")
    reply = await world.ana.click(message, label="B")

    assert FORM["stem"] in world.read(message)
    assert "Right" in world.read(reply)
    assert FORM["explanation"] in world.read(reply)
    assert "Half of the values lie below it." in world.read(await world.ana.click(reply.response, label=WHY))
    board = await world.ana.slash(world.channel, "leaderboard", section="1.1")
    assert "ana" in world.read(board)


async def test_a_discarded_question_leaves_nothing(world):
    preview = await typed(world, world.mia, world.channel)

    reply = await world.mia.click(preview.response, label="Discard")

    assert "Nothing was saved" in world.read(preview)
    assert reply.acknowledged
    assert await ids_of(world) == []


async def test_a_form_with_a_fault_says_so_and_gives_back_what_was_typed(world):
    preview = await typed(world, world.mia, world.channel, options="The mean\nThe median")
    assert "options have none marked as right" in world.read(preview)
    assert "Save" not in str(preview.response.components)

    again = await world.mia.click(preview.response, label="Change")

    parts = {part["component"]["custom_id"]: part["component"].get("value") for part in again.modal["components"]}
    assert parts == {**FORM, "options": "The mean\nThe median"}
    await world.mia.submit_modal(again, FORM)
    await world.mia.click(preview.response, label="Save")
    assert len(await ids_of(world)) == 1


async def test_several_marked_options_make_a_response(world):
    preview = await typed(world, world.mia, world.channel, options="* One\n* Two\nThree\nFour\nFive")

    assert "Answer: A, B" in world.read(preview)
    await world.mia.click(preview.response, label="Save")
    listed = await world.mia.slash(world.channel, "question list")
    assert "**1.1** · response" in world.read(listed)


async def test_a_draft_belongs_to_its_manager_and_is_saved_once(world):
    preview = await typed(world, world.mia, world.channel)
    draft = re.search(r"v1:draft-save:(\d+)", str(preview.response.components))[0]
    channel, noa, _ = world.open_server()

    by_member = await world.press(world.ana, draft)
    elsewhere = await press_in(world, noa, channel, draft)
    first = await world.press(world.mia, draft)
    second = await world.press(world.mia, draft)

    assert SENTENCES[Refusal.NOT_ALLOWED] in world.read(by_member)
    assert SENTENCES[Refusal.DRAFT_GONE] in world.read(elsewhere)
    assert first.acknowledged
    assert SENTENCES[Refusal.DRAFT_GONE] in world.read(second)
    assert len(await ids_of(world)) == 1


async def press_in(world, actor, channel, custom_id):
    home, world.channel = world.channel, channel
    try:
        return await world.press(actor, custom_id)
    finally:
        world.channel = home


async def test_another_draft_takes_the_place_of_the_first_and_its_buttons_say_so(world):
    first = await typed(world, world.mia, world.channel)
    await typed(world, world.mia, world.channel, stem="Another one, of which nobody knows anything yet. Which is it?")

    reply = await world.mia.click(first.response, label="Save")

    assert SENTENCES[Refusal.DRAFT_GONE] in world.read(reply)
    assert await ids_of(world) == []


async def test_the_form_does_not_accept_the_same_question_twice(world):
    await added(world)

    again = await typed(world, world.mia, world.channel)

    assert "This server already has it" in world.read(again)
    assert "Save" not in str(again.response.components)


async def test_a_question_belongs_to_a_section_that_holds_questions(world):
    parent = await world.mia.slash(world.channel, "question add", section="1")
    unknown = await world.mia.slash(world.channel, "question add", section="9.9")

    assert "Pick one of 1.1, 1.2 or 1.3." in world.read(parent)
    assert "There is no section 9.9" in world.read(unknown)


async def test_a_preview_survives_a_restart(world):
    preview = await typed(world, world.mia, world.channel)

    await world.restart()
    await world.mia.click(preview.response, label="Save")

    assert len(await ids_of(world)) == 1


# -- other servers


async def test_another_server_does_not_see_them(world):
    question_id = await added(world)
    channel, noa, _ = world.open_server()

    listed = await noa.slash(channel, "question list")
    retired = await noa.slash(channel, "question retire", id=question_id)
    here = await world.mia.autocomplete(world.channel, "question retire", "id", "clinic reports the usual income")
    there = await noa.autocomplete(channel, "question retire", "id", "clinic reports the usual income")

    assert "no questions of its own" in world.read(listed)
    assert f"This server has no question `{question_id}`" in world.read(retired)
    assert [choice["value"] for choice in here] == [question_id]
    assert there == []
    service = world.bot.services
    assert question_id in (await service.pack_for(world.guild.id)).questions
    assert question_id not in (await service.pack_for(noa.guild.id)).questions
    assert question_id not in (await service.pack_for(0)).questions


async def test_a_server_s_own_question_is_in_its_quizzes_and_not_in_direct_messages(world):
    question_id = await added(world)
    await left_alone(world, question_id)

    here = await world.ana.slash(world.channel, "quiz", section="1.1", questions=1)
    alone = await world.ana.user.slash("quiz", section="1.1", questions=1)

    assert FORM["stem"] in world.read(here)
    assert FORM["stem"] not in world.read(alone)
    letter = re.search(r"\*\*([A-D])\*\* · The median", world.read(here))[1]
    await world.ana.click(here.response, label=letter)
    assert "Right" in world.read(here)


# -- the list, and what is retired


async def test_the_list_has_pages(world):
    await uploaded(world, [a_row(n) for n in range(23)])

    shown = await world.mia.slash(world.channel, "question list")
    assert "Page 1 of 3" in world.read(shown)
    await world.mia.click(shown.response, label="Next ▶")
    await world.mia.click(shown.response, label="Next ▶")

    assert "Page 3 of 3" in world.read(shown)
    assert "In use: 23 of your 23 questions" in world.read(shown)


async def test_a_retired_question_is_not_asked_until_it_is_restored(world):
    question_id = await added(world)

    await world.mia.slash(world.channel, "question retire", id=question_id)
    gone = await world.bot.services.pack_for(world.guild.id)
    offered = await world.mia.autocomplete(world.channel, "question restore", "id", "")
    await world.mia.slash(world.channel, "question restore", id=question_id)
    back = await world.bot.services.pack_for(world.guild.id)

    assert question_id not in {question.id for question in gone.active}
    assert gone.questions[question_id].retired
    assert [choice["value"] for choice in offered] == [question_id]
    assert question_id in {question.id for question in back.active}


async def test_a_question_of_the_pack_is_retired_in_only_one_server(world):
    _, noa, _ = world.open_server()

    reply = await world.mia.slash(world.channel, "question retire", id="1.1-001")
    again = await world.mia.slash(world.channel, "question retire", id="1.1-001")
    listed = await world.mia.slash(world.channel, "question list")

    assert "will no longer be asked in this server" in world.read(reply)
    assert "already retired" in world.read(again)
    assert "from the pack, retired" in world.read(listed)
    assert (await world.bot.services.pack_for(world.guild.id)).questions["1.1-001"].retired
    assert not (await world.bot.services.pack_for(noa.guild.id)).questions["1.1-001"].retired


async def test_an_open_daily_continues_when_its_question_is_retired(world):
    message = await world.post_daily()
    question = world.question_of(message)

    await world.mia.slash(world.channel, "question retire", id=question.id)
    reply = await world.answer(world.ana, message)

    assert "Right" in world.read(reply)


async def test_completions_show_questions_only_to_managers(world):
    for root in await world.bot.tree.fetch_commands():
        if root.name == "question":
            world.guild.set_command_permissions(root, {world.ana: True})
    await added(world)

    assert await world.ana.autocomplete(world.channel, "question retire", "id", "") == []


CODE = "What is printed?\n\ndef f(x):\n    return x + 1\nprint(f(1))"


BLOCK = "```\ndef f(x):\n    return x + 1\nprint(f(1))\n```"


async def test_code_keeps_its_lines_in_the_preview_the_daily_and_the_feedback(world):
    preview = await typed(world, world.mia, world.channel, stem=CODE, explanation=CODE)
    assert f"What is printed?\n{BLOCK}" in world.read(preview)
    await world.mia.click(preview.response, label="Save")
    await left_alone(world, *await ids_of(world))

    message = await world.post_daily(sections="1.1")
    reply = await world.ana.click(message, label="B")
    quiz = await world.ana.slash(world.channel, "quiz", section="1.1")

    assert BLOCK in world.read(message)
    assert BLOCK in world.read(reply)
    assert "```" not in world.read(await world.mia.slash(world.channel, "question list"))
    assert quiz.ephemeral
