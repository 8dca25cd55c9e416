"""Repeated, late and misplaced answers; explanations and feedback after the close."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text, update

from bot.cogs.ui.refusals import SENTENCES
from bot.storage import tables
from bot.study.errors import Refusal
from bot.study.questions import LETTERS, Kind
from tests.conftest import as_shown
from tests.reading import buttons, card_of

ROUND_THE_CLOCK = 24 * 60 * 60


# -- twice, too late, elsewhere


@pytest.mark.parametrize("way", ["press", "command"])
async def test_a_second_answer_changes_nothing_and_shows_the_first(world, way):
    message = await world.daily_of(Kind.CHOICE)
    right, wrong = world.letters(message)[0], world.letters(message, right=False)[0]
    await world.ana.click(message, label=wrong)

    if way == "press":
        again = await world.ana.click(message, label=right)
    else:
        again = await world.ana.slash(world.channel, "answer", choice=right)

    told = world.read(again)
    assert again.ephemeral
    assert card_of(again.response).title == "You already answered this: not right"
    assert f"Your first answer counts, so nothing has changed. You answered **{wrong}**" in told
    await world.tick()
    assert "1 member has answered" in world.read(world.posts()[-1])


async def test_a_member_who_has_answered_sees_the_first_answer_instead_of_another_form(world):
    message = await world.daily_of(Kind.RESPONSE)
    await world.answer(world.ana, message)

    again = await world.ana.click(message, label="Answer")

    assert again.modal is None
    assert card_of(again.response).title == "You already answered this: right"


async def test_an_answer_after_the_close_is_not_counted_and_the_reply_says_where_to_learn(world):
    message = await world.daily_of(Kind.CHOICE)
    daily = daily_id(world, message)
    world.env.backend.advance_clock(ROUND_THE_CLOCK)

    late = await world.ana.click(message, label="A")
    await world.tick()
    later = await world.press(world.ana, f"v1:answer:{daily}:0")

    for reply in (late, later):
        assert reply.ephemeral
        assert re.fullmatch(
            r"This question closed <t:\d+:R>, so your answer was not counted\. "
            r"Press Explain on its post to see why each option is right or wrong\.",
            world.read(reply),
        )


async def test_a_form_that_is_sent_after_the_close_is_not_counted(world):
    message = await world.daily_of(Kind.RESPONSE)
    shown = await world.ana.click(message, label="Answer")
    world.env.backend.advance_clock(ROUND_THE_CLOCK)

    reply = await world.fill(world.ana, shown, world.letters(message))

    assert "so your answer was not counted" in world.read(reply)


def daily_id(world, message):
    """Return the daily that a post's buttons refer to."""
    stored = world.env.backend.get_message(message.channel.id, message.id)
    return int(buttons(stored)[0]["custom_id"].split(":")[2])


@pytest.mark.parametrize("verb", ["answer:{}:0", "form:{}", "explain:{}"])
async def test_a_daily_of_another_server_is_not_answered_here(world, verb):
    message = await world.post_daily()
    channel, _, ana_there = world.open_server()
    await world.env.settle()
    world.channel = channel

    reply = await world.press(ana_there, "v1:" + verb.format(daily_id(world, message)))

    assert reply.ephemeral
    assert world.read(reply) == SENTENCES[Refusal.WRONG_SERVER]


@pytest.mark.parametrize("verb", ["answer:{}:0", "form:{}", "explain:{}"])
async def test_an_unknown_daily_is_refused_with_what_is_there_instead(world, verb):
    await world.post_daily()

    reply = await world.press(world.ana, "v1:" + verb.format(424242))

    assert world.read(reply) == SENTENCES[Refusal.UNKNOWN_DAILY]


async def test_a_daily_whose_question_left_the_bank_says_so(world):
    message = await world.post_daily()
    await world.db.write(lambda tx: tx.execute(text("UPDATE dailies SET question_id = 'gone'")))

    for reply in (
        await world.press(world.ana, f"v1:explain:{daily_id(world, message)}"),
        await world.ana.slash(world.channel, "answer", choice="A"),
    ):
        assert world.read(reply) == SENTENCES[Refusal.DAILY_QUESTION_GONE]


@pytest.mark.parametrize("verb", ["answer:{}:0", "form:{}", "explain:{}"])
async def test_a_daily_is_not_answered_in_a_direct_message(world, verb):
    message = await world.post_daily()

    reply = await world.press(world.ana.user, "v1:" + verb.format(daily_id(world, message)))

    assert world.read(reply) == SENTENCES[Refusal.NEEDS_SERVER]


async def test_the_command_is_not_available_in_direct_messages(world):
    assert "answer" not in world.ana.user.available_commands()
    assert "leaderboard" not in world.ana.user.available_commands()


@pytest.mark.parametrize("place", [4, 9, 10, 999])
async def test_a_forged_letter_is_explained_and_not_recorded(world, place):
    message = await world.daily_of(Kind.CHOICE)

    reply = await world.press(world.ana, f"v1:answer:{daily_id(world, message)}:{place}")

    assert "This question takes one letter from A to D" in world.read(reply)
    assert "Right" in world.read(await world.answer(world.ana, message))


@pytest.mark.parametrize(
    "forged", ["v1:answer:1", "v1:answer:1:", "v1:answer::0", "v1:answer:1:0:extra", "v1:answer:1:00"]
)
async def test_a_truncated_or_malformed_button_is_unknown(world, forged):
    await world.post_daily()

    reply = await world.press(world.ana, forged)

    assert reply.ephemeral
    assert world.read(reply) == SENTENCES[Refusal.UNKNOWN_BUTTON]


# -- explanations, after the close


async def test_explain_shows_those_who_answered_how_they_did(world):
    message = await world.daily_of(Kind.CHOICE)
    wrong = world.letters(message, right=False)[0]
    await world.ana.click(message, label=wrong)
    await world.pass_time(days=1)

    reply = await world.ana.click(message, label="Explain")

    assert reply.ephemeral
    assert card_of(reply.response).title.startswith("❌ Not this time")
    assert f"You answered **{wrong}**" in world.read(reply)
    assert "nothing changed" not in world.read(reply)


async def test_explain_shows_the_others_why_each_option_is_right_or_wrong(world):
    message = await world.daily_of(Kind.CHOICE)
    question = world.question_of(message)
    await world.pass_time(days=1)

    reply = await world.ben.click(message, label="Explain")

    told = world.read(reply).replace("\\", "")
    assert card_of(reply.response).title == "You did not answer this one"
    assert f"The right answer is **{LETTERS[question.correct[0]]}**." in told
    assert all(option.rationale in told for option in question.options)


async def test_explain_works_after_a_restart_and_in_the_next_season(world):
    message = await world.daily_of(Kind.CHOICE)
    await world.answer(world.ana, message)
    await world.pass_time(days=40)
    await world.restart()

    reply = await world.ana.click(message, label="Explain")

    told = world.read(reply)
    assert card_of(reply.response).title.startswith("✅ Right!")
    assert "for the question (" in told
    assert "servers that have Cohort" not in told


async def test_an_explanation_waits_for_the_close(world):
    message = await world.post_daily()

    reply = await world.press(world.ana, f"v1:explain:{daily_id(world, message)}")

    assert re.fullmatch(
        r"This question is open until <t:\d+:f>, so you can still answer it\. Its explanation will be shown after that\.",
        world.read(reply),
    )


# -- feedback at the close


async def at_close(world):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    return await world.daily_of(Kind.CHOICE)


async def test_with_feedback_at_the_close_an_answer_is_accepted_without_feedback(world):
    message = await at_close(world)
    question = world.question_of(message)

    reply = await world.answer(world.ana, message)

    told = world.read(reply).replace("\\", "")
    assert "You can change it until the question closes, and see your result then." in world.read(message)
    assert reply.ephemeral
    assert card_of(reply.response).title == f"Your answer is {world.letters(message)[0]}"
    assert "Your answer is saved. To change it, answer again before the question closes" in told
    assert question.explanation not in told
    assert "Right" not in told


async def test_an_answer_may_be_changed_until_the_close_and_the_last_one_counts(world):
    message = await at_close(world)
    right, wrong = world.letters(message)[0], world.letters(message, right=False)[0]

    await world.ana.click(message, label=wrong)
    changed = await world.ana.slash(world.channel, "answer", choice=right)
    same = await world.ana.click(message, label=right)
    await world.tick()
    counted = world.read(world.posts()[-1])
    empty = world.read(await world.ana.slash(world.channel, "leaderboard"))
    await world.pass_time(days=1)
    explained = await world.ana.click(message, label="Explain")

    assert card_of(changed.response).title == f"Changed from {wrong} to {right}"
    assert card_of(same.response).title == f"Your answer is {right}"
    assert "1 member has answered" in counted
    assert "Nobody is on this leaderboard yet" in empty
    assert card_of(explained.response).title.startswith("✅ Right!")
    assert "and 1 for your streak" in world.read(explained)
    assert "ana" in world.read(await world.ana.slash(world.channel, "leaderboard"))
    closed = next(post for post in world.posts() if post.id == message.id)
    assert "1 answer, 1 right" in world.read(closed)


async def test_a_form_changes_an_answer_that_is_held(world):
    await world.mia.slash(world.channel, "settings", feedback="at-close")
    message = await world.daily_of(Kind.RESPONSE)

    await world.answer(world.ana, message, right=False)
    changed = await world.answer(world.ana, message)

    assert card_of(changed.response).title.startswith("Changed from ")


async def test_an_explanation_waits_for_those_whose_answer_is_held(world):
    message = await at_close(world)
    await world.answer(world.ana, message)

    reply = await world.press(world.ana, f"v1:explain:{daily_id(world, message)}")

    assert "Its explanation will be shown after that" in world.read(reply)


async def test_held_answers_survive_a_restart(world):
    message = await at_close(world)
    await world.answer(world.ana, message)

    await world.restart()
    await world.pass_time(days=1)

    assert card_of((await world.ana.click(message, label="Explain")).response).title.startswith("✅ Right!")


async def test_an_open_question_keeps_the_feedback_setting_that_it_was_posted_with(world):
    message = await world.daily_of(Kind.CHOICE)

    await world.mia.slash(world.channel, "settings", feedback="at-close")

    assert "Right" in world.read(await world.answer(world.ana, message))


async def test_an_answer_to_a_question_that_is_open_elsewhere_is_kept_and_its_result_is_shown_nowhere(world):
    there, noa, ana_there = world.open_server()
    await noa.slash(there, "daily schedule", channel=there, time="09:00", timezone="UTC")
    await ana_there.slash(there, "quiz", questions=1)  # the bot has now seen them in the other server
    here = await world.daily_of(Kind.CHOICE)
    question = world.question_of(here)
    await world.db.write(lambda tx: tx.execute(update(tables.dailies).values(question_id=question.id)))

    told = await world.answer(world.ana, here)
    again = await world.ana.click(here, label="A")
    looked = [world.read(await world.ana.slash(world.channel, command)) for command in ("leaderboard", "progress")]
    plain = await world.answer(world.ben, here)
    await ana_there.slash(there, "answer", choice="A")
    after = await world.ana.click(here, label="A")

    assert "Your answer is saved." in world.read(told)
    for kept in (told, again):
        assert "at the latest" in world.read(kept)
        assert not any(option.rationale[:40] in as_shown(world.read(kept)) for option in question.options)
        assert "point" not in world.read(kept)
    assert not any("1 of 1" in text or "of them right" in text for text in looked)
    assert "Right" in world.read(plain)
    assert "Right!" in world.read(after)
    assert "1 of 1 right" in world.read(await world.ana.slash(world.channel, "leaderboard"))
