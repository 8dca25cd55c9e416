"""A daily with questions from a pack other than the one that its server studies. Both packs have a section 1.1."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cogs.ui.refusals import SENTENCES
from bot.services.dailies import pool_of
from bot.study.errors import Refusal
from tests.builders import a_pack, questions_of
from tests.journeys.test_context_menus import PRACTISE
from tests.journeys.test_several_dailies import manage

ANOTHER = a_pack(questions_of({"1.1": 3, "7.1": 3}))
STATISTICS = replace(
    ANOTHER,
    name="statistics",
    title="Statistics for beginners",
    exam="No exam",
    questions={f"s{name}": replace(question, id=f"s{name}") for name, question in ANOTHER.questions.items()},
)


@pytest.fixture
def packs(packs):
    return {**packs, STATISTICS.name: STATISTICS}


@pytest.fixture
def deep(world):
    return world.guild.create_text_channel("deep-dive")


async def post_statistics(world, deep, sections="1.1"):
    """Post a daily from the other pack and one from the server's own pack."""
    await world.schedule_daily()
    await world.schedule_daily(daily="Stats", time="10:00", channel=deep, pack="statistics", sections=sections)
    await world.pass_time(hours=2)
    return world.posts(deep)[0]


async def test_an_answer_counts_in_all_sections_and_in_no_section_of_another_pack(world, deep):
    await world.mia.slash(
        world.channel, "competition create", name="Ingest week", start="now", end="Friday 18:00", sections="1.1"
    )
    await world.tick()
    await world.ana.slash(world.channel, "competition join")
    post = await post_statistics(world, deep)

    feedback = world.read(await world.ana.click(post, label="B"))

    assert "in 1.1 this season" not in feedback
    assert "1st this season" in feedback
    assert "0 points" in world.read(await world.ana.slash(world.channel, "competition standings"))
    assert "1 of 1 right" in world.read(await world.ana.slash(world.channel, "leaderboard"))
    assert "1 of 1 right" not in world.read(await world.ana.slash(world.channel, "leaderboard", section="1.1"))
    assert await world.bot.services.standings.rebuild() == []


async def test_feedback_promises_nothing_that_this_server_does_not_ask(world, deep):
    post = await post_statistics(world, deep, sections="7.1")

    reply = await world.ana.click(post, label="A")

    told = world.read(reply)
    assert "from Statistics for beginners, which this server does not study" in told
    assert "come back in your quizzes" not in told
    assert "comes back sooner" not in told
    assert world.labels(reply.response) == ["Keep studying", "Share", "Leaderboard", "Report"]
    again = await world.ana.click(post, label="B")
    assert "Quiz me on 7.1" not in world.labels(again.response)
    await world.pass_time(days=1)
    explained = await world.ben.click(world.posts(deep)[0], label="Explain")
    assert "Quiz me on 7.1" not in world.labels(explained.response)


@pytest.mark.parametrize("which", ["post", "feedback"])
async def test_practise_more_like_this_asks_no_other_subject_under_the_same_number(world, deep, which):
    post = await post_statistics(world, deep)
    reply = await world.ana.click(post, label="A")

    told = await world.ana.context_menu(deep, PRACTISE, post if which == "post" else reply.response)
    review = await world.ana.slash(world.channel, "review")

    assert world.read(told) == SENTENCES[Refusal.FROM_ANOTHER_PACK]
    assert "Every question of AWS ML Engineer Associate study guide" in world.read(review)


async def test_sections_and_versions_are_completed_and_refused_by_the_pack_that_is_named(world):
    given = {"channel": world.channel, "time": "09:00", "timezone": "UTC", "pack": "Statistics for beginners"}

    sections = await world.mia.autocomplete(world.channel, "daily schedule", "sections", "", **given)
    versions = await world.mia.autocomplete(world.channel, "daily schedule", "exam", "", **given)
    own = await world.mia.autocomplete(world.channel, "daily schedule", "exam", "", **{**given, "pack": "no such"})
    section = await world.schedule_daily(pack="statistics", sections="2.1")
    version = await world.schedule_daily(pack="statistics", exam="c01")

    assert [choice["value"] for choice in sections] == ["all", "1", "1.1", "7", "7.1"]
    assert versions == []
    assert len(own) > 1
    assert world.read(section) == "There is no section 2.1 in Statistics for beginners. Choose from 1.1 and 7.1."
    assert world.read(version) == "There is no version to choose, because Statistics for beginners has only one exam."
    assert "No daily yet" in world.read(await manage(world, "status"))


async def test_a_flagged_question_of_another_pack_is_retired_restored_and_exported_like_any(world, deep):
    post = await post_statistics(world, deep)
    reply = await world.ana.click(post, label="A")
    form = await world.ana.click(reply.response, label="Report")
    reason = next(part["component"] for part in form.modal["components"] if part["component"].get("options"))
    await world.ana.submit_modal(form, {reason["custom_id"]: [reason["options"][0]["value"]]})
    reports = await world.mia.slash(world.channel, "question reports")
    [id] = [name for name in STATISTICS.questions if name in world.read(reports)]
    offered = await world.mia.autocomplete(world.channel, "question retire", "id", id)

    retired = await world.mia.click(reports.response, label="Retire")

    assert [choice["value"] for choice in offered] == [id]
    assert f"{id} · retired" in world.read(retired)
    assert "Restore" in world.labels(retired.response)
    assert id in world.read(await world.mia.slash(world.channel, "question list"))
    assert f"`{id}` will be asked again" in world.read(await world.mia.slash(world.channel, "question restore", id=id))
    await world.mia.slash(world.channel, "question retire", id=id)
    asked = [question.id for question in await asked_by(world, "Stats")]
    assert len(asked) == 2
    assert id not in asked
    exported = world.read(await world.mia.slash(world.channel, "question export", question=id))
    assert exported == SENTENCES[Refusal.NO_PACK_FILES], "this pack has no files in the tests; the question is known"


async def asked_by(world, daily):
    """Return the questions that a daily of the server can ask."""
    services = world.bot.services
    schedule = await services.schedules.named(world.guild.id, daily)
    pack = await world.db.read(lambda tx: services.dailies.pack(tx, schedule))
    return pool_of(schedule, pack)


async def test_a_daily_whose_exam_version_is_gone_says_so_and_what_it_asks_for(world):
    await world.schedule_daily(exam="c01")
    assert "Exam: MLA-C01" in world.read(await manage(world, "status"))
    pack = world.packs["aws-mla-c01"]
    left = {code: version for code, version in pack.exams.items() if code != "c01"}
    world.packs = {**world.packs, pack.name: replace(pack, exams=left)}
    await world.restart()

    told = world.read(await manage(world, "status"))

    assert "set to the exam version `c01`, which its pack does not have, so its questions are for MLA-C02" in told
    assert "Exam: " not in told
    assert "exam version `c01`" in world.read(await world.mia.slash(world.channel, "settings"))
