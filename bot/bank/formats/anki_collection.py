"""Write deck files that every version of Anki can read: SQLite of schema 11 in a zip.

Anki identifies a note by its guid, and a note type and a deck by their numbers; `mod` says which of two versions is
newer. All of these are derived from the content, never from the clock, so that the same questions give the same file.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha1, sha256
from io import BytesIO
from typing import Any, Final

from bot.bank.formats.ages import seconds

SEPARATOR: Final = "\x1f"
"""Separates the fields of a note."""
_SCHEMA: Final = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL, ver integer NOT NULL,
  dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL, models text NOT NULL, decks text NOT NULL,
  dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL,
  tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL, mod integer NOT NULL,
  usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL,
  factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL,
  odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL, ivl integer NOT NULL,
  lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""
_CONFIG: Final = {
    "nextPos": 1,
    "estTimes": True,
    "activeDecks": [1],
    "sortType": "noteFld",
    "timeLim": 0,
    "sortBackwards": False,
    "addToCur": True,
    "curDeck": 1,
    "newSpread": 0,
    "dueCounts": True,
    "collapseTime": 1200,
}
_OPTIONS: Final = {
    "id": 1,
    "name": "Default",
    "mod": 0,
    "usn": 0,
    "maxTaken": 60,
    "autoplay": True,
    "timer": 0,
    "replayq": True,
    "dyn": False,
    "new": {"bury": False, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 7], "order": 1, "perDay": 20},
    "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
    "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0},
}


@dataclass(frozen=True)
class NoteType:
    """A note type with one card per note. Never change its `number`: Anki would treat it as another note type."""

    number: int
    name: str
    changed: date
    fields: Sequence[str]
    front: str
    back: str
    style: str


@dataclass(frozen=True)
class CollectionNote:
    key: str
    """Identifies the note, and stays the same from export to export."""
    deck: str
    """The deck's name; `A::B` is the deck B within A."""
    changed: int
    """A timestamp in seconds. Anki replaces the note that it already has if this is later."""
    fields: Sequence[str]
    """HTML; Anki's browser lists notes by the first field."""
    tags: Sequence[str]
    data: str = ""
    """Further data, which Anki ignores."""


def package(kind: NoteType, notes: Iterable[CollectionNote], remark: str) -> bytes:
    """Return an .apkg file; `remark` is HTML shown with each deck."""
    known = list(notes)
    newest = max((note.changed for note in known), default=seconds(kind.changed))
    decks = {note.deck: _number(note.deck) for note in known}
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(_SCHEMA)
        shown = {str(number): _deck(number, name, newest, remark) for name, number in decks.items()}
        shown["1"] = _deck(1, "Default", 0, "")
        texts: tuple[Mapping[str, Any], ...] = (_CONFIG, {str(kind.number): _model(kind)}, shown, {"1": _OPTIONS}, {})
        day = seconds(kind.changed)
        db.execute(
            "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, ?)",
            (day, newest * 1000, day * 1000, *map(json.dumps, texts)),
        )
        for place, note in enumerate(known, 1):
            number, mod = newest * 1000 + place, note.changed
            first = note.fields[0]
            row = (number, guid_of(note.key), kind.number, mod, f" {' '.join(note.tags)} ", SEPARATOR.join(note.fields))
            checksum = int(sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
            db.execute(
                "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, ?)", (*row, first, checksum, note.data)
            )
            db.execute(
                "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
                (number, number, decks[note.deck], mod, place),
            )
        db.commit()
        collection = db.serialize()
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("collection.anki2", collection), ("media", b"{}")):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _model(kind: NoteType) -> Mapping[str, Any]:
    card = {"name": "Card", "ord": 0, "qfmt": kind.front, "afmt": kind.back, "did": None, "bqfmt": "", "bafmt": ""}
    return {
        "id": str(kind.number),
        "name": kind.name,
        "type": 0,
        "mod": seconds(kind.changed),
        "usn": -1,
        "sortf": 0,
        "did": 1,
        "tmpls": [card],
        "flds": [
            {"name": name, "ord": place, "font": "Arial", "size": 20, "sticky": False, "rtl": False, "media": []}
            for place, name in enumerate(kind.fields)
        ],
        "css": kind.style,
        "latexPre": "",
        "latexPost": "",
        "tags": [],
        "vers": [],
    }


def _deck(number: int, name: str, mod: int, remark: str) -> Mapping[str, Any]:
    today = [0, 0]
    return {
        "id": number,
        "name": name,
        "mod": mod,
        "usn": -1,
        "desc": remark,
        "dyn": 0,
        "conf": 1,
        "collapsed": False,
        "browserCollapsed": False,
        "extendNew": 0,
        "extendRev": 0,
        **dict.fromkeys(("newToday", "revToday", "lrnToday", "timeToday"), today),
    }


def _number(name: str) -> int:
    """Return a deck's number, which stays the same from export to export."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) | 1 << 31


_DIGITS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_`{|}~"  # the 91 digits of Anki's own guids


def guid_of(key: str) -> str:
    """Return the guid for a key, always the same: the first 64 bits of its hash, in Anki's digits."""
    number = int.from_bytes(sha256(key.encode()).digest()[:8])
    digits: list[str] = []
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
