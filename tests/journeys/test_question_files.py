"""Importing a server's questions from files, and exporting them as decks."""

from __future__ import annotations

import json
import re

import pytest

from bot.bank.formats.anki import earlier
from bot.bank.limits import UPLOAD_BYTES_MAX
from bot.cogs.ui.refusals import SENTENCES
from bot.storage import questions
from bot.study.errors import Refusal
from tests.journeys.own_questions import a_row, added, ids_of, left_alone, uploaded

# -- files


async def test_the_good_questions_of_a_file_are_imported_and_each_bad_one_is_named_with_its_line(world):
    rows = [a_row(1), a_row(2, correct=[7]), a_row(3), a_row(4, stem="x" * 700), a_row(5, section="9.9")]

    reply = await uploaded(world, rows)

    text = world.read(reply)
    assert reply.ephemeral
    assert "2 questions imported" in text
    assert "The file holds 5 questions." in text
    assert "Imported: **2**" in text
    assert "Left out: **3**" in text
    assert re.search(r"line 2, .*correct points beyond the options\.", text)
    assert re.search(r"line 4, .*stem has 700 characters; at most 600 are shown\. Shorten it\.", text)
    assert re.search(r'line 5, .*"9\.9" is not a section with questions', text)
    assert len(await ids_of(world)) == 2


async def test_a_dry_run_says_what_would_happen_and_changes_nothing(world):
    reply = await uploaded(world, [a_row(1), {}], dry_run=True)

    assert "1 question would be imported" in world.read(reply)
    assert "Nothing was changed" in world.read(reply)
    assert await ids_of(world) == []


async def test_a_file_that_names_no_section_goes_where_the_manager_says(world):
    row = a_row(1)
    del row["section"]

    lost = await uploaded(world, [row])
    kept = await uploaded(world, [row], section="2.1")

    assert "names no section" in world.read(lost)
    assert "1 question imported" in world.read(kept)


async def test_importing_a_file_again_adds_nothing(world):
    await uploaded(world, [a_row(1), a_row(2)])

    reply = await uploaded(world, [a_row(1), a_row(2), a_row(3)])

    assert "1 question imported" in world.read(reply)
    assert "Already here: **2**" in world.read(reply)
    assert len(await ids_of(world)) == 3


async def test_a_question_with_a_corrected_key_is_imported_in_addition_to_the_old_one(world):
    await uploaded(world, [a_row(1)])

    reply = await uploaded(world, [a_row(1, correct=[1])])

    assert "1 question imported" in world.read(reply)
    assert len(await ids_of(world)) == 2


TRIVIA = "".join(f"What is thing {n}?: [thing{n}]\n" for n in range(6))


async def test_a_corrected_answer_of_a_trivia_list_changes_the_existing_question(world):
    await uploaded(world, TRIVIA.encode(), name="t.yaml", section="1.1")
    before = await world.db.read(lambda tx: questions.additions(tx, world.guild.id))
    mended = TRIVIA.replace("[thing3]", "[another]").encode()

    dry = await uploaded(world, mended, name="t.yaml", section="1.1", dry_run=True)
    assert "1 question would be corrected" in world.read(dry)
    assert await world.db.read(lambda tx: questions.additions(tx, world.guild.id)) == before

    reply = await uploaded(world, mended, name="t.yaml", section="1.1")

    text = world.read(reply)
    assert "1 question was corrected" in text
    assert "Corrected: **1**" in text
    assert "Already here: **5**" in text
    assert "was already here: the answer was" in text
    after = await world.db.read(lambda tx: questions.additions(tx, world.guild.id))
    assert list(after.questions) == list(before.questions)
    changed = [name for name, question in after.questions.items() if question != before.questions[name]]
    assert [after.questions[name].stem for name in changed] == ["What is thing 3?"]
    assert "another" in {option.text for option in after.questions[changed[0]].options}
    assert "0 questions imported" in world.read(await uploaded(world, mended, name="t.yaml", section="1.1"))


async def deck_of(world):
    shown = await world.mia.slash(world.channel, "question export", format="anki")
    return await shown.response.attachments[0].read()


async def test_a_corrected_question_is_newer_in_the_next_anki_deck(world):
    await uploaded(world, TRIVIA.encode(), name="t.yaml", section="1.1")
    before = earlier(await deck_of(world))

    await world.pass_time(hours=1)
    await uploaded(world, TRIVIA.replace("[thing3]", "[another]").encode(), name="t.yaml", section="1.1")
    after = earlier(await deck_of(world))

    assert after.keys() == before.keys()
    assert [after[guid].changed > before[guid].changed for guid in after if after[guid] != before[guid]] == [True]


async def test_an_answer_keeps_its_points_when_its_question_is_corrected(world):
    await uploaded(world, TRIVIA.encode(), name="t.yaml", section="1.1")
    kept = (await world.db.read(lambda tx: questions.additions(tx, world.guild.id))).questions
    question = next(question for question in kept.values() if question.stem == "What is thing 3?")
    await left_alone(world, question.id)
    message = await world.post_daily(sections="1.1")
    first = await world.ana.click(message, label="ABCD"[question.correct[0]])

    await uploaded(world, TRIVIA.replace("[thing3]", "[another]").encode(), name="t.yaml", section="1.1")
    again = await world.ana.click(message, label="ABCD"[question.correct[0]])

    assert "Right" in world.read(first)
    assert "right" in world.read(again).lower()
    late = await world.ben.click(message, label="ABCD"[question.correct[0]])
    assert SENTENCES[Refusal.OPTIONS_CHANGED] in world.read(late)
    await world.pass_time(seconds=10)
    shown = world.channel.last_message
    assert "Right" in world.read(await world.ben.click(shown, label="ABCD"[question.correct[0]]))
    board = await world.ana.slash(world.channel, "leaderboard", section="1.1")
    assert "ana" in world.read(board)


async def test_a_daily_that_nobody_has_answered_shows_the_correction_of_its_question(world):
    await uploaded(world, TRIVIA.encode(), name="t.yaml", section="1.1")
    kept = (await world.db.read(lambda tx: questions.additions(tx, world.guild.id))).questions
    question = next(question for question in kept.values() if question.stem == "What is thing 3?")
    await left_alone(world, question.id)
    assert "thing3" in world.read(await world.post_daily(sections="1.1"))

    await uploaded(world, TRIVIA.replace("[thing3]", "[another]").encode(), name="t.yaml", section="1.1")
    await world.pass_time(seconds=10)

    assert "another" in world.read(world.channel.last_message)
    assert "thing3" not in world.read(world.channel.last_message)
    kept = (await world.db.read(lambda tx: questions.additions(tx, world.guild.id))).questions
    assert kept[question.id].since is not None


DECK = "#separator:tab\n#html:false\n#deck:Cars::Engines\n#columns:Ask\tX\tY\tZ\tKey\nWhich?\tone\ttwo\tthree\tY\n"


async def test_fields_of_notes_and_sections_of_decks_can_be_given_with_the_upload(world):
    lost = await uploaded(world, DECK.encode(), name="deck.txt")
    assert "question=Front, options=A,B,C, answer=Key" in world.read(lost)

    reply = await uploaded(
        world,
        DECK.encode(),
        name="deck.txt",
        categories=" Engines = 2.1 ;",
        fields="question=Ask; options = X, Y,Z; answer=Key",
    )

    assert "1 question imported" in world.read(reply)
    kept = await world.db.read(lambda tx: questions.additions(tx, world.guild.id))
    (question,) = kept.questions.values()
    assert (question.section, question.options[question.correct[0]].text) == ("2.1", "two")


async def test_a_deck_without_a_section_is_named(world):
    reply = await uploaded(world, DECK.encode(), name="deck.txt", fields="question=Ask; options=X,Y,Z; answer=Key")

    assert 'its category "Cars/Engines" matches none' in world.read(reply)
    assert '"Engines=1.1"' in world.read(reply)


@pytest.mark.parametrize(
    ("option", "typed", "said"),
    [
        ("categories", "Engines", "I cannot read `Engines` in `categories`"),
        ("fields", "key=Key", "I cannot read `key=Key` in `fields`"),
        ("fields", "answer=", "I cannot read `answer=` in `fields`"),
    ],
)
async def test_an_unreadable_map_is_reported_with_an_example(world, option, typed, said):
    reply = await uploaded(world, DECK.encode(), name="deck.txt", **{option: typed})

    assert said in world.read(reply)
    assert await ids_of(world) == []


async def test_a_question_that_the_pack_already_has_is_not_imported(world):
    question = next(q for q in world.packs["aws-mla-c01"].questions.values() if q.case is None and not q.prompts)
    row = {
        "id": question.id,
        "section": question.section,
        "type": question.kind.value,
        "stem": question.stem,
        "options": [option.text for option in question.options],
        "option_rationales": [option.rationale for option in question.options],
        "correct": list(question.correct),
        "explanation": question.explanation,
    }

    reply = await uploaded(world, [row])

    assert "Already here: **1**" in world.read(reply)
    assert await ids_of(world) == []


CASE = """\
section: "1.1"
cases:
  - {id: shop, scenario: "A shop sells hats in two towns, and keeps a list of every sale in a file of its own."}
questions:
  - id: one
    case: shop
    kind: choice
    stem: Which figure says how much a usual hat costs?
    options: [{text: The median, correct: true}, {text: The range}]
  - id: two
    case: shop
    kind: ordering
    stem: Put the steps to the median in order.
    options: [{text: Take the middle, place: 2}, {text: Sort, place: 1}, {text: Report it, place: 3}]
"""


async def test_a_case_is_imported_and_asked_with_its_scenario(world):
    await uploaded(world, CASE.encode(), name="shop.yaml")
    await left_alone(world, *await ids_of(world))

    shown = await world.ana.slash(world.channel, "quiz", section="1.1")

    assert "> A shop sells hats in two towns" in world.read(shown)


@pytest.mark.parametrize("format", ["yaml", "csv", "jsonl"])
async def test_an_export_is_known_here_and_can_be_imported_completely_elsewhere(world, format):
    await uploaded(world, CASE.encode(), name="shop.yaml")
    await added(world)
    channel, noa, _ = world.open_server()

    file = (await world.mia.slash(world.channel, "question export", format=format)).response.attachments[0]
    data = await file.read()
    again = await uploaded(world, data, name=file.filename)
    there = await uploaded(world, data, name=file.filename, actor=noa, channel=channel)
    back = (await noa.slash(channel, "question export", format=format)).response.attachments[0]

    assert "Already here: **3**" in world.read(again)
    assert "3 questions imported" in world.read(there)
    anonymous = [re.sub(rb"own-[0-9a-f]{12}", b"own-", text) for text in (data, await back.read())]
    assert anonymous[0] == anonymous[1]
    assert not set(await ids_of(world)) & set(await ids_of(world, noa.guild))


@pytest.mark.parametrize("format", ["xlsx", "moodle", "gift", "qti", "anki"])
async def test_a_file_for_another_program_is_recognized_here_and_can_be_imported_elsewhere(world, format):
    await uploaded(world, CASE.encode(), name="shop.yaml")
    channel, noa, _ = world.open_server()

    file = (await world.mia.slash(world.channel, "question export", format=format)).response.attachments[0]
    data = await file.read()
    again = await uploaded(world, data, name=file.filename)
    there = await uploaded(world, data, name=file.filename, actor=noa, channel=channel)

    assert "0 questions imported" in world.read(again)
    assert "Already here: **2**" in world.read(again)
    assert "2 questions imported" in world.read(there)


@pytest.mark.parametrize(
    ("format", "lost"),
    [("gift", "- the day on which each was last checked"), ("moodle", "- the day on which"), ("qti", ""), ("anki", "")],
)
async def test_the_other_formats_are_written_and_the_reply_says_what_they_lose(world, format, lost):
    await added(world)

    reply = await world.mia.slash(world.channel, "question export", format=format)

    assert reply.ephemeral
    assert ("no place for them" in world.read(reply)) == bool(lost)
    assert lost in world.read(reply)
    assert len(await reply.response.attachments[0].read()) > 100


async def test_a_server_without_its_own_questions_has_nothing_to_export(world):
    reply = await world.mia.slash(world.channel, "question export")

    assert SENTENCES[Refusal.NO_OWN_QUESTIONS] in world.read(reply)


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nquestions: [*b,*b,*b,*b,*b,*b,*b]\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bomb.yaml", BOMB, "uses an anchor or alias"),
        ("tag.yaml", b"questions: !!python/object/apply:os.system [ls]\n", "uses a tag"),
        ("deep.yaml", b"questions: " + b"[" * 200_000, "is nested too deeply"),
        ("deep.jsonl", b'{"a":' * 100_000, "is nested too deeply"),
        ("types.jsonl", b'{"type": 7, "stem": [], "options": {}, "correct": "x"}', "must be text"),
        ("huge.jsonl", json.dumps(a_row(1, stem="x" * 900_000)).encode(), "has 900000 characters"),
        ("program.exe", b"MZ\x90\x00", "is not in a supported format"),
        ("nothing.csv", b"", "the first row is empty"),
        ("noise.yaml", bytes(range(256)), "is not UTF-8 text"),
        ("nul.gift", b"\x00{=\x00~\x01}\n\n", "invisible control character"),
    ],
)
async def test_a_hostile_file_is_refused_in_a_sentence_and_nothing_is_imported(world, name, data, said):
    reply = await uploaded(world, data, name=name, section="1.1")

    text = world.read(reply)
    assert "0 questions imported" in text
    assert said in text
    assert "Something went wrong on my side" not in text
    assert await ids_of(world) == []


async def test_a_file_beyond_the_limit_is_not_even_fetched(world):
    reply = await uploaded(world, b"x" * (UPLOAD_BYTES_MAX + 1))

    assert "That file has 1,048,577 bytes, and I read at most 1,048,576." in world.read(reply)


async def test_more_faults_than_fit_in_a_message_are_sent_as_a_file(world):
    reply = await uploaded(world, [a_row(n, stem="") for n in range(150)])

    assert "The full list is in faults.txt." in world.read(reply)
    text = (await reply.response.attachments[0].read()).decode()
    assert text.startswith("questions.jsonl:1: error: ")
    assert len(text.splitlines()) == 150


async def test_text_of_a_file_cannot_format_ping_or_link(world):
    hostile = "**@everyone** [free](https://evil.example) `x` <@1>"
    await uploaded(world, [a_row(1, stem=hostile)])

    listed = await world.mia.slash(world.channel, "question list")

    assert "@everyone" not in world.read(listed)
    assert "[free](" not in world.read(listed).replace("\\[", "")
    assert "<@1>" not in world.read(listed).replace("\\<", "")
