#!/usr/bin/env bash
# anki-export 0.1.4 with anki 26.9.3: Anki writes an .apkg in its current format unless told to support older versions. Such a file has the notes in
# collection.anki21b, and in collection.anki2 a single note that asks the user to update Anki. anki-export reads that note as if it were the deck:
# three notes in, one out, and no error.
# Expected: an error that names the format. A reader must look for collection.anki21b first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check anki==26.9.3 anki-export==0.1.4
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions
from anki_export import ApkgReader

folder = Path(sys.argv[1])
collection = Collection(str(folder / "c.anki2"))
deck = collection.decks.id("Quiz")
for number in range(3):
    note = collection.new_note(collection.models.by_name("Basic"))
    note["Front"], note["Back"] = f"Question {number}?", "Answer"
    collection.add_note(note, deck)
for legacy in (True, False):
    path = str(folder / f"{legacy}.apkg")
    options = ExportAnkiPackageOptions(with_scheduling=False, with_deck_configs=False, with_media=False, legacy=legacy)
    collection.export_anki_package(out_path=path, options=options, limit=DeckIdLimit(deck))
    with ApkgReader(path) as package:
        _, *rows = package.export()["Basic"]
    print(f"legacy={legacy}: {len(rows)} read, the first {rows[0][0][:36]!r}")
collection.close()
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "legacy=True: 3 read, the first 'Question 0?'
legacy=False: 1 read, the first 'Please update to the latest Anki ver'" ]
