"""Anki packages: of old and new versions, hostile ones, and our own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.bank.formats import Format, Intake, parse, write
from bot.bank.loader import load_library
from bot.study.questions import Case, Question
from tests.bank.builders import CHECKED, PACK
from tests.bank.decks import ALL_IN_ONE, GOOD, UPDATE, a_database, key, one, packed, read, write_ahead
from tests.bank.strategies import banks, scenarios
from tests.bank.test_archives import a_zip
from tests.bank.test_round_trips import by_section, there_and_back
from tests.examples import examples


@pytest.mark.parametrize(
    "members",
    [
        {"collection.anki2": a_database([("g", GOOD)]), "media": b"{}", "0": bytes(70_000_000)},
        {"collection.anki2": UPDATE, "collection.anki21": a_database([("g", GOOD)]), "meta": b"\x08\x02"},
        {"collection.anki21b": packed(write_ahead(a_database([("g", GOOD)], new=True))), "collection.anki2": UPDATE},
    ],
    ids=["2", "21", "21b"],
)
def test_the_newest_collection_of_a_package_is_read(members: dict[str, bytes]) -> None:
    question = one(a_zip(members), file="deck.apkg")

    assert (question.stem, question.section, key(question), question.explanation) == ("Q & A?", "1.2", ["b"], "Since.")


def test_notes_are_counted_and_reported_by_number() -> None:
    bad = ("Q2?", *GOOD[1:8], "9", "", "")
    notes = [(f"g{number}", (f"Q{number}?", *GOOD[1:])) for number in range(6)]
    data = a_zip({"collection.anki2": a_database([notes[0], ("x", bad), *notes[1:]])})
    batch = read(data, "deck.apkg", most_questions=5)

    assert (len(batch.questions), batch.left_out, batch.unread, batch.held) == (4, 1, 2, 7)
    assert any(str(fault).startswith("deck.apkg:2: error: Q2?, answer:") for fault in batch.faults)


def test_a_broken_note_affects_no_other() -> None:
    database = a_database([("g1", GOOD), ("g2", ("Broken?", *GOOD[1:])), ("g3", ("Q3?", *GOOD[1:]))])
    batch = read(a_zip({"collection.anki2": database.replace(b"Broken?", b"Br\xff\xfeen?")}), "deck.apkg")

    assert len(batch.questions) == 3


def test_importing_a_deck_again_adds_nothing() -> None:
    data = a_zip({"collection.anki2": a_database([("g", GOOD)])})
    here = {question.id: question for question in read(data, "deck.apkg").questions}

    again = parse(data, "deck.apkg", Intake(on=CHECKED, pack=PACK, section="1.1", taken=here))

    assert (again.questions, again.already_here) == ((), 1)


def hostile(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
        return bytes(db.serialize())


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
COL = "CREATE TABLE col (id, ver, models, decks)", "INSERT INTO col VALUES (1, 11, '{}', '{}')"
CARDS = "CREATE TABLE cards (id, nid, did)"


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"x": b""}, "is an archive without questions in it"),
        ({"collection.anki2": b"hello"}, "of an unknown kind"),
        ({"collection.anki2": a_database([("g", GOOD)])[:5000]}, "damaged or of an unknown version"),
        ({"collection.anki21b": b"hello"}, "cannot be unpacked"),
        ({"collection.anki21b": packed(bytes(100_000_000), sized=True)}, "unpacks to more than 67,108,864 bytes"),
        ({"collection.anki2": hostile(*COL, CARDS)}, "damaged or of an unknown version"),
        (
            {
                "collection.anki2": hostile(
                    *COL,
                    CARDS,
                    f"CREATE VIEW notes AS SELECT x id, 1 guid, 1 mid, 1 mod, '' tags, '' flds FROM ({ENDLESS})",
                )
            },
            "damaged or of an unknown version",
        ),
        (
            {
                "collection.anki2": hostile(
                    *COL,
                    CARDS,
                    "CREATE TABLE notes (id, guid, mid, mod, tags, flds AS (hex(zeroblob(9))))",
                    "INSERT INTO notes VALUES (1, 1, 1, 1, '')",
                )
            },
            "damaged or of an unknown version",
        ),
        (
            {"collection.anki2": hostile("CREATE TABLE col (x)", "CREATE TABLE notes (x)", CARDS)},
            "damaged or of an unknown version",
        ),
    ],
)
def test_a_hostile_package_is_refused_in_a_sentence(members: dict[str, bytes], said: str) -> None:
    batch = (
        read(a_zip(members), "deck.apkg", format=Format.ANKI)
        if "x" not in members
        else read(a_zip(members), "deck.bin")
    )

    assert batch.questions == ()
    assert said in str(batch.faults[0])
    if "unknown" in said:
        assert 'with "Support older Anki versions" checked' in str(batch.faults[0])


# -- importing our own decks


@settings(max_examples=examples(15), deadline=None)
@given(questions=banks, cases=scenarios())
def test_our_own_deck_keeps_everything_except_retired_questions(
    questions: list[Question], cases: Mapping[str, Case]
) -> None:
    batch = there_and_back(questions, cases, Format.ANKI)

    kept = [question for question in questions if not question.retired]
    assert by_section(batch.questions) == by_section(kept), batch.faults
    assert all(batch.cases[question.case] == cases[question.case] for question in kept if question.case)


def test_the_whole_bank_is_read_back_from_our_own_deck() -> None:
    for pack in load_library(Path("content")).values():
        data = write(pack.active, pack.cases, Format.ANKI, pack)
        batch = parse(data, "f.apkg", Intake(on=CHECKED), most_bytes=1 << 26, most_questions=10_000)

        told = {question.id: question for question in pack.active}
        assert {question.id for question in batch.questions} == told.keys()
        assert all(question.options == told[question.id].options for question in batch.questions)
        assert all(question.correct == told[question.id].correct for question in batch.questions)


def test_we_read_what_anki_itself_writes(tmp_path: Path) -> None:
    pytest.importorskip("anki", reason="Anki's own importer is not installed: pip install anki")
    from anki.collection import Collection, ExportAnkiPackageOptions

    collection = Collection(str(tmp_path / "collection.anki2"))
    try:
        kind = collection.models.new("Mine")
        for name in ALL_IN_ONE:
            collection.models.add_field(kind, collection.models.new_field(name))
        template = collection.models.new_template("Card")
        template["qfmt"], template["afmt"] = "{{Question}}", "{{Answers}}"
        collection.models.add_template(kind, template)
        collection.models.add_dict(kind)
        for name, values in (("Mine", GOOD), ("Basic", ("F", "B")), ("Cloze", ("{{c1::S3}} holds", ""))):
            note = collection.new_note(collection.models.by_name(name))
            note.fields = list(values)
            collection.add_note(note, collection.decks.id("Pack::1.2 Second"))
        for legacy in (True, False):
            path = tmp_path / f"{legacy}.apkg"
            options = ExportAnkiPackageOptions(with_scheduling=False, with_media=False, legacy=legacy)
            collection.export_anki_package(out_path=str(path), options=options, limit=None)
            batch = read(path.read_bytes(), "deck.apkg")

            assert (len(batch.questions), batch.left_out, batch.held) == (1, 2, 3)
            assert (batch.questions[0].section, key(batch.questions[0])) == ("1.2", ["b"])
    finally:
        collection.close()
