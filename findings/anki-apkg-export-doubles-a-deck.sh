#!/usr/bin/env bash
# anki-apkg-export 4.0.3 (npm) with anki 26.9.3: it derives the guid of a note from its front, its back and a deck id, which is the time of the
# export. Two exports of the same deck therefore have no guid in common. A learner who imports the second export has every card twice, the new ones
# unlearned, under a second note type "Quiz+".
# Expected: the guid, by which Anki recognizes a note, stays the same as long as the note does; genanki derives it from the fields only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check anki==26.9.3
npm install --silent --no-audit --no-fund --prefix "$work" anki-apkg-export@4.0.3 > "$work/install.txt" 2>&1
cat > "$work/write.cjs" <<'JS'
const Export = require('anki-apkg-export').default;
const { writeFileSync } = require('node:fs');

(async () => {
  const deck = new Export('Quiz');
  deck.addCard('What is 2 + 2?', '4');
  deck.addCard('What is 3 + 3?', '6');
  writeFileSync(process.argv[2], await deck.save());
})();
JS
cat > "$work/look.py" <<'PY'
import sys
from pathlib import Path
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

work = Path(sys.argv[1])
collection = Collection(str(work / "collection.anki2"))
for name in ("first", "second"):
    request = ImportAnkiPackageRequest(package_path=str(work / f"{name}.apkg"), options=ImportAnkiPackageOptions(merge_notetypes=True))
    log = collection.import_anki_package(request).log
    kinds = [kind.name for kind in collection.models.all_names_and_ids() if kind.name.startswith("Quiz")]
    print(f"{name}: {len(log.new)} new, {len(log.updated) + len(log.duplicate)} known, {collection.card_count()} cards, {' '.join(kinds)}")
PY
node "$work/write.cjs" "$work/first.apkg" > "$work/first.txt" 2>&1
sleep 1
node "$work/write.cjs" "$work/second.apkg" > "$work/second.txt" 2>&1
seen=$("$work/venv/bin/python" "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "first: 2 new, 0 known, 2 cards, Quiz
second: 2 new, 0 known, 4 cards, Quiz Quiz+" ]
