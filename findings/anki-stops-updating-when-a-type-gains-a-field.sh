#!/usr/bin/env bash
# anki 26.9.3 with genanki 0.13.1: once the note type of a deck has gained a field, an import no longer changes any note that a learner already has.
# Corrected answers are not imported but listed as conflicting, and new notes arrive under a second type "Plain+". With merge_notetypes=True,
# corrected answers are not imported either but listed as duplicate, because merging gives the learner's notes the time of the import, which is later
# than the package's.
# Expected: merging imports the corrections in the package. This also needs update_notes "always", which overwrites the learner's own changes as well.
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

def look(name, fields, **options):
    collection = Collection(str(folder / f"{name}.anki2"))
    for number, (names, answer) in enumerate(((["Q", "A"], "wrong"), (fields, "mended"))):
        model = genanki.Model(1607392319, "Plain", fields=[{"name": each} for each in names],
                              templates=[{"name": "Card", "qfmt": "{{Q}}", "afmt": "{{FrontSide}}"}])
        deck = genanki.Deck(2059400110, "Deck")
        for each in range(number + 1):
            deck.add_note(genanki.Note(model=model, guid=f"id-{each}", fields=[f"Question {each}?", answer, "more"][:len(names)]))
        path = str(folder / f"{name}{number}.apkg")
        genanki.Package(deck).write_to_file(path, timestamp=1_700_000_000 + number)
        asked = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions(**options))
        log = collection.import_anki_package(asked).log
    notes = [fields.split("\x1f")[1] for fields in collection.db.list("select flds from notes order by guid")]
    types = [each.name for each in collection.models.all_names_and_ids() if each.name.startswith("Plain")]
    print(f"{name}: new {len(log.new)}, updated {len(log.updated)}, duplicate {len(log.duplicate)}, conflicting {len(log.conflicting)}: {notes} {types}")
    collection.close()

look("same", ["Q", "A"])
look("gained", ["Q", "A", "Source"])
look("gained-merged", ["Q", "A", "Source"], merge_notetypes=True)
look("gained-merged-always", ["Q", "A", "Source"], merge_notetypes=True, update_notes=1)
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "same: new 1, updated 1, duplicate 0, conflicting 0: ['mended', 'mended'] ['Plain']
gained: new 1, updated 0, duplicate 0, conflicting 1: ['wrong', 'mended'] ['Plain', 'Plain+']
gained-merged: new 1, updated 0, duplicate 1, conflicting 0: ['wrong', 'mended'] ['Plain']
gained-merged-always: new 1, updated 1, duplicate 0, conflicting 0: ['mended', 'mended'] ['Plain']" ]
