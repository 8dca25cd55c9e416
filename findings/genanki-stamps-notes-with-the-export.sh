#!/usr/bin/env bash
# genanki 0.13.1: a note whose guid and fields never changed is written with the time of the export as its modification time. Two exports of the same
# deck, a second apart, therefore differ in every note, and an importer that keeps the newer version treats all notes as changed.
# Expected: a way to set when a note was last changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check genanki==0.13.1
cat > "$work/look.py" <<'PY'
import sqlite3, sys, zipfile
from pathlib import Path
import genanki

folder = Path(sys.argv[1])
model = genanki.Model(1607392319, "Plain", fields=[{"name": "Q"}, {"name": "A"}],
                      templates=[{"name": "Card", "qfmt": "{{Q}}", "afmt": "{{A}}"}])

def export(name, timestamp):
    deck = genanki.Deck(2059400110, "Deck")
    for number in range(3):
        deck.add_note(genanki.Note(model=model, guid=f"fixed-{number}", fields=[f"Question {number}", "Answer"]))
    genanki.Package(deck).write_to_file(folder / name, timestamp=timestamp)
    with zipfile.ZipFile(folder / name) as package:
        (folder / "c.db").write_bytes(package.read("collection.anki2"))
    with sqlite3.connect(folder / "c.db") as db:
        return db.execute("SELECT guid, flds, mod FROM notes ORDER BY guid").fetchall()

first, second = export("a.apkg", 1_700_000_000), export("b.apkg", 1_700_000_001)
same = sum(a[:2] == b[:2] for a, b in zip(first, second))
later = sum(b[2] - a[2] == 1 for a, b in zip(first, second))
print(f"notes alike in guid and fields: {same} of 3; stamped one second later: {later} of 3")
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "notes alike in guid and fields: 3 of 3; stamped one second later: 3 of 3" ]
