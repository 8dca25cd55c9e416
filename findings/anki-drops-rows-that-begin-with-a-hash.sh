#!/usr/bin/env bash
# anki 26.9.3: in a text file, every row that begins with "#" is treated as a comment, not only the headers at the top. The import log does not count
# these rows at all: not as new, not as empty, not as skipped. Python's csv module quotes only what it must and leaves "#include adds what?" unquoted,
# so only one of its three questions arrives.
# Expected: comments only above the first row, or a count. Quoting every field (csv.QUOTE_ALL) keeps all three questions.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check anki==26.9.3
cat > "$work/look.py" <<'PY'
import csv, sys
from pathlib import Path
from anki.collection import Collection, ImportCsvRequest

folder = Path(sys.argv[1])
rows = [("What is 2 + 2?", "4"), ("#include adds what?", "a header"), ("#fff is which colour?", "white")]
for name, quoting in (("minimal", csv.QUOTE_MINIMAL), ("all", csv.QUOTE_ALL)):
    path = folder / f"{name}.csv"
    with path.open("w", newline="") as file:
        csv.writer(file, quoting=quoting).writerows(rows)
    collection = Collection(str(folder / f"{name}.anki2"))
    metadata = collection.get_csv_metadata(path=str(path), delimiter=None)
    log = collection.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
    listed = {field.name: len(value) for field, value in log.ListFields() if hasattr(value, "__len__") and len(value)}
    print(f"quoting {name}: {collection.note_count()} notes, found {log.found_notes}, listed {listed}")
    collection.close()
PY
seen=$("$work/venv/bin/python" -W ignore "$work/look.py" "$work")
echo "$seen"
[ "$seen" = "quoting minimal: 1 notes, found 1, listed {'new': 1}
quoting all: 3 notes, found 3, listed {'new': 3}" ]
