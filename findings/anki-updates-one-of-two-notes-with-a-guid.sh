#!/usr/bin/env bash
# anki 26.9.3 with genanki 0.13.1: two notes of one package with the same guid are both imported as new. When a later package changes both, the log
# counts two updates and no conflict, yet both changes are written to the same note, and the other note keeps its old answer permanently.
# Expected: a guid, by which Anki tells notes apart, belongs to only one note: a conflict in the log, or an update of each note. Programs that derive
# guids from ids must ensure that they differ.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check anki==26.9.3 genanki==0.13.1
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path
import genanki
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

folder = Path(sys.argv[1])
model = genanki.Model(1607392319, "Plain", fields=[{"name": "Q"}, {"name": "A"}],
                      templates=[{"name": "Card", "qfmt": "{{Q}}", "afmt": "{{A}}"}])
collection = Collection(str(folder / "c.anki2"))

def bring(answer, timestamp):
    deck = genanki.Deck(2059400110, "Deck")
    for stem in ("First?", "Second?"):
        deck.add_note(genanki.Note(model=model, guid="shared", fields=[stem, answer]))
    path = str(folder / f"{timestamp}.apkg")
    genanki.Package(deck).write_to_file(path, timestamp=timestamp)
    log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())).log
    notes = [fields.replace("\x1f", " ") for fields in collection.db.list("select flds from notes order by id")]
    print(f"new {len(log.new)}, updated {len(log.updated)}, duplicate {len(log.duplicate)}, conflicting {len(log.conflicting)}: {notes}")

bring("old", 1_700_000_000)
bring("mended", 1_700_000_100)
collection.close()
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "new 2, updated 0, duplicate 0, conflicting 0: ['First? old', 'Second? old']
new 0, updated 2, duplicate 0, conflicting 0: ['First? old', 'Second? mended']" ]
