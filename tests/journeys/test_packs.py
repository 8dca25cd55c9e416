"""A server switches packs: its managers see the changes first, and can go back."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import pytest

from bot.cogs.ui.refusals import SENTENCES
from bot.study.awards import Prize
from bot.study.errors import Refusal
from tests.builders import a_pack, questions_of
from tests.conftest import World
from tests.journeys.own_questions import FORM, added
from tests.journeys.sittings import Sitting, menus, title
from tests.journeys.test_awards import rise

STATISTICS = replace(
    a_pack(questions_of({"1.1": 3, "5.1": 3})), name="statistics", title="Statistics for beginners", exam="No exam"
)


@pytest.fixture
def packs(packs):
    return {**packs, STATISTICS.name: STATISTICS}


async def test_changes_are_shown_before_they_are_made(world: World):
    offered = await world.mia.autocomplete(world.channel, "settings", "pack", "stat")
    assert [choice["value"] for choice in offered] == ["statistics"]

    shown = await world.mia.slash(world.channel, "settings", pack="statistics")

    text = world.read(shown)
    assert "Study Statistics for beginners?" in text
    assert "You still study **AWS ML Engineer Associate study guide**" in text
    assert "6 questions in the rotation" in text
    assert "New: 5 Title of 5 and 5.1 Title of 5.1." in text
    assert "No longer shown, but kept: 1.2" in text
    assert (await world.bot.services.pack_for(world.guild.id)).name == "aws-mla-c01"

    await world.mia.click(shown.response, label="Study this pack")

    assert "You study Statistics for beginners" in world.read(shown)
    assert (await world.bot.services.pack_for(world.guild.id)).name == "statistics"


async def study(world: World, pack: str):
    shown = await world.mia.slash(world.channel, "settings", pack=pack)
    return await world.mia.click(shown.response, label="Study this pack")


async def test_the_next_question_quiz_board_and_guide_are_of_the_new_pack(world: World):
    await world.post_daily()
    await study(world, "statistics")

    await world.pass_time(days=1)

    assert "Title of" in world.read(world.channel.last_message)
    assert "Title of 5.1" in world.read(await world.ana.slash(world.channel, "quiz", section="5.1"))
    assert "Title of 5.1" in world.read(await world.ana.slash(world.channel, "guide", section="5.1"))
    assert "There is no section 2.1" in world.read(await world.ana.slash(world.channel, "leaderboard", section="2.1"))
    completed = await world.ana.autocomplete(world.channel, "quiz", "section", "")
    assert [choice["value"] for choice in completed] == ["all", "1", "1.1", "5", "5.1"]


async def test_the_question_that_is_open_is_answered_and_closed_as_it_was_asked(world: World):
    message = await world.post_daily()
    await study(world, "statistics")

    reply = await world.answer(world.ana, message)
    await world.pass_time(days=1)

    assert "Right" in world.read(reply)
    closed = next(m for m in world.channel.history() if m.id == message.id)
    assert "1 answer, 1 right" in world.read(closed)


async def test_sections_that_the_new_pack_lacks_leave_the_daily(world: World):
    await world.schedule_daily(sections="1.1, 2.1")

    shown = await world.mia.slash(world.channel, "settings", pack="statistics")
    await world.mia.click(shown.response, label="Study this pack")

    status = world.read(await world.mia.slash(world.channel, "daily status"))
    assert "From: 1.1 Title of 1.1" in status
    assert "2.1" not in status


async def test_own_questions_are_asked_if_the_new_pack_has_their_section_and_rest_if_not(world: World):
    kept = await added(world)
    resting = await added(world, section="2.1", stem="Which figure is in the middle of the sorted values? Say which.")

    shown = await world.mia.slash(world.channel, "settings", pack="statistics")
    assert "2 questions stay, but 1 cannot be asked" in world.read(shown)
    await world.mia.click(shown.response, label="Study this pack")

    pack = await world.bot.services.pack_for(world.guild.id)
    assert kept in {question.id for question in pack.active}
    assert resting not in {question.id for question in pack.active}
    assert "not asked: the pack has no such section" in world.read(
        await world.mia.slash(world.channel, "question list")
    )
    await study(world, "aws-mla-c01")
    assert resting in {question.id for question in (await world.bot.services.pack_for(world.guild.id)).active}


async def test_a_competition_on_sections_that_the_new_pack_lacks_is_named_before_the_switch(world: World):
    for name, sections in (("Lost", "2.1"), ("Kept", "1.1, 2.1"), ("All", "all")):
        await world.mia.slash(
            world.channel, "competition create", name=name, start="now", end="2 days", sections=sections
        )

    shown = world.read(await world.mia.slash(world.channel, "settings", pack="statistics"))

    assert "Nobody can score in Lost anymore" in shown


async def test_roles_and_rounds_that_the_new_pack_makes_impossible_are_named_before_the_switch_and_after_it(world):
    season, mastery, kept = (world.guild.create_role(name) for name in ("Champion", "Master", "Everyone's"))
    rise(world)
    await world.env.settle()
    bind = partial(world.bot.services.awards.bind, world.guild.id, by=world.mia.id, at=world.now)
    await bind(season.id, Prize.SEASON, section="2.1")
    await bind(mastery.id, Prize.MASTERY, section="2.1", questions=3)
    await bind(kept.id, Prize.SEASON)
    await world.mia.slash(world.channel, "live start", at="tomorrow 9am", section="2.1")
    calm = world.read(await world.mia.slash(world.channel, "settings"))

    shown = world.read(await world.mia.slash(world.channel, "settings", pack="statistics"))
    await study(world, "statistics")
    after = world.read(await world.mia.slash(world.channel, "settings"))

    [named] = re.findall("Nobody can win (.*) anymore", shown)
    assert set(named.split(" and ")) == {f"<@&{season.id}>", f"<@&{mastery.id}>"}
    assert "No lobby can open <t:" in shown
    assert "nobody can win it now" not in calm
    assert after.count("nobody can win it now") == 2
    assert f"<@&{kept.id}>" not in after
    assert "The live round planned for <t:" in after


async def test_another_server_keeps_its_pack(world: World):
    _, noa, _ = world.open_server()

    await study(world, "statistics")

    assert (await world.bot.services.pack_for(noa.guild.id)).name == "aws-mla-c01"


@pytest.mark.parametrize(
    ("pack", "told"), [("aws-mla-c01", "You already study this pack"), ("statistics", "Saved already")]
)
async def test_other_settings_are_saved_and_confirmed_together_with_the_pack(world: World, pack, told):
    shown = await world.mia.slash(world.channel, "settings", feedback="at-close", pack=pack)

    assert told in world.read(shown)
    assert "Nothing was changed" not in world.read(shown)
    assert (await world.bot.services.guild(world.guild.id)).feedback == "at-close"


async def test_if_the_pack_is_unknown_nothing_is_saved(world: World):
    shown = await world.mia.slash(world.channel, "settings", feedback="at-close", pack="nothing")

    assert "I have no pack `nothing`" in world.read(shown)
    assert (await world.bot.services.guild(world.guild.id)).feedback == "at-once"


async def test_the_same_pack_an_unknown_one_and_a_member_each_get_a_sentence(world: World):
    same = await world.mia.slash(world.channel, "settings", pack="aws-mla-c01")
    unknown = await world.mia.slash(world.channel, "settings", pack="nothing")
    member = await world.press(world.ana, "v1:pack:statistics")

    assert "You already study this pack" in world.read(same)
    assert "I have no pack `nothing`" in world.read(unknown)
    assert SENTENCES[Refusal.NOT_ALLOWED] in world.read(member)
    assert (await world.bot.services.pack_for(world.guild.id)).name == "aws-mla-c01"


async def test_an_unknown_exam_leaves_the_other_settings_unchanged(world: World):
    refused = await world.mia.slash(world.channel, "settings", feedback="at-close", season_posts="off", exam="c09")
    shown = await world.mia.slash(world.channel, "settings")

    assert "I have no exam version `c09`. Choose MLA-C02 or MLA-C01." in world.read(refused)
    assert "At once" in world.read(shown)
    assert (await world.bot.services.seasons.plan(world.guild.id, at=world.now)).posts


async def test_a_pack_with_one_exam_says_that_there_is_none_to_choose(world: World):
    await study(world, "statistics")

    refused = await world.mia.slash(world.channel, "settings", exam="C01")
    ahead = await world.mia.slash(world.channel, "settings", pack="aws-mla-c01", exam="C01")

    assert "because your pack has only one exam" in world.read(refused)
    assert SENTENCES[Refusal.PACK_FIRST] in world.read(ahead)


async def test_mock_exams_on_the_previous_pack_are_listed_and_can_be_opened(world: World):
    await Sitting(world, world.ana).begin()
    await study(world, "statistics")
    await world.pass_time(hours=3)

    history = await world.ana.slash(world.channel, "exam history")
    told, (menu,) = world.read(history), menus(history.response)
    (line,) = menu["options"]
    opened = await world.ana.select(history.response, [line["value"]], custom_id=menu["custom_id"])

    assert f"None yet on {STATISTICS.title}" in told
    assert "On other packs" in told
    assert f"· {world.pack.title} · short · **100**, below the passing score" in told
    assert line["description"] == f"{world.pack.title}, November 23, 2026"
    assert title(opened.response) == "Mock exam: 100, below the passing score of 720"


async def test_mock_exams_on_a_missing_pack_are_listed_and_opening_one_says_so(world: World, packs):
    packs["lost"] = replace(world.pack, name="lost")
    await study(world, "lost")
    sitting = await Sitting(world, world.ana).begin()
    await sitting.submit()
    await study(world, world.pack.name)
    del packs["lost"]

    history = await world.ana.slash(world.channel, "exam history")
    told, (menu,) = world.read(history), menus(history.response)
    opened = await world.ana.select(history.response, [menu["options"][0]["value"]], custom_id=menu["custom_id"])

    assert "`lost`, which is missing · short" in told
    assert SENTENCES[Refusal.EXAM_PACK_GONE] in world.read(opened)


async def test_a_pack_whose_files_are_gone_is_named_to_managers_and_in_the_log(world: World, packs):
    await study(world, "statistics")
    del world.bot.services.packs.content.packs["statistics"]

    shown = await world.mia.slash(world.channel, "settings")

    assert "The pack `statistics` that this server chose is missing" in world.read(shown)
    assert "the server studies AWS ML Engineer Associate study guide for now" in world.read(shown)
    assert await world.bot.services.packs.lost() == {"statistics": 1}


async def test_feedback_on_a_question_that_is_no_longer_asked_does_not_promise_its_return(world):
    quiz = await world.ana.slash(world.channel, "quiz", questions=1)
    question = world.question_of(quiz.response)
    await world.mia.slash(world.channel, "question retire", id=question.id)
    told = world.read(await world.answer(world.ana, quiz.response, right=False))

    other = await world.ben.slash(world.channel, "quiz", questions=1)
    kept = world.read(await world.answer(world.ben, other.response, right=False))

    assert "No points this time." in told
    assert "come back in your quizzes" not in told
    assert "come back in your quizzes" in kept


async def test_a_hidden_member_who_erases_their_data_is_told_that_hiding_ends(world):
    await world.ana.slash(world.channel, "privacy hide")

    asked = await world.ana.slash(world.channel, "privacy delete")
    warned = world.read(asked)
    done = await world.ana.click(asked.response, label="Erase everything")

    assert "If you are hidden, that ends too" in warned
    assert "`/privacy hide` hides you again" in world.read(done)


async def test_a_suggestion_whose_section_is_gone_is_moved_to_another_by_its_author_and_by_the_manager(world):
    form = await world.ben.slash(world.channel, "question suggest", section="2.1")
    shown = await world.ana.slash(world.channel, "question suggest", section="2.1")
    preview = await world.ana.submit_modal(shown, FORM)
    await world.ana.click(preview.response, label="Send to the managers")
    await study(world, STATISTICS.name)

    late = await world.ben.submit_modal(form, {**FORM, "stem": "Which figure tells the usual income of a town?"})
    assert "Use one of 1.1, 5.1" in world.read(late)
    again = await world.ben.click(late.response, label="Change")
    await world.ben.submit_modal(again, {**FORM, "stem": "Which figure serves a town?", "section": " 5.1 "})
    assert world.labels(late.response)[0] == "Send to the managers"
    queue = await world.mia.slash(world.channel, "question queue")
    again = await world.mia.click(queue.response, label="Edit")
    await world.mia.submit_modal(again, {**FORM, "section": "5.1"})
    await world.mia.click(queue.response, label="Accept")

    assert "Accepted: `own-" in world.read(queue)
    assert (await world.bot.services.pack_for(world.guild.id)).within("5.1")[-1].stem == FORM["stem"]


async def test_another_packs_questions_are_counted_for_the_exam_version_that_will_be_asked(world: World):
    await study(world, "statistics")

    offered = world.read(await world.mia.slash(world.channel, "settings", pack=world.pack.name))
    await study(world, world.pack.name)

    [count] = re.findall(
        r"[\d,]+ questions in the rotation", world.read(await world.mia.slash(world.channel, "settings"))
    )
    assert count in offered


async def test_a_daily_of_a_difficulty_that_the_pack_lacks_is_named_before_the_switch_and_after_it(world: World):
    await world.schedule_daily(difficulty=3)

    shown = world.read(await world.mia.slash(world.channel, "settings", pack="statistics"))
    await study(world, "statistics")

    assert "set to ask only hard questions, and the new pack has none for it" in shown
    told = "The daily is set to ask only hard questions, and none is left in its sections."
    for command in ("settings", "daily status"):
        assert told in world.read(await world.mia.slash(world.channel, command))


async def test_a_competition_on_sections_that_the_pack_lacks_is_named_to_managers(world: World):
    section = next(section for section in world.pack.leaves if section not in STATISTICS.boards)
    await world.mia.slash(
        world.channel, "competition create", name="Sprint", start="now", end="2 days", sections=section
    )
    before = world.read(await world.mia.slash(world.channel, "settings"))
    await study(world, "statistics")

    told = f"The competition Sprint counts only {section}, which your pack does not have"
    assert told not in before
    assert told in world.read(await world.mia.slash(world.channel, "settings"))
