"""`/question export question:` exports one question as a change to its pack's folder; it can be edited in a form
first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.bank.patches import text_of
from bot.study.questions import Kind
from tests.journeys.own_questions import FORM, added


@pytest.fixture
async def known(world):
    pack = await world.bot.services.pack_for(world.guild.id)
    return next(question for question in pack.active if question.kind is Kind.CHOICE)


async def exported(world, question):
    return await world.mia.slash(world.channel, "question export", question=question)


def fields(text, **changes):
    text = replace(text, **changes)
    return {name: getattr(text, name) for name in ("stem", "options", "explanation", "sources", "tags")}


async def test_a_question_of_the_pack_comes_in_the_file_of_its_section(world, known):
    reply = await exported(world, known.id)

    assert reply.ephemeral
    text = world.read(reply)
    assert f"It replaces aws-mla-c01/questions/{known.section}.yaml" in text.replace("`", "")
    assert "Nothing has changed in this server" in text
    assert world.labels(reply.response) == ["Change"]


async def test_an_edit_with_a_mistake_is_shown_as_it_was_typed_and_survives_a_restart(world, known):
    reply = await exported(world, known.id)
    form = await world.mia.click(reply.response, label="Change")
    await world.mia.submit_modal(form, fields(text_of(known), tags="nowhere", explanation="Because of the median."))
    assert "Not a question yet" in world.read(reply)
    assert 'name "nowhere", which the pack does not have' in world.read(reply)
    await world.restart()

    again = await world.mia.click(reply.response, label="Change")
    typed = {part["component"]["custom_id"]: part["component"].get("value") for part in again.modal["components"]}
    assert typed["explanation"] == "Because of the median."
    assert typed["tags"] == "nowhere"
    await world.mia.submit_modal(again, fields(text_of(known), explanation="Because of the median."))

    assert "changes only this question" in world.read(reply)
    assert "explanation has 22 characters" in world.read(reply)
    pack = await world.bot.services.pack_for(world.guild.id)
    assert pack.questions[known.id].explanation == known.explanation


async def test_a_question_of_the_server_itself_comes_as_a_new_file_under_the_next_number(world):
    own = await added(world)

    reply = await exported(world, own)

    assert "It is a new file for the pack: aws-mla-c01/questions/1.1-" in world.read(reply).replace("`", "")
    made = await world.bot.services.patches.of(world.guild.id, own)
    assert FORM["stem"][:20] in made.data.decode()
    assert "covers is missing" in world.read(reply)

    form = await world.mia.click(reply.response, label="Change")
    question = (await world.bot.services.pack_for(world.guild.id)).questions[own]
    fact = next(iter(world.pack.facts))
    await world.mia.submit_modal(form, fields(text_of(question), tags=fact))
    assert "covers is missing" not in world.read(reply)


async def test_an_unknown_question_and_a_pack_without_files_are_refused_in_a_sentence(world, known, tmp_path):
    assert "This server has no question" in world.read(await exported(world, "9.9-999"))

    world.settings = replace(world.settings, content_dir=Path(tmp_path))
    await world.restart()

    assert "I cannot find that question in the files of your pack" in world.read(await exported(world, known.id))
    own = await added(world)
    assert "It is a new file" in world.read(await exported(world, own))


async def test_members_do_not_get_keys_by_exporting(world, known):
    assert "need the permission Manage Server" in world.read(
        await world.ana.slash(world.channel, "question export", question=known.id)
    )
    assert "need the permission Manage Server" in world.read(await world.press(world.ana, f"v1:patch:{known.id}"))
