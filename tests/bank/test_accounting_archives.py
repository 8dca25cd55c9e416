"""The counts add up for archives too: QTI items, Anki notes, spreadsheet rows."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.faults import errors
from bot.bank.formats import Batch, Format, Intake, parse, write
from tests.bank.builders import CHECKED, PACK, a_question
from tests.bank.decks import a_database, packed
from tests.bank.test_accounting import KINDS, Item, counts, words
from tests.bank.test_archives import a_zip
from tests.examples import examples

INTAKE = Intake(on=CHECKED, pack=PACK, section="1.1")


def qti(items: list[Item]) -> dict[str, bytes]:
    """Return the members of a package, by name. A bad question has no key."""
    questions = [a_question(id=word, stem=f"Is it {word}?") for word, _ in items]
    with zipfile.ZipFile(BytesIO(write(questions, {}, Format.QTI, PACK))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for word, good in items:
        if not good:
            (name,) = (name for name in members if Path(name).stem.endswith(f"-{word}") or Path(name).stem == word)
            members[name] = (
                members[name].replace(b"<correctResponse>", b"<wrong>").replace(b"</correctResponse>", b"</wrong>")
            )
    return members


def notes(items: list[Item]) -> list[tuple[str, list[str]]]:
    return [(word, [f"Is it {word}?", "y", "n", "1" if good else "7"]) for word, good in items]


NAMES = ("Question", "A", "B", "Answer")


def deck(items: list[Item], *, new: bool) -> bytes:
    database = a_database(notes(items), NAMES, new)
    return a_zip({"collection.anki21b": packed(database)} if new else {"collection.anki2": database})


def book(rows: list[list[Any]]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def rows(items: list[Item]) -> list[list[Any]]:
    return [line.split(",") for line in KINDS["csv"].write(items).splitlines()]


KAHOOT = ["Question - max 120 characters", *(f"Answer {n} - max 75 characters" for n in (1, 2)), "Time limit (sec)"]


def kahoot(items: list[Item]) -> bytes:
    body = [[None, n, f"Is it {word}?", "yes", "no", 20, 1 if good else 7] for n, (word, good) in enumerate(items)]
    head = [["Quiz template"], [], [None, None, *KAHOOT, "Correct answer(s) - choose at least one"]]
    return book([*head, *body])


ARCHIVES = {
    "qti": lambda items: a_zip(qti(items)),
    "anki, old": lambda items: deck(items, new=False),
    "anki, new": lambda items: deck(items, new=True),
    "xlsx": lambda items: book(rows(items)),
    "kahoot": kahoot,
}
each = pytest.mark.parametrize("make", ARCHIVES.values(), ids=ARCHIVES)


@each
@settings(max_examples=examples(15), deadline=None)
@given(items=words, most=st.integers(1, 14))
def test_every_question_of_an_archive_is_accounted_for(make: Any, items: list[Item], most: int) -> None:
    batch = parse(make(items), "f", INTAKE, most_questions=most)

    assert batch.held == len(items)
    assert batch.unread == max(0, len(items) - most)
    assert bool(errors(batch.faults)) == bool(batch.left_out or batch.unread)
    read = items if batch.unread == 0 else None
    if read is not None:
        assert {question.stem for question in batch.questions} == {f"Is it {word}?" for word, good in read if good}


@each
@settings(max_examples=examples(10), deadline=None)
@given(items=words)
def test_a_second_import_of_an_archive_counts_the_same(make: Any, items: list[Item]) -> None:
    data = make(items)
    first = parse(data, "f", INTAKE)
    here = {question.id: question for question in first.questions}

    second = parse(data, "f", Intake(on=CHECKED, pack=PACK, section="1.1", taken=here))

    assert counts(second) == (0, len(first.questions), first.left_out, 0)


def others(batch: Batch, items: list[Item], victim: int) -> None:
    """Check that every other good question is imported."""
    good = {f"Is it {word}?" for place, (word, fine) in enumerate(items) if fine and place != victim}
    assert good <= {question.stem for question in batch.questions}, batch.faults


scraps = st.sampled_from(
    [b"", b"<", b">", b"]]>", b"<![CDATA[", b"&x;", b"\x00", b"\xff", b'"', b"\x1f", b"</p>", b"<img src='x.png'>"]
)


@settings(max_examples=examples(40), deadline=None)
@given(items=words, data=st.data())
def test_a_damaged_item_of_a_package_affects_only_itself(items: list[Item], data: st.DataObject) -> None:
    members = qti(items)
    name = data.draw(st.sampled_from(sorted(name for name in members if name.startswith("items/"))))
    whole = members[name]
    begin, end = sorted(data.draw(st.tuples(st.integers(200, len(whole)), st.integers(200, len(whole)))))
    members[name] = whole[:begin] + data.draw(scraps) + whole[min(end, begin + 60) :]

    batch = parse(a_zip(members), "f", INTAKE)

    assert batch.held == len(items)
    victim = next(n for n, (word, _) in enumerate(items) if f"Is it {word}?".encode() in whole)
    others(batch, items, victim)


@settings(max_examples=examples(20), deadline=None)
@given(items=words, data=st.data())
def test_a_package_without_one_of_its_files_counts_the_others(items: list[Item], data: st.DataObject) -> None:
    members = qti(items)
    gone = data.draw(st.sampled_from(sorted(members)))
    rest = {name: body for name, body in members.items() if name != gone}

    batch = parse(a_zip(rest), "f", INTAKE, format=Format.QTI)

    there = sum(name.startswith("items/") for name in rest)
    assert batch.held == there or (batch.held == 0 and batch.faults)


@pytest.mark.parametrize("new", [False, True])
@settings(max_examples=examples(30), deadline=None)
@given(items=words, data=st.data())
def test_a_damaged_note_affects_only_itself(new: bool, items: list[Item], data: st.DataObject) -> None:
    kept = notes(items)
    victim = data.draw(st.integers(0, len(items) - 1))
    whole = "\x1f".join(kept[victim][1]).encode()
    begin, end = sorted(data.draw(st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)))))
    kept[victim] = (kept[victim][0], [])
    database = a_database(kept, NAMES, new)
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(database)
        broken = whole[:begin] + data.draw(scraps) + whole[end:]
        value: Any = data.draw(st.sampled_from([broken, broken.decode(errors="replace"), None, 7]))
        db.execute("UPDATE notes SET flds = ? WHERE id = ?", (value, victim + 1))
        db.commit()
        database = bytes(db.serialize())

    batch = parse(
        a_zip({"collection.anki21b": packed(database)} if new else {"collection.anki2": database}), "f", INTAKE
    )

    assert batch.held == len(items)
    others(batch, items, victim)


CELLS: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", 0, 1, 2.5, True, "=1/0", "#N/A", "'x", "yes\r\nno", "\u2800", "x" * 2000, "1,2", "A", "option_1"]
)


@settings(max_examples=examples(30), deadline=None)
@given(items=words, data=st.data())
def test_a_damaged_row_of_a_spreadsheet_affects_only_itself(items: list[Item], data: st.DataObject) -> None:
    table = rows(items)
    victim = data.draw(st.integers(0, len(items) - 1))
    changed: Mapping[int, Any] = data.draw(st.dictionaries(st.integers(0, 6), CELLS, min_size=1))
    table[victim + 1] = [changed.get(place, cell) for place, cell in enumerate([*table[victim + 1], None, None])]

    batch = parse(book(table), "f", INTAKE)

    empty = all(cell in (None, "") for cell in table[victim + 1])
    assert batch.held == len(items) - empty
    others(batch, items, victim)
