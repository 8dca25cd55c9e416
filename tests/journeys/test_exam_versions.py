"""The exam version that a member or a server studies for is chosen, shown, applied, and kept through a restart."""

from __future__ import annotations

from dataclasses import replace

from tests.journeys.student import card


def codes_of(choices):
    return [choice["value"] for choice in choices]


async def test_the_current_exam_is_offered_first_and_the_old_one_while_it_can_be_taken(world):
    offered = await world.ana.autocomplete(world.channel, "exam start", "version", "")

    assert codes_of(offered) == ["c02", "c01"]  # C01 is still offered in other languages


async def test_a_paper_says_which_exam_it_is_what_changed_and_what_is_not_known(world):
    briefing = await world.ana.slash(world.channel, "exam start")
    told = world.read(briefing)
    about = world.read(await world.ana.click(briefing.response, label="About this exam"))
    back = world.read(await world.ana.click(briefing.response, label="Back"))

    assert "(MLA-C02). It replaced MLA-C01 in English on 29 September 2026." in told
    assert "does not give the minutes" in about
    assert back == told


async def test_a_member_who_chooses_the_old_exam_gets_its_question_types_and_keeps_the_choice(world):
    chosen = await world.ana.slash(world.channel, "exam version", version="c01")
    assert chosen.ephemeral
    assert card(chosen).title == "Saved"
    assert "MLA-C01" in world.read(chosen)

    await world.restart()
    seen = await world.ana.slash(world.channel, "exam version")
    other = await world.ben.slash(world.channel, "exam version")

    assert "(MLA-C01)" in card(seen).text
    assert "(MLA-C02)" in card(other).text


async def test_the_choice_of_a_server_applies_to_members_who_have_made_none(world):
    await world.mia.slash(world.channel, "settings", exam="c01")
    await world.ben.slash(world.channel, "exam version", version="c02")

    followed = await world.ana.slash(world.channel, "exam version")
    own = await world.ben.slash(world.channel, "exam version")

    assert "(MLA-C01)" in card(followed).text
    assert "(MLA-C02)" in card(own).text


async def test_a_version_that_the_pack_lacks_is_refused_in_a_sentence(world):
    refused = await world.ana.slash(world.channel, "exam version", version="c99")

    assert "`c99`" in world.read(refused)


async def test_a_running_exam_continues_unchanged_when_the_version_changes(world):
    briefing = await world.ana.slash(world.channel, "exam start", length="short", version="c01")
    await world.ana.click(briefing.response, label="Begin")

    await world.ana.slash(world.channel, "exam version", version="c02")
    await world.restart()
    resumed = await world.ana.slash(world.channel, "exam resume")

    assert card(resumed).title == "Question 1 of 20"


async def test_a_plan_for_another_version_starts_afresh_and_is_not_behind(world):
    await world.ana.slash(world.channel, "plan", **{"exam-date": "in 100 days"})
    await world.pass_time(days=20)

    await world.ana.slash(world.channel, "exam version", version="c01")
    plan = await world.ana.slash(world.channel, "plan")

    assert "behind" not in world.read(plan)
    assert "Exam in" in world.read(plan)


async def without_c01(world):
    """Restart the bot with a pack that no longer has C01."""
    pack = world.packs["aws-mla-c01"]
    kept = {code: version for code, version in pack.exams.items() if code != "c01"}
    world.packs = {**world.packs, pack.name: replace(pack, exams=kept)}
    await world.restart()


async def test_a_server_whose_exam_version_is_gone_from_the_pack_is_told(world):
    await world.mia.slash(world.channel, "settings", exam="c01")
    before = world.read(await world.mia.slash(world.channel, "settings"))
    await without_c01(world)

    told = "The exam version `c01` that this server chose is not in its pack, so you study for MLA-C02"
    assert told not in before
    assert told in world.read(await world.mia.slash(world.channel, "settings"))
    await world.mia.slash(world.channel, "settings", exam="c02")
    assert "is not in its pack" not in world.read(await world.mia.slash(world.channel, "settings"))


async def test_a_member_whose_exam_version_is_gone_is_told_and_past_exams_keep_its_name(world):
    await world.ana.slash(world.channel, "exam version", version="c01")
    await world.ana.slash(world.channel, "plan", **{"exam-date": "in 3 weeks"})
    briefing = await world.ana.slash(world.channel, "exam start", length="short")
    await world.ana.click(briefing.response, label="Begin")
    await without_c01(world)
    await world.pass_time(hours=2)

    told = "The exam version `c01` is not in this pack, so you study for MLA-C02 now"
    for command, options in (("exam version", {}), ("exam start", {"length": "short"}), ("plan", {})):
        assert told in world.read(await world.ana.slash(world.channel, command, **options))
    history = await world.ana.slash(world.channel, "exam history")
    assert "`c01` · short" in world.read(history)
    assert "below the passing score" not in world.read(history)
    result = world.read(await world.ana.slash(world.channel, "exam resume"))
    assert "passing score" not in result.replace("its passing score is not shown", "")
    await world.ana.slash(world.channel, "exam version", version="c02")
    assert told not in world.read(await world.ana.slash(world.channel, "exam version"))
