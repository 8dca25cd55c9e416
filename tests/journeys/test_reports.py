"""A member reports a question; the managers read the report with the statistics, and close it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from bot.cogs.ui.refusals import SENTENCES
from bot.services.quiz_outcomes import QuizTurn
from bot.study.errors import Refusal
from bot.study.grading import as_written, describe, letters_of
from bot.study.members import Member
from bot.study.questions import Kind
from bot.study.reports import Reason
from tests.journeys.student import a_mistake


async def flag(actor, feedback, reason="wrong-key", words="The manual says B."):
    """Press Report under the feedback, and submit the form."""
    shown = await actor.click(feedback, label="Report")
    return await actor.submit_modal(shown, {"reason": [reason], "words": words})


async def reports(world):
    return await world.mia.slash(world.channel, "question reports")


async def test_a_flag_goes_from_the_feedback_to_the_managers_and_is_closed(world):
    message = await world.daily_of(Kind.CHOICE)
    question = world.question_of(message)
    feedback = await world.answer(world.ana, message)
    await world.answer(world.ben, message, right=False)

    flagged = await flag(world.ana, feedback.response)
    shown = await reports(world)

    assert flagged.ephemeral
    assert "Thank you for your report" in world.read(flagged)
    text = world.read(shown)
    assert shown.ephemeral
    assert f"Report 1 of 1 · {question.id}" in text
    assert "1 report: wrong key 1" in text
    assert "**wrong key**: The manual says B. · ana" in text
    assert "2 members have answered, 50% right" in text
    assert question.stem in text.replace("\\", "")
    assert text.count("1 (50%)") == 2
    assert text.count("0 (0%)") == 2

    await world.mia.click(shown.response, label="Resolved")

    assert "Nothing is reported" in world.read(shown)
    assert "Nothing is reported" in world.read(await reports(world))


async def test_a_flag_comes_from_a_quiz_and_from_explain_as_well(world):
    message = await world.post_daily()
    await world.answer(world.ana, message)
    await world.pass_time(days=1)
    explained = await world.ana.click(world.posts()[0], label="Explain")
    quiz = await world.ana.slash(world.channel, "quiz", section="2.1")
    await world.answer(world.ana, quiz.response)

    await flag(world.ana, explained.response, "typo", "")
    await flag(world.ana, quiz.response, "outdated", "")

    assert "Report 1 of 2" in world.read(await reports(world))


async def test_flagging_again_changes_the_flag(world):
    feedback = await world.answer(world.ana, await world.post_daily())

    await flag(world.ana, feedback.response, "typo", "first")
    again = await flag(world.ana, feedback.response, "unclear", "second")

    assert "Your report is updated" in world.read(again)
    text = world.read(await reports(world))
    assert "1 report: unclear 1" in text
    assert "second" in text
    assert "first" not in text


async def test_a_flag_raised_after_the_managers_looked_stays_open(world):
    message = await world.post_daily()
    feedback = await world.answer(world.ana, message)
    other = await world.answer(world.ben, message)
    await flag(world.ana, feedback.response, "typo", "seen")
    shown = await reports(world)
    await flag(world.ben, other.response, "unclear", "not seen yet")

    await world.mia.click(shown.response, label="Resolved")

    text = world.read(shown)
    assert "1 report: unclear 1" in text
    assert "not seen yet" in text


async def test_a_closed_flag_can_be_raised_again(world):
    feedback = await world.answer(world.ana, await world.post_daily())
    await flag(world.ana, feedback.response)
    await world.mia.click((await reports(world)).response, label="Resolved")

    again = await flag(world.ana, feedback.response)

    assert "Thank you for your report" in world.read(again)
    assert "1 report" in world.read(await reports(world))


async def test_the_most_flagged_comes_first_and_pages_turn(world):
    first = await world.post_daily()
    one = await world.answer(world.ana, first)
    await world.pass_time(days=1)
    second = world.channel.last_message
    two, three = await world.answer(world.ana, second), await world.answer(world.ben, second)
    await flag(world.ana, one.response)
    await flag(world.ana, two.response)
    await flag(world.ben, three.response)

    shown = await reports(world)
    assert world.question_of(second).id in world.read(shown)
    await world.mia.click(shown.response, label="Next ▶")

    assert f"Report 2 of 2 · {world.question_of(first).id}" in world.read(shown)


async def test_only_members_who_have_answered_can_flag(world):
    message = await world.post_daily()

    forged = await world.press(world.ana, f"v1:flag:{world.question_of(message).id}")
    unknown = await world.press(world.ana, "v1:flag:nothing")

    assert SENTENCES[Refusal.NOT_ANSWERED] in world.read(forged)
    assert "The question `nothing` is no longer in the question bank" in world.read(unknown)


async def test_there_is_no_flag_where_no_manager_would_read_it(world):
    quiz = await world.ana.user.slash("quiz", section="1.1")
    await world.answer(world.ana.user, quiz.response)
    assert "Report" not in str(quiz.response.components)

    forged = await world.press(world.ana.user, "v1:flag:1.1-001")

    assert SENTENCES[Refusal.NEEDS_SERVER] in world.read(forged)


async def test_members_see_no_reports(world):
    feedback = await world.answer(world.ana, await world.post_daily())
    await flag(world.ana, feedback.response)

    for custom_id in ("v1:reports:1", "v1:resolve:1.1-001:9:1"):
        reply = await world.press(world.ana, custom_id)
        assert SENTENCES[Refusal.NOT_ALLOWED] in world.read(reply)


async def test_another_server_sees_no_flag_of_this_one(world):
    feedback = await world.answer(world.ana, await world.post_daily())
    await flag(world.ana, feedback.response)
    channel, noa, _ = world.open_server()

    reply = await noa.slash(channel, "question reports")

    assert "Nothing is reported" in world.read(reply)


async def test_words_cannot_format_ping_or_link(world):
    feedback = await world.answer(world.ana, await world.post_daily())

    await flag(world.ana, feedback.response, words="**@everyone** <@1> [free](https://evil.example)\u202e" + "x" * 200)

    text = world.read(await reports(world))
    assert "@everyone" not in text
    assert "<@1>" not in text.replace("\\<", "")
    assert "[free](" not in text.replace("\\[", "")
    assert "\u202e" not in text


@pytest.mark.parametrize("suspicious", [True, False])
async def test_a_question_that_the_best_get_wrong_is_marked(world, suspicious):
    """Twelve members answer ten questions right; in the eleventh, most of them agree on an answer other than the
    key."""
    services = world.bot.services
    first, *rest = [q for q in world.pack.within("1.1") if q.kind is Kind.CHOICE]
    asked = [first, *rest[:10]]
    for question in (await services.pack_for(world.guild.id)).within("1.1"):
        if question not in asked:
            await services.questions.retire(world.guild.id, question.id, by=world.mia.id, at=world.now)
    for number in range(12):
        member = Member(world.guild.id, 1000 + number, f"member {number}")
        turn = await services.quizzes.start(
            member, section="1.1", count=20, difficulty=None, rng=Random(number), at=world.now
        )
        while isinstance(turn, QuizTurn):
            wrong = turn.question == first and (number < 10) == suspicious
            answer = a_mistake(turn.question) if wrong else turn.question.correct
            letters = letters_of(turn.question, answer, turn.shown)
            await services.quizzes.answer(turn.quiz_id, turn.place, member, letters, at=world.now)
            turn = await services.quizzes.next(turn.quiz_id, member, at=world.now)
    await services.reports.flag(Member(world.guild.id, 1000, "member 0"), first.id, Reason.TYPO, "", at=world.now)

    text = world.read(await reports(world))

    rival = describe(first, a_mistake(first), as_written(first))
    assert ("The answers suggest a wrong key" in text) == suspicious
    assert (f"10 chose **{rival}** and 2 chose the key" in text) == suspicious


async def test_a_button_about_a_question_that_is_gone_speaks_of_no_list(world):
    message = await world.post_daily()
    feedback = await world.answer(world.ana, message)
    gone = world.question_of(message).id
    world.packs = {
        name: replace(pack, questions={id: one for id, one in pack.questions.items() if id != gone})
        for name, pack in world.packs.items()
    }
    await world.restart()

    told = world.read(await world.ana.click(feedback.response, label="Report"))

    assert "is no longer in the question bank" in told
    assert "list" not in told
