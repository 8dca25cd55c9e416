"""The entries under Apps in the menu of a message or a member."""

from __future__ import annotations

from bot.cogs.ui.refusals import SENTENCES
from bot.study.errors import Refusal
from tests.journeys import test_evenings as evenings
from tests.journeys.student import turn_of
from tests.journeys.test_discussions import first_of, rooms, switch_on

PRACTISE, CHALLENGE = "Practice more like this", "Challenge to a duel"


async def test_an_open_and_a_closed_daily_lead_to_a_quiz_on_their_section(world):
    message = await world.post_daily()
    section = world.question_of(message).section

    opened = await world.ana.context_menu(world.channel, PRACTISE, message)
    await world.pass_time(days=1)
    closed = await world.ana.context_menu(world.channel, PRACTISE, message)

    for reply in (opened, closed):
        assert reply.ephemeral
        assert (await turn_of(world, world.ana, reply)).question.section == section


async def test_a_question_of_the_day_never_comes_in_the_quiz_that_practises_it(world):
    message = await world.post_daily()

    reply = await world.ana.context_menu(world.channel, PRACTISE, message)

    assert (await turn_of(world, world.ana, reply)).question.id != world.question_of(message).id


async def test_a_discussion_and_a_question_of_a_review_lead_to_a_quiz_on_their_section(world):
    message = await world.post_daily()
    section = world.question_of(message).section
    await switch_on(world)
    await world.pass_time(days=1)
    await world.tick()
    [room] = rooms(world)
    discussed = await world.ana.context_menu(room, PRACTISE, first_of(room))

    await evenings.plan(world, at="tomorrow 9:00")
    await evenings.sign_up(world, world.ana)
    await world.pass_time(days=1)
    await (await evenings.sit(world, world.ana)).submit()
    await evenings.end(world)
    thread = next(thread for thread in world.channel.threads if thread.id == evenings.post(world).id)
    item = next(message for message in thread.history() if "Question 1 of" in world.read(message))
    reviewed = await world.ana.context_menu(thread, PRACTISE, item)

    assert (await turn_of(world, world.ana, discussed)).question.section == section
    asked = world.question_of(item).section
    assert (await turn_of(world, world.ana, reviewed)).question.section == asked


async def test_a_message_without_a_question_is_refused_with_what_to_do(world):
    said = await world.ben.send(world.channel, "hello")
    await world.ana.slash(world.channel, "duel", member=world.ben)
    await world.tick()
    ours = world.channel.last_message

    for message in (said, ours):
        refused = await world.ana.context_menu(world.channel, PRACTISE, message)
        assert refused.ephemeral
        assert world.read(refused) == SENTENCES[Refusal.NOTHING_LIKE_IT]


async def test_a_member_is_challenged_over_all_sections_from_their_menu(world):
    told = await world.ana.context_menu(world.channel, CHALLENGE, world.ben)
    await world.tick()

    assert told.ephemeral
    assert "Your challenge to" in world.read(told)
    post = world.channel.last_message
    assert "all sections" in world.read(post)
    assert world.labels(post) == ["Accept", "Decline", "Withdraw"]


async def test_members_cannot_challenge_themselves(world):
    told = await world.ana.context_menu(world.channel, CHALLENGE, world.ana)

    assert told.ephemeral
    assert SENTENCES[Refusal.DUEL_WITH_ONESELF] in world.read(told)


async def test_help_names_both_menus(world):
    told = world.read(await world.ana.slash(world.channel, "help", topic="commands"))

    assert f"*{PRACTISE}* on a message" in told
    assert f"*{CHALLENGE}* on a member" in told
