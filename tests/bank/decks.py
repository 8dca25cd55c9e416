"""Decks as other programs write them, made for tests: text exports, and packages of old and new versions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from backports import zstd

from bot.bank.faults import errors
from bot.bank.formats import Batch, Intake, parse
from bot.study.questions import Question
from tests.bank.builders import CHECKED, PACK

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


def a_database(
    notes: Sequence[tuple[str, Sequence[str]]], names: Sequence[str] = ALL_IN_ONE, new: bool = False
) -> bytes:
    """Return an Anki database with these notes, each with its guid and fields, in schema 11 or 18."""
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
    return zstd.compress(database, options={zstd.CompressionParameter.content_size_flag: sized})
