"""Questions that members suggest: sent in a form, decided from a queue, credited to their authors, who are notified in
private."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import simcord._modal
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.bank.lint_bank import near, twins
from bot.storage import tables
from bot.storage.questions import Typed
from bot.study.members import Member
from bot.study.questions import Kind
from bot.study.suggestions import MAX_QUEUE, MAX_WAITING
from tests.builders import a_question
from tests.journeys.own_questions import FORM, added, left_alone

WORD = "Which chapter is that from?"


async def suggested(world, actor, **changes):
    """Submit the form; return the preview."""
    shown = await actor.slash(world.channel, "question suggest", section="1.1")
    return await actor.submit_modal(shown, {**FORM, **changes})


async def sent(world, actor, **changes):
    """Send a suggestion to the managers."""
    preview = await suggested(world, actor, **changes)
    return await actor.click(preview.response, label="Send to the managers")


async def accepted(world, actor):
    """Send a suggestion and accept it as the manager; return the id of the new question."""
    await sent(world, actor)
    queue = await world.mia.slash(world.channel, "question queue")
    told = await world.mia.click(queue.response, label="Accept")
    return re.search(r"own-[0-9a-f]{12}", world.read(told) or world.read(queue))[0]


async def test_a_suggestion_becomes_a_question_with_its_authors_name_under_post_and_feedback(world):
    preview = await suggested(world, world.ana)
    assert preview.ephemeral
    assert "nothing is sent yet" in world.read(preview)
    await world.ana.click(preview.response, label="Send to the managers")
    await world.restart()
    queue = await world.mia.slash(world.channel, "question queue")
    assert queue.ephemeral
    assert "by ana" in world.read(queue)
    assert FORM["stem"] in world.read(queue)

    await world.mia.click(queue.response, label="Accept")
    await world.restart()
    question = re.search(r"own-[0-9a-f]{12}", world.read(queue))[0]
    await left_alone(world, question)
    post = await world.post_daily(sections="1.1")
    feedback = await world.ben.click(post, label="B")

    assert "Suggested by ana" in world.read(post)
    assert "Suggested by ana" in world.read(feedback)
    again = await world.ben.click(post, label="B")
    assert "Suggested by ana" in world.read(again)
    await world.pass_time(days=1)
    assert "Suggested by ana" in world.read(next(m for m in world.posts() if m.id == post.id))


async def test_a_question_of_the_pack_names_nobody(world):
    post = await world.post_daily()

    assert "Suggested by" not in world.read(post)
    assert "Suggested by" not in world.read(await world.answer(world.ana, post))


@pytest.mark.parametrize("gone", ["hide", "delete"])
async def test_an_author_who_hides_or_deletes_their_data_is_no_longer_named_and_the_question_stays(world, gone):
    await left_alone(world, await accepted(world, world.ana))
    post = await world.post_daily(sections="1.1")
    assert "Suggested by ana" in world.read(post)

    if gone == "hide":
        await world.ana.slash(world.channel, "privacy hide")
    else:
        await world.bot.services.privacy.erase(world.ana.id, at=world.now)
    await world.pass_time(minutes=2)

    now = next(m for m in world.posts() if m.id == post.id)
    assert FORM["stem"] in world.read(now)
    assert "Suggested by" not in world.read(now)
    assert "Suggested by" not in world.read(await world.ben.click(now, label="B"))
    if gone == "hide":
        await world.ana.slash(world.channel, "privacy hide", hidden=False)
        await world.pass_time(minutes=2)
        assert "Suggested by ana" in world.read(next(m for m in world.posts() if m.id == post.id))


async def test_the_author_sees_the_decision_once_in_the_next_message_and_nobody_is_pinged(world):
    await sent(world, world.ana)
    waiting = await world.ana.slash(world.channel, "question suggestions")
    assert "Waiting for a decision" in world.read(waiting)
    queue = await world.mia.slash(world.channel, "question queue")
    form = await world.mia.click(queue.response, label="Decline")
    await world.mia.submit_modal(form, {"word": WORD})
    assert "No suggestions are waiting" in world.read(queue)
    await world.restart()

    first = await world.ana.slash(world.channel, "study")
    second = await world.ana.slash(world.channel, "study")
    listed = await world.ana.slash(world.channel, "question suggestions")

    assert f"A manager wrote: {WORD}" in world.read(first)
    assert "suggestions" not in world.read(second)
    assert listed.ephemeral
    assert f"Declined. A manager wrote: {WORD}" in world.read(listed)
    assert world.inbox(world.ana) == []


async def test_the_list_marks_a_decision_as_new_until_it_was_seen(world):
    await accepted(world, world.ana)

    assert "**New:** Accepted as" in world.read(await world.ana.slash(world.channel, "question suggestions"))
    assert "New:" not in world.read(await world.ana.slash(world.channel, "question suggestions"))
    nothing = await world.ben.slash(world.channel, "question suggestions")
    assert "You have not suggested a question here yet" in world.read(nothing)


async def test_a_manager_edits_a_suggestion_before_it_is_accepted(world):
    await sent(world, world.ana)
    queue = await world.mia.slash(world.channel, "question queue")
    form = await world.mia.click(queue.response, label="Edit")
    await world.mia.submit_modal(form, {**FORM, "options": "The mean\nThe median"})
    assert "Not a complete question" in world.read(queue)
    assert "have none marked as right" in world.read(queue)

    form = await world.mia.click(queue.response, label="Edit")
    await world.mia.submit_modal(
        form, {**FORM, "stem": "Which figure tells the usual income of the clinic's patients?"}
    )
    await world.mia.click(queue.response, label="Accept")

    pack = await world.bot.services.pack_for(world.guild.id)
    assert [q.stem for q in pack.active if q.id.startswith("own-")] == [
        "Which figure tells the usual income of the clinic's patients?"
    ]


async def test_a_form_of_an_older_version_changes_nothing_and_says_so(world, monkeypatch):
    await sent(world, world.ana)
    queue = await world.mia.slash(world.channel, "question queue")
    form = await world.mia.click(queue.response, label="Edit")
    as_sent = simcord._modal._modal_leaf

    def of_older_version(actor, component, *args):
        return as_sent(actor, component, *args) | (
            {"custom_id": "lesson"} if component["custom_id"] == "explanation" else {}
        )

    monkeypatch.setattr(simcord._modal, "_modal_leaf", of_older_version)

    told = await world.mia.submit_modal(form, FORM | {"stem": "Changed?"})

    assert "That form is from another version of me, so nothing was recorded" in world.read(told)
    again = world.read(await world.mia.slash(world.channel, "question queue"))
    assert again == world.read(queue)


async def test_a_form_with_a_fault_says_so_and_gives_back_what_was_typed(world):
    preview = await suggested(world, world.ana, options="The mean\nThe median")
    assert "options have none marked as right" in world.read(preview)
    assert "Send to the managers" not in world.labels(preview.response)

    again = await world.ana.click(preview.response, label="Change")
    await world.ana.submit_modal(again, FORM)
    await world.ana.click(preview.response, label="Discard")

    assert "Nothing was sent" in world.read(preview)
    assert "No suggestions are waiting" in world.read(await world.mia.slash(world.channel, "question queue"))


async def test_similar_questions_of_the_bank_are_named_to_the_author_and_to_the_manager(world):
    active = (await world.bot.services.pack_for(world.guild.id)).active
    known = next(question for question in active if question.kind is Kind.CHOICE)
    options = "\n".join(f"{'* ' if not place else ''}{option.text}!" for place, option in enumerate(known.options))

    preview = await suggested(world, world.ana, stem=f"{known.stem} Why?", options=options)
    assert "Similar questions here" in world.read(preview)
    assert f"`{known.id}` is" in world.read(preview)

    await world.ana.click(preview.response, label="Send to the managers")
    assert f"`{known.id}` is" in world.read(await world.mia.slash(world.channel, "question queue"))


async def test_a_copy_of_an_existing_question_is_not_sent(world):
    await accepted(world, world.ana)

    preview = await suggested(world, world.ben)

    assert "has a question with the same text and options" in world.read(preview)
    assert world.labels(preview.response) == ["Change", "Discard"]


async def test_the_reply_to_a_copy_does_not_depend_on_the_marked_option(world):
    """The question may be open, and a different reply would reveal its key."""
    kept = await added(world, explanation="", options="The mean\n* The median\nThe range\nThe variance", source="")
    await left_alone(world, kept)
    await world.post_daily(sections="1.1")
    options = ["The mean", "The median", "The range", "The variance"]

    told = set()
    for marked in range(len(options)):
        typed = "\n".join(f"{'* ' if place == marked else ''}{option}" for place, option in enumerate(options))
        preview = await suggested(world, world.ana, options=typed, explanation="", source="")
        told.add((world.read(preview), *world.labels(preview.response)))
        sent = await world.press(world.ana, f"v1:suggest-send:{await draft_of(world, world.ana)}")
        told.add(world.read(sent))

    assert len(told) == 2
    assert any("same text and options" in str(one) for one in told)


async def draft_of(world, actor):
    query = select(tables.question_drafts.c.id).where(tables.question_drafts.c.user_id == actor.id)
    return await world.db.read(lambda tx: tx.execute(query).scalar_one())


async def test_a_hidden_member_is_not_told_that_managers_read_the_name(world):
    named = world.read(await suggested(world, world.ana))
    await world.ana.slash(world.channel, "privacy hide")
    hidden = world.read(await suggested(world, world.ana))
    await sent(world, world.ana)

    assert "The managers will see it with your name." in named
    assert "with your name" not in hidden
    assert "by a member" in world.read(await world.mia.slash(world.channel, "question queue"))


async def test_a_replaced_draft_says_so_and_names_a_command_for_members(world):
    first = await suggested(world, world.ana)
    await suggested(world, world.ana, stem="Which figure tells the usual income of a town?")

    told = world.read(await world.ana.click(first.response, label="Send to the managers"))

    assert "If you write another question before you send this one, it replaces this one." in world.read(first)
    assert "you have written another one since. `/question suggest` starts over" in told


async def test_waiting_suggestions_are_limited_for_each_member_and_server(world):
    assert "waiting, and can have up to 5" in world.read(await sent(world, world.ana))
    assert "You have already suggested that question" in world.read(await sent(world, world.ana))
    for number in range(1, MAX_WAITING):
        await sent(world, world.ana, stem=f"{FORM['stem']} Number {number}?")
    refused = await world.ana.slash(world.channel, "question suggest", section="1.1")
    assert "5 suggestions waiting for a decision, which is the limit" in world.read(refused)

    service, typed = world.bot.services.suggestions, Typed("1.1", 2, FORM["stem"], FORM["options"])
    for number in range(MAX_QUEUE - MAX_WAITING):
        member = Member(world.guild.id, 900 + number, "someone")
        checked = await service.draft(member, typed, at=world.now)
        await service.send(member, checked.drafted.draft.id, at=world.now)

    full = await world.ben.slash(world.channel, "question suggest", section="1.1")
    assert "This server has 200 suggestions waiting for a decision" in world.read(full)


async def test_a_server_that_accepts_no_suggestions_says_so_and_still_decides_the_waiting_ones(world):
    await sent(world, world.ana)
    preview = await suggested(world, world.ben, stem="What is the middle value of a sorted list called?")
    settings = await world.mia.slash(world.channel, "settings", suggestions="off")
    assert "1 suggestion is waiting in `/question queue`" in world.read(settings)

    refused = await world.ben.slash(world.channel, "question suggest", section="1.1")
    late = await world.ben.click(preview.response, label="Send to the managers")
    queue = await world.mia.slash(world.channel, "question queue")
    await world.mia.click(queue.response, label="Accept")

    assert "This server does not accept suggestions right now" in world.read(refused)
    assert "This server does not accept suggestions right now" in world.read(late)
    assert "Accepted: `own-" in world.read(queue)
    again = await world.mia.slash(world.channel, "settings", suggestions="on")
    assert "Members can suggest questions." in world.read(again)


async def test_two_managers_decide_a_suggestion_once(world):
    await sent(world, world.ana)
    one = await world.mia.slash(world.channel, "question queue")
    other = await world.mia.slash(world.channel, "question queue")
    await world.mia.click(one.response, label="Accept")

    late = await world.mia.click(other.response, label="Accept")
    form = await world.mia.click(other.response, label="Decline")

    assert "That suggestion has already been decided" in world.read(late)
    assert "That suggestion has already been decided" in world.read(form)
    listed = await world.mia.slash(world.channel, "question list")
    assert world.read(listed).count("own-") == 1


async def test_a_closed_question_keeps_its_authors_name_as_both_replies_about_privacy_say(world):
    await left_alone(world, await accepted(world, world.ana))
    post = await world.post_daily(sections="1.1", days="mon")
    await world.pass_time(days=1)

    hidden = await world.ana.slash(world.channel, "privacy hide")
    asked = await world.ana.slash(world.channel, "privacy delete")
    await world.pass_time(minutes=5)

    assert "Duels, closed questions of the day and other posts from before still show your name" in world.read(hidden)
    assert "closed questions of the day that you suggested" in world.read(asked)
    assert "Suggested by ana" in world.read(next(m for m in world.posts() if m.id == post.id))


async def test_a_suggestion_whose_author_deletes_their_data_is_gone_from_the_queue(world):
    await sent(world, world.ana)
    kept = await world.bot.services.privacy.export(world.ana.id, at=world.now)
    assert kept.tables["suggestions"][0]["stem"] == FORM["stem"]
    queue = await world.mia.slash(world.channel, "question queue")

    await world.bot.services.privacy.erase(world.ana.id, at=world.now)

    assert "its author deleted it" in world.read(await world.mia.click(queue.response, label="Accept"))
    assert "No suggestions are waiting" in world.read(await world.mia.slash(world.channel, "question queue"))


async def test_the_queue_is_paged_and_the_draft_of_another_server_opens_nothing(world):
    await sent(world, world.ana)
    await sent(world, world.ben, stem="What is the middle value of a sorted list of incomes called?")
    queue = await world.mia.slash(world.channel, "question queue")
    assert "Suggestion 1 of 2 · by ana" in world.read(queue)

    await world.mia.click(queue.response, label="Next ▶")
    assert "Suggestion 2 of 2 · by ben" in world.read(queue)
    await world.mia.click(queue.response, label="Accept")
    assert "Suggestion 1 of 1 · by ana" in world.read(queue)

    preview = await suggested(world, world.ben, stem="Which of these is the largest value of a list?")
    draft = re.search(r"v1:suggest-send:\d+", str(preview.response.components))[0]
    assert "That draft is no longer here" in world.read(await world.press(world.ana, draft))


@pytest.mark.parametrize("name", ["@everyone", "**bold** [x](https://evil.example)", "\u202egnorw", "🦊" * 40])
async def test_a_hostile_name_is_harmless_in_the_queue_and_under_the_post(world, name):
    fox = world.guild.add_member(world.env.create_user("fox"), nick=name[:32])
    await left_alone(world, await accepted(world, fox))

    post = await world.post_daily(sections="1.1")
    feedback = await world.ana.click(post, label="B")

    for text in (world.read(post), world.read(feedback)):
        assert "Suggested by" in text
        assert "@everyone" not in text
        assert "](https://evil" not in text
        assert "\u202e" not in text


@given(st.lists(st.sampled_from(["mean", "median", "range", "mode", "sum", "count", "share"]), min_size=4, max_size=12))
def test_near_returns_exactly_the_duplicates_of_a_question(words):
    stems = " ".join(words), "quite another matter here"
    others = [replace(a_question(f"1.1-{n:03}"), stem=stem) for n, stem in enumerate(stems)]
    question = replace(others[0], id="own-1", stem=" ".join(words[1:]))

    alike = {pair[:2] for pair in twins([question, *others]) if "own-1" in pair[:2]}

    assert {(other.id, "own-1") for other, _ in near(question, others)} == alike
