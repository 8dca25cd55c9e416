"""Decks of others: packages as old and new versions of Anki write them, text exports, and hostile ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings

from bot.bank.faults import errors
from bot.bank.formats import Batch, Format, Intake, parse, write
from bot.bank.loader import load_library
from bot.study.questions import Case, Kind, Question
from tests.bank.builders import CHECKED, PACK
from tests.bank.strategies import banks, scenarios
from tests.bank.test_archives import a_zip
from tests.bank.test_round_trips import by_section, there_and_back

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")
ALL_IN_ONE = (
    "Question",
    "Title",
    "QType (0=kprim,1=mc,2=sc)",
    *(f"Q_{n}" for n in range(1, 6)),
    "Answers",
    "Sources",
    "Extra 1",
)


def read(data: str | bytes, file: str = "deck.txt", **more: Any) -> Batch:
    return parse(data.encode() if isinstance(data, str) else data, file, INTAKE, **more)


def one(data: str | bytes, **more: Any) -> Question:
    batch = read(data, **more)
    assert not errors(batch.faults), batch.faults
    (question,) = batch.questions
    return question


def key(question: Question) -> list[str]:
    return [question.options[place].text for place in question.correct]


def text_of(names: Sequence[str], *rows: Sequence[str], html: bool = True) -> str:
    quoted = ("\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (names, *rows))
    head, *body = quoted
    return "\n".join(["#separator:tab", f"#html:{str(html).lower()}", f"#columns:{head}", *body])


# -- choice note types


@pytest.mark.parametrize(
    ("names", "values", "right"),
    [
        (ALL_IN_ONE, ("Q?", "", "2", "a", "b", "c", "", "", "0 1 0", "", ""), ["b"]),
        (ALL_IN_ONE, ("Q?", "", "1", "a", "b", "c", "", "", "1 0 1 0 0", "", ""), ["a", "c"]),
        (("MC_1", "MC_2", "Question", "Answers"), ("a", "b", "Q?", "01"), ["b"]),
        (
            ("number", "question", *"abcd", "answers", "ref", "explanation"),
            ("7", "Q?", *"wxyz", "A, C", "", ""),
            ["w", "y"],
        ),
        (
            ("question", "optionA", "optionB", "optionC", "answer", "note", "noteA"),
            ("Q?", *"xyz", "BC", "", "no"),
            ["y", "z"],
        ),
        (("Question", "Correct", "Explanation", "Incorrect_1", "Incorrect_2"), ("Q?", "r", "", "v", "w"), ["r"]),
        (("Stem", "Option 1", "Option 2", "CorrectOptions"), ("Q?", "1", "2", "2"), ["2"]),
        (("Stem", "Option 1", "Option 2", "CorrectOptions"), ("Q?", "2", "1", "option_2"), ["1"]),
        (("Front", "Choice 1", "Choice 2", "Answer"), ("Q?", "up", "down", "Down"), ["down"]),
        (("Question", "Option 1", "Option 2", "Key"), ("Q?", "up", "down", "2"), ["down"]),
    ],
)
def test_choices_of_many_authors_are_read_by_the_names_of_their_fields(
    names: Sequence[str], values: Sequence[str], right: list[str]
) -> None:
    question = one(text_of(names, values))

    assert question.stem.startswith("Q?")
    assert sorted(key(question)) == right
    assert question.kind is (Kind.RESPONSE if len(right) > 1 else Kind.CHOICE)


def test_how_a_note_type_is_read_is_said_once_and_can_be_said_otherwise() -> None:
    names = ("Frage", "A", "B", "C", "Lösung", "Text")
    rows = [(f"Q{number}?", "x", "y", "z", "2", "So.") for number in (1, 2)]
    said = {"question": ["Frage"], "options": ["A", "B", "C"], "answer": ["Lösung"], "explanation": ["Text"]}

    assert read(text_of(names, *rows)).left_out == 2
    batch = read(text_of(names, *rows), fields=said)
    assert [key(question) for question in batch.questions] == [["y"], ["y"]]
    assert batch.questions[0].explanation == "So."
    notes = [str(fault) for fault in batch.faults if "are read so" in fault.problem]
    assert len(notes) == 1
    assert 'the question is in "Frage", options are in "A", "B", "C", the answer is in "Lösung"' in notes[0]


@pytest.mark.parametrize(
    ("names", "values", "said"),
    [
        (("Front", "Back"), ("F", "B"), "has no wrong answers and cannot be graded"),
        (("Text", "Back Extra"), ("{{c1::S3::hint}} holds", ""), "with gaps (cloze)"),
        (ALL_IN_ONE, ("Q?", "", "0", "a", "b", "c", "", "", "0 1 0", "", ""), "is a kprim question"),
        (
            ALL_IN_ONE,
            ("Q?", "", "2", "a", "b", "", "", "", "7", "", ""),
            'answer: is "7", which points beyond the options',
        ),
        (ALL_IN_ONE, ("Q?", "", "2", "a", "b", "", "", "", "", "", ""), "answer: is empty"),
        (
            ("Question", "A", "B", "C", "Answer"),
            ("Q?", "B", "A", "C", "b"),
            'answer: is "b", which is the letter of option_2 and the text of option_1',
        ),
        (
            ("Question", "A", "B", "Answer"),
            ("Q?", "20", "10", "10"),
            'answer: is "10", which is the number of option_1 and the text of option_2',
        ),
        (ALL_IN_ONE, ("Q?", "", "2", "a", "b", "", "", "", "0 0", "", ""), "has 0 correct options. Mark one option"),
        (ALL_IN_ONE, ('<img src="x.png"> Q?', "", "2", "a", "b", "", "", "", "1 0", "", ""), "needs a picture"),
        (ALL_IN_ONE, ("[sound:x.mp3] Q?", "", "2", "a", "b", "", "", "", "1 0", "", ""), 'another medium ("x.mp3")'),
    ],
)
def test_what_cannot_be_graded_is_named_and_left_out(names: Sequence[str], values: Sequence[str], said: str) -> None:
    batch = read(text_of(names, values))

    assert (batch.questions, batch.left_out, batch.held) == ((), 1, 1)
    assert any(said in str(fault) and "deck.txt:4: error:" in str(fault) for fault in batch.faults)


# -- text


def test_a_quoted_line_may_begin_with_a_hash_and_another_is_a_remark() -> None:
    names = "#columns:Question\tA\tB\tAnswer\n"
    batch = read(f'#separator:tab\n#html:false\n{names}"#1 rule?"\tx\ty\tA\n# note to self\tA\tB\tA\n')

    assert [question.stem for question in batch.questions] == ["#1 rule?"]
    assert batch.held == 1


@pytest.mark.parametrize(("html", "stem"), [(True, "Vec?"), (False, "Vec<b>?"), (None, "Vec<b>?")])
def test_text_is_html_only_if_the_file_says_so(html: bool | None, stem: str) -> None:
    said = "" if html is None else f"#html:{str(html).lower()}\n"
    data = f"#separator:Tab\n{said}#columns:Question\tA\tB\tAnswer\nVec<b>?\tx\ty\tA\n"

    assert one(data).stem == stem


def test_headers_name_columns_apart_from_fields() -> None:
    data = (
        "#separator:semicolon\n#HTML:true\n# guid column:1\n#notetype column:2\n#deck column:3\n#tags column:15\n"
        "a!b;AllInOne (kprim, mc, sc);Pack::1.2 Second;What is 10<sup>3</sup>?;;2;100;1000;1;;;0 1 0;A book;Thrice.;x y\n"
    )
    question = one(data)

    assert (question.section, question.stem, key(question)) == ("1.2", "What is 10³?", ["1000"])
    assert (question.explanation, question.sources) == ("Thrice.", ("A book",))
    assert question.id.startswith("anki-a-b-")


def test_a_quote_that_swallows_notes_up_to_a_stray_one_costs_both_their_notes() -> None:
    rows = [f"Q{number}?\tx\ty\tA" for number in range(5)]
    rows[1], rows[3] = '"' + rows[1], rows[3].replace("?", '?"')

    batch = read("\n".join(["#separator:tab", "#columns:Question\tA\tB\tAnswer", *rows]))

    assert [question.stem for question in batch.questions] == ["Q0?", "Q2?", "Q4?"]
    assert [fault.line for fault in errors(batch.faults)] == [4, 6]


def test_a_quote_that_is_never_closed_costs_its_own_note() -> None:
    data = '#separator:tab\n#columns:Question\tA\tB\tAnswer\nOne?\tx\ty\tA\n"Two?\tx\ty\tA\nThree?\t"x" now\ty\tB\n'
    batch = read(data)

    assert [question.stem for question in batch.questions] == ["One?", "Three?"]
    assert "deck.txt:4: error: question 2: has a quote" in str(batch.faults[0])


@pytest.mark.parametrize("sign", ['"', "\0", "", "#", "\r", "nonsense"])
def test_any_sign_may_be_named_as_the_separator(sign: str) -> None:
    assert read(f'#separator:{sign}\n#columns:Question\na\t"b\n', format=Format.ANKI).held == 1


def test_a_field_beyond_any_measure_costs_its_own_note() -> None:
    batch = read("#separator:tab\n#columns:Question\tA\tB\tAnswer\n" + "x" * 200_000 + "\tx\ty\tA\nOne?\tx\ty\tA\n")

    assert ([question.stem for question in batch.questions], batch.left_out) == (["One?"], 1)
    assert "a field that is too long" in str(batch.faults[0])


# -- packages


def a_database(
    notes: Sequence[tuple[str, Sequence[str]]], names: Sequence[str] = ALL_IN_ONE, new: bool = False
) -> bytes:
    """Notes, each with its guid and fields, as schema 11 or 18 holds them."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE col (id, ver, models, decks)")
        db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, guid, mid, mod, tags, flds)")
        db.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, nid, did)")
        models = {"5": {"name": "Mine", "flds": [{"name": name, "ord": place} for place, name in enumerate(names)]}}
        decks = {"1": {"name": "Default"}, "9": {"name": "Pack::1.2 Second"}}
        db.execute(
            "INSERT INTO col VALUES (1, 11, ?, ?)",
            ("" if new else json.dumps(models), "" if new else json.dumps(decks)),
        )
        if new:
            db.create_collation("unicase", lambda one, other: (one > other) - (one < other))
            db.execute("CREATE TABLE notetypes (id INTEGER PRIMARY KEY, name TEXT COLLATE unicase)")
            db.execute(
                "CREATE TABLE fields (ntid, ord, name TEXT COLLATE unicase, PRIMARY KEY (ntid, ord)) WITHOUT ROWID"
            )
            db.execute("CREATE TABLE decks (id INTEGER PRIMARY KEY, name TEXT COLLATE unicase)")
            db.execute("INSERT INTO notetypes VALUES (5, 'Mine')")
            db.executemany("INSERT INTO fields VALUES (5, ?, ?)", enumerate(names))
            db.execute("INSERT INTO decks VALUES (9, 'Pack\x1f1.2 Second')")
        for number, (guid, fields) in enumerate(notes, 1):
            db.execute("INSERT INTO notes VALUES (?, ?, 5, 0, ' a b::c ', ?)", (number, guid, "\x1f".join(fields)))
            db.execute("INSERT INTO cards VALUES (?, ?, 9)", (number, number))
        db.commit()
        return bytes(db.serialize())


GOOD = ("Q &amp; A?", "", "2", "<b>a</b>", "b", "c", "", "", "0 1 0", "", "Since.")
UPDATE = a_database(
    [("u", ("Please update to the latest Anki version, then import the .colpkg/.apkg file again.", ""))]
)


def write_ahead(database: bytes) -> bytes:
    return database[:18] + b"\2\2" + database[20:]


def packed(database: bytes, sized: bool = False) -> bytes:
    return zstandard.ZstdCompressor(write_content_size=sized).compress(database)


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


def test_notes_are_counted_and_named_by_their_number() -> None:
    bad = ("Q2?", *GOOD[1:8], "9", "", "")
    notes = [(f"g{number}", (f"Q{number}?", *GOOD[1:])) for number in range(6)]
    data = a_zip({"collection.anki2": a_database([notes[0], ("x", bad), *notes[1:]])})
    batch = read(data, "deck.apkg", most_questions=5)

    assert (len(batch.questions), batch.left_out, batch.unread, batch.held) == (4, 1, 2, 7)
    assert any(str(fault).startswith("deck.apkg:2: error: Q2?, answer:") for fault in batch.faults)


def test_a_broken_note_costs_no_other() -> None:
    database = a_database([("g1", GOOD), ("g2", ("Broken?", *GOOD[1:])), ("g3", ("Q3?", *GOOD[1:]))])
    batch = read(a_zip({"collection.anki2": database.replace(b"Broken?", b"Br\xff\xfeen?")}), "deck.apkg")

    assert len(batch.questions) == 3


def test_importing_a_deck_again_brings_nothing_new() -> None:
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
def test_a_package_out_to_harm_gets_a_sentence(members: dict[str, bytes], said: str) -> None:
    batch = (
        read(a_zip(members), "deck.apkg", format=Format.ANKI)
        if "x" not in members
        else read(a_zip(members), "deck.bin")
    )

    assert batch.questions == ()
    assert said in str(batch.faults[0])
    if "unknown" in said:
        assert 'with "Support older Anki versions" ticked' in str(batch.faults[0])


# -- our own decks come back


@settings(max_examples=15, deadline=None)
@given(questions=banks, cases=scenarios())
def test_our_own_deck_carries_everything_but_what_is_retired(
    questions: list[Question], cases: Mapping[str, Case]
) -> None:
    batch = there_and_back(questions, cases, Format.ANKI)

    kept = [question for question in questions if not question.retired]
    assert by_section(batch.questions) == by_section(kept), batch.faults
    assert all(batch.cases[question.case] == cases[question.case] for question in kept if question.case)


def test_the_whole_bank_comes_back_from_our_own_deck() -> None:
    for pack in load_library(Path("content")).values():
        data = write(pack.active, pack.cases, Format.ANKI, pack)
        batch = parse(data, "f.apkg", Intake(on=CHECKED), most_bytes=1 << 26, most_questions=10_000)

        told = {question.id: question for question in pack.active}
        assert {question.id for question in batch.questions} == told.keys()
        assert all(question.options == told[question.id].options for question in batch.questions)
        assert all(question.correct == told[question.id].correct for question in batch.questions)


def test_anki_itself_writes_what_we_read(tmp_path: Path) -> None:
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
