"""Menus that replace typed options: for the leaderboard, the settings, and the reports on questions."""

from __future__ import annotations

from dataclasses import replace

from bot.cogs.settings.custom_ids import ServerSetting
from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from tests.journeys.student import answer, card, labels, words
from tests.reading import parts


def menu(reply, custom_id):
    """Return the labels of a menu, and the selected label."""
    (found,) = [part for part in parts(reply.response) if part.get("custom_id", "").startswith(f"v1:{custom_id}")]
    return found


def chosen(part):
    return [option["label"] for option in part["options"] if option.get("default")]


async def pick(actor, reply, custom_id, label):
    part = menu(reply, custom_id)
    (value,) = [option["value"] for option in part["options"] if option["label"] == label]
    return await actor.select(reply.response, [value], custom_id=part["custom_id"])


async def test_the_leaderboard_turns_by_section_period_and_order(world):
    await world.answer(world.ana, await world.post_daily())
    board = await world.ana.slash(world.channel, "leaderboard")
    section = world.pack.leaves[0]
    title = world.pack.title_of(section)

    board = await pick(world.ana, board, "board-section", title)
    board = await pick(world.ana, board, "board-period", "All time")
    board = await pick(world.ana, board, "board-order", "By accuracy")

    assert title in world.read(board)
    assert "All time · by accuracy" in world.read(board)
    assert chosen(menu(board, "board-section")) == [title]
    assert chosen(menu(board, "board-period")) == ["All time"]
    assert chosen(menu(board, "board-order")) == ["By accuracy"]


async def test_one_pick_leads_to_an_ended_season_and_one_pick_back(world):
    await world.answer(world.ana, await world.post_daily())
    await world.pass_time(days=9)
    await world.tick()
    board = await world.ana.slash(world.channel, "leaderboard")

    past = await pick(world.ana, board, "board-period", "Season November 2026")
    assert "Season November 2026, final" in world.read(past)
    assert "ana" in card(past).text
    by_accuracy = await pick(world.ana, past, "board-order", "By accuracy")
    assert "November 2026, final · by accuracy" in world.read(by_accuracy)
    now = await pick(world.ana, by_accuracy, "board-period", "This season")
    assert "Season December 2026 · by accuracy" in world.read(now)


async def test_the_settings_are_chosen_in_menus_that_show_the_current_choice(world):
    other = world.guild.create_text_channel("winners")
    shown = await world.mia.slash(world.channel, "settings")
    assert chosen(menu(shown, "setting:feedback")) == ["Reveal answers at once"]

    shown = await pick(world.mia, shown, "setting:feedback", "Reveal answers at the close")
    assert chosen(menu(shown, "setting:feedback")) == ["Reveal answers at the close"]
    assert "At the close: members can change" in words(shown)
    shown = await world.mia.select(shown.response, [other], custom_id="v1:season-channel")
    assert f"posted in <#{other.id}>" in words(shown)
    shown = await pick(world.mia, shown, "setting:season-posts", "Do not post the end of a season")
    assert "Nothing will be posted when it ends" in words(shown)


async def test_the_exam_of_the_server_is_chosen_by_a_menu(world):
    shown = await world.mia.slash(world.channel, "settings")
    exams = list(world.pack.exams.values())
    other = next(exam for exam in exams if exam.code != world.pack.version.code)

    shown = await pick(world.mia, shown, "setting:exam", f"{other.name}: {other.title}")

    assert chosen(menu(shown, "setting:exam")) == [f"{other.name}: {other.title}"]


async def test_a_value_that_no_menu_shows_changes_nothing(world):
    menus = ["v1:help", "v1:board-section:season:points", "v1:board-period:all:points", "v1:board-order:all:season"]
    for custom_id in (*menus, *(f"v1:setting:{setting}" for setting in ServerSetting)):
        # These values are positions in a list, as in messages from before the values were keys of names.
        for value in ("0", "1", "202611", "99"):
            refused = await world.pick(world.mia, custom_id, value)
            assert world.read(refused) == SENTENCES[Refusal.NOT_LISTED]
    refused = await world.pick(world.ana, "v1:setting:feedback", "1")
    assert "Only managers" in world.read(refused)


async def test_a_report_is_retired_and_restored_where_it_is_read(world):
    told = await answer(world, world.ana, await world.ana.slash(world.channel, "quiz", questions=1))
    form = await world.ana.click(told.response, label="Report")
    await world.ana.submit_modal(form, {"reason": ["typo"], "words": "A slip"})
    report = await world.mia.slash(world.channel, "question reports")
    assert labels(report)[:2] == ["Resolved", "Retire"]

    retired = await world.mia.click(report.response, label="Retire")
    assert "retired" in card(retired).above
    restored = await world.mia.click(retired.response, label="Restore")

    assert "retired" not in card(restored).above
    assert "Retire" in labels(restored)


async def test_a_question_that_its_pack_retired_says_why_it_cannot_be_restored(world):
    retired = next(question for question in world.packs["aws-mla-c01"].questions.values() if question.retired)

    told = await world.press(world.mia, f"v1:report-restore:{retired.id}:1")

    assert "The pack itself has retired this question" in world.read(told)


async def test_a_line_of_an_old_menu_keeps_its_meaning_after_a_release_that_sorts_differently(world):
    shown = await world.mia.slash(world.channel, "settings")
    labels = [option["label"] for option in menu(shown, "setting:exam")["options"]]
    pack = world.packs["aws-mla-c01"]
    world.packs = {**world.packs, pack.name: replace(pack, exams=dict(reversed(pack.exams.items())))}
    await world.restart()

    again = await pick(world.mia, shown, "setting:exam", labels[-1])

    assert chosen(menu(again, "setting:exam")) == [labels[-1]]


async def test_an_old_button_for_a_section_that_the_pack_lacks_opens_no_other_board(world):
    await world.answer(world.ana, await world.post_daily())
    board = await world.ana.slash(world.channel, "leaderboard")
    pack = world.packs["aws-mla-c01"]
    title = world.pack.title_of("1.1")
    sections = {name: section for name, section in pack.sections.items() if name != "1.1"}
    world.packs = {**world.packs, pack.name: replace(pack, sections=sections)}
    await world.restart()

    told = await pick(world.ana, board, "board-section", title)

    assert world.read(told) == SENTENCES[Refusal.NOT_LISTED]


async def test_one_press_explains_each_setting_and_another_leads_back(world):
    shown = await world.mia.slash(world.channel, "settings")
    assert "Sharing" not in words(shown)

    explained = words(await world.mia.click(shown.response, label="What each one means"))
    await world.mia.click(shown.response, label="Back to the menus")

    assert "Members can share one line about their result" in explained
    assert menu(shown, "setting:sharing")
