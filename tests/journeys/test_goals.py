"""The goal of the week, from `/settings` to the post of the daily."""

from __future__ import annotations

from tests.journeys.test_groups import studied
from tests.journeys.test_menus import chosen, menu, pick

GOAL = "This week's goal"


async def five_answer(world, message):
    for number in range(5):
        member = world.guild.add_member(world.env.create_user(f"member{number}"))
        await world.answer(member, message, right=number > 0)
    await world.pass_time(minutes=1)


async def test_the_daily_shows_how_close_the_members_are_to_their_goal_even_after_a_restart(world):
    saved = await world.mia.slash(world.channel, "settings", weekly_goal="10 answers")
    assert "10 answers. The post of each daily shows" in world.read(saved)
    message = await world.post_daily()
    assert "Progress will be shown once 5 members have answered" in world.read(world.channel.last_message)

    await world.restart()
    await five_answer(world, message)

    told = world.read(world.posts()[-1])
    assert f"{GOAL}: 10 answers" in told
    assert "`█████░░░░░` 5 of 10 answers, by 5 members" in told


async def test_a_reached_goal_says_so_in_words(world):
    await world.mia.slash(world.channel, "settings", weekly_goal="80% right")

    await five_answer(world, await world.post_daily())

    assert "`██████████` Reached: 80% of 5 answers right, by 5 members" in world.read(world.posts()[-1])


async def test_a_manager_picks_another_goal_from_the_menu_or_none(world):
    await world.mia.slash(world.channel, "settings", weekly_goal="7 sections")
    await world.post_daily()
    settings = await world.mia.slash(world.channel, "settings")
    assert chosen(menu(settings, "setting:goal")) == ["Goal of the week: 7 sections"]

    settings = await pick(world.mia, settings, "setting:goal", "Goal of the week: 100 answers")
    await world.tick()
    assert f"{GOAL}: 100 answers" in world.read(world.posts()[-1])
    settings = await pick(world.mia, settings, "setting:goal", "No goal of the week")
    await world.tick()

    assert chosen(menu(settings, "setting:goal")) == ["No goal of the week"]
    assert GOAL not in world.read(world.posts()[-1])


async def test_an_invalid_goal_is_refused_in_a_sentence_and_changes_nothing(world):
    told = await world.mia.slash(world.channel, "settings", weekly_goal="@everyone **all**", suggestions="off")

    assert "as a goal of the week. Write it like `100 answers`" in world.read(told)
    assert (await world.bot.services.guild(world.guild.id)).suggestions
    forged = await world.pick(world.ana, "v1:setting:goal", "1")
    assert "managers of this server" in world.read(forged)


async def test_a_closed_daily_shows_the_answer_and_no_goal(world):
    await world.mia.slash(world.channel, "settings", weekly_goal="10 answers")
    await world.post_daily()

    await world.pass_time(days=1)

    first = world.posts()[0]
    assert "closed" in world.read(first)
    assert GOAL not in world.read(first)


async def test_a_goal_of_more_sections_than_the_pack_has_is_refused_before_anything_is_saved(world):
    sections = len(world.pack.leaves)

    told = await world.mia.slash(world.channel, "settings", weekly_goal=f"{sections + 1} sections", suggestions="off")

    assert f"The pack that this server studies has {sections} sections." in world.read(told)
    assert (await world.bot.services.guild(world.guild.id)).suggestions


async def test_answers_to_quizzes_update_the_goal_on_the_post(world):
    await world.mia.slash(world.channel, "settings", weekly_goal="10 answers")
    await world.post_daily()
    await studied(world, range(5), count=2)

    await world.pass_time(minutes=20)
    await world.pass_time(minutes=20)

    assert "Reached: 10 of 10 answers, by 5 members" in world.read(world.posts()[-1])
